"""A user's sessions, against a Cognito that refuses what AWS refuses: from the first sign-in to the last."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from msgspec.structs import replace

from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.cognito.user_sessions import UserSessionsApi
from cognitui.demo.strict.pools import AppClient, SessionTracking
from cognitui.demo.strict.replicas import Replica
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.user_sessions import Caller
from cognitui.model import errors
from cognitui.model.challenge import GivenSecrets, SignedIn
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.token import TokenKind, TokenSet
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import Source, TokenPolicy, TokenResult
from cognitui.tokens.user_sessions import UserSessions
from cognitui.vault.vault import MemoryVault
from tests.strict.browser import Browser
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import FakeIndex, FakeLocks, FakeSecretReader, FakeVerifier

KEY, KEY_SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PASSWORD = "Passw0rd!"
CALLBACK = "http://localhost:8976/callback"


class Desk:
    """Alice with two app clients of a pool that tracks sessions, and our calls."""

    def __init__(self, server: StrictServer, tracking: SessionTracking) -> None:
        server.clock.stop()
        self.server = server
        self.pool = server.add_pool(session_tracking=tracking)
        self.web = server.add_client(self.pool, name="web")
        self.phone = server.add_client(self.pool, name="phone app")
        server.add_user(self.pool, "alice@example.com", PASSWORD)
        self.api = UserPoolApi(server.clock, sleep=lambda _seconds: None)
        self.provider = UserPoolProvider(self.api, server.clock)
        self.sessions = UserSessions(UserSessionsApi(self.api.transport))

    def profile(self, client: AppClient, **fields: object) -> Profile:
        own = ProfileFields(
            user_pool_id=self.pool.id,
            client_id=client.id,
            username="alice@example.com",
            flow=Flow.USER_PASSWORD_AUTH,
            endpoint_url=self.server.url,
            **fields,  # type: ignore[arg-type]  # by name
        )
        return Profile(environment=Environment(name="dev"), name="alice", own=own)

    def sign_in(self, client: AppClient) -> TokenSet:
        self.server.clock.advance(60)
        step = self.provider.start(self.profile(client), GivenSecrets(PASSWORD, None))
        assert isinstance(step, SignedIn)
        return step.tokens

    def got(self, client: AppClient, tokens: TokenSet) -> TokenResult:
        return TokenResult(self.profile(client), tokens.access, Source.SIGNED_IN)

    def broker(self) -> TokenBroker:
        return TokenBroker(
            vault=MemoryVault(),
            provider_at=lambda _domain: self.provider,
            identity_pools=FakeIdentities(),
            index=FakeIndex(),
            locks=FakeLocks(),
            verifier=FakeVerifier(errors.CognituiError("nobody verifies here")),
            clock=self.server.clock,
            username_of=lambda _token: "",
            secret_reader=FakeSecretReader(),
        )


@pytest.fixture
def desk(strict: StrictServer) -> Desk:
    return Desk(strict, SessionTracking(enabled=True, max_per_user=3, page_size=1))


@pytest.fixture
def admin(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Alice's profile with the AWS profile of an administrator."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    credentials = f"[pools]\naws_access_key_id = {KEY}\naws_secret_access_key = {KEY_SECRET}\n"
    (tmp_path / "credentials").write_text(credentials)
    desk.server.add_iam_user(KEY, KEY_SECRET)
    return desk.profile(desk.web, aws_profile="pools")


def test_the_sessions_of_all_app_clients_are_listed_page_by_page(desk: Desk) -> None:
    desk.server.pretend_caller(Caller("iOS, Safari", "203.0.113.7", "Dublin", "Ireland"))
    desk.sign_in(desk.phone)
    tokens = desk.sign_in(desk.web)

    found = desk.sessions.of(desk.profile(desk.web), desk.got(desk.web, tokens)).sessions

    assert [(one.client_id, one.is_current) for one in found] == [(desk.web.id, True), (desk.phone.id, False)]
    assert (found[1].device_name, found[1].place) == ("iOS, Safari", "Dublin, Ireland")
    assert found[1].active_words(desk.server.clock()) == "1 min ago"
    assert desk.server.journal.count("ListUserSessions") == 2


def test_another_session_ends_and_its_own_is_refused_by_cognito(desk: Desk) -> None:
    phone, tokens = desk.sign_in(desk.phone), desk.sign_in(desk.web)
    profile, got = desk.profile(desk.web), desk.got(desk.web, tokens)
    mine, other = desk.sessions.of(profile, got).sessions

    desk.sessions.end(profile, got, other)

    assert desk.sessions.of(profile, got).sessions == (mine,)
    assert phone.refresh is not None
    with pytest.raises(errors.RefreshTokenDead):
        desk.provider.refresh(desk.profile(desk.phone), phone.refresh.value, None, "")
    with pytest.raises(errors.Refused):
        desk.sessions.end(profile, got, mine)
    with pytest.raises(errors.SessionNotFound):
        desk.sessions.end(profile, got, other)


def test_an_eviction_is_suggested_when_the_refresh_token_is_refused(desk: Desk) -> None:
    broker, profile = desk.broker(), desk.profile(desk.web)
    asked = broker.get(profile)
    assert not isinstance(asked, TokenResult)
    got = broker.answer(asked, {"password": PASSWORD}, keep=False)
    assert isinstance(got, TokenResult)
    for _ in range(3):
        desk.sign_in(desk.phone)
    broker.drop_memory()

    with pytest.raises(errors.RefreshTokenDead) as caught:
        broker.get(profile, TokenKind.ACCESS, policy=TokenPolicy.RENEW, min_valid=3_599)

    assert "limit of sessions per user" in caught.value.cause
    assert "cognitui sessions dev/alice" in caught.value.cause


def test_a_pool_that_tracks_no_sessions_says_so(strict: StrictServer) -> None:
    desk = Desk(strict, SessionTracking())

    with pytest.raises(errors.SessionsNotTracked) as caught:
        desk.sessions.of(desk.profile(desk.web), desk.got(desk.web, desk.sign_in(desk.web)))

    assert desk.pool.id in caught.value.fix


def test_an_admin_lists_with_names_and_ends_without_a_token(desk: Desk, admin: Profile) -> None:
    desk.sign_in(desk.phone)
    desk.sign_in(desk.web)

    listed = desk.sessions.of(admin, None)
    assert listed.by_admin
    assert {one.app for one in listed.sessions} == {"web", "phone app"}
    assert not any(one.is_current for one in listed.sessions)

    desk.sessions.end(admin, None, listed.sessions[0])
    assert desk.sessions.of(admin, None).sessions == listed.sessions[1:]


def test_an_unknown_session_of_an_admin_is_not_found(desk: Desk, admin: Profile) -> None:
    desk.sign_in(desk.web)
    session = desk.sessions.of(admin, None).sessions[0]
    desk.sessions.end(admin, None, session)

    with pytest.raises(errors.SessionNotFound):
        desk.sessions.end(admin, None, session)


def test_a_replica_lists_no_sessions_and_the_refusal_names_the_primary_region(strict: StrictServer) -> None:
    tracking = SessionTracking(enabled=True)
    desk = Desk(strict, tracking)
    desk.pool.replica = Replica("eu-central-1")
    tokens = desk.sign_in(desk.web)
    there = desk.profile(desk.web)
    own = replace(there.own, region="eu-central-1", endpoint_url=strict.url_in("eu-central-1"))
    there = replace(there, own=own)

    with pytest.raises(errors.NotInThisPool) as caught:
        desk.sessions.of(there, TokenResult(there, tokens.access, Source.SIGNED_IN))

    assert not isinstance(caught.value, errors.SessionsNotTracked)
    assert "eu-west-1" in caught.value.fix


def test_the_login_of_a_browser_ends_with_the_sign_out_that_it_led_to(strict: StrictServer) -> None:
    desk = Desk(strict, SessionTracking(enabled=True))
    browser, app = Browser(), strict.add_client(desk.pool, redirect_uris=(CALLBACK,))
    query = {"client_id": app.id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
    address = f"{strict.url}/oauth2/authorize?{urlencode(query)}"
    code = dict(parse_qsl(urlsplit(browser.log_in(address, "alice@example.com", PASSWORD)).query))["code"]
    profile = replace(
        desk.profile(app),
        own=replace(desk.profile(app).own, flow=Flow.AUTHORIZATION_CODE, domain=strict.url, redirect_uri=CALLBACK),
    )
    endpoint = TokenEndpoint(strict.clock)
    tokens = endpoint.by_code(profile, code, "", None)
    assert browser.go(address) != ""

    assert tokens.refresh is not None
    OAuthProvider(endpoint, desk.api, strict.clock).revoke(profile, tokens.refresh.value, None, linked=True)

    assert browser.go(address) == ""
