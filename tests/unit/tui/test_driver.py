"""The terminal's driver: what it drops because there is no room is drawn once there is room."""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import pytest
from textual.app import App

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has a driver of its own")


class Drawn:
    """As much of an app as the driver needs."""

    def __init__(self) -> None:
        self.times = 0

    def refresh(self) -> None:
        """Note that all is drawn again."""
        self.times += 1


async def test_a_frame_that_is_dropped_as_the_terminal_catches_up_is_drawn_again() -> None:
    from cognitui.tui.driver import TerminalDriver

    class CaughtUp(TerminalDriver):
        def _has_room(self) -> bool:
            # Full at the look; before the answer is used, the writer's thread has written all, and waits for more.
            self._output.flush()
            return False

    drawn = Drawn()
    driver = CaughtUp(cast("App[int]", drawn))
    driver.write("a frame")
    await asyncio.sleep(0)

    assert drawn.times == 1
