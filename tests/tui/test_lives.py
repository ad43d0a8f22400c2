"""Keeping tokens alive, and the notice before one ends that is in use."""

from __future__ import annotations

from typing import Any

import pytest

from cognitui.model.errors import KeyringLocked, Throttled, Unreachable
from cognitui.model.profile import Profile
from cognitui.tui.widgets.profile_list import KEPT_ALIVE
from tests.tui.harness import NARROW, Story, desk, opened
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSettings,
    FakeSignIn,
    make_profile,
    make_tokens,
    password_challenge,
)

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)
SOON = 3600 - 250
"""Seconds after which a token of an hour has begun to run out."""


def later(mark: str) -> object:
    return make_tokens(now=NOW + SOON, mark=mark, refresh=False)


def unlocked(*profiles: Profile, **parts: Any) -> FakeServices:
    """Returns services whose screen never locks: these tests let hours pass."""
    return desk(*profiles, **{"settings": FakeSettings(idle_lock=0), **parts})


def holding(*refreshes: object, **parts: object) -> FakeServices:
    services = unlocked(ALICE, BOB, signin=FakeSignIn(refresh=list(refreshes)), **parts)  # type: ignore[arg-type]
    return services.holding(ALICE, make_tokens())


async def pass_time(story: Story, services: FakeServices, seconds: float) -> None:
    services.clock.advance(seconds)
    story.main._tick()
    await story.pilot.pause()


@pytest.mark.parametrize("size", [NARROW, (120, 36)])
async def test_w_marks_the_profile_and_w_again_takes_the_mark_away(size: tuple[int, int]) -> None:
    async with opened(holding(), size=size) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await story.press("w")

        await story.until(lambda: KEPT_ALIVE not in story.text)


async def test_a_kept_token_is_renewed_before_it_ends() -> None:
    services = holding(later("2"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.until(lambda: len(services.signin.refreshed) == 1)
        await story.see("1:00:00")
        assert KEPT_ALIVE in story.text


async def test_a_kept_token_that_is_shown_is_shown_anew() -> None:
    services = holding(later("fresh"))
    async with opened(services) as story:
        await story.press("enter", "w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.see("fresh")


async def test_a_kept_token_that_nobody_opened_stays_shut() -> None:
    services = holding(later("fresh"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.until(lambda: len(services.signin.refreshed) == 1)

        assert not story.main.entry_of(ALICE).tokens


@pytest.mark.parametrize("error", [Unreachable("The network is gone."), Throttled("Too many calls.")])
async def test_a_failure_that_may_pass_is_tried_again(error: Unreachable) -> None:
    services = holding(error, later("2"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.hear("is tried again in")
        await pass_time(story, services, 16)

        await story.until(lambda: len(services.signin.refreshed) == 2)
        assert KEPT_ALIVE in story.text


async def test_it_stops_where_a_person_is_needed_and_says_so() -> None:
    services = unlocked(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    async with opened(services) as story:
        await story.press("w")

        await story.see(KEPT_ALIVE)
        await pass_time(story, services, 1)
        await story.hear("dev/alice is kept alive no more: a person is needed. Cognito asks for password.")
        assert KEPT_ALIVE not in story.text
        assert story.main.entry_of(ALICE).challenge is not None


async def test_it_stops_where_the_keyring_is_locked() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        services.vault.fault = KeyringLocked("The keyring is locked.")
        await pass_time(story, services, SOON)

        await story.hear("The keyring is locked.")
        assert KEPT_ALIVE not in story.text


async def test_a_sign_out_stops_it() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await story.press("x")
        await story.see("Forget here")
        await story.press("h")
        await story.hear("Signed out")

        await story.until(lambda: KEPT_ALIVE not in story.text)


async def test_a_profile_that_means_another_user_now_is_kept_alive_no_more() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        book = services.profiles.change(ALICE, "dev", "alice", make_profile("dev/alice", username="other").own)
        story.main.take_changed(book)

        await story.until(lambda: KEPT_ALIVE not in story.text)


async def test_a_protected_profile_is_kept_alive_after_a_question() -> None:
    services = unlocked(PROD).holding(PROD, make_tokens())
    async with opened(services) as story:
        await story.press("w")
        await story.see("Keep the tokens of prod/alice alive")
        assert KEPT_ALIVE not in story.text
        await story.press("y")

        await story.see(KEPT_ALIVE)


async def test_auto_refresh_keeps_alive_what_was_got() -> None:
    async with opened(holding(settings=FakeSettings(auto_refresh=True, idle_lock=0))) as story:
        assert KEPT_ALIVE not in story.text
        await story.press("enter")

        await story.see(KEPT_ALIVE)


async def test_auto_refresh_leaves_protected_environments_alone() -> None:
    services = unlocked(PROD, settings=FakeSettings(auto_refresh=True, idle_lock=0)).holding(PROD, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("is protected")
        await story.press("y")
        await story.see("alice-sub")

        assert KEPT_ALIVE not in story.text


async def test_a_token_in_use_is_told_to_end_soon_once() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await pass_time(story, services, SOON + 50)
        await story.hear("dev/alice ends in 3:20: r refreshes it, w keeps it alive.")
        await pass_time(story, services, 1)

        assert sum("ends in" in toast for toast in story.toasts) == 1


async def test_a_token_that_nobody_used_ends_in_silence() -> None:
    services = holding()
    async with opened(services) as story:
        await pass_time(story, services, SOON + 50)

        assert story.toasts == []


async def test_what_is_kept_alive_is_not_told_to_end() -> None:
    services = holding(Unreachable("The network is gone."))
    async with opened(services) as story:
        await story.press("enter", "w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.hear("is tried again")

        assert not any("ends in" in toast for toast in story.toasts)
