"""Every challenge and flow of Cognito's own API, against a Cognito that refuses what AWS refuses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.demo.strict.pools import CustomChallenge, MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, SoftwareToken, UserStatus
from cognitui.model import errors
from cognitui.model.challenge import INSTEAD, GivenSecrets, SignedIn
from cognitui.model.claims import username_of
from cognitui.model.profile import Environment, Flow, PreferredChallenge, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from tests.integration.challenge_desk import (
    ALICE,
    NEW_PASSWORD,
    PASSWORD,
    SECRET,
    Desk,
    MakeDesk,
    assert_signed_in,
    maker,
    question,
)

BOTH = pytest.mark.parametrize("secret", [None, SECRET])


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    return maker(strict)


@BOTH
@pytest.mark.parametrize(("mfa", "words"), [(Mfa.SMS, "text message"), (Mfa.EMAIL, "e-mail")])
def test_a_code_that_was_sent_signs_in(desk: MakeDesk, secret: str | None, mfa: Mfa, words: str) -> None:
    attributes = {"phone_number": "+14155550123", "phone_number_verified": "true"}
    at = desk(secret=secret, pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(mfa,), attributes=attributes)

    asked = at.asked()

    assert words in asked.title
    assert asked.sent_to
    assert_signed_in(at.signin.answer(asked, {"code": f" {at.code()} "}))


def test_a_wrong_code_is_asked_for_again_in_the_same_session(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    asked = at.asked()

    again = question(at.signin.answer(asked, {"code": "000000"}))

    assert again.remark.startswith("That code was not accepted (")
    assert "dev/alice" not in again.remark
    assert at.server.journal.count("InitiateAuth") == 1
    assert_signed_in(at.signin.answer(again, {"code": at.code()}))


def test_another_code_comes_with_another_start(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    asked = at.asked()

    again = question(at.signin.answer(asked, {INSTEAD: asked.instead[0].value}))

    assert at.server.journal.count("InitiateAuth") == 2
    assert_signed_in(at.signin.answer(again, {"code": at.code()}))


def test_a_session_that_has_expired_is_begun_again_and_asks_for_the_new_code(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    asked, old = at.asked(), at.code()
    at.server.clock.advance(200)

    again = question(at.signin.answer(asked, {"code": old}))

    assert "session" in again.remark.lower()
    assert_signed_in(at.signin.answer(again, {"code": at.code()}))


def test_a_question_that_nobody_answered_in_time_begins_again_with_a_new_code(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    asked, old = at.asked(), at.code()
    at.server.clock.advance(181)

    again = question(at.signin.answer(asked, {INSTEAD: "again"}))

    assert "session" in again.remark
    assert at.code() != old
    assert_signed_in(at.signin.answer(again, {"code": at.code()}))


def test_the_profiles_command_gives_the_code(desk: MakeDesk) -> None:
    token = SoftwareToken()
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=token)
    at.codes_of_the_process = [token.code(at.server.now())]

    assert_signed_in(at.start())


@BOTH
def test_a_stored_seed_answers_automatically(desk: MakeDesk, secret: str | None) -> None:
    token = SoftwareToken()
    at = desk(secret=secret, pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=token)
    at.given = replace(at.given, totp_seed=token.seed)

    assert_signed_in(at.start())


def test_a_stored_seed_waits_for_the_next_code_where_this_one_was_used(desk: MakeDesk) -> None:
    token = SoftwareToken()
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=token)
    at.given = replace(at.given, totp_seed=token.seed)
    assert_signed_in(at.start())
    before = at.server.clock()

    assert_signed_in(at.start())

    assert at.server.clock() > before


def test_a_wait_for_the_next_code_is_reported(desk: MakeDesk) -> None:
    token = SoftwareToken()
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=token)
    at.given = replace(at.given, totp_seed=token.seed)
    token.used.add(int(at.server.now()) // 30)

    assert_signed_in(at.start())

    assert ["waiting" in words for words in at.told] == [True]


def test_a_stored_seed_that_is_wrong_leads_to_a_question_with_the_reason(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=SoftwareToken())
    at.given = replace(at.given, totp_seed=SoftwareToken().seed)

    asked = at.asked()

    assert asked.remark
    token = at.user.software_token
    assert token is not None
    assert_signed_in(at.signin.answer(asked, {"code": token.code(at.server.now())}))


def test_the_kind_of_mfa_is_asked_for_and_a_seed_decides_automatically(desk: MakeDesk) -> None:
    token = SoftwareToken()
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL, Mfa.TOTP), software_token=token)

    asked = at.asked()
    assert {choice.value for choice in asked.prompts[0].choices} == {"EMAIL_OTP", "SOFTWARE_TOKEN_MFA"}
    code = question(at.signin.answer(asked, {"ANSWER": "EMAIL_OTP"}))
    assert_signed_in(at.signin.answer(code, {"code": at.code()}))

    at.given = replace(at.given, totp_seed=token.seed)
    assert_signed_in(at.start())


@BOTH
def test_an_authenticator_app_is_set_up_on_the_way(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret, pool={"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP,)})

    asked = at.asked()

    seed = asked.offered[SecretKind.TOTP]
    assert asked.qr.startswith("otpauth://totp/")
    assert seed in asked.qr
    wrong = question(at.signin.answer(asked, {"code": "000000"}))
    assert wrong.remark
    assert wrong.offered[SecretKind.TOTP] == seed
    assert_signed_in(at.signin.answer(wrong, {"code": SoftwareToken(seed).code(at.server.now())}))


def test_another_code_to_a_new_address_does_not_ask_for_the_address_again(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP, Mfa.EMAIL)})
    del at.user.attributes["email"]
    method = at.asked()
    address = question(at.signin.answer(method, {"method": "EMAIL_OTP"}))
    sent = question(at.signin.answer(address, {"EMAIL": "alice@new.example.com"}))
    first = at.code()

    again = question(at.signin.answer(sent, {INSTEAD: "resend"}))

    assert again.needs == "code"
    assert at.code() != first
    assert_signed_in(at.signin.answer(again, {"code": at.code()}))


def test_an_app_that_is_set_up_in_a_session_that_has_expired_gets_another_seed_at_once(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP, Mfa.EMAIL)})
    del at.user.attributes["email"]
    shown = question(at.signin.answer(at.asked(), {"method": "SOFTWARE_TOKEN_MFA"}))
    at.server.clock.advance(181)

    again = question(at.signin.answer(shown, {"code": "123456"}))

    assert again.offered.keys() == {SecretKind.TOTP}
    assert again.offered != shown.offered
    code = SoftwareToken(again.offered[SecretKind.TOTP]).code(at.server.now())
    assert_signed_in(at.signin.answer(again, {"code": code}))


@BOTH
@pytest.mark.parametrize("factor", PreferredChallenge)
def test_user_auth_goes_straight_to_the_preferred_factor(
    desk: MakeDesk, secret: str | None, factor: PreferredChallenge
) -> None:
    attributes = {"phone_number": "+14155550123", "phone_number_verified": "true"}
    factors = ("PASSWORD", "EMAIL_OTP", "SMS_OTP")
    at = desk(secret=secret, pool={"first_factors": factors}, attributes=attributes)

    step = at.start(Flow.USER_AUTH, preferred_challenge=factor)

    if factor.value.endswith("_OTP"):
        step = at.signin.answer(question(step), {"code": at.code()})
    assert_signed_in(step)


@BOTH
@pytest.mark.parametrize("choice", ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"])
def test_user_auth_lets_one_choose(desk: MakeDesk, secret: str | None, choice: str) -> None:
    at = desk(secret=secret, pool={"first_factors": ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")}, has_passkey=True)
    asked = at.asked(Flow.USER_AUTH)
    assert "WEB_AUTHN" not in {offered.value for offered in asked.prompts[0].choices}

    step = at.signin.answer(asked, {"ANSWER": choice})

    if choice == "EMAIL_OTP":
        step = at.signin.answer(question(step), {"code": at.code()})
    assert_signed_in(step)


def test_a_typed_password_that_was_refused_served_nothing(desk: MakeDesk) -> None:
    at = desk(pool={"first_factors": ("PASSWORD", "EMAIL_OTP")})
    at.given = replace(at.given, password=None)
    choice = at.asked(Flow.USER_AUTH)
    name = choice.prompts[0].name
    password = question(at.signin.answer(choice, {name: "PASSWORD"}))
    refused = question(at.signin.answer(password, {"password": "wr0ng!Password"}))

    again = question(at.signin.answer(refused, {INSTEAD: "other-factor"}))
    code = question(at.signin.answer(again, {name: "EMAIL_OTP"}))
    step = at.signin.answer(code, {"code": at.code()})

    assert isinstance(step, SignedIn)
    assert "wr0ng!Password" not in (step.served or {}).values()
    assert "Passw0rd" not in repr(step)


def test_another_factor_can_be_chosen_after_the_first(desk: MakeDesk) -> None:
    at = desk(pool={"first_factors": ("PASSWORD", "EMAIL_OTP")})
    choice = at.asked(Flow.USER_AUTH)
    code = question(at.signin.answer(choice, {choice.prompts[0].name: "EMAIL_OTP"}))

    again = question(at.signin.answer(code, {INSTEAD: "other-factor"}))

    assert again.prompts == choice.prompts
    assert_signed_in(at.signin.answer(again, {again.prompts[0].name: "PASSWORD"}))


def test_a_password_that_is_chosen_and_not_stored_is_asked_for_in_the_same_session(desk: MakeDesk) -> None:
    at = desk(pool={"first_factors": ("PASSWORD", "EMAIL_OTP")})
    at.given = replace(at.given, password=None)

    password = question(at.signin.answer(at.asked(Flow.USER_AUTH), {"ANSWER": "PASSWORD_SRP"}))

    assert password.prompts[0].keeps is SecretKind.PASSWORD
    assert_signed_in(at.signin.answer(password, {"password": PASSWORD}))
    assert at.server.journal.count("InitiateAuth") == 1


QUESTIONS = (CustomChallenge({"question": "Best colour?"}, "green"), CustomChallenge({"hint": "2 + 2"}, "4"))


@pytest.mark.parametrize("choice", ["PASSWORD", "PASSWORD_SRP"])
def test_a_password_that_was_mistyped_after_a_choice_is_typed_once_more(desk: MakeDesk, choice: str) -> None:
    at = desk(pool={"first_factors": ("PASSWORD", "EMAIL_OTP")})
    at.given = GivenSecrets()
    asked = question(at.signin.answer(at.asked(Flow.USER_AUTH), {"ANSWER": choice}))
    again = question(at.signin.answer(asked, {"password": "wrong"}))
    assert again.needs == "password"

    assert_signed_in(at.signin.answer(again, {"password": PASSWORD}))


@BOTH
@pytest.mark.parametrize("srp_first", [False, True])
def test_a_pools_own_questions_are_shown_and_answered(desk: MakeDesk, secret: str | None, srp_first: bool) -> None:
    at = desk(secret=secret, pool={"custom_challenges": QUESTIONS})
    first = at.asked(Flow.CUSTOM_AUTH, srp_first=srp_first)
    assert ("question", "Best colour?") in first.shown

    second = question(at.signin.answer(first, {"ANSWER": "green"}))

    assert ("hint", "2 + 2") in second.shown
    assert_signed_in(at.signin.answer(second, {"ANSWER": "4"}))


@BOTH
@pytest.mark.parametrize("srp_first", [False, True])
def test_a_wrong_answer_to_a_pools_question_begins_with_the_first_again(
    desk: MakeDesk, secret: str | None, srp_first: bool
) -> None:
    questions = (CustomChallenge({"question": "Best colour?"}, "green"), CustomChallenge({"question": "Why?"}, "so"))
    at = desk(secret=secret, pool={"custom_challenges": questions})
    second = question(at.signin.answer(at.asked(Flow.CUSTOM_AUTH, srp_first=srp_first), {"ANSWER": "green"}))

    again = question(at.signin.answer(second, {"ANSWER": "because"}))

    assert dict(again.shown)["question"] == "Best colour?"
    assert again.remark == "That was not the answer: the pool starts again."
    last = question(at.signin.answer(again, {"ANSWER": "green"}))
    assert last.remark == ""
    assert_signed_in(at.signin.answer(last, {"ANSWER": "so"}))


@BOTH
def test_an_admins_flow_is_signed_and_takes_challenges(
    desk: MakeDesk, secret: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(secret=secret, pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    with_iam(at, monkeypatch)

    asked = at.asked(Flow.ADMIN_USER_PASSWORD_AUTH)

    assert_signed_in(at.signin.answer(asked, {"code": at.code()}))
    assert at.server.journal.count("AdminRespondToAuthChallenge") == 1


def test_an_admins_flow_without_credentials_says_so(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(errors.AwsCredentialsUnusable):
        desk().start(Flow.ADMIN_USER_PASSWORD_AUTH)


def test_iam_that_does_not_allow_it_is_reported_as_that(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk()
    with_iam(at, monkeypatch, denied=frozenset({"AdminInitiateAuth"}))

    with pytest.raises(errors.PermissionMissing):
        at.start(Flow.ADMIN_USER_PASSWORD_AUTH)


@BOTH
def test_a_device_is_remembered_and_takes_the_place_of_mfa(desk: MakeDesk, secret: str | None) -> None:
    pool = {"mfa": MfaConfiguration.OPTIONAL, "device_tracking": "opt_in", "device_suppresses_mfa": True}
    at = desk(secret=secret, pool=pool, mfa=(Mfa.EMAIL,))
    first = at.signin.answer(at.asked(remember_device=True), {"code": at.code()})
    at.remember(first)

    assert_signed_in(at.start(remember_device=True))


def test_a_refresh_sends_the_devices_key(desk: MakeDesk) -> None:
    at = desk(pool={"device_tracking": "always"})
    step = at.start()
    device = at.remember(step)
    assert isinstance(step, SignedIn)
    refresh = step.tokens.refresh
    assert refresh is not None
    profile = Profile(environment=Environment(name="dev"), name="alice", own=at.fields)
    username = username_of(step.tokens.access.value)

    assert at.signin.refresh(profile, refresh.value, None, username, device.key).access.value
    with pytest.raises(errors.RefreshTokenDead):
        at.signin.refresh(profile, refresh.value, None, username)


def test_a_device_whose_proof_is_refused_is_a_new_one(desk: MakeDesk) -> None:
    pool = {"mfa": MfaConfiguration.OPTIONAL, "device_tracking": "always", "device_suppresses_mfa": True}
    at = desk(pool=pool, mfa=(Mfa.EMAIL,))
    old = at.remember(at.signin.answer(at.asked(), {"code": at.code()}))
    at.given = replace(at.given, device=replace(old, password="another-password-of-the-device"))

    asked = at.asked()

    assert "does not take this machine" in asked.remark
    step = at.signin.answer(asked, {"code": at.code()})
    assert isinstance(step, SignedIn)
    assert step.device is not None
    assert step.device.key != old.key


def test_a_device_that_the_pool_has_forgotten_is_forgotten_here_too(desk: MakeDesk) -> None:
    at = desk(pool={"device_tracking": "always"})
    old = at.remember(at.start())
    at.user.devices.clear()

    step = at.start()

    assert isinstance(step, SignedIn)
    assert step.device is not None
    assert step.device.key != old.key


def test_a_device_that_is_forgotten_while_a_person_chooses_does_not_end_the_sign_in(desk: MakeDesk) -> None:
    pool = {"device_tracking": "always", "first_factors": ("PASSWORD", "EMAIL_OTP")}
    at = desk(pool=pool)
    choice = at.asked(Flow.USER_AUTH)
    by_password = {choice.prompts[0].name: "PASSWORD_SRP"}
    old = at.remember(at.signin.answer(choice, by_password))
    choice = at.asked(Flow.USER_AUTH)
    at.user.devices.clear()

    step = at.signin.answer(choice, by_password)

    assert isinstance(step, SignedIn)
    assert step.device is not None
    assert step.device.key != old.key


METADATA = {"source": "cognitui"}


def test_the_profiles_metadata_goes_with_every_call_of_a_sign_in_that_takes_it(desk: MakeDesk) -> None:
    at = desk(pool={"custom_challenges": (CustomChallenge({"question": "Best colour?"}, "green"),)})
    step = at.signin.answer(at.asked(Flow.CUSTOM_AUTH, client_metadata=METADATA), {"ANSWER": "green"})
    assert isinstance(step, SignedIn)
    assert step.tokens.refresh is not None
    own = ProfileFields(client_metadata=METADATA).merged_into(at.fields)
    profile = Profile(environment=Environment(name="dev"), name="alice", own=own)
    at.signin.refresh(profile, step.tokens.refresh.value, None, at.user.username)

    assert without_metadata(at, "InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken") == []


def test_the_profiles_metadata_goes_with_every_call_about_an_account_that_takes_it(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.UNCONFIRMED)
    asked = question(at.signin.answer(at.asked(client_metadata=METADATA), {INSTEAD: "resend"}))
    assert_signed_in(at.signin.answer(asked, {"code": at.code()}))
    at.given = replace(at.given, password=None)
    reset = question(at.signin.answer(at.asked(client_metadata=METADATA), {INSTEAD: "forgot"}))
    assert_signed_in(at.signin.answer(reset, {"code": at.code(), "new-password": NEW_PASSWORD}))

    calls = ("ResendConfirmationCode", "ConfirmSignUp", "ForgotPassword", "ConfirmForgotPassword")
    assert without_metadata(at, *calls) == []


def without_metadata(at: Desk, *operations: str) -> list[str]:
    """Return the operations that went without it."""
    sent = {name: at.server.journal.last(name).parameters for name in operations}
    return [name for name, parameters in sent.items() if parameters.get("ClientMetadata") != METADATA]


@BOTH
def test_an_account_is_confirmed_on_the_way(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret, status=UserStatus.UNCONFIRMED)
    asked = at.asked()
    sent = question(at.signin.answer(asked, {INSTEAD: "resend"}))
    assert sent.sent_to
    wrong = question(at.signin.answer(sent, {"code": "000000"}))
    assert wrong.remark

    assert_signed_in(at.signin.answer(wrong, {"code": at.code()}))


@BOTH
def test_a_password_that_was_reset_is_set_again_on_the_way(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret, status=UserStatus.RESET_REQUIRED)

    sent = question(at.signin.answer(at.asked(), {INSTEAD: "resend"}))

    assert_signed_in(at.signin.answer(sent, {"code": at.code(), "new-password": NEW_PASSWORD}))


def test_a_new_password_that_was_typed_stays_while_another_code_is_sent(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.RESET_REQUIRED)

    sent = question(at.signin.answer(at.asked(), {INSTEAD: "resend", "code": "", "new-password": NEW_PASSWORD}))

    assert sent.given == {"new-password": NEW_PASSWORD}


def test_what_was_right_is_not_typed_again_and_the_target_of_the_code_is_still_reported(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.RESET_REQUIRED)
    sent = question(at.signin.answer(at.asked(), {INSTEAD: "resend"}))

    wrong = question(at.signin.answer(sent, {"code": "000000", "new-password": NEW_PASSWORD}))
    weak = question(at.signin.answer(wrong, {"code": at.code(), "new-password": "weak"}))

    assert wrong.given == {"new-password": NEW_PASSWORD}
    assert wrong.sent_to == weak.sent_to == sent.sent_to != ""
    assert weak.given == {"code": at.code()}
    assert NEW_PASSWORD not in repr(wrong)
    assert_signed_in(at.signin.answer(weak, {"code": at.code(), "new-password": NEW_PASSWORD}))


def test_a_forgotten_password_is_replaced_on_the_way(desk: MakeDesk) -> None:
    at = desk()
    at.given = replace(at.given, password=None)
    asked = at.asked()

    sent = question(at.signin.answer(asked, {INSTEAD: "forgot"}))

    assert sent.sent_to
    weak = question(at.signin.answer(sent, {"code": at.code(), "new-password": "weak"}))
    assert "assword" in weak.remark
    assert_signed_in(at.signin.answer(weak, {"code": at.code(), "new-password": NEW_PASSWORD}))


def test_an_admin_makes_a_temporary_password_permanent(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    with_iam(at, monkeypatch)
    asked = at.asked(aws_profile="default")

    sure = question(at.signin.answer(asked, {INSTEAD: "as-admin"}))

    assert not sure.prompts
    assert ALICE in sure.message
    assert at.client.pool.id in sure.message
    assert_signed_in(at.signin.answer(sure, {}))
    assert at.user.status is UserStatus.CONFIRMED


def test_anyone_who_does_not_want_it_permanent_comes_back_to_the_question_for_a_new_password(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    with_iam(at, monkeypatch)
    sure = question(at.signin.answer(at.asked(aws_profile="default"), {INSTEAD: "as-admin"}))

    back = question(at.signin.answer(sure, {INSTEAD: sure.instead[0].value}))

    assert back.needs == "new password"
    assert_signed_in(at.signin.answer(back, {"NEW_PASSWORD": NEW_PASSWORD}))


def test_a_new_password_that_was_refused_is_not_the_one_that_an_admin_made_permanent(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    with_iam(at, monkeypatch)
    weak = question(at.signin.answer(at.asked(aws_profile="default"), {"NEW_PASSWORD": "weak"}))
    sure = question(at.signin.answer(weak, {INSTEAD: "as-admin"}))

    step = at.signin.answer(sure, {})

    assert isinstance(step, SignedIn)
    assert step.served == {SecretKind.PASSWORD: PASSWORD}


def test_a_forgotten_password_of_a_client_whose_secret_is_missing_asks_for_that(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)
    at.given = replace(at.given, password=None, client_secret=None)

    asked = question(at.signin.answer(at.asked(), {INSTEAD: "forgot"}))

    assert asked.needs == "client secret"


def test_an_admin_replaces_an_expired_temporary_password(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    with_iam(at, monkeypatch)
    at.user.password_expires_at = at.server.now() - 1

    sure = at.asked(aws_profile="default")

    assert_signed_in(at.signin.answer(sure, {"new-password": NEW_PASSWORD}))


def with_iam(at: Desk, monkeypatch: pytest.MonkeyPatch, denied: frozenset[str] = frozenset()) -> None:
    """Give this process IAM credentials that the server knows."""
    at.server.add_iam_user("AKIDEXAMPLE", "secret-access-key-of-the-test", denied=denied)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-access-key-of-the-test")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
