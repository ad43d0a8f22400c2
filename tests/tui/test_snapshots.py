"""How the main screen looks, at two sizes: the clock is stopped, and nothing blinks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import cast

import pytest

from cognitui.services import Services
from cognitui.tui.app import CognituiApp
from tests.tui.harness import NARROW, WIDE, Story, desk
from tests.unit.fakes import NOW, FakeServices, make_profile, make_tokens

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows draws other boxes, and has no tzset")

ALICE, BOB, CAROL, DAVE = (make_profile(f"dev/{name}", tags=("web",)) for name in ("alice", "bob", "carol", "dave"))
PROD = make_profile("prod/alice", protected=True)

SnapCompare = Callable[..., bool]


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are shown as this machine has them."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def a_morning() -> FakeServices:
    """One live, one expiring, one expired, one without."""
    services = desk(ALICE, BOB, CAROL, DAVE, PROD)
    services.holding(ALICE, make_tokens(now=NOW - 470, scope="openid email"))
    services.holding(BOB, make_tokens(now=NOW - 3350))
    return services.holding(DAVE, make_tokens(now=NOW - 3800))


async def with_the_token(story: Story) -> None:
    await story.press("enter")
    await story.see("unverified")


def looks_as_before(
    snap_compare: SnapCompare, size: tuple[int, int], act: Callable[[Story], object] | None = None
) -> bool:
    app = CognituiApp(cast(Services, a_morning()))

    async def run_before(pilot: object) -> None:
        story = Story(app, pilot)  # type: ignore[arg-type]  # the plugin's Pilot is one of any app
        await story.see("carol")
        if act is not None:
            await act(story)  # type: ignore[misc]  # it is a coroutine

    return snap_compare(app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_list_with_a_token(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert looks_as_before(snap_compare, size, with_the_token)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_protected_environment(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    async def go_there(story: Story) -> None:
        await story.press("2")
        await story.see("prod/alice")

    assert looks_as_before(snap_compare, size, go_there)
