"""Settings that are changed on the screen, and themes."""

from __future__ import annotations

import pytest
from textual.theme import BUILTIN_THEMES
from textual.widgets import Checkbox, Input, Select

from cognitui.model.errors import SaveFailed
from cognitui.tui.theme import THEMES
from tests.tui.harness import NARROW, WIDE, Story, copied, desk, opened
from tests.unit.fakes import FakeServices, FakeSettings, make_profile, make_tokens

ALICE = make_profile("dev/alice")
PROD = make_profile("prod/alice", protected=True)


async def open_settings(story: Story) -> None:
    await story.press("comma")
    await story.see("Clear clipboard in")


async def save(story: Story) -> None:
    await story.pilot.click("#save")
    await story.until(lambda: story.app.screen is story.main, "it was not saved")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_every_setting_is_shown_with_its_value(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size=size) as story:
        await open_settings(story)

        for words in ("cognitui", "auto: the first", "30s", "10m", "Keep-alive", "Reduced motion", "Save"):
            await story.see(words)


async def test_what_was_changed_is_written_and_nothing_else() -> None:
    written: list[dict[str, str | bool]] = []

    class Noting(FakeServices):
        def change_settings(self, values: object) -> None:
            written.append(dict(values))  # type: ignore[call-overload]  # a mapping

    services = Noting(**{name: value for name, value in vars(desk(ALICE)).items() if name != "broker"})
    async with opened(services) as story:
        await open_settings(story)
        story.app.screen.query_one("#idle_lock", Input).value = "1h"
        story.app.screen.query_one("#auto_refresh", Checkbox).value = True
        await save(story)

    assert written == [{"idle_lock": "1h", "auto_refresh": True}]


async def test_a_switch_says_by_sign_and_word_whether_it_is_on() -> None:
    async with opened(desk(ALICE)) as story:
        await open_settings(story)
        assert story.text.count("[ ] off") == 2
        story.app.screen.query_one("#auto_refresh", Checkbox).toggle()

        await story.see("[x] on")
        assert story.text.count("[ ] off") == 1


async def test_a_theme_is_seen_at_once_and_a_cancel_takes_it_back() -> None:
    async with opened(desk(ALICE)) as story:
        await open_settings(story)
        story.app.screen.query_one("#theme", Select).value = "cognitui-light"
        await story.until(lambda: story.app.theme == "cognitui-light")
        await story.press("escape")

        assert story.app.theme == "cognitui"


async def test_a_saved_theme_stays() -> None:
    async with opened(desk(ALICE)) as story:
        await open_settings(story)
        story.app.screen.query_one("#theme", Select).value = "nord"
        await save(story)

        assert story.app.theme == "nord"


async def test_a_shorter_lock_holds_from_now_on() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await open_settings(story)
        story.app.screen.query_one("#idle_lock", Input).value = "1m"
        await save(story)
        services.clock.advance(60)
        story.app.look_for_idle()

        await story.see("Locked after 1m idle.")


async def test_what_was_copied_before_a_change_is_cleared() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("c")
        await story.until(lambda: bool(copied(services)))
        await open_settings(story)
        story.app.screen.query_one("#clipboard", Select).value = "tmux"
        await save(story)

        await story.hear("Clipboard cleared.")


async def test_a_save_that_fails_keeps_what_was_chosen() -> None:
    class Failing(FakeServices):
        def change_settings(self, values: object) -> None:
            raise SaveFailed("The disk is full.")

    services = Failing(**{name: value for name, value in vars(desk(ALICE)).items() if name != "broker"})
    async with opened(services) as story:
        await open_settings(story)
        field = story.app.screen.query_one("#idle_lock", Input)
        field.value = "1h"
        await story.pilot.click("#save")

        await story.see("The disk is full.")
        assert field.value == "1h"


async def test_without_motion_nothing_turns() -> None:
    async with opened(desk(ALICE, settings=FakeSettings(reduced_motion=True))) as story:
        assert story.app.animation_level == "none"


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES, *(theme.name for theme in THEMES)])
async def test_every_theme_draws_every_part(theme: str) -> None:
    services = desk(ALICE, PROD, settings=FakeSettings(theme=theme)).holding(ALICE, make_tokens())
    async with opened(services) as story:
        assert story.app.theme == theme
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("question_mark")
        await story.see("Keys")
        await story.press("escape", "2", "n")
        await story.see("New profile")
