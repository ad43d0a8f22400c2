"""Switching environments, filtering, and where the cursor stays."""

from __future__ import annotations

import pytest

from tests.tui.harness import NARROW, WIDE, desk, opened
from tests.unit.fakes import FakeSignIn, make_book, make_profile, make_tokens, signed_in

DEV = (make_profile("dev/alice"), make_profile("dev/bob"), make_profile("dev/carol"))
STAGING = (make_profile("staging/alice"), make_profile("staging/zoe"))
PROD = (make_profile("prod/alice", protected=True),)


async def test_the_first_environment_of_the_file_is_shown_first() -> None:
    async with opened(desk(*DEV, *STAGING)) as story:
        assert story.main.environment == "dev"
        assert "carol" in story.text
        assert "zoe" not in story.text


async def test_an_environment_can_be_named_on_the_command_line() -> None:
    async with opened(desk(*DEV, *STAGING), environment="staging") as story:
        assert story.main.environment == "staging"
        assert "zoe" in story.text


async def test_the_brackets_go_round() -> None:
    async with opened(desk(*DEV, *STAGING)) as story:
        seen = []
        for key in ("right_square_bracket", "right_square_bracket", "left_square_bracket"):
            await story.press(key)
            seen.append(story.main.environment)

        assert seen == ["staging", "dev", "staging"]


async def test_a_number_goes_to_the_environment_of_that_place() -> None:
    async with opened(desk(*DEV, *STAGING, *PROD)) as story:
        await story.press("3")

        assert story.main.environment == "prod"


async def test_a_number_without_an_environment_says_so() -> None:
    async with opened(desk(*DEV, *STAGING)) as story:
        await story.press("9")

        await story.hear("There is no environment 9.")
        assert story.main.environment == "dev"


async def test_the_cursor_is_found_again_if_it_was() -> None:
    async with opened(desk(*DEV, *STAGING)) as story:
        await story.press("j", "j", "right_square_bracket", "left_square_bracket")

        assert story.main.selected is not None
        assert story.main.selected.id == "dev/carol"


async def test_a_token_of_the_environment_before_does_not_stay_in_view() -> None:
    services = desk(*DEV, *STAGING, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("right_square_bracket")

        await story.until(lambda: "alice-sub" not in story.text)


async def test_with_one_environment_the_key_says_why_it_does_nothing() -> None:
    async with opened(desk(*DEV)) as story:
        await story.press("right_square_bracket")

        await story.see("There is no other environment.")


async def test_a_click_goes_to_an_environment() -> None:
    async with opened(desk(*DEV, *STAGING)) as story:
        column = story.text.splitlines()[0].index("staging")
        await story.pilot.click("EnvironmentBar", offset=(column + 1, 0))
        await story.pilot.pause()

        assert story.main.environment == "staging"


async def test_a_protected_environment_is_marked_by_a_sign_and_by_capitals() -> None:
    async with opened(desk(*DEV, *PROD)) as story:
        assert "◆ PROD" in story.text


async def test_typing_filters_and_says_how_many_match() -> None:
    async with opened(desk(*DEV)) as story:
        await story.press("slash")
        await story.type("bo")

        await story.see("1 match")
        assert [profile.name for profile in story.main.profiles] == ["bob"]


async def test_what_is_typed_selects_the_first_that_is_found_though_the_previous_is_found_too() -> None:
    async with opened(desk(make_profile("dev/abc", username="x"), make_profile("dev/acb", username="x"))) as story:
        await story.press("j", "slash")
        await story.type("a")

        await story.until(lambda: story.main.selected is not None and story.main.selected.name == "abc")


async def test_letters_in_a_name_come_before_letters_that_are_elsewhere_by_chance() -> None:
    elsewhere = make_profile("dev/orders", client_id="4c7rexample9l", username="x")
    named = make_profile("dev/carol", username="x")
    async with opened(desk(elsewhere, named)) as story:
        await story.press("slash")
        for letters in ("c", "cr", "crl"):
            assert story.main.list_filter.input is not None
            story.main.list_filter.input.value = letters
            await story.pilot.pause()

        assert [profile.name for profile in story.main.profiles] == ["carol", "orders"]
        assert story.main.selected == named


async def test_enter_leaves_the_filter_on_and_esc_takes_it_off() -> None:
    async with opened(desk(*DEV)) as story:
        await story.press("slash")
        await story.type("bo")
        await story.press("enter")
        assert len(story.main.profiles) == 1
        await story.press("escape")

        await story.until(lambda: len(story.main.profiles) == 3)


async def test_a_filter_without_matches_says_how_to_clear_it() -> None:
    async with opened(desk(*DEV)) as story:
        await story.press("slash")
        await story.type("xyz")

        await story.see("No matches; esc clears the filter.")
        assert "no token yet" not in story.text, "the panel must not show a profile that is not selected"


async def test_the_arrows_move_the_list_while_one_types() -> None:
    async with opened(desk(*DEV)) as story:
        await story.press("slash", "down")

        assert story.main.selected == DEV[1]


@pytest.mark.parametrize(
    ("keys", "name"),
    [(("j",), "bob"), (("G",), "carol"), (("G", "k"), "bob"), (("G", "g"), "alice"), (("down", "up"), "alice")],
)
async def test_the_moving_keys_move(keys: tuple[str, ...], name: str) -> None:
    async with opened(desk(*DEV)) as story:
        await story.press(*keys)

        assert story.main.selected is not None
        assert story.main.selected.name == name


async def test_a_click_selects_and_a_second_one_gets_the_token() -> None:
    services = desk(*DEV, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.pilot.click("ProfileList", offset=(5, 1))
        await story.pilot.pause()
        assert story.main.selected == DEV[1]
        await story.pilot.click("ProfileList", offset=(5, 1), times=2)

        await story.until(lambda: len(services.signin.started) == 1)


async def test_ten_thousand_profiles_are_drawn_as_far_as_they_are_seen() -> None:
    many = tuple(make_profile(f"dev/user{number:05}") for number in range(10_000))
    async with opened(desk(*many)) as story:
        await story.press("G")

        await story.see("user09999")
        assert len(story.main.query("ProfileList > *")) == 0


@pytest.mark.parametrize("size", [(60, 20), NARROW, WIDE, (200, 60)])
async def test_the_name_the_state_and_the_keys_are_there_at_every_size(size: tuple[int, int]) -> None:
    async with opened(desk(*DEV, *PROD).holding(DEV[0], make_tokens()), size=size) as story:
        for words in ("cognitui", "dev", "◆ PROD", "alice", "1:00:00", "Get token", "Help", "Quit"):
            assert words in story.text, words


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    many = tuple(make_profile(f"dev/user{number:05}") for number in range(100))
    async with opened(desk(*many)) as story:
        await story.press("G")
        await story.pilot.resize_terminal(60, 20)
        await story.pilot.pause()

        await story.see("user00099")


async def test_a_key_right_after_the_switch_acts_on_the_new_environment() -> None:
    """A person who types ahead must never get a token of the environment that is no longer shown."""
    services = desk(*DEV, *PROD, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.main.run_action("environment_2")
        await story.main.run_action("get_token")

        await story.see("prod is protected")
        assert services.signin.started == []


async def test_an_environment_that_is_not_there_is_reported() -> None:
    async with opened(desk(*DEV), environment="prdo") as story:
        await story.see("There is no environment prdo.")
        assert story.main.environment == "dev"


async def test_the_filter_says_where_it_looks_and_which_keys_lead_out() -> None:
    async with opened(desk(make_profile("dev/alice"), make_profile("dev/bob")), size=NARROW) as story:
        await story.press("slash")
        await story.see("letters of a name, user, client, tag or note")
        await story.type("ali")
        await story.see("1 match · enter keeps, esc shows all")
        await story.press("enter")

        await story.see("1 match · esc shows all")


@pytest.mark.parametrize(("letters", "words"), [("alic", "1 match ·"), ("ali", "2 matches ·"), ("zz", "no matches ·")])
async def test_the_filter_counts_what_it_finds(letters: str, words: str) -> None:
    profiles = [make_profile(f"dev/{name}") for name in ("alice", "alina", "bob")]
    async with opened(desk(*profiles)) as story:
        await story.press("slash")
        await story.type(letters)

        await story.see(words)


async def test_if_nothing_is_found_the_panel_says_that_no_profile_is_selected() -> None:
    async with opened(desk(make_profile("dev/alice"), make_profile("dev/bob"))) as story:
        await story.press("slash")
        await story.type("zzzz")

        await story.see("No profile is selected.")


async def test_an_environment_that_is_gone_by_the_time_it_is_chosen_is_reported_and_the_list_stays() -> None:
    async with opened(desk(*DEV, *PROD)) as story:
        story.main.files.take_changed(make_book(*DEV))
        story.main.navigation.go_to_environment("prod")

        await story.hear("There is no environment prod.")
        assert story.main.environment == "dev"
        assert story.main.profiles == DEV
