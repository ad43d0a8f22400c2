"""The first list that is painted is already the one that was left: nothing moves into its place afterwards."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from textual.screen import Screen

from cognitui import tui
from cognitui.model.errors import ProfileFileError
from cognitui.model.preferences import Preferences
from cognitui.model.profile import ProfileSet
from cognitui.model.sorting import Order
from cognitui.model.token import TokenKind
from cognitui.services import Services
from cognitui.tui.app import CognituiApp
from cognitui.tui.background import ProfileReader
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.widgets.panel_head import PanelHead
from tests.tui.harness import NARROW, WIDE, desk
from tests.unit.fakes import FakePreferences, FakeProfileStore, FakeServices, make_profile

DEV = make_profile("dev/alice")
STAGING = tuple(make_profile(f"staging/user{number:03}") for number in range(300, -1, -1))
LEFT = Preferences(order="name", environment="staging", selected={"staging": "staging/user250", "*": "staging/user250"})


class Broken(FakeProfileStore):
    """Cannot be read until it is fixed."""

    mended = False

    def load(self) -> ProfileSet:
        if not self.mended:
            raise ProfileFileError("It is cut off.")
        return super().load()


class SlowAtFirst(FakeProfileStore):
    """Its first reading hangs until it is let."""

    def __init__(self, profile_set: ProfileSet) -> None:
        super().__init__(profile_set)
        self.go = threading.Event()
        self._readings = 0

    def load(self) -> ProfileSet:
        self._readings += 1
        if self._readings == 1:
            assert self.go.wait(20)
        return super().load()


class Painted(CognituiApp):
    """Keeps what each paint shows, and which token's tab is open in it."""

    CSS_PATH = str(Path(tui.__file__).with_name("cognitui.tcss"))

    def __init__(self, services: FakeServices, reader: ProfileReader) -> None:
        self.paints: list[str] = []
        self.kinds: list[TokenKind] = []
        super().__init__(cast(Services, services), reader=reader)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if isinstance(screen, MainScreen) and screen.book is not None:
            self.kinds.append(screen.query_one(PanelHead).kind)
            strips = screen._compositor.render_strips()
            self.paints.append("\n".join("".join(segment.text for segment in strip) for strip in strips))


async def painted(services: FakeServices, size: tuple[int, int], *, begun: bool) -> Painted:
    """Open the screen until it is at rest; the profiles are read before it (`begun`) or after it has begun."""
    reader = ProfileReader(cast(Services, services))
    if begun:
        await asyncio.to_thread(reader.wait)
    app = Painted(services, reader)
    async with app.run_test(size=size) as pilot:
        await asyncio.to_thread(reader.wait)
        await pilot.pause()
        await pilot.pause()
    assert app.paints
    return app


@pytest.mark.parametrize("begun", [True, False], ids=["read by then", "read later"])
@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 20)])
async def test_the_first_list_is_of_the_last_environment_in_its_order_with_its_selection_in_view(
    size: tuple[int, int], begun: bool
) -> None:
    app = await painted(desk(DEV, *STAGING, preferences=FakePreferences(LEFT)), size, begun=begun)

    for paint in app.paints:
        assert "Profiles · by name" in paint
        assert "user250" in paint
        assert "user000" not in paint
        assert "alice" not in paint


@pytest.mark.parametrize("begun", [True, False], ids=["read by then", "read later"])
async def test_a_maximized_pane_never_makes_place_for_the_other(begun: bool) -> None:
    preferences = FakePreferences(Preferences(alone="token"))
    app = await painted(desk(DEV, *STAGING, preferences=preferences), WIDE, begun=begun)

    assert all("Profiles" not in paint and "dev/alice" in paint for paint in app.paints)
    assert set(app.kinds) == {TokenKind.ACCESS}


async def test_a_profile_file_that_cannot_be_read_hides_nothing_of_what_is_remembered() -> None:
    services = desk(DEV, *STAGING, preferences=FakePreferences(LEFT))
    services.profiles = Broken(services.profiles.profile_set)
    reader = ProfileReader(cast(Services, services))
    app = Painted(services, reader)
    async with app.run_test(size=WIDE) as pilot:
        await asyncio.to_thread(reader.wait)
        await pilot.pause()
        services.profiles.mended = True
        await pilot.press("f5")
        await app.workers.wait_for_complete()
        await pilot.pause()

        assert app._main is not None
        assert app._main.environment == "staging"
        assert app._main.selected is not None
        assert app._main.selected.id == "staging/user250"


async def test_a_reading_on_demand_that_overtakes_the_first_one_finds_what_is_remembered() -> None:
    services = desk(DEV, *STAGING, preferences=FakePreferences(LEFT))
    services.profiles = slow = SlowAtFirst(services.profiles.profile_set)
    reader = ProfileReader(cast(Services, services))
    reader.begin()
    app = Painted(services, reader)
    async with app.run_test(size=WIDE) as pilot:
        assert app._main is not None
        await pilot.press("f5")
        while app._main.book is None:
            await pilot.pause(0.05)
        slow.go.set()

        assert app._main.environment == "staging"
        assert app._main.order is Order.NAME
