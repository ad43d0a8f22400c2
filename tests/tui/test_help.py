"""The help: every key, found by its words, its name or its id, with the line that changes it."""

from __future__ import annotations

import pytest

from cognitui.tui.dialogs.help import Help, KeysList
from cognitui.tui.widgets.inputs import FilterInput
from tests.tui.harness import NARROW, WIDE, Story, desk, opened
from tests.unit.fakes import FakeSettings, make_profile

ALICE = make_profile("dev/alice")
LOW = (60, 20)


async def ask(story: Story) -> None:
    await story.press("question_mark")
    await story.see("Keys")


def found(story: Story) -> list[str]:
    keys = story.app.screen.query_one(KeysList)
    return [keys._found[row].id for row in range(keys.row_count)]


@pytest.mark.parametrize("size", [WIDE, NARROW, LOW])
async def test_the_key_under_the_cursor_has_its_line_for_config_toml(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size=size) as story:
        await ask(story)
        assert 'config.toml, [keymap]:  move_down = "j,down"' in story.text
        await story.press("j")

        await story.see('move_up = "k,up"')


async def test_a_changed_key_is_shown_as_it_is_now() -> None:
    async with opened(desk(ALICE, settings=FakeSettings(keymap={"move_down": "f7"}))) as story:
        await ask(story)

        await story.see('move_down = "f7"')


@pytest.mark.parametrize(
    ("query", "action"),
    [
        ("copy_tok", "copy_token"),
        ("clipboard to", "copy_token"),
        ("F5", "reload"),
        ("logout", "sign_out"),
        ("C", "copy_as"),
        ("^o", "jump"),
        ("ctrl+o", "jump"),
        ("Ctrl+O", "jump"),
        ("slash", "filter"),
    ],
)
@pytest.mark.parametrize("size", [WIDE, NARROW, LOW])
async def test_a_key_is_found_by_id_words_and_name(size: tuple[int, int], query: str, action: str) -> None:
    async with opened(desk(ALICE), size=size) as story:
        await ask(story)
        await story.press("slash")
        await story.type(query)

        await story.until(lambda: found(story)[:1] == [action])
        await story.see(f"{action} = ")


async def test_ctrl_finds_all_keys_with_it() -> None:
    async with opened(desk(ALICE)) as story:
        await ask(story)
        await story.press("slash")
        await story.type("ctrl")

        await story.until(lambda: {"jump", "page_down", "palette", "quit"} <= set(found(story)))


async def test_a_key_that_was_changed_is_found_by_its_new_spelling() -> None:
    async with opened(desk(ALICE, settings=FakeSettings(keymap={"sort": "ctrl+y"}))) as story:
        await ask(story)
        await story.press("slash")
        await story.type("ctrl+y")

        await story.until(lambda: found(story) == ["sort"])


async def test_what_is_searched_for_is_typed_letters_of_keys_too() -> None:
    async with opened(desk(ALICE)) as story:
        await ask(story)
        await story.press("slash", "q", "u", "i", "t", "question_mark")

        assert story.app.screen.query_one(FilterInput).value == "quit?"
        await story.see("No key matches.")


async def test_enter_goes_back_to_what_was_found_and_esc_to_all() -> None:
    async with opened(desk(ALICE)) as story:
        await ask(story)
        everything = len(found(story))
        await story.press("slash", "s", "o", "r", "t", "enter")
        assert isinstance(story.app.focused, KeysList)
        await story.see("esc closes")
        assert len(found(story)) < everything

        await story.press("slash")
        await story.see("esc clears")
        await story.press("escape")
        assert len(found(story)) == everything
        assert isinstance(story.app.screen, Help)
        await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)


async def test_a_click_into_the_line_searches_and_a_click_on_a_key_explains_it() -> None:
    async with opened(desk(ALICE), size=NARROW) as story:
        await ask(story)
        await story.pilot.click(FilterInput)
        await story.press("v", "e", "r", "i", "f", "y")
        await story.until(lambda: "verify" in found(story))
        await story.pilot.click(KeysList, offset=(20, 0))

        await story.see('verify = "v"')


@pytest.mark.parametrize("size", [WIDE, NARROW, LOW])
async def test_all_of_it_fits(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size=size) as story:
        await ask(story)
        whole = story.app.screen.region

        assert all(whole.contains_region(part.region) for part in story.app.screen.query(".dialog, .dialog > *"))
        assert story.app.screen.query_one(KeysList).region.height >= 10
