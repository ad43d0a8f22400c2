"""CUSTOM_AUTH: a pool's own questions, with or without a proof of the password before them."""

from __future__ import annotations

import pytest

from cognitui.demo.strict.pools import CustomChallenge, MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.visitor import BOB, Visitor, tokens
from tests.unit.demo.strict.world import PASSWORD, SECRET, hashed

# pycognito gets the time with a function that Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

QUESTIONS = (
    CustomChallenge({"question": "What is six times seven?"}, "42"),
    CustomChallenge({"captcha": "https://example.com/captcha.png"}, "xyzzy"),
)
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


@pytest.fixture
def bob(strict: StrictServer) -> Visitor:
    strict.clock.stop()
    pool = strict.add_pool(custom_challenges=QUESTIONS, mfa=MfaConfiguration.OPTIONAL)
    return Visitor(strict, strict.add_client(pool, secret=SECRET), strict.add_user(pool, BOB, PASSWORD))


def test_the_questions_are_asked_one_after_another(bob: Visitor) -> None:
    first = bob.start("CUSTOM_AUTH")
    assert first.body["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert first.body["ChallengeParameters"] == {
        "USERNAME": bob.user.username,
        "question": "What is six times seven?",
    }
    second = bob.answer(first, ANSWER="42")
    assert second.body["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert second.body["ChallengeParameters"] == {
        "USERNAME": bob.user.username,
        "captcha": "https://example.com/captcha.png",
    }
    assert second.body["Session"] != first.body["Session"]
    assert tokens(bob.answer(second, ANSWER="xyzzy"))


@pytest.mark.parametrize("answers", [["41"], ["42", "42"]])
def test_a_wrong_answer_ends_the_session(bob: Visitor, answers: list[str]) -> None:
    asked = reply = bob.start("CUSTOM_AUTH")
    for answer in answers:
        asked = reply if reply.status == 200 else asked
        reply = bob.answer(asked, ANSWER=answer)
    assert reply.refusal == WRONG
    right = QUESTIONS[len(answers) - 1].answer
    assert bob.answer(asked, ANSWER=right).refusal[1].startswith("Invalid session for the user")


def test_the_questions_come_after_a_requested_proof(bob: Visitor) -> None:
    srp = bob.srp()
    asked = bob.start("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **srp.get_auth_params())
    assert asked.body["ChallengeName"] == "PASSWORD_VERIFIER"
    asked = bob.prove(srp, asked)
    assert asked.body["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert tokens(bob.answer(bob.answer(asked, ANSWER="42"), ANSWER="xyzzy"))


def test_no_question_is_asked_after_a_wrong_proof(bob: Visitor) -> None:
    srp = bob.srp("Wr0ng-one")
    asked = bob.start("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **srp.get_auth_params())
    assert bob.prove(srp, asked).refusal == WRONG


def test_only_a_proof_can_come_first(bob: Visitor) -> None:
    reply = bob.start("CUSTOM_AUTH", CHALLENGE_NAME="PASSWORD")
    assert reply.refusal[0] == "InvalidParameterException"


def test_the_second_factor_comes_after_the_questions(bob: Visitor) -> None:
    bob.user.mfa = (Mfa.EMAIL,)
    asked = bob.answer(bob.answer(bob.start("CUSTOM_AUTH"), ANSWER="42"), ANSWER="xyzzy")
    assert asked.body["ChallengeName"] == "EMAIL_OTP"
    assert tokens(bob.answer(asked, EMAIL_OTP_CODE=bob.message.code))


def test_an_unknown_user_is_asked_and_refused_like_a_known_one(bob: Visitor) -> None:
    asked = bob.start("CUSTOM_AUTH", name="eve")
    assert asked.body["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert bob.answer(asked, USERNAME="eve", ANSWER="42").refusal == WRONG


def test_a_pool_without_questions_refuses_the_flow(strict: StrictServer) -> None:
    pool = strict.add_pool()
    bob = Visitor(strict, strict.add_client(pool), strict.add_user(pool, BOB, PASSWORD))
    expected = ("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
    assert bob.start("CUSTOM_AUTH").refusal == expected


def test_the_journal_has_the_client_metadata(bob: Visitor) -> None:
    metadata = {"tenant": "blue"}
    given = {"USERNAME": BOB, **hashed(bob.client, BOB)}
    ask(
        bob.server,
        "InitiateAuth",
        ClientId=bob.client.id,
        AuthFlow="CUSTOM_AUTH",
        AuthParameters=given,
        ClientMetadata=metadata,
    )
    assert bob.server.journal.last("InitiateAuth").parameters["ClientMetadata"] == metadata
