"""The order of the list, all environments at once, and the same user in another one."""

from __future__ import annotations

import pytest

from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind
from cognitui.tui.state_screen import OVERVIEW
from tests.tui.harness import NARROW, WIDE, Story, desk, opened
from tests.unit.fakes import FakeSignIn, make_profile, make_tokens, signed_in

ZOE, ALICE, BOB = make_profile("dev/zoe"), make_profile("dev/alice"), make_profile("dev/bob")
STAGED = make_profile("staging/alice")
PROD = make_profile("prod/alice", protected=True)


def listed(story: Story) -> list[str]:
    return [profile.name for profile in story.main.profiles]


async def test_s_sorts_by_name_then_by_what_expires_first_then_by_use_then_as_written() -> None:
    services = desk(ZOE, ALICE, BOB).holding(BOB, make_tokens())
    async with opened(services) as story:
        seen = []
        for _ in range(4):
            await story.press("s")
            seen.append(listed(story))

        assert seen == [
            ["alice", "bob", "zoe"],
            ["bob", "zoe", "alice"],
            ["zoe", "alice", "bob"],
            ["zoe", "alice", "bob"],
        ]


async def test_the_frame_says_how_it_is_sorted() -> None:
    async with opened(desk(ZOE, ALICE)) as story:
        await story.press("s", "s")

        await story.see("Profiles · expires first")


async def test_the_cursor_stays_on_its_profile_when_the_order_changes() -> None:
    async with opened(desk(ZOE, ALICE, BOB)) as story:
        await story.press("s")

        assert story.main.selected == ZOE


async def test_what_was_used_last_is_listed_first() -> None:
    services = desk(ZOE, ALICE, BOB, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("j", "j", "enter")
        await story.see("alice-sub")
        await story.press("s", "s", "s")

        assert listed(story) == ["bob", "zoe", "alice"]


async def test_a_new_token_takes_its_place_among_those_that_die_first() -> None:
    services = desk(ZOE, ALICE, BOB, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("s", "s", "j", "j", "enter")
        await story.see("alice-sub")

        assert listed(story) == ["bob", "zoe", "alice"]
        assert story.main.selected == BOB


async def test_0_lists_all_environments_at_once() -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0")

        await story.see("All environments")
        lines = [line.split("│")[1].split() for line in story.text.splitlines() if line.startswith("│")]
        # Each below its environment.
        assert [line[:2] for line in lines[:6]] == [
            ["dev", "1"],
            ["○", "zoe"],
            ["staging", "1"],
            ["○", "alice"],
            ["◆", "PROD"],
            ["○", "alice"],
        ]


async def test_sorted_or_filtered_each_of_all_profiles_names_its_environment() -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0", "s")
        for words in ("dev/zoe", "staging/alice", "◆ PROD/alice"):
            await story.see(words)
        await story.press("s", "s", "s", "slash")
        await story.type("alice")

        await story.see("◆ PROD/alice")


async def test_a_heading_of_the_overview_counts_valid_tokens() -> None:
    services = desk(ZOE, ALICE, STAGED).holding(STAGED, make_tokens())
    async with opened(services) as story:
        await story.press("0")

        await story.see("staging  1 profile · 1 live")
        await story.see("dev  2 profiles")


async def test_a_click_on_a_heading_goes_to_its_environment() -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0")
        await story.pilot.click("ProfileList", offset=(3, 2))
        await story.pilot.pause()

        assert story.main.environment == "staging"


async def test_a_click_below_a_heading_selects_the_profile_that_is_there() -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0")
        await story.pilot.click("ProfileList", offset=(3, 3))
        await story.pilot.pause()

        assert story.main.selected == STAGED


async def test_on_the_first_profile_the_heading_above_it_is_in_view() -> None:
    many = [make_profile(f"dev/p{number}") for number in range(60)]
    async with opened(desk(*many, STAGED)) as story:
        await story.press("0", "G", "g")

        await story.see("dev  60 profiles")


async def test_a_scrollbar_covers_no_countdown() -> None:
    many = [make_profile(f"dev/p{number}") for number in range(60)]
    services = desk(*many).holding(many[0], make_tokens())
    async with opened(services, size=NARROW) as story:
        row = next(line for line in story.text.splitlines() if "p0 " in line)

        assert "1:00:00 " in row


async def test_0_again_goes_to_the_environment_of_the_selected_profile() -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0", "j", "0")

        assert story.main.environment == "staging"
        assert story.main.selected == STAGED


async def test_the_selected_profile_stays_selected_among_all() -> None:
    async with opened(desk(ZOE, ALICE, STAGED)) as story:
        await story.press("j", "0")

        assert story.main.selected == ALICE


@pytest.mark.parametrize(("key", "there"), [("right_square_bracket", "dev"), ("left_square_bracket", "prod")])
async def test_all_environments_come_after_the_last_one(key: str, there: str) -> None:
    async with opened(desk(ZOE, STAGED, PROD)) as story:
        await story.press("0", key)

        assert story.main.environment == there


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_click_on_all_lists_all(size: tuple[int, int]) -> None:
    async with opened(desk(ZOE, STAGED, PROD), size=size) as story:
        await story.pilot.click("EnvironmentBar", offset=(story.text.splitlines()[0].index(" all ") + 1, 0))
        await story.pilot.pause()

        assert story.main.environment == OVERVIEW


async def test_with_one_environment_there_is_no_overview() -> None:
    async with opened(desk(ZOE)) as story:
        await story.press("0")

        await story.see("There is no other environment.")
        assert " all " not in story.text.splitlines()[0]


async def test_the_counts_are_those_of_all_environments() -> None:
    services = desk(ZOE, STAGED).holding(ZOE, make_tokens()).holding(STAGED, make_tokens())
    async with opened(services) as story:
        assert "1 live" in story.text
        await story.press("0")

        await story.see("2 live")


async def test_in_a_narrow_window_the_counts_stay_beside_the_memory_vault() -> None:
    services = desk(ZOE, STAGED, PROD, secrets_in_memory=True).holding(ZOE, make_tokens())
    async with opened(services, size=(60, 20)) as story:
        await story.see("1 live")
        assert "memory" in story.text.splitlines()[0]


async def test_the_environments_stay_in_place_when_the_first_token_comes() -> None:
    services = desk(ALICE, STAGED, PROD, secrets_in_memory=True, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services, size=NARROW) as story:
        before = story.text.splitlines()[0].index("staging")
        await story.press("enter")
        await story.see("1 live")

        assert story.text.splitlines()[0].index("staging") == before


async def test_the_filter_finds_a_user_in_all_environments() -> None:
    async with opened(desk(ZOE, ALICE, STAGED, PROD)) as story:
        await story.press("0", "slash")
        await story.type("alice")

        await story.see("3 match")


async def test_a_protected_environment_asks_in_the_overview_too() -> None:
    services = desk(ZOE, PROD, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("0", "j", "enter")

        await story.see("prod is protected")
        assert services.signin.started == []


async def test_a_profile_that_is_added_among_all_is_proposed_for_the_selected_ones_environment() -> None:
    async with opened(desk(ZOE, STAGED)) as story:
        await story.press("0", "j", "n")

        await story.see("staging")


async def test_the_overview_stays_when_the_file_is_read_again() -> None:
    async with opened(desk(ZOE, STAGED)) as story:
        await story.press("0", "j", "f5")
        await story.hear("Reloaded")

        assert (story.main.environment, story.main.selected) == (OVERVIEW, STAGED)


async def test_the_greater_sign_goes_to_the_same_user() -> None:
    async with opened(desk(ZOE, ALICE, STAGED, PROD)) as story:
        await story.press("j")
        seen = []
        for _ in range(3):
            await story.press("greater_than_sign")
            assert story.main.selected is not None
            seen.append(story.main.selected.id)

        assert seen == ["staging/alice", "prod/alice", "dev/alice"]


async def test_tab_and_pane_stay_with_the_user() -> None:
    async with opened(desk(ALICE, STAGED)) as story:
        await story.press("t", "tab", "greater_than_sign")

        assert story.main.kind is TokenKind.ID
        assert story.main.focused is not None
        assert story.main.focused.id == "claims"


@pytest.mark.parametrize("presses", [2, 3])
async def test_the_tab_of_the_refresh_token_or_the_user_does_not_go_along(presses: int) -> None:
    async with opened(desk(ALICE, STAGED)) as story:
        await story.press(*"t" * presses, "greater_than_sign")

        assert (story.main.kind, story.main.view) == (TokenKind.ACCESS, None)


async def test_no_token_of_the_previous_environment_stays_in_view() -> None:
    services = desk(ALICE, STAGED, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("greater_than_sign")

        await story.until(lambda: "alice-sub" not in story.text)


async def test_a_filter_that_hides_the_user_is_dropped() -> None:
    nightly = make_profile("dev/alice", tags=("nightly",))
    services = desk(nightly, make_profile("staging/zoe"), make_profile("staging/admin", username=ALICE.username))
    async with opened(services) as story:
        await story.press("slash")
        await story.type("nightly")
        await story.press("enter", "greater_than_sign")

        assert story.main.selected is not None
        assert story.main.selected.id == "staging/admin"
        assert "nightly" not in story.text


async def test_the_same_user_is_found_among_all_environments() -> None:
    async with opened(desk(ZOE, ALICE, STAGED)) as story:
        await story.press("0", "j", "greater_than_sign")

        assert (story.main.environment, story.main.selected) == (OVERVIEW, STAGED)


async def test_if_the_user_is_nowhere_else_the_key_says_so() -> None:
    async with opened(desk(ZOE, STAGED)) as story:
        await story.press("greater_than_sign")

        await story.hear("No other environment has zoe@example.com.")


# The filter


async def test_the_first_of_what_is_found_is_the_likeliest_and_is_selected() -> None:
    services = desk(make_profile("dev/zoe", notes="asks alice"), make_profile("dev/malice"), ALICE)
    async with opened(services) as story:
        await story.press("slash")
        await story.type("alice")

        await story.until(lambda: [profile.name for profile in story.main.profiles] == ["alice", "malice", "zoe"])
        assert story.main.selected == ALICE


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(
    ("profile", "query", "reason"),
    [
        (make_profile("dev/zoe", username="alice@example.com"), "alice@", "user alice@exam"),
        (make_profile("dev/zoe", tags=("web", "billing")), "billing", "tag billing"),
        (make_profile("dev/zoe", notes="Runs each night for the billing"), "billing", "billing"),
    ],
    ids=["username", "tag", "notes"],
)
async def test_a_row_says_in_which_hidden_field_it_was_found(
    size: tuple[int, int], profile: Profile, query: str, reason: str
) -> None:
    async with opened(desk(profile, BOB), size) as story:
        await story.press("slash")
        await story.type(query)
        await story.until(lambda: story.main.profiles == (profile,))

        row = next(line for line in story.text.splitlines() if "○ zoe" in line).split("│")[1]
        assert reason in row


async def test_what_was_found_in_a_hidden_field_is_inert() -> None:
    async with opened(desk(make_profile("dev/zoe", notes="[@click=app.quit]x[/]\x1b[2J billing"))) as story:
        await story.press("slash")
        await story.type("click")

        await story.see("notes [@click=app.quit]x[/]")
        assert "\x1b" not in story.text


async def test_the_less_sign_goes_to_the_same_user_at_the_other_replica() -> None:
    replica = make_profile("dev/alice-eu", region="eu-central-1", username=ALICE.username)
    async with opened(desk(ALICE, replica, ZOE)) as story:
        seen = []
        for _ in range(2):
            await story.press("less_than_sign")
            assert story.main.selected is not None
            seen.append(story.main.selected.id)

        assert seen == ["dev/alice-eu", "dev/alice"]


async def test_without_a_replica_the_key_says_so() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("less_than_sign")

        await story.hear("No profile has alice@example.com at another Region of this pool.")
