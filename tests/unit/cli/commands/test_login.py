"""`cognitui login`: a new sign-in, reported on stderr."""

from __future__ import annotations

from cognitui.model.duration import local_time
from cognitui.model.errors import Refused, SaveFailed
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    make_profile,
    make_tokens,
    password_challenge,
    services_with,
    signed_in,
)

ALICE = make_profile("dev/alice")
BOSS = make_profile("prod/boss", protected=True, label="Production")


def signing_in() -> FakeServices:
    return services_with(ALICE, signin=FakeSignIn(start=[signed_in(mark="new")]))


def test_it_says_who_signed_in_and_until_when_and_prints_no_token() -> None:
    result = run(signing_in(), "login", "dev/alice")

    assert result.exit_code == 0
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "Signed in: dev/alice as alice-sub."
    assert lines[1] == f"  access  token until {local_time(NOW + 3600)} (in 1h)"
    assert lines[3].startswith("  refresh token until about ")
    assert make_tokens(mark="new").access.value not in result.stderr


def test_valid_cached_tokens_are_replaced() -> None:
    services = signing_in().holding(ALICE, make_tokens())
    run(services, "login", "dev/alice")

    assert len(services.signin.started) == 1
    assert run(services, "token", "dev/alice").stdout.strip() == make_tokens(mark="new").access.value


def test_the_json_says_when_the_tokens_expire() -> None:
    assert printed_json(run(signing_in(), "login", "alice", "--json")) == {
        "profile": "dev/alice",
        "username": "alice-sub",
        "expires_at": {
            "access": "2026-11-22T10:42:11Z",
            "id": "2026-11-22T10:42:11Z",
            "refresh": "2026-12-22T09:42:11Z",
        },
    }


def test_without_a_terminal_a_challenge_exits_with_3_and_says_what_is_needed() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    result = run(services, "login", "dev/alice", "--no-input")

    assert result.exit_code == 3
    assert "password is needed" in result.stderr


def test_a_refusal_has_its_exit_code() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[Refused("dev/alice: no.")]))

    assert run(services, "login", "dev/alice").exit_code == 4


def test_a_warning_follows_the_success_message() -> None:
    services = signing_in()
    services.index.fault = SaveFailed("The disk is full.")

    assert "Warning: " in run(services, "login", "dev/alice").stderr


def test_a_protected_environment_asks_for_confirmation() -> None:
    services = services_with(BOSS, signin=FakeSignIn(start=[signed_in()]))

    assert run(services, "login", "prod/boss").exit_code == 3
    assert services.signin.started == []
    assert run(services, "login", "prod/boss", "--yes").exit_code == 0
