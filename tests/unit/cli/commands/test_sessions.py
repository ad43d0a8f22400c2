"""`cognitui sessions`, and `cognitui logout --session`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import (
    CognituiError,
    RefreshTokenDead,
    ScopeMissing,
    SessionsNotTracked,
    TokenRefused,
    Unreachable,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.user_session import UserSession
from tests.unit.cli.harness import printed_json, run
from tests.unit.fake_sessions import FakeUserSessions
from tests.unit.fakes import (
    CLIENT,
    NOW,
    FakeServices,
    FakeSignIn,
    make_exchange,
    make_profile,
    make_tokens,
    services_with,
)

ALICE = make_profile("dev/alice")
ADMIN = make_profile("dev/admin", aws_profile="dev")
BOSS = make_profile("prod/boss", protected=True, label="Production")
TOKENS = make_tokens()
TOKEN = TOKENS.access.value

BROWSER = UserSession("sso" + 25 * "b", "SSO", "web0client", last_active_at=NOW - 60, device="Windows, Edge")
WEB = UserSession(
    "tkn" + 25 * "w",
    "TOKEN",
    "web0client",
    created_at=NOW - 7200,
    last_active_at=NOW - 120,
    device="Windows, Edge",
    ip="203.0.113.7",
    city="Dublin",
    country="Ireland",
    origin_id=BROWSER.id,
)
MINE = UserSession("tkn" + 25 * "m", "TOKEN", CLIENT, last_active_at=NOW - 900, is_current=True)


def holding(*sessions: UserSession, fault: CognituiError | None = None) -> FakeServices:
    services = services_with(ALICE, ADMIN, BOSS, session_calls=FakeUserSessions(*sessions, fault=fault))
    return services.holding(ALICE, TOKENS).holding(BOSS, TOKENS)


def test_a_pipe_gets_a_line_per_session_with_whole_ids() -> None:
    result = run(holding(BROWSER, WEB, MINE), "sessions", "dev/alice")

    heads, *rows = (line.split("  ") for line in result.stdout.splitlines())
    assert [cell.strip() for cell in heads if cell] == [
        "SESSION",
        "LAST ACTIVE",
        "DEVICE",
        "PLACE",
        "APP CLIENT",
        "KIND",
    ]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["this", MINE.id, "15 min ago", "unknown device", "-", "client of dev/alice", "app"],
        [BROWSER.id, "1 min ago", "Windows, Edge", "-", "web0client", "browser login"],
        [WEB.id, "2 min ago", "Windows, Edge", "Dublin, Ireland", "web0client", "app, by browser"],
    ]


def test_the_json_has_what_cognito_says_and_null_for_what_it_does_not() -> None:
    assert printed_json(run(holding(WEB, MINE), "sessions", "dev/alice", "--json")) == [
        {
            "session_id": MINE.id,
            "type": "TOKEN",
            "client_id": CLIENT,
            "client_name": "client of dev/alice",
            "created_at": None,
            "last_active_at": "2026-11-22T09:27:11Z",
            "device": None,
            "ip": None,
            "city": None,
            "country": None,
            "origin_session_id": None,
            "current": True,
        },
        {
            "session_id": WEB.id,
            "type": "TOKEN",
            "client_id": "web0client",
            "client_name": None,
            "created_at": "2026-11-22T07:42:11Z",
            "last_active_at": "2026-11-22T09:40:11Z",
            "device": "Windows, Edge",
            "ip": "203.0.113.7",
            "city": "Dublin",
            "country": "Ireland",
            "origin_session_id": BROWSER.id,
            "current": False,
        },
    ]


def test_the_cached_access_token_asks() -> None:
    services = holding(MINE)
    run(services, "sessions", "dev/alice")

    assert services.session_calls.calls == [("list", "dev/alice", TOKEN)]


def test_without_tokens_a_profile_with_aws_profile_asks_as_an_admin_and_says_so() -> None:
    services = holding(WEB)
    result = run(services, "sessions", "dev/admin")

    assert services.session_calls.calls[0] == ("admin list", "dev/admin")
    assert result.stderr == "dev/admin has no tokens here. Asking with the IAM credentials of its aws_profile.\n"
    assert result.stdout.startswith("SESSION ")


def test_the_option_asks_as_an_admin_even_if_there_are_tokens() -> None:
    services = holding(WEB).holding(ADMIN, make_tokens(mark="admin"))

    run(services, "sessions", "dev/admin", "--admin")
    assert services.session_calls.calls[0][0] == "admin list"


def test_the_option_needs_an_aws_profile() -> None:
    result = run(holding(), "sessions", "dev/alice", "--admin")

    assert result.exit_code == 2
    assert "has no aws_profile" in result.stderr


def test_without_tokens_it_signs_in_once_and_says_why() -> None:
    services = services_with(ALICE, session_calls=FakeUserSessions(MINE), signin=FakeSignIn(start=[SignedIn(TOKENS)]))
    result = run(services, "sessions", "dev/alice")

    assert "Signing in once: Cognito lists sessions only for a signed-in user." in result.stderr
    assert MINE.id in result.stdout


def test_an_access_token_of_an_ended_session_is_replaced_once() -> None:
    class Ended(FakeUserSessions):
        def of(self, profile: Profile, access_token: str) -> tuple[UserSession, ...]:
            if access_token == TOKEN:
                raise TokenRefused("dev/alice: Access Token has been revoked.")
            return super().of(profile, access_token)

    new = make_tokens(mark="new")
    services = services_with(
        ALICE,
        session_calls=Ended(MINE),
        signin=FakeSignIn(refresh=[RefreshTokenDead("It was revoked.")], start=[SignedIn(new)]),
    ).holding(ALICE, TOKENS)
    result = run(services, "sessions", "dev/alice")

    assert result.exit_code == 0
    assert "no longer accepts the cached access token" in result.stderr
    assert services.session_calls.calls == [("list", "dev/alice", new.access.value)]


def test_an_access_token_that_was_just_issued_is_not_replaced() -> None:
    calls = FakeUserSessions(fault=TokenRefused("dev/alice: Access Token has been revoked."))
    services = services_with(ALICE, session_calls=calls, signin=FakeSignIn(start=[SignedIn(TOKENS)]))

    assert run(services, "sessions", "dev/alice").exit_code == 4
    assert len(calls.calls) == 1


def test_a_protected_environment_asks_for_confirmation() -> None:
    services = holding(MINE)

    assert run(services, "sessions", "prod/boss").exit_code == 3
    assert services.session_calls.calls == []
    assert run(services, "sessions", "prod/boss", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [(SessionsNotTracked("dev/alice: off."), 4), (ScopeMissing("dev/alice: scope."), 4), (Unreachable("No."), 5)],
)
def test_a_failure_has_its_exit_code_and_fix(fault: CognituiError, code: int) -> None:
    result = run(holding(fault=fault), "sessions", "dev/alice")

    assert result.exit_code == code
    assert fault.fix in result.stderr


def test_no_session_is_no_error() -> None:
    result = run(holding(), "sessions", "dev/alice")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "no sessions" in result.stderr
    assert printed_json(run(holding(), "sessions", "dev/alice", "--json")) == []


def test_an_app_client_of_its_own_has_no_sessions() -> None:
    machine = make_profile("dev/service", username=None, flow=Flow.CLIENT_CREDENTIALS)
    result = run(services_with(machine), "sessions", "dev/service")

    assert result.exit_code == 2
    assert "has no user and no sessions" in result.stderr


# logout --session


@pytest.mark.parametrize("given", [WEB.id, "tknwww"])
def test_another_session_ends_and_the_tokens_here_stay(given: str) -> None:
    services = holding(MINE, WEB)
    before = dict(services.vault.entries)
    result = run(services, "logout", "dev/alice", "--session", given)

    assert services.session_calls.calls[1:] == [("end", "dev/alice", TOKEN, WEB.id)]
    assert services.vault.entries == before
    assert result.stderr.startswith("Ended: web0client on Windows, Edge.")


def test_linked_ends_what_is_linked_and_says_how_many() -> None:
    services = holding(MINE, WEB, BROWSER)
    result = run(services, "logout", "dev/alice", "--session", WEB.id, "--linked")

    assert services.session_calls.calls[1:] == [("end", "dev/alice", TOKEN, WEB.id, "linked")]
    assert "With it: 1 linked session." in result.stderr


def test_the_json_of_another_session_says_which_ended() -> None:
    result = run(holding(MINE, WEB, BROWSER), "logout", "dev/alice", "--session", WEB.id, "--linked", "--json")

    assert printed_json(result) == {
        "profile": "dev/alice",
        "also": [],
        "reach": "session",
        "revoked": True,
        "expires_at": {"access": None, "id": None, "refresh": None},
        "session": WEB.id,
        "linked": [BROWSER.id],
    }


@pytest.mark.parametrize(("options", "linked"), [((), ()), (("--linked",), ("linked",))])
def test_its_own_session_ends_by_a_sign_out(options: tuple[str, ...], linked: tuple[str, ...]) -> None:
    services = holding(MINE, WEB)
    result = run(services, "logout", "dev/alice", "--session", MINE.id, *options, "--json")

    printed = printed_json(result)
    assert (printed["reach"], printed["session"], printed["linked"]) == ("revoke", MINE.id, [])
    assert services.sessions.calls == [("revoke", "dev/alice", "opaque-refresh-1", "", *linked)]
    assert services.session_calls.calls == [("list", "dev/alice", TOKEN)]
    assert services.index.entries.keys() == {BOSS.token_key} - {ALICE.token_key}


def test_a_session_that_the_late_list_lacks_ends_by_its_whole_id() -> None:
    services = holding(MINE)
    run(services, "logout", "dev/alice", "--session", WEB.id)

    assert services.session_calls.calls[1:] == [("end", "dev/alice", TOKEN, WEB.id)]


@pytest.mark.parametrize("given", ["tknww", "tknzzzzzz", ""])
def test_what_is_no_session_is_wrong_usage(given: str) -> None:
    result = run(holding(MINE, WEB), "logout", "dev/alice", "--session", given)

    assert result.exit_code == 2
    assert "cognitui sessions dev/alice" in result.stderr


def test_an_admin_ends_a_session_without_a_token() -> None:
    services = holding(WEB)
    run(services, "logout", "dev/admin", "--session", WEB.id)

    assert services.session_calls.calls[-1] == ("admin end", "dev/admin", WEB.id)


def test_an_admin_who_ends_a_session_of_the_same_app_client_is_warned_that_it_may_be_this_one() -> None:
    services = holding(WEB, replace(MINE, is_current=False)).holding(ADMIN, make_tokens(mark="admin"))
    words = "If it was the session of the tokens of dev/admin here, they can't be refreshed."

    assert words in run(services, "logout", "dev/admin", "--admin", "--session", MINE.id).stderr
    assert words not in run(services, "logout", "dev/admin", "--admin", "--session", WEB.id).stderr


def test_an_exchanged_token_names_the_profile_whose_sessions_there_are() -> None:
    robot = make_exchange("dev/robot", ALICE)
    services = services_with(ALICE, robot, session_calls=FakeUserSessions(MINE))
    result = run(services, "sessions", "dev/robot")

    assert result.exit_code == 2
    assert "cognitui sessions dev/alice" in result.stderr
    assert services.session_calls.calls == []


def test_the_end_of_a_session_in_a_protected_environment_asks_for_confirmation() -> None:
    services = holding(MINE, WEB)

    assert run(services, "logout", "prod/boss", "--session", WEB.id).exit_code == 3
    assert services.session_calls.calls == []
    assert run(services, "logout", "prod/boss", "--session", WEB.id, "--yes").exit_code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--linked",),
        ("--global", "--linked"),
        ("--session", WEB.id, "--revoke"),
        ("--session", WEB.id, "--global"),
        ("--admin",),
        ("--admin", "--revoke"),
    ],
)
def test_options_that_exclude_or_need_each_other_are_wrong_usage(options: tuple[str, ...]) -> None:
    services = holding(MINE, WEB)

    assert run(services, "logout", "dev/alice", *options).exit_code == 2
    assert services.session_calls.calls == []


def test_linked_with_revoke_ends_the_login_of_the_browser_too() -> None:
    services = holding(MINE)
    result = run(services, "logout", "dev/alice", "--revoke", "--linked")

    assert services.sessions.calls == [("revoke", "dev/alice", "opaque-refresh-1", "", "linked")]
    assert "browser" not in result.stderr, "it came through none"
