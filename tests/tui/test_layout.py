"""A maximized pane, jumps, and what the filter marks."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from cognitui.model.token import TokenKind
from tests.tui.harness import NARROW, WIDE, Story, desk, opened
from tests.unit.fakes import make_profile

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
STAGED = make_profile("staging/zoe")


async def jump_to(story: Story, column: int, line: int) -> None:
    await story.press("ctrl+o")
    await story.press(story.text.splitlines()[line][column])


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_z_gives_the_list_the_whole_screen_and_both_panes_their_places_again(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE, BOB), size=size) as story:
        await story.press("z")
        assert "access" not in story.text
        await story.press("z")

        await story.see("access")


@pytest.mark.parametrize("size", [NARROW, WIDE, (200, 60)])
async def test_a_maximized_list_fills_the_place_of_both(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE, BOB), size=size) as story:
        await story.press("z")

        assert story.main.query_one("#list-pane").outer_size == story.main.query_one("#body").size


async def test_z_gives_the_claims_the_whole_screen_while_they_have_the_focus() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("tab", "z")

        assert "Profiles" not in story.text
        assert "access" in story.text


async def test_tab_changes_which_pane_is_maximized() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("z", "tab")
        assert "Profiles" not in story.text
        assert story.main.focused is not None
        assert story.main.focused.id == "claims"
        await story.press("tab")

        await story.see("Profiles")
        assert "access" not in story.text


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_jump_goes_to_a_row(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE, BOB), size=size) as story:
        line = next(number for number, line in enumerate(story.text.splitlines()) if "bob" in line)
        await jump_to(story, 2, line)

        assert story.main.selected == BOB


async def test_a_jump_goes_to_an_environment() -> None:
    async with opened(desk(ALICE, STAGED)) as story:
        await jump_to(story, story.text.splitlines()[0].index(" staging") - 1, 0)

        assert story.main.environment == "staging"


async def test_a_jump_goes_to_a_tab() -> None:
    async with opened(desk(ALICE)) as story:
        await jump_to(story, story.text.splitlines()[2].index(" id ") - 1, 2)

        assert story.main.kind is TokenKind.ID


async def test_a_key_that_is_no_letter_of_a_jump_goes_nowhere() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("ctrl+o", "escape")

        assert story.app.screen is story.main
        assert story.main.selected == ALICE


async def test_a_list_longer_than_the_alphabet_has_letters_as_far_as_they_go() -> None:
    many = tuple(make_profile(f"dev/user{number:03}") for number in range(200))
    async with opened(desk(*many), size=(120, 80)) as story:
        await story.press("ctrl+o")
        await story.press("Z")

        assert story.app.screen is story.main
        assert story.main.selected is not None


async def test_letters_in_their_order_find_a_profile_where_no_word_does() -> None:
    async with opened(desk(ALICE, BOB, make_profile("dev/orders-service"))) as story:
        await story.press("slash")
        await story.type("osv")

        await story.see("1 match")
        assert [profile.name for profile in story.main.profiles] == ["orders-service"]


async def test_what_the_filter_found_is_underlined() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("slash")
        await story.type("lic")
        await story.see("1 match")
        strips = story.app.screen._compositor.render_strips()
        underlined = [part.text for strip in strips for part in strip if part.style and part.style.underline]

        assert "lic" in underlined


def test_what_a_prompt_screen_replaces_is_still_there_in_textual() -> None:
    """Under other names it would be ignored, and a key would wait for 16 ms again."""
    assert isinstance(vars(Screen)["_update_timer"], property)
    assert "_on_timer_update" in vars(Screen)


async def test_a_key_is_drawn_by_a_timer_of_its_own_and_other_changes_by_textuals() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("j")
        assert story.main._prompt_timer is not None

        usual = Screen._update_timer.fget(story.main)  # type: ignore[attr-defined]  # of a property
        assert story.main._update_timer is usual
