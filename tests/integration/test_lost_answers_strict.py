"""What a sign-in does if the network fails in its middle: nothing that Cognito has accepted is lost."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.responses import Asked, Reply
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors as server_errors
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, SoftwareToken, UserStatus
from cognitui.model import errors
from cognitui.model.challenge import INSTEAD, Challenge, SignedIn
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from tests.integration.challenge_desk import NEW_PASSWORD, PASSWORD, Desk, MakeDesk, assert_signed_in, maker, question

SETS_AN_APP_UP = {"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP,)}
PASSES = server_errors.InjectedError(performed=True)
SENDS_CODES = {"mfa": MfaConfiguration.OPTIONAL}


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    return maker(strict)


class SlowApi(UserPoolApi):
    """A Cognito that takes a moment to answer."""

    def respond(self, profile: Profile, challenge: Asked, responses: Mapping[str, str]) -> Reply:
        try:
            return super().respond(profile, challenge, responses)
        finally:
            self.pause(0.2)


def code_of(at: Desk, asked: Challenge) -> dict[str, str]:
    return {"code": SoftwareToken(asked.offered[SecretKind.TOTP]).code(at.server.now())}


def test_an_app_whose_set_up_was_taken_and_not_heard_of_signs_in_by_its_seed(desk: MakeDesk) -> None:
    at = desk(pool=SETS_AN_APP_UP)
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", server_errors.drop(performed=True))

    assert_signed_in(at.signin.answer(asked, code_of(at, asked)))


def test_an_app_whose_set_up_was_not_taken_is_set_up_again(desk: MakeDesk) -> None:
    at = desk(pool=SETS_AN_APP_UP)
    asked = at.asked()
    at.server.errors.add("VerifySoftwareToken", *[server_errors.drop(performed=True)] * 3)

    again = question(at.signin.answer(asked, code_of(at, asked)))

    at.server.errors.clear()
    assert again.remark
    assert again.offered[SecretKind.TOTP] != asked.offered[SecretKind.TOTP]
    assert_signed_in(at.signin.answer(again, code_of(at, again)))


def test_an_app_that_was_set_up_before_an_outage_signs_in_once_that_is_over(desk: MakeDesk) -> None:
    at = desk(pool=SETS_AN_APP_UP)
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", server_errors.drop(performed=True))
    at.server.errors.add("InitiateAuth", *[server_errors.drop()] * 3)
    answer = code_of(at, asked)
    with pytest.raises(errors.Unreachable):
        at.signin.answer(asked, answer)

    assert_signed_in(at.signin.answer(asked, answer))


def test_a_new_password_that_was_taken_is_reported_with_the_next_question(desk: MakeDesk) -> None:
    at = desk(pool=SENDS_CODES, status=UserStatus.FORCE_CHANGE_PASSWORD, mfa=(Mfa.EMAIL,))
    asked = at.asked()
    assert not asked.taken

    code = question(at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD}))

    assert code.needs == "code"
    assert code.taken == {SecretKind.PASSWORD: NEW_PASSWORD}


def test_a_new_password_that_cognito_has_not_taken_is_not_reported_as_taken(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    at.given = replace(at.given, password=None)
    asked = question(at.signin.answer(at.asked(), {"password": PASSWORD}))
    at.server.errors.add("RespondToAuthChallenge", server_errors.drop())

    again = question(at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD}))

    assert again.needs == "password"
    assert "The new password was not set" in again.remark
    assert not again.taken


def test_a_password_that_is_typed_after_one_was_set_is_not_reported_as_taken(desk: MakeDesk) -> None:
    at = desk()
    at.given = replace(at.given, password=None)
    reset = question(at.signin.answer(at.asked(), {INSTEAD: "forgot"}))
    at.server.errors.add("InitiateAuth", *[server_errors.drop()] * 3)
    sure = question(at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD}))
    at.user.password = "An0ther!one"

    asked = question(at.signin.answer(sure, {}))
    again = question(at.signin.answer(asked, {"password": "wr0ng!Password"}))

    assert not asked.taken
    assert not again.taken


def test_a_password_that_was_set_by_a_code_survives_an_outage(desk: MakeDesk) -> None:
    at = desk()
    at.given = replace(at.given, password=None)
    reset = question(at.signin.answer(at.asked(), {INSTEAD: "forgot"}))
    at.server.errors.add("InitiateAuth", *[server_errors.drop()] * 6)

    sure = question(at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD}))
    still = question(at.signin.answer(sure, {}))

    assert sure.taken == still.taken == {SecretKind.PASSWORD: NEW_PASSWORD}
    assert not sure.prompts
    assert still.remark
    assert_signed_in(at.signin.answer(still, {}))


def test_another_answer_whose_word_was_lost_is_reported_as_an_outage(desk: MakeDesk) -> None:
    at = desk(pool=SENDS_CODES, mfa=(Mfa.EMAIL,))
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", *[server_errors.drop()] * 3)

    with pytest.raises(errors.Unreachable):
        at.signin.answer(asked, {"code": at.code()})

    assert_signed_in(at.signin.answer(asked, {"code": at.code()}))


def test_a_code_that_was_refused_as_the_half_minute_turned_is_the_one_that_is_waited_out(desk: MakeDesk) -> None:
    token = SoftwareToken()
    at = desk(pool=SENDS_CODES, mfa=(Mfa.TOTP,), software_token=token)
    at.given = replace(at.given, totp_seed=token.seed)
    at.server.clock.advance(29.9 - at.server.clock() % 30)
    token.used.add(int(at.server.now()) // 30)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        at.server.clock.advance(seconds)

    at.signin = UserPoolProvider(SlowApi(at.server.clock, sleep=sleep), at.server.clock)

    assert_signed_in(at.start())

    # What was waited, and not the clock: that runs on while a busy machine answers.
    assert sum(waits) < 1, "the next code was there already"


def test_what_fails_after_a_password_was_set_leaves_it_reported(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.RESET_REQUIRED)
    reset = question(at.signin.answer(at.asked(), {INSTEAD: "resend"}))
    at.server.errors.add(
        "InitiateAuth", server_errors.InjectedError(Refusal("UserLambdaValidationException", "Not now.").answer)
    )

    sure = question(at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD}))

    assert sure.taken == {SecretKind.PASSWORD: NEW_PASSWORD}
    assert "Not now." in sure.remark
    assert_signed_in(at.signin.answer(sure, {}))


@pytest.mark.parametrize(
    "said",
    [
        "Invalid session for the user.",
        "Incorrect username or password.",
        "Unable to login because of security reasons.",
        "Something that nobody has seen yet.",
    ],
)
def test_a_step_that_fails_after_a_new_password_was_taken_leaves_it_reported(desk: MakeDesk, said: str) -> None:
    token = SoftwareToken()
    at = desk(pool=SENDS_CODES, status=UserStatus.FORCE_CHANGE_PASSWORD, mfa=(Mfa.TOTP,), software_token=token)
    at.given = replace(at.given, totp_seed=token.seed)
    asked = at.asked()
    refused = server_errors.InjectedError(Refusal("NotAuthorizedException", said).answer)
    at.server.errors.add("RespondToAuthChallenge", PASSES, refused)

    sure = question(at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD}))

    assert sure.taken == {SecretKind.PASSWORD: NEW_PASSWORD}
    assert_signed_in(at.signin.answer(sure, {}))


@pytest.mark.parametrize("code", ["UserLambdaValidationException", "UnexpectedLambdaException"])
def test_a_trigger_that_refuses_a_new_password_says_that_it_may_be_set(desk: MakeDesk, code: str) -> None:
    # Cognito runs the trigger after it has set the password.
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = at.asked()
    refused = server_errors.InjectedError(Refusal(code, "PostAuthentication failed.").answer, performed=True)
    at.server.errors.add("RespondToAuthChallenge", refused)

    with pytest.raises(errors.CognituiError) as caught:
        at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD})

    assert caught.value.fix.endswith("The new password may already be set: try it first, then the previous one.")


def test_a_trigger_that_refuses_another_answer_says_nothing_of_a_password(desk: MakeDesk) -> None:
    at = desk(pool=SENDS_CODES, mfa=(Mfa.EMAIL,))
    asked = at.asked()
    refused = server_errors.InjectedError(Refusal("UserLambdaValidationException", "PostAuthentication failed.").answer)
    at.server.errors.add("RespondToAuthChallenge", refused)

    with pytest.raises(errors.CognituiError) as caught:
        at.signin.answer(asked, {"code": at.code()})

    assert "password" not in caught.value.fix


def test_a_lost_answer_after_which_the_new_password_served_reports_it_as_taken(desk: MakeDesk) -> None:
    at = desk(pool=SENDS_CODES, status=UserStatus.FORCE_CHANGE_PASSWORD, mfa=(Mfa.EMAIL,))
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", server_errors.drop(performed=True))

    code = question(at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD}))

    assert code.needs == "code"
    assert code.taken == {SecretKind.PASSWORD: NEW_PASSWORD}


def test_a_new_password_that_was_taken_before_an_outage_signs_in_once_that_is_over(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", server_errors.drop(performed=True))
    at.server.errors.add("InitiateAuth", *[server_errors.drop()] * 3)
    with pytest.raises(errors.Unreachable) as told:
        at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD})

    step = at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD})

    assert "may already be set" in told.value.fix
    assert isinstance(step, SignedIn)
    assert step.served == {SecretKind.PASSWORD: NEW_PASSWORD}


def test_a_set_up_that_is_begun_again_mentions_no_new_password(desk: MakeDesk) -> None:
    at = desk(pool=SETS_AN_APP_UP)
    asked = at.asked()
    at.server.errors.add("VerifySoftwareToken", *[server_errors.drop(performed=True)] * 3)

    assert not question(at.signin.answer(asked, code_of(at, asked))).taken


@pytest.mark.parametrize(
    "fault", [server_errors.throttle(), server_errors.limit_exceeded()], ids=["throttled", "limit reached"]
)
def test_a_reset_that_cognito_refused_for_now_is_not_reported_as_perhaps_done(
    desk: MakeDesk, fault: server_errors.InjectedError
) -> None:
    at = desk()
    at.given = replace(at.given, password=None)
    reset = question(at.signin.answer(at.asked(), {INSTEAD: "forgot"}))
    at.server.errors.add("ConfirmForgotPassword", fault)

    with pytest.raises(errors.CognituiError) as told:
        at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD})

    assert "may be set" not in told.value.cause
    assert_signed_in(at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD}))


@pytest.mark.parametrize(
    "fault", [server_errors.throttle(), server_errors.limit_exceeded()], ids=["throttled", "limit reached"]
)
def test_a_new_password_that_cognito_refused_for_now_can_be_given_again(
    desk: MakeDesk, fault: server_errors.InjectedError
) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = at.asked()
    at.server.errors.add("RespondToAuthChallenge", fault)
    starts = at.server.journal.count("InitiateAuth")

    with pytest.raises((errors.Throttled, errors.LimitReached)):
        at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD})

    assert at.server.journal.count("InitiateAuth") == starts
    assert_signed_in(at.signin.answer(asked, {"NEW_PASSWORD": NEW_PASSWORD}))


def test_a_reset_whose_answer_was_lost_is_reported_as_perhaps_done(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.RESET_REQUIRED)
    asked = question(at.signin.answer(at.asked(), {INSTEAD: "resend"}))
    at.server.errors.add("ConfirmForgotPassword", server_errors.drop(performed=True))

    with pytest.raises(errors.Unreachable, match="The new password may be set all the same") as lost:
        at.signin.answer(asked, {"code": at.code(), "new-password": NEW_PASSWORD})

    assert lost.value.fix.endswith("If the code is then refused, sign in again.")


def test_a_confirmation_whose_answer_was_lost_is_reported_as_perhaps_done(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.UNCONFIRMED)
    asked = question(at.signin.answer(at.asked(), {INSTEAD: "resend"}))
    at.server.errors.add("ConfirmSignUp", server_errors.drop(performed=True))

    with pytest.raises(errors.Unreachable, match="The account may be confirmed all the same"):
        at.signin.answer(asked, {"code": at.code()})
