"""What a refused token exchange means, in words that AWS may use: it has not published its own."""

from __future__ import annotations

import pytest

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.exchange import SELF_SERVICE, exchanged
from cognitui.model import errors
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn
from cognitui.model.errors import Refused
from cognitui.model.profile import Flow, Profile, SubjectToken
from cognitui.model.token import TokenKind, TokenSet
from tests.unit.fakes import make_exchange, make_profile, make_token

READ, WRITE = "orders/read", "orders/write"
ALICE = make_profile("dev/alice")
BROWSER = make_profile("dev/browser", flow=Flow.AUTHORIZATION_CODE, domain="https://shop.example.com")
ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None)
EXCHANGE = make_exchange("dev/for-alice", ALICE, ORDERS, scopes=(READ,))
BOTH = f"{READ} {WRITE}"


def attempt(profile: Profile = EXCHANGE, scope: str = BOTH, secret: str | None = "s" * 24) -> Attempt:
    token = make_token(scope=scope).value
    return Attempt(profile, GivenSecrets(client_secret=secret, subject_token=token, actor_token="actor"))


def refused(error: Refused, exchange: Attempt | None = None) -> Refused:
    """Return what a refusal becomes."""

    def issue(_subject: str, _actor: str | None, _secret: str | None) -> TokenSet:
        raise error

    with pytest.raises(Refused) as caught:
        exchanged(exchange or attempt(), issue)
    return caught.value


def granted(scope: str, exchange: Attempt | None = None) -> str:
    """Return the warning for a token with these scopes."""
    token = make_token(scope=scope)
    step = exchanged(exchange or attempt(), lambda _subject, _actor, _secret: TokenSet(access=token))
    assert isinstance(step, SignedIn)
    assert step.tokens.of(TokenKind.ACCESS) == token
    return step.warning


@pytest.mark.parametrize(
    ("error", "words", "about"),
    [
        (errors.NotAuthorized, "Subject token has been revoked", "dev/alice"),
        (errors.NotAuthorized, "The actor token is expired", "dev/orders"),
        (errors.TokenRefused, "Access Token has been revoked", ""),
        (errors.NotAuthorized, "Not authorized", ""),
        (errors.SessionExpired, "the code is used up (invalid_grant)", ""),
        (errors.InputRejected, "Cognito cannot take the request (invalid_request: Invalid token)", ""),
        (errors.InputRejected, "(invalid_request: subject_token is malformed)", "dev/alice"),
    ],
)
def test_a_token_that_is_refused_names_its_profile_as_far_as_it_is_known(
    error: type[Refused], words: str, about: str
) -> None:
    became = refused(error(f"dev/for-alice: {words}."))

    assert isinstance(became, errors.TokenRefused)
    assert became.about == about
    assert f"({words})" in became.cause
    assert f"cognitui login {about or 'dev/alice'}" in became.fix


@pytest.mark.parametrize("error", [errors.InputRejected, errors.NotAuthorized])
@pytest.mark.parametrize("words", ["Requested scope is not allowed", "invalid scopes", "None of the scopes"])
def test_a_refusal_about_scopes_names_those_of_the_subject(error: type[Refused], words: str) -> None:
    became = refused(error(f"dev/for-alice: {words}."))

    assert isinstance(became, errors.ScopeNotAllowed)
    assert BOTH in became.cause


@pytest.mark.parametrize("error", [errors.ScopeNotAllowed, errors.ScopeMissing, errors.InputRejected])
def test_a_subject_with_the_scope_of_its_own_account_only_has_nothing_to_narrow(error: type[Refused]) -> None:
    became = refused(error("dev/for-alice: no."), attempt(scope=SELF_SERVICE))

    assert isinstance(became, errors.ScopeNotAllowed)
    assert "no scope to narrow" in became.cause
    assert "as every sign-in by USER_SRP_AUTH has" in became.cause
    assert "trigger" in became.fix


def test_a_browser_sign_in_without_other_scopes_is_not_called_a_rule() -> None:
    became = refused(errors.ScopeNotAllowed("no"), attempt(make_exchange("dev/x", BROWSER), SELF_SERVICE))

    assert "as every sign-in" not in became.cause


def test_an_unclear_refusal_mentions_scopes_if_there_are_none_to_narrow() -> None:
    became = refused(errors.NotAuthorized("dev/for-alice: no."), attempt(scope=SELF_SERVICE))

    assert isinstance(became, errors.TokenRefused)
    assert "no scope to narrow" in became.fix


@pytest.mark.parametrize(
    "error",
    [
        errors.FlowNotEnabled("TOKEN_EXCHANGE_DELEGATION flow not enabled for this client"),
        errors.NotAuthorized("Token exchange is not allowed for this client"),
        errors.InputRejected("delegation not enabled"),
    ],
    ids=str,
)
def test_an_exchange_that_is_not_allowed_names_the_switch(error: Refused) -> None:
    became = refused(error)

    assert isinstance(became, errors.FlowNotEnabled)
    assert "ALLOW_TOKEN_EXCHANGE_DELEGATION" in became.fix


def test_any_other_request_that_is_refused_says_what_to_check() -> None:
    became = refused(errors.InputRejected("dev/for-alice: Invalid resource."))

    assert isinstance(became, errors.InputRejected)
    assert became.cause == "dev/for-alice: Cognito cannot take the exchange (Invalid resource)."
    assert "audiences and resource" in became.fix


@pytest.mark.parametrize("error", [errors.UserDisabled, errors.TriggerRefused, errors.PoolOrClientNotFound])
def test_a_refusal_that_is_not_about_the_exchange_stays(error: type[Refused]) -> None:
    original = error("dev/for-alice: no.")

    assert refused(original) is original


@pytest.mark.parametrize("error", [errors.ClientSecretMissing, errors.ClientSecretWrong])
def test_without_a_stored_secret_a_refusal_about_it_asks_for_it(error: type[Refused]) -> None:
    def issue(_subject: str, _actor: str | None, _secret: str | None) -> TokenSet:
        raise error("Invalid client or secret")

    step = exchanged(attempt(secret=None), issue)

    assert isinstance(step, Challenge)
    assert step.needs == "client secret"


@pytest.mark.parametrize(
    ("scope", "given", "warning"),
    [
        (READ, BOTH, ""),
        ("", BOTH, "the app client service may not have been allowed to."),
        (WRITE, WRITE, "the token of dev/alice lacks orders/read."),
        ("", SELF_SERVICE, "no scope to narrow"),
    ],
)
def test_scopes_that_are_missing_in_the_token_are_reported(scope: str, given: str, warning: str) -> None:
    said = granted(scope, attempt(scope=given))

    assert bool(said) == bool(warning)
    assert warning in said


def test_of_an_id_token_nobody_knows_the_scopes() -> None:
    by_id = make_exchange("dev/by-id", ALICE, scopes=(READ,), subject_token=SubjectToken.ID)
    token = make_token(TokenKind.ID).value

    said = granted("", Attempt(by_id, GivenSecrets(subject_token=token)))

    assert said == "Cognito did not grant orders/read: the app client service may not have been allowed to."
