"""What follows a sign-in, against a Cognito that refuses what AWS refuses, through real clients."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import pytest
import urllib3

from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.provider import UserPoolProvider, user_info
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors as server_errors
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from cognitui.model import errors
from cognitui.model.claims import username_of
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind, UserInfo
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.vault.vault import MemoryVault
from tests.strict.browser import log_in
from tests.unit.fakes import FakeIndex, FakeLocks, FakeSecretReader, FakeVerifier, make_jwt

PASSWORD = "Passw0rd!"
SECRET = "9drv7kalt3vq0ssexampleexample"


class Desk:
    """One user who has signed in to a real broker."""

    def __init__(self, server: StrictServer, client: AppClient, user: User, identity_pool: str = "") -> None:
        self.server, self.client, self.user = server, client, user
        self.api = UserPoolApi(server.clock, sleep=lambda _seconds: None)
        self.provider = UserPoolProvider(self.api, server.clock)
        self.vault = MemoryVault()
        self.profile = self.profile_of("alice", identity_pool)
        self.broker = TokenBroker(
            vault=self.vault,
            provider_at=lambda _domain: self.provider,
            identity_pools=IdentityPoolApi(self.api.transport),
            index=FakeIndex(),
            locks=FakeLocks(),
            verifier=FakeVerifier(errors.CognituiError("nobody verifies here")),
            clock=server.clock,
            username_of=username_of,
            secret_reader=FakeSecretReader(),
        )
        self.broker.set_secret(self.profile, SecretKind.PASSWORD, PASSWORD)
        if client.secret:
            self.broker.set_secret(self.profile, SecretKind.CLIENT_SECRET, client.secret)

    def profile_of(self, name: str, identity_pool: str = "") -> Profile:
        fields = ProfileFields(
            user_pool_id=self.client.pool.id,
            client_id=self.client.id,
            username="alice@example.com",
            flow=Flow.USER_PASSWORD_AUTH,
            endpoint_url=self.server.url,
            identity_pool_id=identity_pool or None,
        )
        return Profile(environment=Environment(name="dev"), name=name, own=fields)

    def got(self, kind: TokenKind = TokenKind.ACCESS, policy: TokenPolicy = TokenPolicy.CACHED) -> TokenResult:
        got = self.broker.get(self.profile, kind, policy=policy)
        assert isinstance(got, TokenResult)
        return got


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    def make(*, devices: bool = False, identity_pool: bool = False, **client: object) -> Desk:
        pool = strict.add_pool(device_tracking="always" if devices else None)
        made = strict.add_client(pool, **client)  # type: ignore[arg-type]  # by name
        attributes = {"name": "Alice", "updated_at": "1795340531"}
        user = strict.add_user(pool, "alice@example.com", PASSWORD, attributes=attributes)
        identities = strict.add_identity_pool(pool, made).id if identity_pool else ""
        return Desk(strict, made, user, identities)

    return make


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_revoked_refresh_token_is_refused_afterwards(desk: MakeDesk, secret: str | None) -> None:
    at = desk(secret=secret)
    refresh, access = at.got(TokenKind.REFRESH), at.got()

    assert at.broker.signing_out.revoke(at.profile).revoked
    with pytest.raises(errors.RefreshTokenDead):
        at.api.tokens_from_refresh_token(at.profile, refresh.token.value, secret)
    with pytest.raises(errors.TokenRefused):
        at.broker.user(access)


def test_a_revocation_with_a_wrong_client_secret_is_reported_and_nothing_is_forgotten(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)
    at.got()
    at.broker.set_secret(at.profile, SecretKind.CLIENT_SECRET, "x" * 40)

    with pytest.raises(errors.ClientSecretWrong):
        at.broker.signing_out.revoke(at.profile)
    assert at.broker.expiries()


def test_a_client_without_token_revocation_is_reported_as_that(desk: MakeDesk) -> None:
    at = desk(revocation=False)
    at.got()

    with pytest.raises(errors.NotInThisPool) as caught:
        at.broker.signing_out.revoke(at.profile)
    assert "revocation is not enabled" in caught.value.cause


def test_everywhere_ends_the_sessions_of_other_machines(desk: MakeDesk) -> None:
    at = desk()
    elsewhere = at.got(TokenKind.REFRESH, TokenPolicy.SIGN_IN)
    at.broker.signing_out.sign_out_everywhere(at.got(policy=TokenPolicy.SIGN_IN))

    with pytest.raises(errors.RefreshTokenDead):
        at.api.tokens_from_refresh_token(at.profile, elsewhere.token.value, None)


def test_an_access_token_that_was_revoked_elsewhere_is_no_wrong_password(desk: MakeDesk) -> None:
    at = desk()
    got = at.got()
    at.server.revoke(at.got(TokenKind.REFRESH).token.value)

    with pytest.raises(errors.TokenRefused) as caught:
        at.broker.signing_out.sign_out_everywhere(got)
    assert "revoked" in caught.value.cause


def test_a_dropped_connection_forgets_nothing(desk: MakeDesk) -> None:
    at = desk()
    at.got()
    at.server.errors.always("RevokeToken", server_errors.drop())

    with pytest.raises(errors.Unreachable):
        at.broker.signing_out.revoke(at.profile)
    at.got()
    assert at.server.journal.count("InitiateAuth") == 1


def test_get_user_says_the_attributes_as_claims(desk: MakeDesk) -> None:
    at = desk()
    told = at.broker.user(at.got())

    assert told.source_call == "GetUser"
    assert told.claims["username"] == at.user.username
    assert (told.claims["name"], told.claims["updated_at"]) == ("Alice", 1795340531)
    assert told.claims["email"] == "alice@example.com"


def test_a_forgotten_device_is_forgotten_by_the_pool_too(desk: MakeDesk) -> None:
    at = desk(devices=True)
    at.got()
    assert at.broker.signing_out.has_device(at.profile)
    assert len(at.user.devices) == 1

    forgotten = at.broker.signing_out.forget_device(at.profile)

    assert forgotten.cognito_knows
    assert at.user.devices == {}
    assert isinstance(at.got(policy=TokenPolicy.REFRESH), TokenResult)


class TestIdentityPools:
    def test_an_id_token_brings_aws_credentials_for_an_hour(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        given = at.broker.aws.get(at.got(TokenKind.ID)).credentials

        assert given.access_key_id.startswith("ASIA")
        assert given.identity_id.startswith("eu-west-1:")
        assert given.lifetime.remaining(at.server.now()) == pytest.approx(3600, abs=5)

    def test_their_expiry_is_reported_on_the_clock_of_this_machine(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        at.server.skew = 3000.0
        given = at.broker.aws.get(at.got(TokenKind.ID)).credentials

        assert given.lifetime.remaining(at.server.clock()) == pytest.approx(3600, abs=5)

    def test_the_calls_are_not_signed(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        at.broker.aws.get(at.got(TokenKind.ID))

        assert [request.operation for request in at.server.journal.requests][-2:] == [
            "GetId",
            "GetCredentialsForIdentity",
        ]
        assert not any("authorization" in request.headers for request in at.server.journal.requests)

    def test_an_identity_pool_that_does_not_know_the_client_is_reported_as_that(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        other = at.server.add_client(at.client.pool)
        stranger = Desk(at.server, other, at.user, at.profile.identity_pool_id)

        with pytest.raises(errors.IdentityPoolRefused) as caught:
            stranger.broker.aws.get(stranger.got(TokenKind.ID))
        assert "provider" in caught.value.fix

    def test_an_identity_pool_that_is_not_there_is_reported_with_the_key_to_fix(self, desk: MakeDesk) -> None:
        at = Desk(*_parts(desk()), "eu-west-1:00000000-0000-0000-0000-000000000000")

        with pytest.raises(errors.PoolOrClientNotFound) as caught:
            at.broker.aws.get(at.got(TokenKind.ID))
        assert "identity_pool_id" in caught.value.fix

    def test_an_id_token_that_was_too_old_is_reported_as_that(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        token = at.got(TokenKind.ID)
        at.server.clock.advance(3601)

        with pytest.raises(errors.TokenRefused):
            at.broker.aws.get(token)

    def test_a_passing_error_is_tried_again(self, desk: MakeDesk) -> None:
        at = desk(identity_pool=True)
        token = at.got(TokenKind.ID)
        at.server.errors.add("GetId", server_errors.http_500())

        assert at.broker.aws.get(token).credentials.access_key_id


CALLBACK = "http://localhost:8976/callback"


class TestUserInfo:
    """The browser sign-in's way to the same tab."""

    @pytest.fixture
    def at(self, desk: MakeDesk) -> Desk:
        return desk(redirect_uris=(CALLBACK,))

    def access_token(self, at: Desk, scope: str) -> str:
        asked = {"client_id": at.client.id, "redirect_uri": CALLBACK, "response_type": "code", "scope": scope}
        code = dict(parse_qsl(urlsplit(log_in(self.url(at, "authorize", asked), "alice@example.com", PASSWORD)).query))
        body = urlencode({**asked, "grant_type": "authorization_code", "code": code["code"]})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = urllib3.request("POST", self.url(at, "token"), body=body, headers=headers)
        return str(answer.json()["access_token"])

    def url(self, at: Desk, endpoint: str, query: dict[str, str] | None = None) -> str:
        return f"{at.server.url}/oauth2/{endpoint}" + (f"?{urlencode(query)}" if query else "")

    def told(self, at: Desk, scope: str) -> UserInfo:
        fields = msgspec.structs.replace(at.profile.own, domain=at.server.url, flow=Flow.AUTHORIZATION_CODE)
        profile = msgspec.structs.replace(at.profile, own=fields)
        return at.provider.user(profile, self.access_token(at, scope))

    def test_only_openid_is_asked_at_the_pools_domain(self, at: Desk) -> None:
        told = self.told(at, "openid email")

        assert told.source_call == "userInfo"
        assert told.claims["email"] == "alice@example.com"
        assert at.server.journal.count("GetUser") == 0

    def test_with_the_scope_of_the_own_account_get_user_says_more(self, at: Desk) -> None:
        assert self.told(at, "openid aws.cognito.signin.user.admin").source_call == "GetUser"

    def test_a_token_that_does_not_open_it_any_more_is_reported_as_that(self, at: Desk) -> None:
        at.server.errors.always("oauth2/userInfo", server_errors.oauth_error("invalid_token", 401))

        with pytest.raises(errors.TokenRefused):
            self.told(at, "openid")

    def test_an_answer_that_is_no_user_is_reported_as_that(self, at: Desk) -> None:
        at.server.errors.always("oauth2/userInfo", server_errors.html_page())

        with pytest.raises(errors.ServiceFault):
            self.told(at, "openid")

    def test_a_token_without_either_scope_is_reported_before_anybody_is_asked(self, at: Desk) -> None:
        with pytest.raises(errors.ScopeMissing):
            at.provider.user(at.profile, make_jwt({"scope": "orders/read"}))

        assert at.server.journal.requests == ()

    @pytest.mark.parametrize("token", ["a b", "a\r\nX-Evil: 1", "ä"])
    def test_what_is_no_token_never_becomes_a_header(self, at: Desk, token: str) -> None:
        with pytest.raises(errors.TokenRefused):
            user_info(msgspec.structs.replace(at.profile, own=ProfileFields(domain=at.server.url)), token)

        assert at.server.journal.requests == ()


def _parts(at: Desk) -> tuple[StrictServer, AppClient, User]:
    return at.server, at.client, at.user
