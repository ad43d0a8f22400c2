from __future__ import annotations

from collections.abc import Callable

import pytest

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.client_token import client_token
from cognitui.cognito.responses import client_tokens
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.errors import (
    ClientSecretWrong,
    CognituiError,
    FlowNotEnabled,
    InputRejected,
    NotAuthorized,
    Refused,
    ScopeNotAllowed,
    ServiceFault,
)
from cognitui.model.profile import Flow
from cognitui.model.token import TokenSet
from tests.unit.fakes import CLIENT, NOW, make_jwt, make_profile, make_token

SECRET = "canary0secret0of0the0batch0client"
BATCH = make_profile("dev/batch", flow=Flow.CLIENT_CREDENTIALS, username=None, scopes=("orders/read",))


def asked_with(secret: str | None, issue: Callable[[str], TokenSet]) -> Step:
    return client_token(Attempt(BATCH, GivenSecrets(client_secret=secret)), issue)


def refusing(error: CognituiError) -> Callable[[str], TokenSet]:
    def issue(_secret: str) -> TokenSet:
        raise error

    return issue


def test_the_token_is_issued_for_the_secret() -> None:
    sent: list[str] = []

    def issue(secret: str) -> TokenSet:
        sent.append(secret)
        return TokenSet(make_token())

    assert asked_with(SECRET, issue) == SignedIn(TokenSet(make_token()))
    assert sent == [SECRET]


def test_without_a_secret_it_is_asked_for_and_nothing_is_sent() -> None:
    question = asked_with(None, refusing(AssertionError("nothing is sent")))  # type: ignore[arg-type]  # a test's own

    assert isinstance(question, Challenge)
    assert question.kind == "CLIENT_SECRET_NEEDED"


def test_a_wrong_stored_secret_is_an_error() -> None:
    with pytest.raises(ClientSecretWrong, match="Invalid client or secret"):
        asked_with(SECRET, refusing(ClientSecretWrong("dev/batch: Invalid client or secret.")))


@pytest.mark.parametrize(
    "refusal",
    [
        FlowNotEnabled("dev/batch: CLIENT_TOKEN_AUTH flow not enabled for this client."),
        InputRejected("dev/batch: ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client."),
        NotAuthorized("dev/batch: The grant is not available."),
    ],
)
def test_a_client_that_does_not_allow_it_is_reported_with_the_flow_that_it_needs(refusal: Refused) -> None:
    with pytest.raises(FlowNotEnabled, match="ALLOW_CLIENT_TOKEN_AUTH") as caught:
        asked_with(SECRET, refusing(refusal))

    assert CLIENT in caught.value.cause
    assert "set domain in the profile" in caught.value.fix


def test_a_scope_that_the_client_may_not_ask_for_is_named_with_cognitos_words() -> None:
    with pytest.raises(ScopeNotAllowed, match=r"the scopes orders/read \(Invalid scope requested\)"):
        asked_with(SECRET, refusing(InputRejected("dev/batch: Invalid scope requested.")))


def test_another_refusal_stays_as_it_is() -> None:
    with pytest.raises(InputRejected, match=r"Value is too long"):
        asked_with(SECRET, refusing(InputRejected("dev/batch: Value is too long.")))


def test_the_answer_has_only_an_access_token() -> None:
    token = make_jwt({"token_use": "access", "iat": int(NOW), "exp": int(NOW) + 600})

    tokens = client_tokens({"ClientAuthenticationResult": {"AccessToken": token, "ExpiresIn": 600}}, NOW, 0.0)

    assert [one.value for one in tokens.present()] == [token]
    assert tokens.access.lifetime.expires_at == NOW + 600


@pytest.mark.parametrize("answer", [{}, {"ClientAuthenticationResult": None}, {"ClientAuthenticationResult": {}}])
def test_an_answer_without_a_token_is_no_answer(answer: dict[str, object]) -> None:
    with pytest.raises(ServiceFault):
        client_tokens(answer, NOW, 0.0)
