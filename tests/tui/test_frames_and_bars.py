"""What is around the panes: the frames, the environments above them, the keys below them, the toasts."""

from __future__ import annotations

import msgspec
import pytest

from cognitui.model.errors import NoKeyring
from cognitui.tui.theme import environment_color
from cognitui.tui.widgets.claims_list import ClaimsList
from tests.tui.harness import NARROW, WIDE, Story, desk, opened
from tests.unit.fakes import FakeSignIn, make_profile, make_tokens, signed_in

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)
MANY = [make_profile(f"{name}-environment/alice") for name in ("a", "b", "c", "d", "e", "f", "g", "h")]


async def with_token(story: Story) -> None:
    await story.press("enter")
    await story.see("unverified")


async def test_the_keys_below_are_those_of_the_claims_while_they_have_the_focus() -> None:
    async with opened(desk(ALICE, signin=FakeSignIn(start=[signed_in()])), size=NARROW) as story:
        await with_token(story)
        await story.press("tab")
        await story.see("y Copy claim")
        await story.press("tab")

        assert "Copy claim" not in story.text.splitlines()[-1]


async def test_a_jump_goes_to_a_claim() -> None:
    async with opened(desk(ALICE, signin=FakeSignIn(start=[signed_in()]))) as story:
        await with_token(story)
        line = next(number for number, line in enumerate(story.text.splitlines()) if "token_use" in line)
        column = story.text.splitlines()[line].index("token_use") - 2
        await story.press("ctrl+o")
        await story.press(story.text.splitlines()[line][column])

        highlighted = story.main.query_one(ClaimsList).highlighted
        assert highlighted is not None
        assert highlighted.name == "token_use"


async def test_a_profile_that_is_only_read_says_so_on_its_frame() -> None:
    async with opened(desk(msgspec.structs.replace(ALICE, read_only=True))) as story:
        await story.see("dev/alice · read-only")


async def test_a_protected_environment_without_a_colour_is_red() -> None:
    async with opened(desk(ALICE, PROD)) as story:
        red = msgspec.structs.replace(PROD.environment, color="red")

        assert environment_color(story.app, PROD.environment) == environment_color(story.app, red)


async def test_in_a_protected_environment_the_pane_with_the_focus_has_a_heavy_frame() -> None:
    async with opened(desk(ALICE, PROD)) as story:
        await story.press("2")
        assert [story.main.query_one(pane).styles.border_top[0] for pane in ("#list-pane", "#panel")] == [
            "heavy",
            "round",
        ]
        await story.press("tab")

        assert story.main.query_one("#panel").styles.border_top[0] == "heavy"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_environments_that_do_not_fit_are_left_out_whole_and_reported(size: tuple[int, int]) -> None:
    async with opened(desk(*MANY), size=size) as story:
        first = story.text.splitlines()[0]
        assert "a-environment" in first
        assert "…" in first
        assert first.split("…")[0].split()[-1].endswith("-environment")
        await story.press("left_square_bracket")

        assert "h-environment" in story.text.splitlines()[0]
        assert story.text.splitlines()[0].lstrip().startswith("…")


async def test_what_answers_a_key_takes_the_place_of_the_answer_before() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("v")
        await story.hear("Get the token first.")
        await story.press("m", "o")

        assert len(story.toasts) == 1


async def test_what_is_to_be_acted_on_stays_beside_it() -> None:
    async with opened(desk(ALICE)) as story:
        story.app.notify(NoKeyring("There is none.").cause, timeout=15)
        await story.press("v")
        await story.hear("Get the token first.")

        assert len(story.toasts) == 2


async def test_if_the_cursor_goes_far_what_is_around_it_is_seen() -> None:
    many = [make_profile(f"dev/p{number:02}") for number in range(60)]
    async with opened(desk(*many, make_profile("staging/zoe"))) as story:
        await story.press("j", "pagedown", "0")
        story.main.navigation.go_to_profile("dev/p45")
        await story.pilot.pause()

        assert all(f"p{number}" in story.text for number in (44, 45, 46))


async def test_the_palette_goes_to_a_profile_of_another_environment() -> None:
    async with opened(desk(ALICE, BOB, PROD)) as story:
        await story.press("ctrl+p")
        await story.type("prod/al")
        await story.see("Go to the profile of")
        await story.press("enter")

        await story.until(lambda: story.main.selected == PROD)


async def test_an_inspected_token_that_has_expired_says_so_on_the_frame() -> None:
    ended = make_tokens(length=60, now=1_000_000_000).access.value
    async with opened(desk(ALICE)) as story:
        await story.press("i")
        await story.type(ended)

        await story.see("✕ expired")
