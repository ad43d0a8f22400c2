"""The flows of the OAuth endpoints against a server that refuses what AWS refuses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.oauth.provider import ADDRESS
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.demo.strict import errors as server_errors
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.wire import Answer
from cognitui.model import errors
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn
from cognitui.model.claims import decode, scopes_of, username_of
from cognitui.model.profile import Flow
from cognitui.model.token import TokenSet
from tests.integration.browsing import ALICE, PASSWORD, READ, SECRET, Desk, any_redirect_uri, with_parameters
from tests.strict.browser import Browser

MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    def make(*, machine: bool = False, pool: Mapping[str, object] | None = None, **client: object) -> Desk:
        redirect_uri = any_redirect_uri()
        settings = {"redirect_uris": (redirect_uri,), **client}
        if machine:
            settings |= {
                "secret": SECRET,
                "grants": frozenset({"client_credentials"}),
                "scopes": (READ, "orders/write"),
            }
        made = strict.add_client(strict.add_pool(**(pool or {})), **settings)  # type: ignore[arg-type]  # by name
        return Desk(strict, made, strict.add_user(made.pool, ALICE, PASSWORD), redirect_uri)

    return make


# client_credentials


def test_an_app_client_gets_a_token_of_the_scopes_that_its_profile_names(desk: MakeDesk) -> None:
    at = desk(machine=True)
    step = at.start(scopes=(READ,), client_metadata={"source": "cognitui"})
    assert isinstance(step, SignedIn)
    assert scopes_of(step.tokens.access.value) == {READ}
    assert (step.tokens.id, step.tokens.refresh) == (None, None)
    assert at.sent()["aws_client_metadata"] == '{"source": "cognitui"}'


def test_an_app_client_that_names_no_scopes_gets_all_of_its_own(desk: MakeDesk) -> None:
    step = desk(machine=True).start()
    assert isinstance(step, SignedIn)
    assert scopes_of(step.tokens.access.value) == {READ, "orders/write"}


def test_the_secret_of_an_app_client_is_asked_for_and_then_used(desk: MakeDesk) -> None:
    at = desk(machine=True)
    asked = at.signin.start(at.profile(), GivenSecrets())
    assert isinstance(asked, Challenge)
    assert asked.needs == "client secret"
    assert at.server.journal.requests == ()

    assert isinstance(at.signin.answer(asked, {"client-secret": SECRET}), SignedIn)


def test_a_secret_that_was_typed_wrong_is_asked_for_again(desk: MakeDesk) -> None:
    at = desk(machine=True)
    asked = at.signin.start(at.profile(), GivenSecrets())
    assert isinstance(asked, Challenge)
    again = at.signin.answer(asked, {"client-secret": "wrong"})
    assert isinstance(again, Challenge)
    assert "there is no app client" in again.remark


def test_a_stored_secret_that_is_wrong_is_reported(desk: MakeDesk) -> None:
    at = desk(machine=True)
    with pytest.raises(errors.ClientSecretWrong, match=f"no app client {at.client.id} with the stored secret"):
        at.start("an-old-secret")


def test_a_scope_that_is_not_the_clients_is_named(desk: MakeDesk) -> None:
    with pytest.raises(errors.ScopeNotAllowed, match="orders/delete"):
        desk(machine=True).start(scopes=("orders/delete",))


def test_a_client_that_may_not_sign_in_on_its_own_gets_a_fix_that_says_what_to_allow(desk: MakeDesk) -> None:
    with pytest.raises(errors.FlowNotEnabled) as caught:
        desk(secret=SECRET).start(flow=Flow.CLIENT_CREDENTIALS)
    assert '"client credentials"' in caught.value.fix


def test_throttling_is_waited_out_if_a_repeat_does_no_harm(desk: MakeDesk) -> None:
    at = desk(machine=True)
    at.server.errors.add(
        "oauth2/token", server_errors.oauth_error("x", status=429), server_errors.oauth_error("x", status=500)
    )
    assert isinstance(at.start(), SignedIn)
    assert at.pauses == [0.4, 0.8]


# authorization_code


def test_a_client_secret_that_a_refresh_lacked_is_asked_for_before_the_browser(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)

    asked = at.signin.start(at.profile(), GivenSecrets(lacks_client_secret=True))

    assert isinstance(asked, Challenge)
    assert asked.needs == "client secret"
    step = at.signin.answer(asked, {"client-secret": SECRET})
    assert isinstance(step, Challenge)
    assert step.url


def test_the_browser_is_sent_with_everything_that_the_profile_says(desk: MakeDesk) -> None:
    at = desk(pool={"identity_providers": ("Google",)})
    at.came_back_to(at.asked(scopes=("openid", "email"), identity_provider="Google"))
    sent = at.sent("oauth2/authorize")
    assert (sent["scope"], sent["login_hint"], sent["identity_provider"]) == ("openid email", ALICE, "Google")
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert len(sent["state"]) >= 32


APP = "myapp://callback/"


def test_an_apps_own_scheme_takes_the_pasted_address_and_nobody_waits(desk: MakeDesk) -> None:
    at = desk(redirect_uris=(APP,))
    asked = at.asked(redirect_uri=APP)

    assert not asked.waits
    address = at.came_back_to(asked)
    assert address.startswith(f"{APP}?code=")
    done = at.pasted(asked, f"  {address}\n")

    assert isinstance(done, SignedIn)
    assert at.sent()["redirect_uri"] == APP


@pytest.mark.parametrize("form", ["'{}'", '"{}"', " <{}> ", "`{}`"])
def test_a_pasted_address_may_be_in_quotes_as_a_browsers_console_shows_it(desk: MakeDesk, form: str) -> None:
    at = desk(redirect_uris=(APP,))
    asked = at.asked(redirect_uri=APP)
    before, _, query = at.came_back_to(asked).partition("?")
    # The code last: what is behind it must not become a part of it.
    last = "&".join(sorted(query.split("&"), key=lambda pair: pair.startswith("code=")))

    assert isinstance(at.pasted(asked, form.format(f"{before}?{last}")), SignedIn)


@pytest.mark.parametrize("uri", ["http://localhost:8976/callback", "https://app.example.com/callback", APP])
def test_the_redirect_uri_is_shown_as_it_must_be_registered(desk: MakeDesk, uri: str) -> None:
    asked = desk(redirect_uris=(uri,)).asked(redirect_uri=uri)

    assert f"{uri}; this exact URL must be registered with the app client" in asked.message
    assert len(asked.message) < 400


def test_no_two_sign_ins_have_the_same_state_or_challenge(desk: MakeDesk) -> None:
    at = desk()
    seen = []
    for _ in range(2):
        at.came_back_to(at.asked())
        sent = at.sent("oauth2/authorize")
        seen += [sent["state"], sent["code_challenge"]]
    assert len(set(seen)) == 4


def test_a_sign_in_again_asks_for_a_user_that_the_browser_does_not_remember(desk: MakeDesk) -> None:
    at = desk()
    browser = Browser()
    at.server.add_user(at.client.pool, "bob@example.com", PASSWORD)
    browser.log_in(at.asked().url, "bob@example.com", PASSWORD)
    asked = at.signin.start(at.profile(), GivenSecrets(), fresh=True)
    assert isinstance(asked, Challenge)

    done = at.pasted(asked, browser.log_in(asked.url, ALICE, PASSWORD))

    assert isinstance(done, SignedIn)
    assert username_of(done.tokens.access.value) == at.user.username


def test_a_first_sign_in_lets_the_browser_remember(desk: MakeDesk) -> None:
    at, browser = desk(), Browser()
    browser.log_in(at.asked().url, ALICE, PASSWORD)
    asked = at.asked()

    assert isinstance(at.pasted(asked, browser.go(asked.url)), SignedIn)


def test_a_sign_in_from_the_start_stays_one_if_its_code_came_too_late(desk: MakeDesk) -> None:
    at = desk()
    asked = at.signin.start(at.profile(), GivenSecrets(), fresh=True)
    assert isinstance(asked, Challenge)
    address = at.came_back_to(asked)
    at.server.clock.advance(301)

    again = at.pasted(asked, address)

    assert isinstance(again, Challenge)
    assert again.url != asked.url
    assert "prompt=login" in again.url


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_pasted_address_brings_the_three_tokens(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret)
    done = at.signed_in()
    assert done.tokens.id is not None
    assert done.tokens.refresh is not None
    assert username_of(done.tokens.access.value) == at.user.username
    assert done.warning == ""


def test_the_verifier_is_in_no_address(desk: MakeDesk) -> None:
    at = desk()
    asked = at.asked()
    at.pasted(asked)
    verifier = at.sent()["code_verifier"]
    assert verifier not in asked.url
    assert verifier not in repr(asked)


def test_a_secret_that_is_missing_is_asked_for_and_the_same_code_exchanged(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)
    asked = at.signin.start(at.profile(), GivenSecrets())
    assert isinstance(asked, Challenge)
    need = at.pasted(asked)
    assert isinstance(need, Challenge)
    assert need.needs == "client secret"

    again = at.signin.answer(need, {"client-secret": "wrong"})
    assert isinstance(again, Challenge)
    assert isinstance(at.signin.answer(again, {"client-secret": SECRET}), SignedIn)
    assert [request.operation for request in at.server.journal.requests].count("login") == 1


@pytest.mark.parametrize(
    "address", ["", "nonsense", "http://localhost/callback?code=1", "http://localhost/callback?code=1&state=other"]
)
def test_an_address_of_another_sign_in_is_asked_for_again(desk: MakeDesk, address: str) -> None:
    at = desk()
    asked = at.asked()
    again = at.signin.answer(asked, {ADDRESS.name: address})
    assert isinstance(again, Challenge)
    assert "not an answer to this sign-in" in again.remark
    assert isinstance(at.pasted(again), SignedIn)


def test_a_code_of_another_issuer_is_sent_nowhere(desk: MakeDesk) -> None:
    at = desk()
    asked = at.asked()
    forged = with_parameters(at.came_back_to(asked), iss="https://evil.example")
    with pytest.raises(errors.VerificationFailed, match=r"https://evil\.example"):
        at.pasted(asked, forged)
    assert "oauth2/token" not in [request.operation for request in at.server.journal.requests]


def test_a_server_that_does_not_say_its_name_is_trusted_only_by_the_state(desk: MakeDesk) -> None:
    at = desk()
    asked = at.asked()
    assert isinstance(at.pasted(asked, with_parameters(at.came_back_to(asked), iss=None)), SignedIn)


def test_a_code_that_is_too_old_begins_another_sign_in(desk: MakeDesk) -> None:
    at = desk()
    asked = at.asked()
    address = at.came_back_to(asked)
    at.server.clock.advance(301)
    again = at.pasted(asked, address)
    assert isinstance(again, Challenge)
    assert "used up or too old" in again.remark
    assert again.url != asked.url


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"error": "access_denied", "error_description": "User denied"}, errors.BrowserSignInDenied, "User denied"),
        ({"error": "invalid_scope"}, errors.ScopeNotAllowed, "openid"),
        ({"error": "invalid_request", "error_description": "invalid_scope"}, errors.ScopeNotAllowed, "openid"),
        ({"error": "unauthorized_client"}, errors.FlowNotEnabled, "does not allow it"),
        ({"error": "server_error"}, errors.ServiceFault, "reports an internal error"),
        (
            {"error": "invalid_request", "error_description": "PreSignUp failed with error Not you."},
            errors.TriggerRefused,
            "Not you",
        ),
        ({"error": "a\x1b[2Jb", "error_description": "\u202e"}, errors.Refused, r"a\x1b[2Jb: \u202e"),
        ({}, errors.BrowserSignInDenied, "without a code"),
    ],
)
def test_an_error_that_the_browser_brings_is_reported(
    desk: MakeDesk, parameters: dict[str, str], error: type[errors.CognituiError], words: str
) -> None:
    at = desk()
    asked = at.asked(scopes=("openid",))
    address = with_parameters(at.came_back_to(asked), code=None, **parameters)
    with pytest.raises(error) as caught:
        at.pasted(asked, address)
    assert words in caught.value.cause


def test_a_code_exchange_is_never_repeated(desk: MakeDesk) -> None:
    at = desk()
    asked = at.asked()
    at.server.errors.add("oauth2/token", server_errors.oauth_error("x", status=500))
    with pytest.raises(errors.ServiceFault):
        at.pasted(asked)
    assert [request.operation for request in at.server.journal.requests].count("oauth2/token") == 1


def test_another_user_than_the_profile_means_is_reported(desk: MakeDesk) -> None:
    at = desk(pool={"identity_providers": ("Google",)})
    done = at.signed_in(username="bob@example.com")
    assert done.warning == "The browser signed in alice@example.com, and the profile says bob@example.com."
    assert at.signed_in(username="bob@example.com", identity_provider="Google").warning == ""


# refresh, revocation, verification


def refreshed(at: Desk, tokens: TokenSet) -> TokenSet:
    assert tokens.refresh is not None
    return at.signin.refresh(at.profile(), tokens.refresh.value, at.client.secret, "")


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_refresh_without_rotation_brings_no_refresh_token(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret)
    first = at.signed_in().tokens
    second = refreshed(at, first)
    assert second.refresh is None
    assert second.access.value != first.access.value


def test_a_rotated_refresh_token_is_handed_on_and_the_old_one_is_dead(desk: MakeDesk) -> None:
    at = desk(rotation=True)
    first = at.signed_in().tokens
    second = refreshed(at, first)
    assert second.refresh is not None
    with pytest.raises(errors.RefreshTokenDead):
        refreshed(at, first)


@pytest.mark.parametrize("rotation", [False, True])
def test_a_refresh_token_that_has_expired_or_was_used_is_called_spent(desk: MakeDesk, rotation: bool) -> None:
    at = desk(rotation=rotation, refresh_validity=3_600)
    first = at.signed_in().tokens
    if rotation:
        refreshed(at, first)
    else:
        at.server.clock.advance(3_601)
    with pytest.raises(errors.RefreshTokenSpent):
        refreshed(at, first)


def test_a_refresh_whose_answer_is_lost_is_never_repeated(desk: MakeDesk) -> None:
    at = desk(rotation=True)
    first = at.signed_in().tokens
    at.server.errors.add("oauth2/token", server_errors.drop(performed=True))
    with pytest.raises(errors.Unreachable):
        refreshed(at, first)
    assert [request.operation for request in at.server.journal.requests].count("oauth2/token") == 2


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_revoked_refresh_token_is_no_longer_valid(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret)
    tokens = at.signed_in().tokens
    assert tokens.refresh is not None
    TokenEndpoint(time.time).revoke(at.profile(), tokens.refresh.value, secret)
    with pytest.raises(errors.RefreshTokenDead) as caught:
        refreshed(at, tokens)
    assert not isinstance(caught.value, errors.RefreshTokenSpent)


def test_a_client_without_revocation_says_so(desk: MakeDesk) -> None:
    at = desk(revocation=False)
    tokens = at.signed_in().tokens
    assert tokens.refresh is not None
    with pytest.raises(errors.NotInThisPool, match="Token revocation is not enabled"):
        TokenEndpoint(time.time).revoke(at.profile(), tokens.refresh.value, None)


def test_the_tokens_of_both_flows_verify(desk: MakeDesk) -> None:
    at, machine = desk(), desk(machine=True)
    step = machine.start()
    assert isinstance(step, SignedIn)
    verifier = TokenVerifier(fetch_https, at.server.clock)
    assert verifier.verify(machine.profile(), step.tokens.access.value).verified
    tokens = at.signed_in().tokens
    for token in (tokens.access, tokens.id):
        assert token is not None
        assert verifier.verify(at.profile(), token.value).verified


# what is no answer of an OAuth endpoint


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (server_errors.html_page(), errors.Unreachable),
        (server_errors.oauth_error("x", status=403), errors.Refused),
        (server_errors.InjectedError(Answer(404, b"<html>", "text/html")), errors.PoolOrClientNotFound),
        (server_errors.InjectedError(Answer(403, b"<html>", "text/html")), errors.BlockedByFirewall),
        (server_errors.InjectedError(Answer(302, b"", "text/html", {"Location": "/x"})), errors.PoolOrClientNotFound),
        (server_errors.InjectedError(Answer(200, b"access_token=a&token_type=b")), errors.ServiceFault),
        (server_errors.InjectedError(Answer(200, b'{"access_token": 5}')), errors.ServiceFault),
        (server_errors.InjectedError(Answer(200, b"[" * 100_000)), errors.ServiceFault),
        (server_errors.InjectedError(Answer(400, b'{"error": {"a": 1}}')), errors.PoolOrClientNotFound),
    ],
)
def test_an_answer_that_is_none_is_reported_by_its_host(
    desk: MakeDesk, fault: server_errors.InjectedError, error: type[errors.CognituiError]
) -> None:
    at = desk(machine=True)
    at.server.errors.always("oauth2/token", fault)
    with pytest.raises(error) as caught:
        at.start()
    assert SECRET not in str(caught.value)


API = "https://api.example.com"


def test_an_access_token_is_for_the_resource_that_was_asked_for_and_a_refresh_keeps_it(desk: MakeDesk) -> None:
    at = desk(pool={"resource_servers": (API,)})
    tokens = at.signed_in(resource=API).tokens
    assert tokens.refresh is not None

    again = at.signin.refresh(at.profile(resource=API), tokens.refresh.value, None, ALICE)

    verifier = TokenVerifier(fetch_https, at.server.clock)
    for access in (tokens.access, again.access):
        assert decode(access.value).claims["aud"] == API
        assert verifier.verify(at.profile(resource=API), access.value).verified


def test_a_resource_that_the_pool_lacks_is_named_as_a_cause_and_nothing_begins_again(desk: MakeDesk) -> None:
    at = desk()

    with pytest.raises(errors.InputRejected, match="no such resource") as caught:
        at.pasted(at.asked(resource=API))

    assert "check resource" in caught.value.fix
