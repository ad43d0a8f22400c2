"""One key for all listed profiles."""

from __future__ import annotations

import pytest

from cognitui.model.errors import Unreachable
from cognitui.model.struct import replace
from cognitui.model.token import TokenKind
from cognitui.tokens.request import Source, TokenResult
from tests.tui.harness import NARROW, WIDE, ByName, desk, opened
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    make_book,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE, BOB, CAROL = make_profile("dev/alice"), make_profile("dev/bob"), make_profile("dev/carol")
PROD = make_profile("prod/grace", protected=True)


def started(services: FakeServices) -> set[str]:
    return {profile.id for profile, _ in services.signin.started}


async def test_one_key_gets_the_tokens_of_all() -> None:
    services = desk(ALICE, BOB, CAROL, signin=ByName())
    async with opened(services) as story:
        await story.press("A")

        await story.hear("3 tokens valid.")
        assert started(services) == {"dev/alice", "dev/bob", "dev/carol"}
        assert all(story.main.expiries[profile.token_key].access for profile in (ALICE, BOB, CAROL))


async def test_tokens_that_came_for_all_are_not_opened() -> None:
    services = desk(ALICE, BOB, signin=ByName())
    async with opened(services) as story:
        await story.press("A")
        await story.hear("2 tokens valid.")

        assert "alice-sub" not in story.text


async def test_what_is_valid_is_not_fetched_again() -> None:
    services = desk(ALICE, BOB, signin=ByName()).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("A")
        await story.hear("2 tokens valid.")

        assert started(services) == {"dev/bob"}


async def test_one_failure_does_not_stop_the_rest_and_challenges_wait_in_the_list() -> None:
    services = desk(
        ALICE, BOB, CAROL, signin=ByName(alice=Unreachable("The network is gone."), bob=password_challenge(BOB))
    )
    async with opened(services) as story:
        await story.press("A")

        await story.hear("1 token valid.")
        await story.hear("1 needs input: dev/bob.")
        await story.hear("1 failed: dev/alice. The network is gone.")
        assert "failed" in story.text
        assert "answer" in story.text


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_progress_is_shown_and_esc_cancels(size: tuple[int, int]) -> None:
    many = tuple(make_profile(f"dev/user{number:02}") for number in range(20))
    signin = ByName()
    signin.gate.clear()
    services = desk(*many, signin=signin)
    async with opened(services, size=size) as story:
        await story.press("A")
        await story.see("0 of 20 · esc cancels")
        await story.press("escape")
        await story.until(lambda: "of 20" not in story.text)
        signin.gate.set()

        assert len(signin.started) <= 8
        assert not any(entry.running for entry in story.main.states.values())


async def test_while_it_runs_the_key_says_so() -> None:
    signin = ByName()
    signin.gate.clear()
    async with opened(desk(ALICE, BOB, signin=signin)) as story:
        await story.press("A")
        await story.see("0 of 2")
        await story.press("A")
        await story.hear("An action for several profiles is running: esc cancels it.")
        signin.gate.set()
        await story.hear("2 tokens valid.")


async def test_profiles_that_share_their_tokens_sign_in_once() -> None:
    twin = make_profile("dev/twin", username=ALICE.username)
    services = desk(ALICE, twin, signin=ByName())
    async with opened(services) as story:
        await story.press("A")
        await story.hear("1 token valid.")

        assert started(services) == {"dev/alice"}


async def test_only_what_is_listed_is_fetched() -> None:
    services = desk(ALICE, BOB, signin=ByName())
    async with opened(services) as story:
        await story.press("slash")
        await story.type("bob")
        await story.press("enter", "A")
        await story.hear("1 token valid.")

        assert started(services) == {"dev/bob"}


async def test_a_protected_environment_is_asked_about_once() -> None:
    services = desk(PROD, make_profile("prod/henry", protected=True), signin=ByName())
    async with opened(services) as story:
        await story.press("A")
        await story.see("Get the tokens of 2 profiles of prod?")
        assert started(services) == set()
        await story.press("y")

        await story.hear("2 tokens valid.")


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_among_all_environments_the_protected_ones_can_be_left_out(by_mouse: bool) -> None:
    services = desk(ALICE, PROD, signin=ByName())
    async with opened(services) as story:
        await story.press("0", "A")
        await story.see("Only the other 1 (o)")
        if by_mouse:
            await story.pilot.click("#part")
        else:
            await story.press("o")
        await story.hear("1 token valid.")

        assert started(services) == {"dev/alice"}


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_refusal_among_all_environments_does_nothing(key: str) -> None:
    services = desk(ALICE, PROD, signin=ByName())
    async with opened(services) as story:
        await story.press("0", "A")
        await story.see("Only the other 1")
        await story.press(key)
        await story.until(lambda: story.app.screen is story.main)
        await story.pilot.pause(0.1)

        assert started(services) == set()


async def test_one_key_refreshes_those_that_have_tokens() -> None:
    services = desk(ALICE, BOB, signin=FakeSignIn(refresh=[make_tokens(mark="2", refresh=False)]))
    services.holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("R")
        await story.hear("1 token refreshed.")

        assert [call.profile for call in services.signin.refreshed] == [ALICE]


async def test_a_refresh_of_all_without_a_token_says_so() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("R")

        await story.hear("No listed profile has tokens to refresh.")


async def test_one_key_forgets_what_has_expired_and_keeps_the_rest() -> None:
    services = desk(ALICE, BOB)
    services.holding(ALICE, make_tokens(now=NOW - 7200)).holding(BOB, make_tokens())
    async with opened(services) as story:
        await story.see("1h ago")
        await story.press("X")
        await story.hear("2 expired tokens removed.")
        await story.until(lambda: "1h ago" not in story.text)

        assert len(services.vault.entries) == 4, "the refresh token of alice, and all three of bob"
        assert services.broker.expiries()[ALICE.token_key].of(TokenKind.REFRESH) is not None


async def test_if_nothing_has_expired_the_key_says_so() -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        await story.press("X")

        await story.hear("No token of the listed profiles has expired.")


async def test_what_was_reported_last_time_makes_way() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()], refresh=[make_tokens(mark="2")]))
    async with opened(services) as story:
        await story.press("A")
        await story.hear("1 token valid.")
        await story.press("R")
        await story.until(lambda: not any("1 token valid." in toast for toast in story.toasts))


async def test_a_late_question_is_not_asked_if_the_profile_means_another_user() -> None:
    signin = ByName(alice=password_challenge(ALICE))
    signin.gate.clear()
    services = desk(ALICE, BOB, signin=signin)
    async with opened(services) as story:
        await story.press("A")
        await story.until(lambda: len(signin.started) == 2)
        mallory = make_profile("dev/alice", username="mallory@example.com")
        story.main.files.take_changed(make_book(mallory, BOB))
        signin.gate.set()
        await story.hear("1 needs input: dev/alice.")

        assert story.main.state_of(mallory).challenge is None


async def test_what_another_request_keeps_in_the_meantime_is_not_overwritten() -> None:
    signin = ByName(alice=Unreachable("The network is gone."))
    signin.gate.clear()
    services = desk(ALICE, BOB, signin=signin)
    async with opened(services) as story:
        await story.press("A")
        await story.until(lambda: story.main.state_of(ALICE).running is not None)
        services.index.note(ALICE, make_tokens())
        came = TokenResult(ALICE, make_token(), Source.REFRESHED)
        story.main.keep_state(ALICE, story.main.state_of(ALICE).got(came))
        signin.gate.set()
        await story.hear("1 failed: dev/alice.")

        assert story.main.state_of(ALICE).tokens == {TokenKind.ACCESS: came.token}
        assert story.main.state_of(ALICE).error is None


async def test_a_mark_that_is_set_while_it_runs_stays() -> None:
    signin = ByName()
    signin.gate.clear()
    async with opened(desk(ALICE, BOB, signin=signin)) as story:
        await story.press("A")
        await story.until(lambda: story.main.state_of(ALICE).running is not None)
        story.main.keep_state(ALICE, replace(story.main.state_of(ALICE), marked=make_token()))
        signin.gate.set()
        await story.hear("2 tokens valid.")

        assert story.main.state_of(ALICE).marked == make_token()
        assert story.main.state_of(ALICE).running is None


async def test_one_that_is_removed_before_its_turn_is_left_out_and_reported() -> None:
    many = tuple(make_profile(f"dev/user{number:02}") for number in range(9))
    signin = ByName()
    signin.gate.clear()
    services = desk(*many, signin=signin)
    async with opened(services) as story:
        await story.press("A")
        await story.until(lambda: len(signin.started) == 8)
        story.main.files.take_changed(make_book(*many[:8]))
        signin.gate.set()

        await story.hear("1 failed: dev/user08. dev/user08 was changed or removed in the meantime.")
        assert "dev/user08" not in started(services)
