"""An invalid `config.toml`: the TUI opens anyway, and says what is wrong and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from cognitui.model.diagnostics import SettingError
from cognitui.services import Options, Services
from cognitui.tui.actions.keybindings import setting_errors
from tests.tui.harness import NARROW, WIDE, desk, opened
from tests.unit.fakes import FakeServices, FakeSettings, make_profile

ALICE = make_profile("dev/alice")
UNREAD = SettingError(("idle_lock",), "is not a duration", "Write it.", "/home/a/config.toml", 7)


def invalid(**settings: object) -> FakeServices:
    return desk(ALICE, settings=FakeSettings(**settings))  # type: ignore[arg-type]


async def test_an_unknown_theme_is_reported_and_the_default_used() -> None:
    async with opened(invalid(theme="nrod")) as story:
        await story.hear("theme is not the name of a theme")
        await story.hear("Did you mean nord?")

        assert story.app.theme == "cognitui"
        assert "alice" in story.text


async def test_an_invalid_key_is_reported_and_the_others_work() -> None:
    async with opened(invalid(keymap={"copy_tokn": "y", "help": "f9"})) as story:
        await story.hear("keymap.copy_tokn is not the id of an action")
        await story.press("f9")

        await story.see("Keys")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_key_shows_all_errors_with_their_places(size: tuple[int, int]) -> None:
    services = invalid(theme="nrod", keymap={"copy_tokn": "y"})
    services.faults = (UNREAD,)
    async with opened(services, size=size) as story:
        await story.hear("2 more: ! shows all")
        await story.press("exclamation_mark")

        await story.see("keymap.copy_tokn")
        await story.see("/home/a/config.toml:7")
        await story.see("Did you mean nord?")


async def test_the_settings_save_in_spite_of_an_unknown_theme() -> None:
    async with opened(invalid(theme="nrod")) as story:
        await story.press("comma")
        await story.see("Clear clipboard in")
        story.app.screen.query_one("#clear_after", Input).value = "1m"
        await story.pilot.click("#save")
        await story.until(lambda: story.app.screen is story.main)

        assert story.app.theme == "cognitui"


@pytest.mark.parametrize("text", ["theme = nord\n", 'clear_after = "soon"\n', "[keymap]\nverify = 7\n"])
async def test_a_broken_file_is_reported_by_the_settings_and_never_overwritten(tmp_path: Path, text: str) -> None:
    config = tmp_path / "cognitui" / "config.toml"
    config.parent.mkdir()
    config.write_text(text, "utf-8")
    wiring = Services(Options(state=tmp_path / "state", vault="memory"), {"XDG_CONFIG_HOME": str(tmp_path)})
    services = invalid()
    services.settings_errors = wiring.settings_errors  # type: ignore[method-assign]
    services.change_settings = wiring.change_settings  # type: ignore[method-assign]
    async with opened(services) as story:
        await story.press("comma")
        await story.see("Clear clipboard in")
        # Not on the screen: the path of the file decides where the sentence is wrapped.
        remark = story.app.screen.query_one("#remark", Static)
        await story.until(lambda: "Fix it in an editor" in str(remark.content))
        story.app.screen.query_one("#idle_lock", Input).value = "1h"
        await story.pilot.click("#save")
        await story.see("Not saved")

    assert config.read_text("utf-8") == text


def test_each_error_has_a_fix() -> None:
    found = list(setting_errors(FakeSettings(theme="nope", keymap={"x": "y"})))

    assert [error.path for error in found] == [("theme",), ("keymap", "x")]
    assert all(error.fix for error in found)
