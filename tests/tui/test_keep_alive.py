"""Keeping tokens alive, and the notice before one ends that is in use."""

from __future__ import annotations

from typing import Any

import pytest

from cognitui.model.errors import KeyringLocked, RefreshTokenDead, Throttled, Unreachable
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import TokenSet
from cognitui.tui.widgets.profile_list import KEPT_ALIVE
from tests.tui.harness import NARROW, ByName, Story, desk, opened
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSettings,
    FakeSignIn,
    make_book,
    make_profile,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)
ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None, domain="https://a.example.com")
SOON = 3600 - 250
"""Seconds after which a token of an hour has begun to run out."""


def later(mark: str) -> object:
    return make_tokens(now=NOW + SOON, mark=mark, refresh=False)


def unlocked(*profiles: Profile, **parts: Any) -> FakeServices:
    """Return services whose screen never locks: these tests let hours pass."""
    return desk(*profiles, **{"settings": FakeSettings(idle_lock=0), **parts})


def holding(*refreshes: object, **parts: object) -> FakeServices:
    services = unlocked(ALICE, BOB, signin=FakeSignIn(refresh=list(refreshes)), **parts)  # type: ignore[arg-type]
    return services.holding(ALICE, make_tokens())


async def pass_time(story: Story, services: FakeServices, seconds: float) -> None:
    services.clock.advance(seconds)
    story.main.tick()
    await story.pilot.pause()


@pytest.mark.parametrize("size", [NARROW, (120, 36)])
async def test_w_marks_the_profile_and_w_again_takes_the_mark_away(size: tuple[int, int]) -> None:
    async with opened(holding(), size=size) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await story.press("w")

        await story.until(lambda: KEPT_ALIVE not in story.text)


async def test_without_a_token_w_says_only_that_it_cannot_be_kept_alive() -> None:
    services = unlocked(ALICE)
    async with opened(services) as story:
        await story.press("w")
        await story.hear("dev/alice cannot be kept alive: input required.")

        assert len(story.toasts) == 1
        assert KEPT_ALIVE not in story.text


async def test_without_a_valid_token_w_only_announces_the_next_try_if_the_network_fails() -> None:
    services = holding(Unreachable("The network is gone."))
    services.clock.advance(SOON)
    async with opened(services) as story:
        await story.press("w")
        await story.hear("next try in")

        assert len(story.toasts) == 1
        assert KEPT_ALIVE in story.text


async def test_w_says_that_it_keeps_alive_once_the_first_renewal_has_come() -> None:
    services = holding(later("2"))
    services.clock.advance(SOON)
    async with opened(services) as story:
        await story.press("w")
        await story.hear("Keep-alive is on: dev/alice is refreshed before its tokens expire, until you quit.")

        assert len(services.signin.refreshed) == 1
        assert len(story.toasts) == 1


async def test_a_kept_token_is_renewed_before_it_expires() -> None:
    services = holding(later("2"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.until(lambda: len(services.signin.refreshed) == 1)
        await story.see("1:00:00")
        assert KEPT_ALIVE in story.text


async def test_a_kept_token_that_is_shown_is_shown_again() -> None:
    services = holding(later("fresh"))
    async with opened(services) as story:
        await story.press("enter", "w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.see("fresh")


async def test_a_renewed_token_that_was_not_opened_stays_unopened() -> None:
    services = holding(later("fresh"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.until(lambda: len(services.signin.refreshed) == 1)

        assert not story.main.state_of(ALICE).tokens


@pytest.mark.parametrize("error", [Unreachable("The network is gone."), Throttled("Too many calls.")])
async def test_a_failure_that_may_pass_is_tried_again(error: Unreachable) -> None:
    services = holding(error, later("2"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.hear("next try in")
        await pass_time(story, services, 16)

        await story.until(lambda: len(services.signin.refreshed) == 2)
        assert KEPT_ALIVE in story.text


async def test_it_stops_if_input_is_required_and_says_so() -> None:
    services = unlocked(ORDERS, signin=FakeSignIn(start=[password_challenge(ORDERS)]))
    services.holding(ORDERS, TokenSet(access=make_tokens().access))
    async with opened(services) as story:
        await story.press("w")

        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.hear("Keep-alive is off for dev/orders: input required. Cognito asks for password.")
        assert KEPT_ALIVE not in story.text
        assert story.main.state_of(ORDERS).challenge is not None


async def test_an_app_client_gets_a_new_token_before_the_current_one_expires() -> None:
    services = unlocked(ORDERS, signin=FakeSignIn(start=[signed_in(now=NOW + SOON, refresh=False)]))
    services.holding(ORDERS, TokenSet(access=make_tokens().access))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.see("1:00:00")
        assert KEPT_ALIVE in story.text


@pytest.mark.parametrize("profile", [ALICE, ORDERS])
async def test_after_a_sign_out_elsewhere_nobody_is_signed_in_again(profile: Profile) -> None:
    services = unlocked(profile, signin=FakeSignIn(start=[signed_in()]))
    services.holding(profile, TokenSet(access=make_tokens().access))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        services.broker.signing_out.forget_here(profile)
        await pass_time(story, services, SOON)

        await story.hear(f"There is nothing stored for {profile.id} that could be refreshed.")
        assert services.signin.started == []
        assert KEPT_ALIVE not in story.text


async def test_a_refresh_token_that_is_dead_stops_it_though_the_password_is_stored() -> None:
    services = unlocked(
        ALICE, signin=FakeSignIn(start=[signed_in()], refresh=[RefreshTokenDead("It was revoked.")])
    ).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)

        await story.hear("The stored tokens cannot be refreshed any more. It was revoked. The session may have")
        assert services.signin.started == []


async def test_it_stops_if_the_keyring_is_locked() -> None:
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


async def test_a_profile_that_means_another_user_now_is_no_longer_kept_alive() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        book = services.profiles.change(ALICE, "dev", "alice", make_profile("dev/alice", username="other").own)
        story.main.files.take_changed(book)

        await story.until(lambda: KEPT_ALIVE not in story.text)


async def test_a_protected_profile_is_kept_alive_after_a_question() -> None:
    services = unlocked(PROD).holding(PROD, make_tokens())
    async with opened(services) as story:
        await story.press("w")
        await story.see("Keep the tokens of prod/alice alive")
        assert KEPT_ALIVE not in story.text
        await story.press("y")

        await story.see(KEPT_ALIVE)


async def test_one_that_is_removed_while_the_question_is_open_is_not_kept_alive() -> None:
    services = unlocked(ALICE, PROD).holding(PROD, make_tokens())
    async with opened(services, environment="prod") as story:
        await story.press("w")
        await story.see("Keep the tokens of prod/alice alive")
        story.main.files.take_changed(make_book(ALICE))
        await story.press("y")

        await story.hear("prod/alice was changed or removed in the meantime")
        await pass_time(story, services, SOON)
        assert story.main.kept_alive == frozenset()


async def test_one_that_is_removed_during_its_sign_in_is_not_kept_alive_by_auto_refresh() -> None:
    signin = ByName()
    signin.gate.clear()
    services = unlocked(ALICE, BOB, signin=signin, settings=FakeSettings(idle_lock=0, auto_refresh=True))
    async with opened(services) as story:
        await story.press("enter")
        await story.until(lambda: bool(signin.started))
        story.main.files.take_changed(make_book(BOB))
        signin.gate.set()

        await story.hear("dev/alice was changed or removed in the meantime")
        await pass_time(story, services, SOON)
        assert story.main.kept_alive == frozenset()


async def test_one_that_means_another_user_by_now_is_not_kept_alive() -> None:
    services = holding()
    async with opened(services) as story:
        story.main.keep_alive.keep(make_profile("dev/alice", username="mallory"))

        assert story.main.kept_alive == frozenset()


async def test_keep_alive_stops_for_a_profile_that_becomes_protected() -> None:
    services = holding(later("2"))
    async with opened(services) as story:
        await story.press("w")
        await story.see(KEPT_ALIVE)
        story.main.files.take_changed(make_book(make_profile("dev/alice", protected=True), BOB))

        await story.hear("Keep-alive is off for dev/alice: it is protected now.")
        await pass_time(story, services, SOON)
        assert KEPT_ALIVE not in story.text
        assert services.signin.refreshed == []


async def test_a_confirmed_profile_stays_kept_alive_after_a_reload() -> None:
    renewals = [make_tokens(now=NOW + SOON, mark="2", refresh=False)]
    services = unlocked(PROD, signin=FakeSignIn(refresh=list(renewals))).holding(PROD, make_tokens())
    async with opened(services) as story:
        await story.press("w")
        await story.see("Keep the tokens of prod/alice alive")
        await story.press("y")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.until(lambda: len(services.signin.refreshed) == 1)
        story.main.files.take_changed(make_book(PROD, BOB))

        assert story.main.kept_alive == {"prod/alice"}


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


async def test_a_token_in_use_is_reported_to_expire_soon_once() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await pass_time(story, services, SOON + 50)
        await story.hear("dev/alice expires in 3:20: r refreshes it, w keeps it alive.")
        await pass_time(story, services, 1)

        assert sum("expires in" in toast for toast in story.toasts) == 1


async def test_an_unused_token_expires_silently() -> None:
    services = holding()
    async with opened(services) as story:
        await pass_time(story, services, SOON + 50)

        assert story.toasts == []


async def test_what_is_kept_alive_is_not_reported_to_expire() -> None:
    services = holding(Unreachable("The network is gone."))
    async with opened(services) as story:
        await story.press("enter", "w")
        await story.see(KEPT_ALIVE)
        await pass_time(story, services, SOON)
        await story.hear("next try in")

        assert not any("expires in" in toast for toast in story.toasts)
