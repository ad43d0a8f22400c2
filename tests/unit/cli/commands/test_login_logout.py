"""`cognitui logout`: its reach, its messages, and failures."""

from __future__ import annotations

import pytest

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import CognituiError, NotInThisPool, Unreachable
from cognitui.model.secret import SecretKind
from tests.unit.cli.harness import printed_json, run
from tests.unit.fake_sessions import FakeSessions
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, make_tokens, password_challenge, services_with

ALICE = make_profile("dev/alice")
TWIN = make_profile("dev/twin", username=ALICE.username)
BOSS = make_profile("prod/boss", protected=True, label="Production")
TOKENS = make_tokens()


def holding(**parts: object) -> FakeServices:
    services = services_with(ALICE, TWIN, **parts).holding(ALICE, TOKENS)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "password"
    return services


def kinds(services: FakeServices) -> set[SecretKind]:
    return {name.kind for name in services.vault.entries}


def test_without_an_option_only_the_cached_tokens_are_removed() -> None:
    services = holding()
    result = run(services, "logout", "dev/alice")

    assert (result.exit_code, result.stdout) == (0, "")
    assert kinds(services) == {SecretKind.PASSWORD}
    assert services.sessions.calls == []
    assert "Cognito was not asked" in result.stderr


def test_the_json_says_how_far_it_went_and_what_stays_valid() -> None:
    assert printed_json(run(holding(), "logout", "dev/alice", "--revoke", "--json")) == {
        "profile": "dev/alice",
        "also": ["dev/twin"],
        "reach": "revoke",
        "revoked": True,
        "expires_at": {
            "access": "2026-11-22T10:42:11Z",
            "id": "2026-11-22T10:42:11Z",
            "refresh": "2026-12-22T09:42:11Z",
        },
    }


def test_profiles_that_share_the_tokens_are_named() -> None:
    assert "as they share the tokens: dev/twin." in run(holding(), "logout", "dev/alice").stderr


def test_revoke_ends_the_refresh_token_and_says_what_stays_valid() -> None:
    services = holding()
    result = run(services, "logout", "dev/alice", "--revoke")

    assert TOKENS.refresh is not None
    assert services.sessions.calls == [("revoke", "dev/alice", TOKENS.refresh.value, "")]
    assert "signature and expiry accepts copies of the access and ID tokens until" in result.stderr
    assert kinds(services) == {SecretKind.PASSWORD}


def test_global_shows_the_stored_access_token() -> None:
    services = holding()
    result = run(services, "logout", "dev/alice", "--global")

    assert services.sessions.calls == [("sign out everywhere", "dev/alice", TOKENS.access.value)]
    assert "all sessions of the user" in result.stderr


def test_global_without_any_token_signs_in_first_or_says_what_is_needed() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    result = run(services, "logout", "dev/alice", "--global")

    assert result.exit_code == 3
    assert "password is needed" in result.stderr


def test_a_sign_in_for_the_sign_out_is_explained_and_its_own_tokens_are_not_reported() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[SignedIn(TOKENS)]))
    result = run(services, "logout", "dev/alice", "--global")

    assert result.stderr.splitlines() == [
        "dev/alice has no session here. Signing in once: Cognito ends sessions only for a signed-in user.",
        "dev/alice: all sessions of the user are revoked, and the tokens are removed from this machine.",
        "Access tokens of other devices verify until they expire, 1h after they were issued.",
    ]


def test_with_a_session_no_sign_in_is_mentioned_but_its_tokens_are() -> None:
    result = run(holding(), "logout", "dev/alice", "--global")

    assert "signing in once" not in result.stderr
    assert "accepts copies" in result.stderr


@pytest.mark.parametrize("option", ["--revoke", "--global"])
@pytest.mark.parametrize(("fault", "code"), [(Unreachable("No network."), 5), (NotInThisPool("No revocation."), 4)])
def test_if_cognito_fails_nothing_is_removed_and_the_local_way_is_offered(
    option: str, fault: CognituiError, code: int
) -> None:
    services = holding(sessions=FakeSessions(fault=fault))
    before = dict(services.vault.entries)
    result = run(services, "logout", "dev/alice", option)

    assert result.exit_code == code
    assert services.vault.entries == before
    assert "Nothing was removed." in result.stderr
    assert "cognitui logout dev/alice" in result.stderr


def test_two_ways_at_once_are_wrong_usage() -> None:
    assert run(holding(), "logout", "dev/alice", "--revoke", "--global").exit_code == 2


@pytest.mark.parametrize("option", ["--revoke", "--global"])
def test_ending_a_session_in_a_protected_environment_asks_for_confirmation(option: str) -> None:
    services = services_with(BOSS).holding(BOSS, TOKENS)

    assert run(services, "logout", "prod/boss", option).exit_code == 3
    assert services.sessions.calls == []
    assert run(services, "logout", "prod/boss", option, "--yes").exit_code == 0
    assert len(services.sessions.calls) == 1


def test_removing_cached_tokens_needs_no_confirmation() -> None:
    services = services_with(BOSS).holding(BOSS, TOKENS)

    assert run(services, "logout", "prod/boss").exit_code == 0
    assert kinds(services) == set()


@pytest.mark.parametrize("options", [(), ("--revoke",)])
def test_without_cached_tokens_there_is_nothing_to_remove_and_no_error(options: tuple[str, ...]) -> None:
    services = services_with(ALICE, TWIN)
    result = run(services, "logout", "dev/alice", *options)

    assert result.exit_code == 0
    assert result.stderr.startswith("dev/alice: nothing to remove, no token is stored here")
    assert "dev/twin" not in result.stderr
    assert services.sessions.calls == []


def test_tokens_that_the_index_has_lost_are_removed_too() -> None:
    services = holding()
    services.index.forget(ALICE.token_key)

    assert "the tokens are removed from this machine" in run(services, "logout", "dev/alice").stderr
