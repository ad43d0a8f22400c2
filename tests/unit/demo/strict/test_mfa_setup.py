"""MFA_SETUP: the set-up of a second factor during a sign-in."""

from __future__ import annotations

import pytest

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, SoftwareToken
from tests.unit.demo.strict.raw import Reply, ask
from tests.unit.demo.strict.visitor import Visitor, listed, other, tokens
from tests.unit.demo.strict.world import PASSWORD, SECRET


def newcomer(strict: StrictServer, *methods: Mfa) -> Visitor:
    """Return a user without factors, in a pool that requires one."""
    strict.clock.stop()
    pool = strict.add_pool(mfa=MfaConfiguration.REQUIRED, mfa_methods=methods)
    return Visitor(strict, strict.add_client(pool, secret=SECRET), strict.add_user(pool, "bob", PASSWORD))


@pytest.fixture
def bob(strict: StrictServer) -> Visitor:
    return newcomer(strict, Mfa.TOTP, Mfa.EMAIL)


def associated(bob: Visitor) -> Reply:
    asked = bob.start(name="bob", PASSWORD=PASSWORD)
    return ask(bob.server, "AssociateSoftwareToken", Session=asked.body["Session"])


def verify(bob: Visitor, made: Reply, code: str = "") -> Reply:
    code = code or app_code(bob, made)
    session = made.body["Session"]
    return ask(bob.server, "VerifySoftwareToken", Session=session, UserCode=code, FriendlyDeviceName="phone")


def app_code(bob: Visitor, made: Reply) -> str:
    return SoftwareToken(str(made.body["SecretCode"])).code(bob.server.now())


def finish(bob: Visitor, reply: Reply, **given: str) -> Reply:
    return bob.answer(Reply(200, {"ChallengeName": "MFA_SETUP", "Session": reply.body["Session"]}), **given)


def test_an_app_is_set_up_and_asked_for_from_then_on(bob: Visitor) -> None:
    asked = bob.start(name="bob", PASSWORD=PASSWORD)
    assert asked.body["ChallengeName"] == "MFA_SETUP"
    assert listed(asked, "MFAS_CAN_SETUP") == ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]

    made = associated(bob)
    verified = verify(bob, made)
    assert verified.body["Status"] == "SUCCESS"
    assert tokens(finish(bob, verified))

    again = bob.start(name="bob", PASSWORD=PASSWORD)
    assert again.body["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert again.body["ChallengeParameters"] == {"USER_ID_FOR_SRP": bob.user.username, "FRIENDLY_DEVICE_NAME": "phone"}
    used = bob.answer(again, SOFTWARE_TOKEN_MFA_CODE=app_code(bob, made))
    assert used.refusal[0] == "ExpiredCodeException"


def test_each_call_returns_a_session_that_replaces_the_last(bob: Visitor) -> None:
    asked = bob.start(name="bob", PASSWORD=PASSWORD)
    made = ask(bob.server, "AssociateSoftwareToken", Session=asked.body["Session"])
    verified = verify(bob, made)
    assert len({reply.body["Session"] for reply in (asked, made, verified)}) == 3
    once = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert ask(bob.server, "AssociateSoftwareToken", Session=asked.body["Session"]).refusal == once
    assert verify(bob, made).refusal == once
    assert finish(bob, made).refusal == once


def test_a_wrong_code_does_not_set_up_the_app_and_leaves_the_session_usable(bob: Visitor) -> None:
    made = associated(bob)
    wrong = verify(bob, made, other(app_code(bob, made)))
    assert wrong.refusal == ("EnableSoftwareTokenMFAException", "Code mismatch")
    assert tokens(finish(bob, verify(bob, made)))


@pytest.mark.parametrize("code", ["12345", "12 456", "abcdef", "1234567"])
def test_a_malformed_code_is_an_invalid_parameter(bob: Visitor, code: str) -> None:
    assert verify(bob, associated(bob), code).refusal[0] == "InvalidParameterException"


def test_an_app_that_was_not_verified_does_not_sign_in(bob: Visitor) -> None:
    made = associated(bob)
    assert finish(bob, made).refusal[0] == "InvalidParameterException"
    assert finish(bob, bob.start(name="bob", PASSWORD=PASSWORD)).refusal[0] == "InvalidParameterException"


def test_no_app_is_set_up_if_the_pool_does_not_offer_it(strict: StrictServer) -> None:
    assert associated(newcomer(strict, Mfa.EMAIL)).refusal[0] == "SoftwareTokenMFANotFoundException"


def test_a_new_address_gets_a_code(bob: Visitor) -> None:
    asked = bob.start(name="bob", PASSWORD=PASSWORD)
    asked = bob.answer(asked, EMAIL="bob@example.com")
    assert asked.body["ChallengeName"] == "EMAIL_OTP"
    assert bob.message.destination == "bob@example.com"

    assert tokens(bob.answer(asked, EMAIL_OTP_CODE=bob.message.code))
    assert bob.start(name="bob", PASSWORD=PASSWORD).body["ChallengeName"] == "EMAIL_OTP"


def test_a_new_address_is_saved_only_after_its_code_has_come_back(bob: Visitor) -> None:
    bob.answer(bob.start(name="bob", PASSWORD=PASSWORD), EMAIL="bob@example.com")

    assert "email" not in bob.user.attributes
    assert bob.start(name="bob", PASSWORD=PASSWORD).body["ChallengeName"] == "MFA_SETUP"


def test_no_address_is_accepted_if_the_pool_sends_no_codes_by_e_mail(strict: StrictServer) -> None:
    bob = newcomer(strict, Mfa.TOTP)
    reply = bob.answer(bob.start(name="bob", PASSWORD=PASSWORD), EMAIL="bob@example.com")
    assert reply.refusal[0] == "InvalidParameterException"
    assert "email" not in bob.user.attributes


def test_the_session_of_another_challenge_sets_up_nothing(bob: Visitor) -> None:
    reply = ask(bob.server, "AssociateSoftwareToken", Session="AYABe-nobodys")
    assert reply.refusal == ("NotAuthorizedException", "Invalid session for the user.")
