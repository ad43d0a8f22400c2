"""When the screen counts as left alone, whatever becomes of the clocks."""

from __future__ import annotations

import pytest

from cognitui.tui.controllers.lock import IdleWatch
from tests.unit.fakes import FakeClock


class Clocks:
    """The wall clock, one that nobody sets, and a watch of ten minutes that follows both."""

    def __init__(self, limit: float = 600) -> None:
        self.wall, self.uptime = FakeClock(), FakeClock(0.0)
        self.watch = IdleWatch(limit, self.wall, self.uptime)

    def pass_by(self, wall: float, uptime: float) -> bool:
        self.wall.advance(wall)
        self.uptime.advance(uptime)
        return self.watch.has_run_out()


@pytest.mark.parametrize(
    ("wall", "uptime"),
    [(600, 600), (600 - 7200, 600), (600, 0), (7200, 1)],
    ids=["both went on", "the wall clock was set back", "the other stood still", "the machine slept"],
)
def test_ten_minutes_by_either_clock_are_enough(wall: float, uptime: float) -> None:
    assert Clocks().pass_by(wall, uptime)


@pytest.mark.parametrize(("wall", "uptime"), [(599, 599), (-7200, 599), (599, 0)])
def test_less_than_ten_minutes_by_both_are_not(wall: float, uptime: float) -> None:
    assert not Clocks().pass_by(wall, uptime)


def test_a_touch_begins_again_by_both_clocks() -> None:
    clocks = Clocks()
    clocks.pass_by(599, 599)
    clocks.watch.touch()

    assert not clocks.pass_by(599, 599)
    assert clocks.pass_by(1, 0)


def test_with_zero_it_never_runs_out() -> None:
    assert not Clocks(limit=0).pass_by(1e9, 1e9)
