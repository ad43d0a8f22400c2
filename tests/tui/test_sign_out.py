"""Signing out from the screen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.model import errors
from cognitui.model.challenge import RememberedDevice
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.model.user_session import UserSession
from cognitui.tui.dialogs.sign_out import SignOutScreen
from tests.tui.harness import NARROW, desk, opened
from tests.unit.fake_sessions import FakeSessions, FakeUserSessions
from tests.unit.fakes import CLIENT, NOW, FakeServices, FakeSettings, make_profile, make_tokens

ALICE = make_profile("dev/alice")
TWIN = make_profile("dev/twin", username=ALICE.username)
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True, label="Production")
TOKENS = make_tokens()
BROWSER = UserSession("sso" + 25 * "b", "SSO", "web0client", last_active_at=NOW - 60, device="Windows, Edge")
WEB = UserSession(
    "tkn" + 25 * "w",
    "TOKEN",
    "web0client",
    last_active_at=NOW - 120,
    device="Windows, Edge",
    city="Dublin",
    country="Ireland",
    origin_id=BROWSER.id,
)
MINE = UserSession("tkn" + 25 * "m", "TOKEN", CLIENT, last_active_at=NOW - 900, is_current=True)


def holding(**parts: object) -> FakeServices:
    services = desk(ALICE, TWIN, BOB, **parts).holding(ALICE, TOKENS)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "password"
    return services


def with_device(services: FakeServices) -> FakeServices:
    services.vault.entries[ALICE.secret_name(SecretKind.DEVICE)] = RememberedDevice("key", "group", "word").pack()
    return services


def kinds(services: FakeServices) -> set[SecretKind]:
    return {name.kind for name in services.vault.entries}


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("h", []),
        ("r", [("revoke", "dev/alice", "opaque-refresh-1", "")]),
        ("e", [("sign out everywhere", "dev/alice", TOKENS.access.value)]),
    ],
)
async def test_x_and_one_more_key_sign_out(key: str, call: list[tuple[str, ...]]) -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("x")
        await story.see("Sign out dev/alice")
        await story.press(key)

        await story.hear("Signed out")
        assert services.sessions.calls == call
        assert kinds(services) == {SecretKind.PASSWORD}
        assert "alice-sub" not in story.text
        assert story.main.expiries == {}


async def test_what_still_works_is_reported_with_its_time() -> None:
    async with opened(holding()) as story:
        await story.press("x")
        await story.see("Revoke (r)")
        await story.press("r")

        await story.hear("checks signature and expiry")
        await story.hear("dev/twin")


async def test_the_dialog_names_the_profiles_that_lose_their_tokens_too() -> None:
    async with opened(holding()) as story:
        await story.press("x")

        await story.see("These profiles share the tokens and lose them too: dev/twin.")


async def test_a_profile_that_shares_the_tokens_no_longer_shows_them() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("j", "enter")
        await story.see("alice-sub")
        await story.press("k", "x")
        await story.see("Forget here (h)")
        await story.press("h")
        await story.hear("Signed out")

        assert not story.main.state_of(TWIN).tokens


@pytest.mark.parametrize("keys", [("escape",), ("enter",)])
async def test_esc_and_a_stray_enter_sign_nobody_out(keys: tuple[str, ...]) -> None:
    services = holding()
    before = dict(services.vault.entries)
    async with opened(services) as story:
        await story.press("x")
        await story.see("Sign out dev/alice")
        await story.press(*keys)
        await story.until(lambda: not isinstance(story.app.screen, SignOutScreen))

        assert services.vault.entries == before


async def test_without_a_network_nothing_is_forgotten_and_the_local_way_is_offered() -> None:
    services = holding(sessions=FakeSessions(fault=errors.Unreachable("Nobody answers.")))
    before = dict(services.vault.entries)
    async with opened(services) as story:
        await story.press("x")
        await story.see("Revoke (r)")
        await story.press("r")
        await story.see("Nothing was forgotten.")
        assert services.vault.entries == before
        await story.press("y")

        await story.hear("Cognito was not asked")
        assert kinds(services) == {SecretKind.PASSWORD}


async def test_a_refusal_to_that_offer_leaves_everything_with_the_error() -> None:
    services = holding(sessions=FakeSessions(fault=errors.NotInThisPool("No revocation.")))
    before = dict(services.vault.entries)
    async with opened(services) as story:
        await story.press("x")
        await story.see("Revoke (r)")
        await story.press("r")
        await story.see("Nothing was forgotten.")
        await story.press("n")

        await story.see("No revocation.")
        assert services.vault.entries == before


async def test_a_keyring_that_fails_is_reported_and_offers_nothing() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("x")
        await story.see("Forget here (h)")
        services.vault.fault = errors.KeyringTimeout("The keyring does not answer in time.")
        await story.press("h")

        await story.see("The keyring does not answer in time.")
        assert story.main.expiries


async def test_an_app_client_of_its_own_can_only_be_forgotten_here() -> None:
    machine = make_profile("dev/service", username=None, flow=Flow.CLIENT_CREDENTIALS)
    services = desk(machine).holding(machine, make_tokens(refresh=False))
    async with opened(services) as story:
        await story.press("x")
        await story.see("Sign out dev/service")
        await story.press("r", "e", "d")
        assert isinstance(story.app.screen, SignOutScreen)
        await story.press("h")

        await story.hear("Signed out")


async def test_a_protected_environment_is_named_and_a_click_signs_out() -> None:
    services = desk(PROD).holding(PROD, TOKENS)
    async with opened(services) as story:
        await story.press("x")
        await story.see("Production is protected.")
        await story.pilot.click("#revoke")

        await story.hear("Signed out")


async def test_the_keys_of_the_dialog_can_be_changed() -> None:
    services = holding(settings=FakeSettings(keymap={"end_here": "f9"}))
    async with opened(services) as story:
        await story.press("x")
        await story.see("Forget here (f9)")
        await story.press("f9")

        await story.hear("Signed out")


async def test_all_of_the_dialog_is_seen_on_a_small_terminal() -> None:
    async with opened(holding(), size=NARROW) as story:
        await story.press("x")

        for words in ("Forget here (h)", "Revoke (r)", "Everywhere (e)", "Forget device (d)", "Cancel (esc)"):
            await story.see(words)


class TestTheDevice:
    async def test_d_makes_cognito_and_this_machine_forget_it(self) -> None:
        services = with_device(holding())
        async with opened(services) as story:
            await story.press("x")
            await story.see("Forget device (d)")
            await story.until(lambda: not story.app.screen.query_one("#device").disabled)
            await story.press("d")

            await story.hear("Cognito has forgotten this machine")
            assert services.sessions.calls == [("forget device", "dev/alice", TOKENS.access.value, "key")]
            assert SecretKind.DEVICE not in kinds(services)

    async def test_without_one_the_key_does_nothing(self) -> None:
        services = holding()
        async with opened(services) as story:
            await story.press("x")
            await story.see("Forget device (d)")
            await story.press("d")

            assert isinstance(story.app.screen, SignOutScreen)
            assert services.sessions.calls == []

    async def test_without_a_network_it_stays(self) -> None:
        services = with_device(holding(sessions=FakeSessions(fault=errors.Unreachable("Nobody answers."))))
        async with opened(services) as story:
            await story.press("x")
            await story.see("Forget device (d)")
            await story.until(lambda: not story.app.screen.query_one("#device").disabled)
            await story.press("d")

            await story.see("Nobody answers.")
            assert SecretKind.DEVICE in kinds(services)


async def test_a_sign_out_of_another_program_takes_the_tokens_off_the_screen() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        services.index.forget(ALICE.token_key)
        story.main.files.watch()

        await story.until(lambda: "alice-sub" not in story.text, "the token is still shown")


class TestTheSessions:
    async def test_the_list_marks_this_one_and_another_one_ends_while_the_tokens_stay(self) -> None:
        services = holding(session_calls=FakeUserSessions(WEB, BROWSER, MINE))
        before = dict(services.vault.entries)
        async with opened(services, size=NARROW) as story:
            await story.press("x")
            await story.see('Sessions: signed in 3 times; "this" is the sign-in of these tokens.')
            for words in ("this 15 min ago", "Dublin, Ireland", "client of dev/a", "browser, web0client"):
                await story.see(words)
            await story.press("j", "j")
            await story.see("web0client on Windows, Edge (app, by browser); Dublin, Ireland.")
            await story.press("s")

            await story.see("Ended: web0client on Windows, Edge.")
            assert services.session_calls.calls[1:] == [("end", "dev/alice", TOKENS.access.value, WEB.id)]
            assert services.vault.entries == before
            assert "Dublin" not in story.text

    async def test_l_ends_linked_sessions_too_and_a_late_list_does_not_bring_them_back(self) -> None:
        calls = FakeUserSessions(MINE, BROWSER, WEB)
        services = holding(session_calls=calls)
        async with opened(services) as story:
            await story.press("x")
            await story.see("signed in 3 times")
            await story.press("j", "l")
            await story.see("With it: 1 linked session.")
            calls.sessions = [MINE, BROWSER, WEB]
            await story.press("f5")

            await story.see("signed in once")
            assert calls.calls[1] == ("end", "dev/alice", TOKENS.access.value, BROWSER.id, "linked")
            assert "web0client" not in story.text

    @pytest.mark.parametrize(("key", "linked"), [("s", ()), ("l", ("linked",))])
    async def test_this_session_ends_by_a_sign_out(self, key: str, linked: tuple[str, ...]) -> None:
        services = holding(session_calls=FakeUserSessions(MINE, WEB))
        async with opened(services) as story:
            await story.press("x")
            await story.see("signed in 2 times")
            await story.press(key)

            await story.hear("Signed out")
            assert services.sessions.calls == [("revoke", "dev/alice", "opaque-refresh-1", "", *linked)]
            assert kinds(services) == {SecretKind.PASSWORD}

    async def test_a_slow_answer_holds_nothing_up(self) -> None:
        calls = FakeUserSessions(MINE)
        calls.may_run.clear()
        async with opened(holding(session_calls=calls)) as story:
            await story.press("x")
            await story.see("asking Cognito where this user is signed in")
            await story.press("s", "f5")
            await story.hear("The call before is still running.")
            await story.press("escape")
            calls.may_run.set()

            assert not isinstance(story.app.screen, SignOutScreen)
            assert len(calls.calls) == 1

    async def test_a_protected_environment_is_asked_for_sessions_on_request_only(self) -> None:
        services = desk(PROD, session_calls=FakeUserSessions(MINE)).holding(PROD, TOKENS)
        async with opened(services) as story:
            await story.press("x")
            await story.see("press F5 to ask Cognito where this user is signed in")
            assert services.session_calls.calls == []
            await story.pilot.click("#list_sessions")

            await story.see("signed in once")

    async def test_a_pool_that_tracks_none_and_a_missing_token_are_explained(self) -> None:
        calls = FakeUserSessions(fault=errors.SessionsNotTracked("dev/alice: tracking is off."))
        async with opened(holding(session_calls=calls)) as story:
            await story.press("x")
            await story.see("tracking is off. cognitui sessions dev/alice says more.")
            await story.press("s")
            await story.hear("There is no session to end.")
            await story.press("escape", "j", "j", "x")

            await story.see("dev/bob has no tokens here.")
            assert len(calls.calls) == 1

    async def test_iam_credentials_are_used_on_request_only(self) -> None:
        admin = make_profile("dev/admin", aws_profile="dev")
        calls = FakeUserSessions(WEB)
        calls.names = {"web0client": "web shop"}
        services = desk(admin, session_calls=calls)
        async with opened(services) as story:
            await story.press("x")
            await story.see("Press F5 to ask with AWS credentials.")
            assert calls.calls == []
            await story.press("f5")
            await story.see("AWS credentials don't say which is this one.")
            await story.see("web shop")
            await story.press("s")

            await story.see("Ended: web shop")
            assert [call[0] for call in calls.calls] == ["admin list", "names", "admin end"]

    async def test_a_click_puts_the_cursor_on_a_session_and_a_button_ends_it(self) -> None:
        services = holding(session_calls=FakeUserSessions(MINE, WEB))
        async with opened(services) as story:
            await story.press("x")
            await story.see("signed in 2 times")
            await story.pilot.click("#sessions", offset=(5, 2))
            await story.pilot.click("#end_session")

            await story.see("Ended: web0client")

    async def test_twenty_sessions_leave_every_button_on_a_small_terminal(self) -> None:
        many = [replace(WEB, id=f"tkn{number:025}") for number in range(19)]
        shared = [make_profile(f"dev/a-rather-long-name-{n}", username=ALICE.username) for n in range(5)]
        services = desk(ALICE, *shared, session_calls=FakeUserSessions(MINE, *many)).holding(ALICE, TOKENS)
        async with opened(services, size=NARROW) as story:
            await story.press("x")
            await story.see("signed in 20 times")

            for words in (
                "Forget here (h)",
                "End session (s)",
                "With linked (l)",
                "List sessions (F5)",
                "Cancel (esc)",
            ):
                await story.see(words)
