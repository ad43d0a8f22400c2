"""What holds for every test of the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import _wait


@pytest.fixture(autouse=True, scope="session")
def _look_more_often_whether_it_idles() -> Iterator[None]:
    """After each key Textual's pilot sleeps 20 ms several times over: most of the time that these tests would take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wait, "SLEEP_GRANULARITY", 0.004)
        patch.setattr(_wait, "SLEEP_IDLE", 0.0005)
        yield
