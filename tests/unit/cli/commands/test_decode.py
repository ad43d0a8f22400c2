from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from cognitui.model.errors import Unreachable
from cognitui.model.expectations import Expect
from cognitui.model.token import TokenKind, Verification
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import (
    CLIENT,
    NOW,
    POOL,
    FakeVerifier,
    make_jwt,
    make_profile,
    make_token,
    services_with,
)

ALICE = make_profile("dev/alice")
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
ACCESS = make_token().value
GOOD = Verification(verified=True, algorithm="RS256", key_id="key-1", issuer=ISSUER)
BAD = Verification(verified=False, algorithm="RS256", issuer=ISSUER, reason="The signature is not the pool's.")


def verify(token: str, answer: Verification | Unreachable, *args: str) -> tuple[Result, FakeVerifier]:
    verifier = FakeVerifier(answer)
    services = services_with(make_profile("other/bob", client_id="another"), ALICE, verifier=verifier)
    return run(services, "decode", "--verify", *args, typed=token), verifier


@pytest.mark.parametrize("args", [(), ("-",)])
def test_a_token_is_read_from_standard_input(args: tuple[str, ...]) -> None:
    shown = printed_json(run(services_with(), "decode", "--json", *args, typed=f"{ACCESS}\n"))

    assert shown["header"] == {"alg": "RS256", "kid": "key-1"}
    assert shown["claims"]["client_id"] == CLIENT
    assert shown["verified"] is None
    assert shown["algorithm"] == "RS256"
    assert "--verify" in shown["reason"]


def test_a_token_may_be_an_argument_and_in_the_form_of_a_header() -> None:
    shown = printed_json(run(services_with(), "decode", "--json", f"Authorization: Bearer {ACCESS}"))

    assert shown["claims"]["username"] == "alice-sub"


def test_claims_have_readable_times_and_are_marked_as_unverified() -> None:
    services = services_with()
    services.clock.now = NOW + 60

    result = run(services, "decode", typed=ACCESS)

    assert result.stdout.startswith("○ unverified")
    assert any(line.split()[0] == "exp" and line.endswith("in 59m") for line in result.stdout.splitlines())
    assert result.exit_code == 0


def test_nothing_is_verified_unless_asked_for() -> None:
    verifier = FakeVerifier(GOOD)

    run(services_with(ALICE, verifier=verifier), "decode", typed=ACCESS)

    assert verifier.asked == []


@pytest.mark.parametrize("kind", [TokenKind.ACCESS, TokenKind.ID])
def test_a_genuine_token_is_verified_against_the_profile_of_its_pool_and_client(kind: TokenKind) -> None:
    value = make_token(kind).value
    result, verifier = verify(f"Bearer {value}", GOOD, "--json")

    shown = printed_json(result)
    assert shown["verified"] is True
    assert shown["issuer"] == ISSUER
    assert shown["reason"] == ""
    assert verifier.asked == [(ALICE, value)]


def test_a_genuine_token_is_marked_as_verified() -> None:
    result, _ = verify(ACCESS, GOOD)

    assert result.stdout.startswith(f"✓ verified: RS256, issued by {ISSUER}")


def test_a_token_that_is_not_genuine_is_shown_with_the_reason_and_its_own_exit_code() -> None:
    result, _ = verify(ACCESS, BAD)

    assert result.exit_code == 4
    assert result.stdout.startswith("✕ not verified: The signature is not the pool's.")
    assert result.stderr.startswith("Error: The token is not genuine, or no longer valid.")


@pytest.mark.parametrize("value", [ACCESS, make_token(client_id="stranger").value])
@pytest.mark.parametrize("option", [(), ("--json",)])
def test_the_reason_is_reported_once(value: str, option: tuple[str, ...]) -> None:
    result, _ = verify(value, BAD, *option)

    assert sum(result.output.count(reason) for reason in (BAD.reason, "No profile has the pool")) == 1


def test_a_token_that_is_not_genuine_is_false_in_json() -> None:
    result, _ = verify(ACCESS, BAD, "--json")

    assert result.exit_code == 4
    assert '"verified": false' in result.stdout
    assert "The signature is not the pool's." in result.stdout


def test_a_token_of_an_unknown_client_is_not_verified() -> None:
    result, verifier = verify(make_token(client_id="stranger").value, GOOD)

    assert result.exit_code == 2
    assert "cognitui profile add" in result.stderr
    assert "○ unverified: No profile has the pool and client" in result.stdout
    assert verifier.asked == []


def test_the_json_of_a_token_of_an_unknown_client_says_why_it_is_not_verified() -> None:
    result, _ = verify(make_token(client_id="stranger").value, GOOD, "--json")

    assert result.exit_code == 2
    printed = json.loads(result.stdout)
    assert printed["claims"]["client_id"] == "stranger"
    assert printed["verified"] is None
    assert "No profile has" in printed["reason"]


def test_a_token_with_a_foreign_issuer_is_verified_against_the_pool_of_the_profile() -> None:
    forged = make_token(iss="https://evil.example.com/keys").value

    _, verifier = verify(forged, BAD)

    assert verifier.asked == [(ALICE, forged)]


def test_the_issuer_decides_between_two_pools_with_the_same_client() -> None:
    there = make_profile("prod/alice", user_pool_id="eu-west-1_Prod")
    verifier = FakeVerifier(GOOD)
    token = make_token(iss="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Prod").value

    run(services_with(ALICE, there, verifier=verifier), "decode", "--verify", typed=token)

    assert verifier.asked == [(there, token)]


def test_unavailable_keys_are_an_error_and_no_verdict() -> None:
    result, _ = verify(ACCESS, Unreachable("No network."))

    assert result.exit_code == 5
    assert "verified" not in result.stdout


@pytest.mark.parametrize(
    "text", ["", "opaque", "a.b.c", "a.b.c.d.e", "x" * 14_000_000, "e30.bm90IGpzb24.c2ln", "\udcff.\x00.\x1b[2J"]
)
def test_a_text_that_is_not_a_token_is_wrong_usage(text: str) -> None:
    result = run(services_with(), "decode", typed=text.encode("utf-8", "surrogateescape"))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr) < 400
    assert "\x1b" not in result.stderr


def test_hostile_claims_are_printed_inert() -> None:
    hostile = make_jwt(
        {"\x1b[2J": "\u202e\x07", "sub": "[@click=app.quit]x[/]"}, header={"alg": "RS256", "kid": "\x1b"}
    )

    result = run(services_with(), "decode", typed=hostile)

    assert result.exit_code == 0
    assert not any(character in result.stdout for character in "\x1b\x07\u202e")


def test_a_second_argument_is_not_repeated() -> None:
    result = run(services_with(), "decode", "eyJhbGciOi", "eyJzdWIiOi")

    assert result.exit_code == 2
    assert "eyJ" not in result.output


def test_verification_looks_up_the_audience_of_an_id_token_that_has_several() -> None:
    claims: dict[str, object] = {"iss": ISSUER, "aud": ["x", CLIENT], "token_use": "id", "exp": int(NOW) + 60}
    _, verifier = verify(make_jwt(claims), GOOD)

    assert verifier.asked[0][0] == ALICE


# Pasted text

ID = make_token(TokenKind.ID).value
REFRESH = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.a2V5.aXY.Y2lwaGVy.dGFn"
ANSWER = {"AuthenticationResult": {"AccessToken": ACCESS, "IdToken": ID, "RefreshToken": REFRESH, "ExpiresIn": 3600}}


def test_all_tokens_in_a_response_are_decoded() -> None:
    result = run(services_with(), "decode", typed=json.dumps(ANSWER))

    assert result.exit_code == 0
    headings = [line for line in result.stdout.splitlines() if line.endswith("token")]
    assert headings == ["access token", "ID token", "refresh token"]
    assert "✕ not decoded: This is an encrypted token" in result.stdout
    assert result.stdout.count("○ unverified") == 2


def test_the_json_of_several_tokens_is_an_array_in_which_each_has_its_name() -> None:
    shown = printed_json(run(services_with(), "decode", "--json", typed=json.dumps(ANSWER)))

    assert [(each["name"], each["claims"] and each["claims"]["token_use"]) for each in shown] == [
        ("access_token", "access"),
        ("id_token", "id"),
        ("refresh_token", None),
    ]
    assert {key for each in shown for key in each} == {
        *("name", "header", "claims", "verified", "algorithm", "issuer", "reason")
    }


def test_a_response_with_one_token_has_the_json_of_one_token() -> None:
    typed = json.dumps({"ChallengeParameters": {}, "AuthenticationResult": {"AccessToken": ACCESS}})
    shown = printed_json(run(services_with(), "decode", "--json", typed=typed))

    assert shown == printed_json(run(services_with(), "decode", "--json", typed=ACCESS))


def test_each_of_several_tokens_is_verified_and_one_that_is_not_genuine_sets_the_exit_code() -> None:
    result, verifier = verify(json.dumps(ANSWER), BAD, "--json")

    assert result.exit_code == 4
    assert [value for _, value in verifier.asked] == [ACCESS, ID]


def test_a_response_passes_if_the_api_would_accept_one_of_its_tokens() -> None:
    answer = {"id_token": ID, "access_token": make_token(scope="orders/read openid").value}
    result = run(services_with(EXPECTING), "decode", "--expect", "dev/shop", typed=json.dumps(answer))

    assert result.exit_code == 0
    assert "✕ token_use  id; expected is access" in result.stdout


def test_a_code_in_a_pasted_address_is_not_repeated() -> None:
    result = run(services_with(), "decode", typed="http://localhost:8976/callback?code=canary&state=canary")

    assert result.exit_code == 2
    assert "This URL contains an authorization code and no token." in result.stderr
    assert "canary" not in result.output


# Expectations of an API


EXPECTING = make_profile("dev/shop", expect=Expect(token_use="access", scopes=("orders/read",), min_valid="5m"))


def test_a_token_that_is_what_the_profile_expects_passes_line_by_line() -> None:
    value = make_token(scope="orders/read openid").value

    result = run(services_with(EXPECTING), "decode", "--expect", "dev/shop", typed=value)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:4] == ["✓ token_use  access", "✓ scopes     orders/read", "✓ valid      for 1h"]


def test_a_token_that_the_api_would_reject_exits_with_4_and_says_why() -> None:
    result = run(services_with(EXPECTING), "decode", "--expect", "shop", typed=make_token(TokenKind.ID).value)

    assert result.exit_code == 4
    assert "✕ token_use  id; expected is access" in result.stdout
    assert "✕ scopes     orders/read is missing" in result.stdout
    assert "The API would reject it." in result.stderr


def test_the_reason_for_a_rejection_is_reported_once() -> None:
    result = run(services_with(EXPECTING), "decode", "--expect", "shop", typed=make_token(TokenKind.ID).value)

    assert result.output.count("orders/read is missing") == 1


def test_the_json_contains_what_was_expected_and_found() -> None:
    value = make_token(scope="orders/read", length=240).value

    result = run(services_with(EXPECTING), "decode", "--expect", "dev/shop", "--json", typed=value)

    assert result.exit_code == 4
    assert json.loads(result.stdout)["expect"] == [
        {"key": "token_use", "passed": True, "expected": ["access"], "found": ["access"]},
        {"key": "scopes", "passed": True, "expected": ["orders/read"], "found": ["orders/read"]},
        {"key": "valid", "passed": False, "expected": 300, "found": 240},
    ]


def test_without_the_option_the_json_has_no_expect() -> None:
    assert "expect" not in printed_json(run(services_with(EXPECTING), "decode", "--json", typed=ACCESS))


def test_a_profile_without_expect_is_wrong_usage() -> None:
    result = run(services_with(ALICE), "decode", "--expect", "dev/alice", typed=ACCESS)

    assert result.exit_code == 2
    assert "has no expect" in result.stderr


def test_a_token_in_the_place_of_the_profile_is_not_repeated() -> None:
    result = run(services_with(ALICE), "decode", "--expect", ACCESS, typed=ACCESS)

    assert result.exit_code == 2
    assert ACCESS[:20] not in result.output


def test_the_name_of_a_file_is_recognised_and_the_fix_decodes_its_content(tmp_path: Path) -> None:
    file = tmp_path / "my token.txt"
    file.write_text(make_jwt({"sub": "alice"}))
    result = run(services_with(), "decode", str(file))

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: This is the name of a file, not a token.\nTo decode its content: cognitui decode - < '{file}'\n"
    )


@pytest.mark.parametrize("text", ["no/such/file", ".", "a" * 5000])
def test_the_name_of_a_missing_file_is_reported_as_no_token(text: str) -> None:
    result = run(services_with(), "decode", text)

    assert result.exit_code == 2
    assert "file" not in result.stderr
