"""Second factors: codes by message, authenticator apps, and the choice between them."""

from __future__ import annotations

from typing import Unpack

import pytest

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.server import StrictServer, UserSettings
from cognitui.demo.strict.users import Mfa, SoftwareToken, UserStatus
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.visitor import BOB, Visitor, listed, other, parameters, tokens
from tests.unit.demo.strict.world import PASSWORD, SECRET, hashed

PHONE = "+15555550123"
ALL = tuple(Mfa)
NO_MATCH = ("CodeMismatchException", "Invalid code or auth state for the user.")


def visitor(
    strict: StrictServer,
    *factors: Mfa,
    demand: MfaConfiguration = MfaConfiguration.OPTIONAL,
    methods: tuple[Mfa, ...] = ALL,
    **user: Unpack[UserSettings],
) -> Visitor:
    """Return Bob with some factors, at a client with a secret."""
    strict.clock.stop()
    pool = strict.add_pool(mfa=demand, mfa_methods=methods)
    app = SoftwareToken(name="phone") if Mfa.TOTP in factors else None
    settings: UserSettings = {"mfa": factors, "software_token": app, **user}
    bob = strict.add_user(pool, BOB, PASSWORD, attributes={"phone_number": PHONE}, **settings)
    return Visitor(strict, strict.add_client(pool, secret=SECRET), bob)


def app_code(bob: Visitor, seconds: float = 0.0) -> str:
    """Return the code in Bob's authenticator app, now or some seconds later."""
    assert bob.user.software_token is not None
    return bob.user.software_token.code(bob.server.now() + seconds)


@pytest.mark.parametrize(
    ("factor", "medium", "destination", "expected"),
    [(Mfa.SMS, "SMS", PHONE, "+*******0123"), (Mfa.EMAIL, "EMAIL", BOB, "b***@e***")],
)
def test_a_code_is_sent_after_the_password_and_signs_in(
    strict: StrictServer, factor: Mfa, medium: str, destination: str, expected: str
) -> None:
    bob = visitor(strict, factor)
    asked = bob.enter()

    assert asked.body["ChallengeName"] == factor
    assert parameters(asked) == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": expected,
        "USER_ID_FOR_SRP": bob.user.username,
    }
    assert (bob.message.medium, bob.message.destination, len(bob.message.code)) == (medium, destination, 6)
    assert tokens(bob.answer(asked, **{f"{factor}_CODE": bob.message.code}))


def test_the_first_code_that_comes_back_verifies_the_number(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    assert "phone_number_verified" not in bob.user.attributes
    bob.answer(bob.enter(), SMS_MFA_CODE=bob.message.code)
    assert bob.user.attributes["phone_number_verified"] == "true"


def test_a_wrong_code_leaves_the_session_usable_and_the_right_one_uses_it_up(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    right = bob.message.code

    assert bob.answer(asked, SMS_MFA_CODE=other(right)).refusal == NO_MATCH
    assert tokens(bob.answer(asked, SMS_MFA_CODE=right))
    again = bob.answer(asked, SMS_MFA_CODE=right)
    assert again.refusal == (
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    )


def test_the_code_of_one_sign_in_does_not_complete_another(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    bob.enter()
    first = bob.message.code
    asked = bob.enter()
    while bob.message.code == first:
        asked = bob.enter()
    assert bob.answer(asked, SMS_MFA_CODE=first).refusal == NO_MATCH


def test_a_session_expires_when_the_client_says(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    strict.clock.advance(180)
    assert bob.answer(asked, SMS_MFA_CODE=bob.message.code).refusal == (
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    )


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        ("AYABe-nobodys", ("NotAuthorizedException", "Invalid session for the user.")),
        (None, ("InvalidParameterException", "Missing required parameter Session")),
    ],
)
def test_an_answer_needs_the_session_of_its_challenge(
    strict: StrictServer, session: str | None, expected: tuple[str, str]
) -> None:
    bob = visitor(strict, Mfa.SMS)
    bob.enter()
    name = bob.user.username
    given = {"USERNAME": name, **hashed(bob.client, name), "SMS_MFA_CODE": bob.message.code}
    assert bob.send(Mfa.SMS, session, given).refusal == expected


def test_a_session_is_invalid_for_another_challenge_or_client(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    session, name = asked.body["Session"], bob.user.username
    given = {"USERNAME": name, **hashed(bob.client, name)}
    invalid = ("NotAuthorizedException", "Invalid session for the user.")

    assert bob.send(Mfa.TOTP, session, {**given, "SOFTWARE_TOKEN_MFA_CODE": "123456"}).refusal == invalid
    elsewhere = Visitor(strict, strict.add_client(bob.pool), bob.user)
    code = {"USERNAME": name, "SMS_MFA_CODE": bob.message.code}
    assert elsewhere.send(Mfa.SMS, session, code).refusal == invalid
    assert tokens(bob.answer(asked, SMS_MFA_CODE=bob.message.code))


def test_an_answer_must_name_the_user_of_the_challenge(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    reply = bob.answer(asked, USERNAME=BOB, SMS_MFA_CODE=bob.message.code)
    assert reply.refusal == ("NotAuthorizedException", "Incorrect username or password.")


@pytest.mark.parametrize("sent", [{}, {"SECRET_HASH": "d3Jvbmc="}])
def test_an_answer_without_the_secret_hash_leaves_the_session_usable(
    strict: StrictServer, sent: dict[str, str]
) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    given = {"USERNAME": bob.user.username, "SMS_MFA_CODE": bob.message.code, **sent}
    assert bob.send(Mfa.SMS, asked.body["Session"], given).refusal[0] == "NotAuthorizedException"
    assert tokens(bob.answer(asked, SMS_MFA_CODE=bob.message.code))


@pytest.mark.parametrize("missing", ["USERNAME", "SMS_MFA_CODE"])
def test_a_missing_parameter_of_an_answer_is_named(strict: StrictServer, missing: str) -> None:
    bob = visitor(strict, Mfa.SMS)
    asked = bob.enter()
    reply = bob.answer(asked, **{"SMS_MFA_CODE": bob.message.code, missing: ""})
    assert reply.refusal == ("InvalidParameterException", f"Missing required parameter {missing}")


def test_the_code_of_the_app_works_once(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.TOTP)
    asked = bob.enter()
    assert asked.body["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert parameters(asked) == {"USER_ID_FOR_SRP": bob.user.username, "FRIENDLY_DEVICE_NAME": "phone"}
    assert tokens(bob.answer(asked, SOFTWARE_TOKEN_MFA_CODE=app_code(bob)))

    asked = bob.enter()
    used = bob.answer(asked, SOFTWARE_TOKEN_MFA_CODE=app_code(bob))
    assert used.refusal == ("ExpiredCodeException", "Your software token has already been used once.")
    strict.clock.advance(30)
    assert tokens(bob.answer(asked, SOFTWARE_TOKEN_MFA_CODE=app_code(bob)))

    strict.clock.advance(30)
    again = bob.answer(asked, SOFTWARE_TOKEN_MFA_CODE=app_code(bob))
    assert again.refusal[1] == "Invalid session for the user, session can only be used once."


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_the_clock_of_the_app_may_be_off_by_a_step(strict: StrictServer, seconds: float) -> None:
    bob = visitor(strict, Mfa.TOTP)
    assert tokens(bob.answer(bob.enter(), SOFTWARE_TOKEN_MFA_CODE=app_code(bob, seconds)))


@pytest.mark.parametrize("seconds", [-60, 60])
def test_the_clock_of_the_app_must_not_be_off_by_two_steps(strict: StrictServer, seconds: float) -> None:
    bob = visitor(strict, Mfa.TOTP)
    near = {app_code(bob, step) for step in (-30, 0, 30)}
    while app_code(bob, seconds) in near:
        bob.user.software_token = SoftwareToken()
        near = {app_code(bob, step) for step in (-30, 0, 30)}
    reply = bob.answer(bob.enter(), SOFTWARE_TOKEN_MFA_CODE=app_code(bob, seconds))
    assert reply.refusal == ("CodeMismatchException", "Invalid code received for user")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(at: float, code: str) -> None:
    """Appendix B, SHA1: the last six of its eight digits."""
    assert SoftwareToken("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").code(at) == code


def test_several_factors_without_a_preference_lead_to_a_choice(strict: StrictServer) -> None:
    bob = visitor(strict, *ALL)
    asked = bob.enter()
    assert asked.body["ChallengeName"] == "SELECT_MFA_TYPE"
    assert listed(asked, "MFAS_CAN_CHOOSE") == ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]

    assert bob.answer(asked, ANSWER="SMS_OTP").refusal[0] == "InvalidParameterException"
    chosen = bob.answer(asked, ANSWER="SOFTWARE_TOKEN_MFA")
    assert chosen.body["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert chosen.body["Session"] != asked.body["Session"]
    assert bob.answer(asked, ANSWER="SMS_MFA").refusal[1].startswith("Invalid session for the user")
    assert tokens(bob.answer(chosen, SOFTWARE_TOKEN_MFA_CODE=app_code(bob)))


@pytest.mark.parametrize("preferred", ALL)
def test_the_preferred_factor_is_asked_for(strict: StrictServer, preferred: Mfa) -> None:
    bob = visitor(strict, *ALL, preferred_mfa=preferred)
    assert bob.enter().body["ChallengeName"] == preferred


def test_a_factor_that_the_pool_no_longer_has_is_not_asked_for(strict: StrictServer) -> None:
    bob = visitor(strict, *ALL, methods=(Mfa.SMS,), preferred_mfa=Mfa.TOTP)
    assert bob.enter().body["ChallengeName"] == "SMS_MFA"


@pytest.mark.parametrize("demand", [MfaConfiguration.OFF, MfaConfiguration.OPTIONAL])
def test_a_user_without_a_factor_signs_in_if_the_pool_requires_none(
    strict: StrictServer, demand: MfaConfiguration
) -> None:
    assert tokens(visitor(strict, demand=demand).enter())


def test_a_pool_without_mfa_asks_for_no_factor(strict: StrictServer) -> None:
    assert tokens(visitor(strict, *ALL, demand=MfaConfiguration.OFF).enter())


def test_a_phone_number_is_automatically_a_factor_if_the_pool_requires_mfa(strict: StrictServer) -> None:
    bob = visitor(strict, demand=MfaConfiguration.REQUIRED, methods=(Mfa.SMS, Mfa.TOTP))
    assert bob.enter().body["ChallengeName"] == "SMS_MFA"


def test_mfa_comes_after_the_new_password(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS, status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = bob.enter()
    assert asked.body["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    asked = bob.answer(asked, NEW_PASSWORD="Longer-Passw0rd")
    assert tokens(bob.answer(asked, SMS_MFA_CODE=bob.message.code))


def test_get_user_returns_the_factors_and_the_preferred_one(strict: StrictServer) -> None:
    bob = visitor(strict, Mfa.SMS, Mfa.TOTP, preferred_mfa=Mfa.TOTP)
    token = tokens(bob.answer(bob.enter(), SOFTWARE_TOKEN_MFA_CODE=app_code(bob)))["AccessToken"]
    reply = ask(strict, "GetUser", AccessToken=token)
    assert reply.body["UserMFASettingList"] == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    assert reply.body["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
