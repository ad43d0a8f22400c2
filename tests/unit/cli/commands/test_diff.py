"""`cognitui diff`: differences between two tokens."""

from __future__ import annotations

import pytest

from cognitui.model.profile import Flow
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, make_tokens, password_challenge, services_with

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True, user_pool_id="eu-west-1_Prod")


def holding() -> FakeServices:
    services = services_with(ALICE, BOB, PROD)
    services.holding(ALICE, make_tokens(mark="1", email="a@x", **{"cognito:groups": ["admins", "editors"]}))  # type: ignore[arg-type]  # claims
    services.holding(BOB, make_tokens(mark="2", email="b@x", **{"cognito:groups": ["editors", "viewers"]}))  # type: ignore[arg-type]  # claims
    return services.holding(PROD, make_tokens(mark="3", email="a@x"))


def test_two_profiles_are_compared_and_only_differences_are_shown() -> None:
    result = run(holding(), "diff", "dev/alice", "bob")

    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["-", "dev/alice", "access,", "expires", "in", "1h"],
        ["+", "dev/bob", "access,", "expires", "in", "1h"],
        ["~", "changed", "email", "a@x", "b@x"],
        ["-", "missing", "cognito:groups", "admins", "—"],
        ["+", "added", "—", "viewers"],
        ["=", "same", "editors", "editors"],
        ["Left", "out", "because", "they", "differ", "in", "every", "token:", "jti", "(--all", "shows", "them)"],
    ]


def test_all_also_shows_equal_claims_and_those_that_differ_in_every_token() -> None:
    result = run(holding(), "diff", "dev/alice", "dev/bob", "--all")

    assert "= same     username" in result.stdout
    assert "~ changed  jti" in result.stdout
    assert "Left out" not in result.stdout


def test_two_tokens_of_one_profile_are_compared() -> None:
    result = run(holding(), "diff", "dev/alice:access", "dev/alice:id")

    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["~", "changed", "token_use", "access", "id"] in rows
    assert ["+", "added", "aud", "—", "1h57kf5cpq17m0eml12example"] in rows
    assert rows[1][:3] == ["+", "dev/alice", "id,"]


def test_the_type_is_that_of_both_unless_an_id_says_so() -> None:
    printed = printed_json(run(holding(), "diff", "dev/alice", "dev/bob:access", "--type", "id", "--json"))

    assert (printed["left"]["type"], printed["right"]["type"]) == ("id", "access")


def test_a_token_is_the_same_as_itself() -> None:
    result = run(holding(), "diff", "dev/alice", "dev/alice")

    assert result.stdout.splitlines()[2:] == ["No differences."]


def test_the_json_contains_every_claim_and_whether_the_tokens_are_the_same() -> None:
    printed = printed_json(run(holding(), "diff", "dev/alice", "dev/bob", "--json"))

    assert printed["same"] is False
    assert printed["left"] == {
        "id": "dev/alice",
        "type": "access",
        "issued_at": "2026-11-22T09:42:11Z",
        "expires_at": "2026-11-22T10:42:11Z",
    }
    by_name = {claim.pop("name"): claim for claim in printed["claims"]}
    assert by_name["cognito:groups"] == {
        "change": "changed",
        "noise": False,
        "left": ["admins", "editors"],
        "right": ["editors", "viewers"],
        "added": ["viewers"],
        "missing": ["admins"],
    }
    assert by_name["jti"]["noise"] is True
    assert by_name["username"]["change"] == "same"


def test_claims_that_always_differ_are_no_difference() -> None:
    services = services_with(ALICE, BOB).holding(ALICE, make_tokens(mark="1"))

    assert printed_json(run(services.holding(BOB, make_tokens(mark="2")), "diff", "alice", "bob", "--json"))["same"]


@pytest.mark.parametrize("reference", ["dev/alice:refresh", "dev/alice:", "dev/alice:access:id"])
def test_what_cannot_be_compared_is_wrong_usage(reference: str) -> None:
    result = run(holding(), "diff", reference, "dev/bob")

    assert result.exit_code == 2
    assert "Write dev/alice:access or dev/alice:id." in result.stderr


def test_an_app_client_without_a_user_has_no_id_token() -> None:
    services = services_with(make_profile("dev/m2m", flow=Flow.CLIENT_CREDENTIALS, domain="https://a.example"))

    assert run(services, "diff", "dev/m2m:access", "dev/m2m:id").exit_code == 2


@pytest.mark.parametrize("args", [("dev/alice", "prod/alice"), ("prod/alice", "dev/alice")])
def test_a_protected_environment_asks_for_confirmation(args: tuple[str, str]) -> None:
    refused = run(holding(), "diff", *args)
    agreed = run(holding(), "diff", *args, "--yes")

    assert (refused.exit_code, refused.stdout) == (3, "")
    assert agreed.exit_code == 0


def test_without_a_terminal_nobody_is_asked() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))

    result = run(services, "diff", "dev/alice", "dev/alice", "--no-input")

    assert (result.exit_code, result.stdout) == (3, "")


def test_hostile_claims_are_printed_inert() -> None:
    services = services_with(ALICE, BOB).holding(ALICE, make_tokens())
    hostile = {"\x1b[2J": "\u202e\x07[@click=app.quit]x[/]"}
    services.holding(BOB, make_tokens(**hostile))  # type: ignore[arg-type]  # claims

    result = run(services, "diff", "dev/alice", "dev/bob")

    assert r"\x1b[2J" in result.stdout
    assert not any(character in result.stdout for character in "\x1b\x07\u202e")
