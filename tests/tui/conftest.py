"""What holds for every test of the TUI."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from textual import _wait

from tests.tui.quick import draw_only_when_asked, forget_frames, match_rules_once, parse_style_sheets_once


@pytest.fixture(autouse=True, scope="session")
def _run_many_short_apps() -> Iterator[None]:
    """After each key Textual's pilot sleeps 20 ms several times over: most of the time that these tests would take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wait, "SLEEP_GRANULARITY", 0.004)
        patch.setattr(_wait, "SLEEP_IDLE", 0.0005)
        parse_style_sheets_once(patch)
        match_rules_once(patch)
        # The program sets aside from the collector what lives as long as it does. Here hundreds of apps would stay.
        patch.setattr(gc, "freeze", lambda: None)
        yield


@pytest.fixture(autouse=True)
def _draw_only_when_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test marked `drawn` looks at the frames themselves."""
    if request.node.get_closest_marker("drawn") is None:
        draw_only_when_asked(monkeypatch)
    yield
    forget_frames()
