"""The state machine of a sign-in, with scripted calls to Cognito."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.responses import Asked, IssuedTokens, Reply
from cognitui.cognito.srp import secret_hash
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model import errors
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from tests.unit.fakes import NOW, FakeClock, make_profile, make_tokens

TOKENS = make_tokens()
ISSUED = IssuedTokens(
    access=TOKENS.access.value, id=TOKENS.id.value if TOKENS.id else "", refresh="opaque", expires_in=3600
)
NEW_PASSWORD = Asked(
    "NEW_PASSWORD_REQUIRED",
    session="session-1",
    parameters={
        "USER_ID_FOR_SRP": "alice-sub",
        "requiredAttributes": json.dumps(["userAttributes.name", "userAttributes.phone_number"]),
        "userAttributes": "{}",
    },
)
VERIFIER = Asked(
    "PASSWORD_VERIFIER",
    parameters={
        "USER_ID_FOR_SRP": "alice-sub",
        "SALT": "ab12",
        "SRP_B": "abcdef",
        "SECRET_BLOCK": base64.b64encode(b"block").decode(),
    },
)
ANSWERS = {"NEW_PASSWORD": "Str0ng!pass", "userAttributes.name": "Alice", "userAttributes.phone_number": "+14155550123"}

Scripted = IssuedTokens | Asked | errors.CognituiError


class ScriptedApi:
    """Each call takes the next reply of the script."""

    def __init__(self, *script: Scripted, skew: float = 0.0) -> None:
        self.script = list(script)
        self.skew = skew
        self.calls: list[tuple[str, dict[str, str], str]] = []
        self.pauses: list[float] = []
        self.accounts = object()
        """No test of this file gets that far."""

    def initiate(self, profile: Profile, flow: str, parameters: Mapping[str, str], *, repeat: bool = True) -> Reply:
        return self._next(flow, parameters, "")

    def respond(self, profile: Profile, challenge: Asked, responses: Mapping[str, str]) -> Reply:
        return self._next(challenge.name, responses, challenge.session)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def _next(self, name: str, parameters: Mapping[str, str], session: str) -> Reply:
        self.calls.append((name, dict(parameters), session))
        step = self.script.pop(0)
        if isinstance(step, errors.CognituiError):
            raise step
        return Reply(step, NOW, self.skew)


def machine(api: ScriptedApi) -> UserPoolProvider:
    return UserPoolProvider(cast(UserPoolApi, api), FakeClock())


def by_password(**more: Any) -> Profile:
    return make_profile(flow=Flow.USER_PASSWORD_AUTH, **more)


def asked_for_a_new_password(*more: Scripted) -> tuple[ScriptedApi, UserPoolProvider, Challenge]:
    api = ScriptedApi(NEW_PASSWORD, *more)
    signin = machine(api)
    challenge = signin.start(by_password(), GivenSecrets("temporary", "client-secret"))
    assert isinstance(challenge, Challenge)
    return api, signin, challenge


class TestTheFlows:
    def test_a_password_is_sent_in_user_password_auth(self) -> None:
        api = ScriptedApi(ISSUED)

        step = machine(api).start(by_password(), GivenSecrets("pw"))

        assert isinstance(step, SignedIn)
        assert api.calls == [("USER_PASSWORD_AUTH", {"USERNAME": "alice@example.com", "PASSWORD": "pw"}, "")]

    def test_a_password_is_never_sent_in_srp(self) -> None:
        api = ScriptedApi(VERIFIER, ISSUED)

        machine(api).start(make_profile(), GivenSecrets("hunter2-canary"))

        assert "hunter2-canary" not in repr(api.calls)

    def test_srp_answers_with_the_name_from_cognito(self) -> None:
        api = ScriptedApi(VERIFIER, ISSUED)
        profile = make_profile()

        machine(api).start(profile, GivenSecrets("pw", "secret"))

        _, responses, _ = api.calls[1]
        assert responses["USERNAME"] == "alice-sub"
        assert responses["SECRET_HASH"] == secret_hash("alice-sub", profile.client_id, "secret")
        assert responses["PASSWORD_CLAIM_SECRET_BLOCK"] == VERIFIER.parameters["SECRET_BLOCK"]

    def test_srp_sends_the_time_on_cognitos_clock(self) -> None:
        api = ScriptedApi(VERIFIER, ISSUED, skew=3600.0)

        machine(api).start(make_profile(), GivenSecrets("pw"))

        assert api.calls[1][1]["TIMESTAMP"] == "Sun Nov 22 10:42:11 UTC 2026"

    def test_a_flow_that_initiate_auth_does_not_have_is_named(self) -> None:
        with pytest.raises(errors.FlowUnsupported, match="authorization_code"):
            machine(ScriptedApi()).start(make_profile(flow=Flow.AUTHORIZATION_CODE), GivenSecrets("pw"))

    def test_an_unknown_challenge_is_named(self) -> None:
        with pytest.raises(errors.FlowUnsupported, match="FACE_SCAN"):
            machine(ScriptedApi(Asked("FACE_SCAN"))).start(by_password(), GivenSecrets("pw"))

    def test_a_new_password_is_reported_before_an_unknown_challenge(self) -> None:
        signin = machine(ScriptedApi(Asked("NEW_PASSWORD_REQUIRED", session="1"), Asked("FACE_SCAN", session="2")))
        asked = signin.start(by_password(), GivenSecrets("temporary"))
        assert isinstance(asked, Challenge)

        step = signin.answer(asked, {"NEW_PASSWORD": "Str0nger!pass"})

        assert isinstance(step, Challenge)
        assert "FACE_SCAN" in step.remark
        assert step.taken == {SecretKind.PASSWORD: "Str0nger!pass"}

    def test_a_server_that_keeps_asking_is_given_up(self) -> None:
        with pytest.raises(errors.ServiceFault, match="keeps asking"):
            machine(ScriptedApi(*[VERIFIER] * 30)).start(make_profile(), GivenSecrets("pw"))

    def test_the_lives_of_the_tokens_are_their_own(self) -> None:
        step = machine(ScriptedApi(ISSUED)).start(by_password(), GivenSecrets("pw"))

        assert isinstance(step, SignedIn)
        assert step.tokens.access.lifetime.expires_at == NOW + 3600
        assert step.tokens.refresh is not None
        assert step.tokens.refresh.lifetime.estimated


class TestWhatIsNotStored:
    def test_a_missing_password_is_asked_for_before_any_call(self) -> None:
        api = ScriptedApi()

        step = machine(api).start(by_password(), GivenSecrets())

        assert isinstance(step, Challenge)
        assert step.prompts[0].keeps is SecretKind.PASSWORD
        assert step.prompts[0].masked
        assert not api.calls

    def test_the_password_that_was_typed_signs_in(self) -> None:
        api = ScriptedApi(ISSUED)
        signin = machine(api)
        asked = signin.start(by_password(), GivenSecrets())
        assert isinstance(asked, Challenge)

        step = signin.answer(asked, {"password": "typed"})

        assert isinstance(step, SignedIn)
        assert api.calls[0][1]["PASSWORD"] == "typed"

    def test_a_typed_password_that_is_wrong_is_asked_for_again(self) -> None:
        signin = machine(ScriptedApi(errors.WrongCredentials("dev/alice: Incorrect username or password.")))
        asked = signin.start(by_password(), GivenSecrets())
        assert isinstance(asked, Challenge)

        step = signin.answer(asked, {"password": "typo"})

        assert isinstance(step, Challenge)
        assert "Incorrect" in step.remark

    def test_a_stored_password_that_is_wrong_is_an_error(self) -> None:
        with pytest.raises(errors.WrongCredentials):
            machine(ScriptedApi(errors.WrongCredentials("no"))).start(by_password(), GivenSecrets("stored"))

    @pytest.mark.parametrize("name", ["PASSWORD", "ADMIN_NO_SRP_AUTH"])
    def test_a_challenge_that_wants_the_password_gets_the_stored_one(self, name: str) -> None:
        api = ScriptedApi(Asked(name, session="session-1", parameters={"USERNAME": "alice-sub"}), ISSUED)

        step = machine(api).start(by_password(), GivenSecrets("pw"))

        assert isinstance(step, SignedIn)
        assert api.calls[1] == (name, {"USERNAME": "alice-sub", "PASSWORD": "pw"}, "session-1")

    def test_a_password_that_was_typed_for_a_challenge_and_is_wrong_is_asked_for_again(self) -> None:
        wrong = errors.WrongCredentials("dev/alice: Incorrect username or password.")
        api = ScriptedApi(Asked("PASSWORD", session="session-1"), wrong, ISSUED)
        signin = machine(api)
        asked = signin.start(make_profile(flow=Flow.USER_AUTH), GivenSecrets())
        assert isinstance(asked, Challenge)

        again = signin.answer(asked, {"password": "wrong"})

        assert isinstance(again, Challenge)
        assert again.needs == "password"
        assert again.remark == wrong.cause

    def test_a_client_secret_is_asked_for_if_cognito_needs_it(self) -> None:
        signin = machine(ScriptedApi(errors.ClientSecretMissing("no"), ISSUED))

        asked = signin.start(by_password(), GivenSecrets("pw"))

        assert isinstance(asked, Challenge)
        assert asked.prompts[0].keeps is SecretKind.CLIENT_SECRET
        assert isinstance(signin.answer(asked, {"client-secret": "s3cret"}), SignedIn)

    def test_a_stored_client_secret_that_is_wrong_is_an_error(self) -> None:
        with pytest.raises(errors.ClientSecretWrong):
            machine(ScriptedApi(errors.ClientSecretWrong("no"))).start(by_password(), GivenSecrets("pw", "stored"))

    def test_an_empty_answer_is_asked_for_again(self) -> None:
        signin = machine(ScriptedApi())
        asked = signin.start(by_password(), GivenSecrets())
        assert isinstance(asked, Challenge)

        assert isinstance(signin.answer(asked, {"password": ""}), Challenge)

    def test_no_secret_shows_itself_in_a_challenge(self) -> None:
        _, _, challenge = asked_for_a_new_password()

        assert "temporary" not in repr(challenge).replace("temporary password", "")
        assert "client-secret" not in repr(challenge)
        assert "session-1" not in repr(challenge)


class TestTheNewPassword:
    def test_it_is_asked_for_with_the_attributes_that_the_pool_demands(self) -> None:
        _, _, challenge = asked_for_a_new_password()

        assert [prompt.name for prompt in challenge.prompts] == list(ANSWERS)
        assert challenge.prompts[0].confirm
        assert challenge.session_ends == NOW + 180

    def test_the_policy_is_shown_but_holds_nothing_back(self) -> None:
        _, _, challenge = asked_for_a_new_password()

        rules = challenge.prompts[0].rules
        assert rules
        assert not any(rule.binding for rule in rules)
        assert all(rule.holds("Str0ng!pass") for rule in rules)

    def test_the_answer_leads_to_tokens(self) -> None:
        api, signin, challenge = asked_for_a_new_password(ISSUED)

        step = signin.answer(challenge, ANSWERS)

        assert isinstance(step, SignedIn)
        name, responses, session = api.calls[1]
        assert (name, session) == ("NEW_PASSWORD_REQUIRED", "session-1")
        assert responses.items() >= ANSWERS.items()
        assert responses["USERNAME"] == "alice-sub"
        assert responses["SECRET_HASH"] == secret_hash("alice-sub", challenge.profile.client_id, "client-secret")

    def test_a_password_that_breaks_the_policy_is_asked_for_again_in_the_same_session(self) -> None:
        refusal = errors.NewPasswordRejected("dev/alice: Password not long enough.")
        api, signin, challenge = asked_for_a_new_password(refusal, ISSUED)

        again = signin.answer(challenge, ANSWERS)

        assert isinstance(again, Challenge)
        assert "not long enough" in again.remark
        assert isinstance(signin.answer(again, ANSWERS), SignedIn)
        assert [session for _, _, session in api.calls] == ["", "session-1", "session-1"]

    def test_an_expired_session_starts_again_with_the_given_answers(self) -> None:
        second = Asked(NEW_PASSWORD.name, "session-2", NEW_PASSWORD.parameters)
        api, signin, challenge = asked_for_a_new_password(errors.SessionExpired("over"), second, ISSUED)

        step = signin.answer(challenge, ANSWERS)

        assert isinstance(step, SignedIn)
        assert api.calls[2][1]["PASSWORD"] == "temporary"
        assert api.calls[3][2] == "session-2"
        assert api.calls[3][1]["NEW_PASSWORD"] == ANSWERS["NEW_PASSWORD"]

    def test_a_session_that_ends_twice_is_an_error(self) -> None:
        over = errors.SessionExpired("over")
        _, signin, challenge = asked_for_a_new_password(over, NEW_PASSWORD, over)

        with pytest.raises(errors.SessionExpired):
            signin.answer(challenge, ANSWERS)

    def test_it_becomes_the_password_of_the_next_start(self) -> None:
        """A challenge after it may end its session, and the temporary password is gone."""
        _, signin, challenge = asked_for_a_new_password(NEW_PASSWORD)

        after = signin.answer(challenge, ANSWERS)

        assert isinstance(after, Challenge)
        assert cast(Any, after.state).given.password == ANSWERS["NEW_PASSWORD"]

    @pytest.mark.parametrize("said", ["", "not json", "{}", "[" * 5000])
    def test_a_list_of_attributes_that_cannot_be_read_is_an_empty_one(self, said: str) -> None:
        asked = Asked(NEW_PASSWORD.name, "s", {"requiredAttributes": said})

        challenge = machine(ScriptedApi(asked)).start(by_password(), GivenSecrets("pw"))

        assert isinstance(challenge, Challenge)
        assert len(challenge.prompts) == 1


@pytest.mark.parametrize("named", ["[]", "", "no JSON"])
def test_a_choice_of_no_second_factors_is_a_service_error(named: str) -> None:
    choice = Asked("SELECT_MFA_TYPE", session="session-1", parameters={"MFAS_CAN_CHOOSE": named})

    with pytest.raises(errors.ServiceFault, match="lists none"):
        machine(ScriptedApi(choice)).start(by_password(), GivenSecrets("pw"))


@pytest.mark.parametrize(
    ("answers", "count"), [({}, 0), ({"SELECT_CHALLENGE": {}}, 0), ({"SELECT_MFA_TYPE": {"ANSWER": "SMS_MFA"}}, 1)]
)
def test_another_factor_is_offered_if_the_user_chose_one(answers: dict[str, dict[str, str]], count: int) -> None:
    assert len(Attempt(make_profile(), GivenSecrets(), answers=answers).other_factors) == count
