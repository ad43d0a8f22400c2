"""Answers that Cognito has given since 2025: members of their own, long sessions, passkeys as MFA, empty pages, 429."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.health import PoolHealth
from cognitui.cognito.http import fetch_https, look
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.transport import Transport, repeated
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.aws import AwsPlace
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.errors import FlowUnsupported, NotInThisPool, PasskeyNeeded, ServiceFault, Throttled
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import Flow
from tests.integration.one_answer import OneAnswer
from tests.integration.scripted_cognito import Body, ScriptedCognito
from tests.unit.fakes import make_jwt, make_profile

pytestmark = pytest.mark.usefixtures("plain_environment")

LONG_SESSION = "AYABe" + "x" * 4_091

TOKENS: Body = {
    "AuthenticationResult": {
        "AccessToken": make_jwt({"sub": "s"}),
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
        "SomethingNew": {"of": ["any", "form"]},
    },
    "AvailableChallenges": None,
    "ChallengeParameters": {},
    "SomethingNew": 1,
}


def signing_in() -> UserPoolProvider:
    return UserPoolProvider(UserPoolApi(time.time, sleep=lambda _seconds: None), time.time)


def start(scripted: ScriptedCognito, flow: Flow = Flow.USER_PASSWORD_AUTH, **fields: str) -> Step:
    profile = make_profile(endpoint_url=scripted.url, flow=flow, **fields)  # type: ignore[arg-type]  # by name
    return signing_in().start(profile, GivenSecrets("Passw0rd!"))


def challenge(name: str, *available: object, **parameters: str) -> Body:
    return {
        "ChallengeName": name,
        "Session": LONG_SESSION,
        "ChallengeParameters": parameters,
        "AvailableChallenges": list(available),
    }


def question(step: Step) -> Challenge:
    assert isinstance(step, Challenge)
    return step


def choices_of(step: Step) -> list[str]:
    return [choice.value for choice in question(step).prompts[0].choices]


def test_the_factors_in_a_member_of_their_own_are_offered(scripted: ScriptedCognito) -> None:
    available = ("EMAIL_OTP", 5, "WEB_AUTHN", None, "FACE_SCAN", "PASSWORD")
    scripted.answers("InitiateAuth", challenge("SELECT_CHALLENGE", *available))

    assert choices_of(start(scripted, Flow.USER_AUTH)) == ["PASSWORD", "EMAIL_OTP"]


def test_the_factors_in_the_answer_to_a_challenge_are_offered(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("CUSTOM_CHALLENGE", question="colour?"))
    scripted.answers("RespondToAuthChallenge", challenge("SELECT_CHALLENGE", "SMS_OTP", "EMAIL_OTP"))
    asked = question(start(scripted, Flow.CUSTOM_AUTH))

    assert choices_of(signing_in().answer(asked, {"ANSWER": "blue"})) == ["EMAIL_OTP", "SMS_OTP"]


def test_a_session_of_4096_characters_is_sent_back_whole(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("SMS_MFA"))
    scripted.answers("RespondToAuthChallenge", TOKENS)

    done = signing_in().answer(question(start(scripted)), {"code": "123456"})

    assert len(LONG_SESSION) == 4096
    assert [asked["Session"] for asked in scripted.parameters("RespondToAuthChallenge")] == [LONG_SESSION]
    assert isinstance(done, SignedIn)


def test_a_passkey_among_the_kinds_of_mfa_is_left_to_the_browser(scripted: ScriptedCognito) -> None:
    kinds = '["SOFTWARE_TOKEN_MFA", "WEB_AUTHN", "SMS_MFA"]'
    scripted.answers("InitiateAuth", challenge("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE=kinds))

    asked = question(start(scripted))

    assert choices_of(asked) == ["SOFTWARE_TOKEN_MFA", "SMS_MFA"]
    assert asked.message.endswith("A passkey works only in the browser.")


def test_the_kinds_of_mfa_may_come_as_a_member_of_their_own(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("SELECT_MFA_TYPE", "SMS_MFA", "EMAIL_OTP", "WEB_AUTHN"))

    assert choices_of(start(scripted)) == ["SMS_MFA", "EMAIL_OTP"]


@pytest.mark.parametrize(
    "asked",
    [
        challenge("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS="{}"),
        challenge("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE='["WEB_AUTHN"]'),
        challenge("SELECT_MFA_TYPE", "WEB_AUTHN"),
    ],
    ids=["a challenge", "the only kind in a parameter", "the only kind in a member"],
)
def test_a_passkey_as_mfa_is_a_matter_for_the_browser(scripted: ScriptedCognito, asked: Body) -> None:
    scripted.answers("InitiateAuth", asked)

    with pytest.raises(PasskeyNeeded, match="asks for a passkey as the second factor") as caught:
        start(scripted)
    assert "in the browser" in caught.value.fix
    assert 'flow = "authorization_code"' in caught.value.fix
    assert "domain" in caught.value.fix
    assert "preferred_challenge" not in caught.value.fix


def test_a_passkey_as_the_first_factor_can_be_avoided_by_another(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("SELECT_CHALLENGE", "WEB_AUTHN"))

    with pytest.raises(PasskeyNeeded, match="asks for a passkey, and") as caught:
        start(scripted, Flow.USER_AUTH, domain="https://shop.auth.eu-west-1.amazoncognito.com")
    assert "preferred_challenge" in caught.value.fix
    assert "domain" not in caught.value.fix


def test_a_passkey_that_must_be_registered_is_a_matter_for_the_browser(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("MFA_SETUP", MFAS_CAN_SETUP='["WEB_AUTHN"]'))

    with pytest.raises(NotInThisPool, match="demands a passkey") as caught:
        start(scripted)
    assert "browser" in caught.value.fix


@pytest.mark.parametrize(
    "asked", [challenge("SELECT_CHALLENGE", "FACE_SCAN"), challenge("FACE_SCAN", "PASSWORD")], ids=["choice", "itself"]
)
def test_a_factor_of_another_time_is_named(scripted: ScriptedCognito, asked: Body) -> None:
    scripted.answers("InitiateAuth", asked)

    with pytest.raises(FlowUnsupported, match="FACE_SCAN") as caught:
        start(scripted, Flow.USER_AUTH)
    assert "Update cognitui" in caught.value.fix


def test_a_choice_of_nothing_is_a_broken_answer(scripted: ScriptedCognito) -> None:
    scripted.answers("InitiateAuth", challenge("SELECT_CHALLENGE"))

    with pytest.raises(ServiceFault, match="lists none"):
        start(scripted, Flow.USER_AUTH)


REFUSALS = {
    "FeatureUnavailableInTierException": "feature plan Essentials or Plus",
    "OperationNotEnabledException": "enable it",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_pool_lacks_is_explained(scripted: ScriptedCognito, name: str) -> None:
    scripted.answers("InitiateAuth", {"__type": name, "message": "Not here"})

    with pytest.raises(NotInThisPool, match="Not here") as caught:
        start(scripted)
    assert REFUSALS[name] in caught.value.fix


@pytest.fixture
def place(scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AwsPlace:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "B")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return AwsPlace("default", "eu-west-1", scripted.url)


@pytest.fixture
def directory() -> AwsDirectory:
    return AwsDirectory(AdminCaller(Transport(time.time, sleep=lambda _seconds: None)), {})


CLIENT = {"ClientId": "c1h57", "ClientName": "web"}


def test_an_empty_page_with_a_token_is_not_the_end(
    scripted: ScriptedCognito, directory: AwsDirectory, place: AwsPlace
) -> None:
    pages: tuple[Body, ...] = (
        {"UserPoolClients": [], "NextToken": "1"},
        {"NextToken": "2"},
        {"UserPoolClients": [CLIENT], "NextToken": "3"},
        {"UserPoolClients": []},
    )
    scripted.answers("ListUserPoolClients", *pages)

    first = directory.clients(place, "eu-west-1_AbC")
    last = directory.clients(place, "eu-west-1_AbC", first.after)

    assert [entry.id for entry in first.items] == ["c1h57"]
    assert (last.items, last.after) == ((), "")
    tokens = [asked.get("NextToken") for asked in scripted.parameters("ListUserPoolClients")]
    assert tokens == [None, "1", "2", "3"]


def test_empty_pages_of_pools_and_users_are_passed_too(
    scripted: ScriptedCognito, directory: AwsDirectory, place: AwsPlace
) -> None:
    scripted.answers("ListUserPools", {"NextToken": "1"}, {"UserPools": [{"Id": "eu-west-1_AbC", "Name": "shop"}]})
    scripted.answers("ListUsers", {"PaginationToken": "1"}, {"Users": [{"Username": "alice"}]})

    assert [pool.id for pool in directory.pools(place).items] == ["eu-west-1_AbC"]
    assert [user.username for user in directory.users(place, "eu-west-1_AbC").items] == ["alice"]


def test_a_server_with_nothing_but_empty_pages_is_left_after_a_while(
    scripted: ScriptedCognito, directory: AwsDirectory, place: AwsPlace
) -> None:
    scripted.answers("ListUserPools", {"NextToken": "1"})

    page = directory.pools(place)

    assert (page.items, page.after) == ((), "1")
    assert len(scripted.asked) == 50


@pytest.fixture
def busy() -> Iterator[OneAnswer]:
    """A host of keys that is asked too often."""
    site = OneAnswer(b'{"message": "Too Many Requests"}', "application/json", 429)
    yield site
    site.end()


def test_keys_that_are_asked_for_too_often_make_no_token_wrong(busy: OneAnswer) -> None:
    profile = make_profile(endpoint_url=busy.url)
    token = make_jwt({"iss": issuer_of(profile), "exp": 9e9, "token_use": "access"})

    with pytest.raises(Throttled, match="asked too often") as caught:
        TokenVerifier(fetch_https, time.time).verify(profile, token)
    assert caught.value.exit_code == 5


def test_keys_that_are_asked_for_too_often_are_asked_for_again_after_a_pause(busy: OneAnswer) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        busy.status = 200

    fetch = repeated(fetch_https, sleep=pause, jitter=lambda: 1.0)

    assert fetch(f"{busy.url}/.well-known/jwks.json") == busy.body
    assert (busy.asked, len(pauses)) == (2, 1)


def test_keys_that_are_missing_are_asked_for_once(busy: OneAnswer) -> None:
    busy.status = 404

    with pytest.raises(ServiceFault, match="HTTP 404"):
        repeated(fetch_https, sleep=lambda _seconds: None)(f"{busy.url}/.well-known/jwks.json")
    assert busy.asked == 1


def test_keys_that_are_asked_for_too_often_are_not_missing(busy: OneAnswer) -> None:
    profile = make_profile(endpoint_url=busy.url)

    with pytest.raises(Throttled, match="asked too often"):
        PoolHealth(Transport(time.time), look, time.time).keys(profile)
