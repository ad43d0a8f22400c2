"""USER_AUTH: the user chooses the first factor."""

from __future__ import annotations

import json
from typing import Unpack

import pytest

from cognitui.demo.strict.pools import MfaConfiguration, PasskeyFactor
from cognitui.demo.strict.server import StrictServer, UserSettings
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.users import Mfa
from tests.unit.demo.strict.raw import Reply
from tests.unit.demo.strict.visitor import BOB, Visitor, other, parameters, tokens
from tests.unit.demo.strict.world import PASSWORD, SECRET

# pycognito gets the time with a function that Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

FACTORS = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
BY_PASSWORD = ["PASSWORD_SRP", "PASSWORD"]
PHONE = {"phone_number": "+15555550123", "phone_number_verified": "true"}
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def visitor(
    strict: StrictServer,
    factors: tuple[str, ...] = FACTORS,
    demand: MfaConfiguration = MfaConfiguration.OFF,
    attributes: dict[str, str] = PHONE,
    **user: Unpack[UserSettings],
) -> Visitor:
    strict.clock.stop()
    pool = strict.add_pool(first_factors=factors, mfa=demand)
    bob = strict.add_user(pool, BOB, PASSWORD, attributes=attributes, **user)
    return Visitor(strict, strict.add_client(pool, secret=SECRET), bob)


def choose(bob: Visitor, answer: str, **given: str) -> Reply:
    return bob.answer(bob.start("USER_AUTH"), USERNAME=BOB, ANSWER=answer, **given)


def test_without_a_preference_the_client_is_asked(strict: StrictServer) -> None:
    asked = visitor(strict, has_passkey=True).start("USER_AUTH")
    assert asked.body["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked.body["AvailableChallenges"] == [*BY_PASSWORD, "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    assert asked.body["ChallengeParameters"] == {}
    assert asked.body["Session"]


@pytest.mark.parametrize(
    ("attributes", "available"),
    [
        ({}, ["EMAIL_OTP"]),
        (PHONE, ["EMAIL_OTP", "SMS_OTP"]),
        ({**PHONE, "phone_number_verified": "false"}, ["EMAIL_OTP"]),
        ({**PHONE, "email_verified": "false"}, ["SMS_OTP"]),
    ],
)
def test_codes_go_only_to_verified_addresses(
    strict: StrictServer, attributes: dict[str, str], available: list[str]
) -> None:
    asked = visitor(strict, attributes=attributes).start("USER_AUTH")
    assert asked.body["AvailableChallenges"] == [*BY_PASSWORD, *available]


def test_a_pool_has_only_the_password_by_default(strict: StrictServer) -> None:
    asked = visitor(strict, ("PASSWORD",), has_passkey=True).start("USER_AUTH")
    assert asked.body["AvailableChallenges"] == BY_PASSWORD


@pytest.mark.parametrize(
    ("demand", "factors"), [(MfaConfiguration.REQUIRED, ()), (MfaConfiguration.OPTIONAL, (Mfa.SMS,))]
)
def test_a_user_with_mfa_begins_with_the_password(
    strict: StrictServer, demand: MfaConfiguration, factors: tuple[Mfa, ...]
) -> None:
    bob = visitor(strict, demand=demand, mfa=factors, preferred_mfa=Mfa.SMS)
    assert bob.start("USER_AUTH").body["AvailableChallenges"] == BY_PASSWORD
    asked = choose(bob, "PASSWORD", PASSWORD=PASSWORD)
    assert tokens(bob.answer(asked, SMS_MFA_CODE=bob.message.code))


@pytest.mark.parametrize(
    ("tier", "has_passkey", "available"),
    [
        (Tier.ESSENTIALS, True, [*BY_PASSWORD, "WEB_AUTHN"]),
        (Tier.ESSENTIALS, False, BY_PASSWORD),
        (Tier.LITE, True, BY_PASSWORD),
    ],
)
def test_a_passkey_that_counts_as_mfa_is_offered_beside_the_password(
    strict: StrictServer, tier: Tier, has_passkey: bool, available: list[str]
) -> None:
    bob = visitor(strict, demand=MfaConfiguration.REQUIRED, mfa=(Mfa.SMS,), has_passkey=has_passkey)
    bob.pool.tier, bob.pool.passkey_factor = tier, PasskeyFactor.MULTIPLE

    assert bob.start("USER_AUTH").body["AvailableChallenges"] == available


def test_a_passkey_that_counts_as_mfa_must_verify_its_user(strict: StrictServer) -> None:
    bob = visitor(strict, has_passkey=True)
    asked = {}
    for factor in PasskeyFactor:
        bob.pool.passkey_factor = factor
        given = parameters(bob.start("USER_AUTH", PREFERRED_CHALLENGE="WEB_AUTHN"))
        asked[factor] = json.loads(given["CREDENTIAL_REQUEST_OPTIONS"])["userVerification"]

    assert asked == {PasskeyFactor.SINGLE: "preferred", PasskeyFactor.MULTIPLE: "required"}


def test_a_session_is_as_long_as_it_may_be(strict: StrictServer) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH")

    assert len(str(asked.body["Session"])) == 4_096
    assert tokens(bob.answer(asked, USERNAME=BOB, ANSWER="PASSWORD", PASSWORD=PASSWORD))


def test_a_user_who_must_set_up_mfa_begins_with_the_password_too(strict: StrictServer) -> None:
    pool = strict.add_pool(first_factors=FACTORS, mfa=MfaConfiguration.REQUIRED, mfa_methods=(Mfa.TOTP,))
    bob = Visitor(strict, strict.add_client(pool), strict.add_user(pool, BOB, PASSWORD))
    assert bob.start("USER_AUTH").body["AvailableChallenges"] == BY_PASSWORD


@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "WEB_AUTHN", "NONSENSE", ""])
def test_an_unavailable_preference_leads_to_the_choice(strict: StrictServer, preferred: str) -> None:
    asked = visitor(strict, ("PASSWORD",)).start("USER_AUTH", PREFERRED_CHALLENGE=preferred)
    assert asked.body["ChallengeName"] == "SELECT_CHALLENGE"


def test_a_password_that_comes_along_signs_in_at_once(strict: StrictServer) -> None:
    bob = visitor(strict)
    assert tokens(bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD))
    assert bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wr0ng-one").refusal == WRONG


def test_a_missing_password_is_asked_for(strict: StrictServer) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD")
    assert asked.body["ChallengeName"] == "PASSWORD"
    assert tokens(bob.answer(asked, PASSWORD=PASSWORD))


def test_a_wrong_password_ends_the_session(strict: StrictServer) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD")
    assert bob.answer(asked, PASSWORD="Wr0ng-one").refusal == WRONG
    assert bob.answer(asked, PASSWORD=PASSWORD).refusal[1].startswith("Invalid session for the user")


def test_the_preferred_proof_is_asked_for_with_a_session(strict: StrictServer) -> None:
    bob = visitor(strict)
    srp = bob.srp()
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **srp.get_auth_params())
    assert asked.body["ChallengeName"] == "PASSWORD_VERIFIER"
    assert asked.body["Session"]
    assert tokens(bob.prove(srp, asked))


def test_a_proof_is_refused_without_its_session(strict: StrictServer) -> None:
    bob = visitor(strict)
    srp = bob.srp()
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **srp.get_auth_params())
    stripped = Reply(200, {**asked.body, "Session": None})
    assert bob.prove(srp, stripped).refusal == ("NotAuthorizedException", "Invalid session for the user.")


def test_a_wrong_proof_ends_the_session(strict: StrictServer) -> None:
    bob = visitor(strict)
    srp = bob.srp("Wr0ng-one")
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **srp.get_auth_params())
    assert bob.prove(srp, asked).refusal == WRONG
    srp.password = PASSWORD
    assert bob.prove(srp, asked).refusal[1].startswith("Invalid session for the user")


def test_a_missing_public_value_is_asked_for(strict: StrictServer) -> None:
    bob = visitor(strict)
    srp = bob.srp()
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP")
    assert asked.body["ChallengeName"] == "PASSWORD_SRP"
    public = srp.get_auth_params()["SRP_A"]
    assert tokens(bob.prove(srp, bob.answer(asked, SRP_A=public)))
    assert bob.answer(asked, SRP_A=public).refusal[1].startswith("Invalid session for the user")


@pytest.mark.parametrize(
    ("factor", "medium", "expected"), [("EMAIL_OTP", "EMAIL", "b***@e***"), ("SMS_OTP", "SMS", "+*******0123")]
)
@pytest.mark.parametrize("preferred", [True, False], ids=["preferred", "selected"])
def test_a_code_without_a_password_signs_in(
    strict: StrictServer, factor: str, medium: str, expected: str, preferred: bool
) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH", PREFERRED_CHALLENGE=factor) if preferred else choose(bob, factor)

    assert asked.body["ChallengeName"] == factor
    assert parameters(asked)["CODE_DELIVERY_DELIVERY_MEDIUM"] == medium
    assert parameters(asked)["CODE_DELIVERY_DESTINATION"] == expected
    assert len(bob.message.code) == 8
    code = bob.message.code
    wrong = bob.answer(asked, **{f"{factor}_CODE": other(code)})
    assert wrong.refusal == ("CodeMismatchException", "Invalid code or auth state for the user.")
    assert tokens(bob.answer(asked, **{f"{factor}_CODE": code}))


def test_a_selected_password_comes_in_the_same_response(strict: StrictServer) -> None:
    bob = visitor(strict)
    assert tokens(choose(bob, "PASSWORD", PASSWORD=PASSWORD))
    missing = ("InvalidParameterException", "Missing required parameter PASSWORD")
    assert choose(bob, "PASSWORD").refusal == missing


def test_a_selected_password_that_is_wrong_ends_the_session(strict: StrictServer) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH")
    assert bob.answer(asked, ANSWER="PASSWORD", PASSWORD="Wr0ng-one").refusal == WRONG
    assert bob.answer(asked, ANSWER="PASSWORD", PASSWORD=PASSWORD).refusal[1].startswith("Invalid session for the user")


def test_a_selected_proof_comes_with_its_public_value(strict: StrictServer) -> None:
    bob = visitor(strict)
    srp = bob.srp()
    asked = choose(bob, "PASSWORD_SRP", SRP_A=srp.get_auth_params()["SRP_A"])
    assert tokens(bob.prove(srp, asked))
    assert choose(bob, "PASSWORD_SRP").refusal[1] == "Missing required parameter SRP_A"


def test_an_unavailable_factor_cannot_be_selected(strict: StrictServer) -> None:
    assert choose(visitor(strict), "WEB_AUTHN").refusal[0] == "InvalidParameterException"


def test_a_passkey_is_asked_for_and_refused(strict: StrictServer) -> None:
    bob = visitor(strict, has_passkey=True)
    asked = choose(bob, "WEB_AUTHN")
    assert asked.body["ChallengeName"] == "WEB_AUTHN"
    assert json.loads(parameters(asked)["CREDENTIAL_REQUEST_OPTIONS"])["challenge"]
    assert bob.answer(asked, CREDENTIAL="{}").refusal == WRONG
    assert bob.answer(asked, CREDENTIAL="{}").refusal[1].startswith("Invalid session for the user")
    assert choose(bob, "WEB_AUTHN", CREDENTIAL="{}").refusal == WRONG


def test_an_unknown_user_gets_a_challenge_but_no_code(strict: StrictServer) -> None:
    bob = visitor(strict)
    asked = bob.start("USER_AUTH", name="eve@example.com", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert asked.body["ChallengeName"] == "EMAIL_OTP"
    assert strict.outbox.messages == ()
    reply = bob.answer(asked, USERNAME="eve@example.com", EMAIL_OTP_CODE="12345678")
    assert reply.refusal[0] == "CodeMismatchException"


def test_the_flow_must_be_enabled(strict: StrictServer) -> None:
    bob = visitor(strict)
    client = strict.add_client(bob.pool, flows=frozenset({"USER_SRP_AUTH"}))
    for flow in ("USER_AUTH", "CUSTOM_AUTH"):
        reply = Visitor(strict, client, bob.user).start(flow)
        assert reply.refusal == ("InvalidParameterException", f"{flow} flow not enabled for this client")
