"""What the screen remembers from run to run: the order, the environment, the selection, the layout, the uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cognitui.model.errors import Refused, SaveFailed
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.profile import Profile
from cognitui.model.sorting import Order, Use
from cognitui.model.token import TokenKind
from cognitui.tui.dialogs.profile_form import ProfileForm
from cognitui.tui.state_screen import OVERVIEW
from tests.tui.harness import NARROW, WIDE, Story, copied, desk, opened
from tests.unit.fake_sessions import FakeIdentities, make_credentials
from tests.unit.fakes import NOW, FakePreferences, FakeSignIn, make_profile, make_tokens, signed_in

ZOE, ALICE, BOB = make_profile("dev/zoe"), make_profile("dev/alice"), make_profile("dev/bob")
STAGED, STAGED_TOO = make_profile("staging/alice"), make_profile("staging/yves")
ALL = (ZOE, ALICE, BOB, STAGED, STAGED_TOO)


class Runs:
    """One person's runs of the program: each has other parts, and all have the same choices."""

    def __init__(self, known: Preferences = NO_PREFERENCES) -> None:
        self.preferences = FakePreferences(known)

    @asynccontextmanager
    async def next(self, *profiles: Profile, **parts: Any) -> AsyncIterator[Story]:
        at = {name: parts.pop(name) for name in ("size", "environment") if name in parts}
        async with opened(desk(*(profiles or ALL), preferences=self.preferences, **parts), **at) as story:
            yield story


def listed(story: Story) -> list[str]:
    return [profile.name for profile in story.main.profiles]


# The order


async def test_the_next_run_lists_in_the_order_that_was_chosen_and_says_so() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("s")
    async with runs.next() as story:
        assert listed(story) == ["alice", "bob", "zoe"]
        assert "Profiles · by name" in story.text


async def test_the_order_of_the_file_is_remembered_as_any_other() -> None:
    runs = Runs(Preferences(order="recent"))
    async with runs.next() as story:
        await story.press("s")
    async with runs.next() as story:
        assert story.main.order is Order.FILE


async def test_an_order_that_another_version_has_noted_is_left_to_it() -> None:
    runs = Runs(Preferences(order="by_moon"))
    async with runs.next() as story:
        assert listed(story) == ["zoe", "alice", "bob"]

    assert runs.preferences.known.order == "by_moon"


# The environment and the selection


async def test_the_next_run_shows_the_environment_that_was_shown_last() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("2")
    async with runs.next() as story:
        assert story.main.environment == "staging"
        assert listed(story) == ["alice", "yves"]


async def test_all_environments_at_once_are_shown_again_too() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("0", "G")
    async with runs.next() as story:
        assert story.main.environment == OVERVIEW
        assert story.main.selected == STAGED_TOO


async def test_an_environment_that_was_asked_for_wins_and_is_the_last_one_from_then_on() -> None:
    runs = Runs(Preferences(environment="staging"))
    async with runs.next(environment="dev") as story:
        assert story.main.environment == "dev"
    async with runs.next() as story:
        assert story.main.environment == "dev"


async def test_an_environment_that_is_gone_makes_way_for_the_first_without_a_word() -> None:
    runs = Runs(Preferences(environment="staging", selected={"staging": "staging/yves"}))
    async with runs.next(ZOE, ALICE) as story:
        assert story.main.environment == "dev"
        assert story.toasts == []


async def test_each_environment_has_its_own_profile_selected_again() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("j", "2", "j")
    async with runs.next() as story:
        assert story.main.selected == STAGED_TOO
        await story.press("1")

        assert story.main.selected == ALICE


async def test_a_profile_that_is_gone_makes_way_for_the_first() -> None:
    runs = Runs(Preferences(environment="dev", selected={"dev": "dev/gone"}))
    async with runs.next() as story:
        assert story.main.selected == ZOE


async def test_what_another_run_has_noted_of_environments_that_this_one_did_not_show_stays() -> None:
    runs = Runs(Preferences(environment="dev"))
    async with runs.next() as story:
        await story.press("j")
        runs.preferences.change(lambda preferences: preferences.with_place("staging", {"staging": "staging/yves"}))

    assert runs.preferences.known.environment == "dev"
    assert runs.preferences.known.selected == {"staging": "staging/yves", "dev": "dev/alice", OVERVIEW: "dev/alice"}


async def test_a_renamed_profile_stays_selected_and_keeps_its_uses_and_its_form() -> None:
    runs = Runs(Preferences(copied_as={"dev/alice": "curl"}).with_use("dev/alice", NOW))
    async with runs.next() as story:
        await story.press("j", "e")
        await story.until(lambda: isinstance(story.app.screen, ProfileForm))
        story.app.screen.query_one("#field-name").focus()
        await story.press("end", "ctrl+u")
        await story.type("alicia")
        await story.press("enter")
        await story.see("Saved dev/alicia.")

    assert runs.preferences.known.selected["dev"] == "dev/alicia"
    assert list(runs.preferences.known.used) == ["dev/alicia"]
    assert runs.preferences.known.copied_as == {"dev/alicia": "curl"}


async def test_a_profile_that_is_deleted_leaves_nothing_to_a_new_one_of_its_name() -> None:
    runs = Runs(Preferences(copied_as={"dev/zoe": "curl"}).with_use("dev/zoe", NOW))
    async with runs.next() as story:
        await story.press("d")
        await story.see("Delete dev/zoe")
        await story.press("y")
        await story.see("Deleted dev/zoe.")

    assert runs.preferences.known.used == {}
    assert runs.preferences.known.copied_as == {}
    assert "dev/zoe" not in runs.preferences.known.selected.values()


async def test_a_new_profile_begins_again_if_one_of_its_name_was_taken_out_by_hand() -> None:
    runs = Runs(Preferences(copied_as={"dev/zoe-2": "curl"}).with_use("dev/zoe-2", NOW))
    async with runs.next() as story:
        await story.press("D")
        await story.until(lambda: isinstance(story.app.screen, ProfileForm))
        await story.press("enter")
        await story.see("Added dev/zoe-2.")

    assert runs.preferences.known.used == {}
    assert runs.preferences.known.copied_as == {}


# The layout


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_maximized_pane_is_maximized_again_and_has_the_keys(size: tuple[int, int]) -> None:
    runs = Runs()
    async with runs.next(size=size) as story:
        await story.press("tab", "z")
    async with runs.next(size=size) as story:
        assert "Profiles" not in story.text
        assert "access" in story.text
        assert story.main.focused is not None
        assert story.main.focused.id == "claims"
        await story.see("z shows both panes")
        await story.press("z")

        await story.see("Profiles")
        assert "both panes" not in story.text


async def test_a_maximized_list_is_maximized_again() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("z")
    async with runs.next() as story:
        assert "access" not in story.text
        await story.see("z shows both panes")
        await story.press("j")

        assert story.main.selected == ALICE


async def test_a_new_token_keeps_the_hint_that_shows_both_panes() -> None:
    runs = Runs(Preferences(alone="token"))
    async with runs.next(signin=FakeSignIn(start=[signed_in()])) as story:
        await story.press("enter")
        await story.see("alice-sub")

        await story.see("z shows both panes")


async def test_both_panes_are_there_again_if_they_were() -> None:
    runs = Runs(Preferences(alone="token"))
    async with runs.next() as story:
        await story.press("z")
    async with runs.next() as story:
        assert "Profiles" in story.text
        assert "access" in story.text


@pytest.mark.parametrize("presses", [1, 2, 3])
async def test_a_start_shows_the_access_token_whatever_was_shown_last(presses: int) -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press(*"t" * presses)
    async with runs.next() as story:
        assert (story.main.kind, story.main.view) == (TokenKind.ACCESS, None)
        assert story.main.states == {}


async def test_a_layout_of_another_version_is_left_to_it() -> None:
    runs = Runs(Preferences(alone="chart"))
    async with runs.next() as story:
        assert "Profiles" in story.text
        assert story.main.kind is TokenKind.ACCESS

    assert runs.preferences.known.alone == "chart"


# What is used


async def test_the_next_run_knows_what_was_used() -> None:
    runs = Runs(Preferences(order="recent"))
    async with runs.next(signin=FakeSignIn(start=[signed_in()])) as story:
        await story.press("j", "j", "enter")
        await story.see("alice-sub")
    async with runs.next() as story:
        assert listed(story) == ["bob", "zoe", "alice"]


async def test_a_copy_counts_as_a_use_and_what_is_used_more_comes_before_what_was_used_last() -> None:
    runs = Runs(Preferences(order="recent"))
    services = desk(*ALL, preferences=runs.preferences).holding(ALICE, make_tokens()).holding(BOB, make_tokens())
    async with opened(services) as story:
        for count, key in enumerate("cc", start=1):
            await story.press(*(("j",) if count == 1 else ()), key)
            await story.until(lambda count=count: len(copied(services)) == count)  # type: ignore[misc]  # bound now
        await story.press("j", "c")
        await story.until(lambda: len(copied(services)) == 3)
    async with runs.next() as story:
        assert listed(story) == ["alice", "bob", "zoe"]


@pytest.mark.parametrize("key", ["enter", "c"])
async def test_aws_credentials_that_were_got_or_copied_count_as_a_use(key: str) -> None:
    cloud = make_profile("dev/cloud", identity_pool_id="eu-west-1:11111111-2222-3333-4444-555555555555")
    runs = Runs()
    services = desk(cloud, preferences=runs.preferences, identities=FakeIdentities(make_credentials(NOW)))
    async with opened(services.holding(cloud, make_tokens())) as story:
        await story.press("t", "t", "t", "t", key)
        await story.see("ASIAEXAMPLE")

    assert runs.preferences.known.used == {"dev/cloud": Use(1.0, NOW)}


async def test_what_failed_was_not_used() -> None:
    runs = Runs()
    async with runs.next(signin=FakeSignIn(start=[Refused("NotAuthorizedException")])) as story:
        await story.press("enter")
        await story.until(lambda: story.main.state_of(ZOE).error is not None)

    assert runs.preferences.known.used == {}


async def test_letters_that_many_profiles_have_find_first_what_is_used_most() -> None:
    runs = Runs(NO_PREFERENCES.with_use("dev/bob", NOW))
    async with runs.next(make_profile("dev/bxxob"), BOB) as story:
        await story.press("slash")
        await story.type("dvb")

        await story.until(lambda: listed(story) == ["bob", "bxxob"])


async def test_in_a_chosen_order_letters_do_not_reorder_the_list() -> None:
    runs = Runs(Preferences(order="name").with_use("dev/bob", NOW))
    async with runs.next(BOB, make_profile("dev/ab")) as story:
        await story.press("slash")
        await story.type("dvb")

        await story.until(lambda: listed(story) == ["ab", "bob"])


@pytest.mark.drawn  # the letters go to what is drawn
async def test_a_jump_puts_the_first_of_its_letters_on_what_is_used_most() -> None:
    runs = Runs(NO_PREFERENCES.with_use("dev/bob", NOW))
    async with runs.next(ZOE, ALICE, BOB) as story:
        await story.press("ctrl+o")
        # The only environment has the first letter.
        await story.press("s")

        assert story.main.selected == BOB


# When it is written


async def test_a_look_around_writes_nothing_before_one_leaves() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("j", "j", "k", "G")
        assert not story.main.preferences.will_save
        assert runs.preferences.known == NO_PREFERENCES

    assert runs.preferences.known.selected["dev"] == "dev/bob"


async def test_a_switch_of_the_environment_is_written_a_moment_later_with_what_was_selected() -> None:
    runs = Runs()
    async with runs.next() as story:
        await story.press("j", "2")

        await story.until(lambda: runs.preferences.known.environment == "staging")
        assert runs.preferences.known.selected["dev"] == "dev/alice"


async def test_what_is_used_is_written_a_moment_later() -> None:
    runs = Runs()
    async with runs.next(signin=FakeSignIn(start=[signed_in()])) as story:
        await story.press("enter")

        await story.until(lambda: "dev/zoe" in runs.preferences.known.used)


async def test_a_failed_write_shows_no_message() -> None:
    services = desk(*ALL, preferences=FakePreferences(fault=SaveFailed("The disk is full.")))
    async with opened(services) as story:
        await story.press("s", "2", "z")
        story.main.preferences.save_at_exit()
        await story.pilot.pause()

        assert story.toasts == []
        assert story.main.order is Order.NAME
