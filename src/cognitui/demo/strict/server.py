"""The server as tests use it: to set up pools, inspect calls and inject errors."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import TypedDict, Unpack

from cognitui.demo.strict.client_secrets import ClientSecrets
from cognitui.demo.strict.clock import Clock
from cognitui.demo.strict.errors import InjectedErrors, Injection
from cognitui.demo.strict.iam import IamUser, IamUsers
from cognitui.demo.strict.identity_pools import IdentityPool, IdentityPools
from cognitui.demo.strict.issuers import IssuerType
from cognitui.demo.strict.journal import Journal, Request
from cognitui.demo.strict.operations import Operations, name_of, parameters_of
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.pools import (
    AppClient,
    ClientType,
    CustomChallenge,
    MfaConfiguration,
    PasskeyFactor,
    Pool,
    Pools,
    SessionTracking,
    SsoReuse,
)
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.replicas import Replica
from cognitui.demo.strict.secrets_manager import SecretsManager
from cognitui.demo.strict.signing import SigningKey
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.user_sessions import Caller
from cognitui.demo.strict.users import Mfa, SoftwareToken, Tracking, User, UserStatus
from cognitui.demo.strict.wire import Answer, Call, Listener


class ClientSettings(TypedDict, total=False):
    """Settings of an app client; see `AppClient`."""

    name: str
    secret: str | None
    flows: frozenset[str]
    access_validity: float
    id_validity: float
    refresh_validity: float
    session_validity: float
    rotation: bool
    rotation_grace: float
    revocation: bool
    hides_users: bool
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    added_scopes: tuple[str, ...]
    grants: frozenset[str]
    client_type: ClientType
    sso_reuse: SsoReuse


class PoolSettings(TypedDict, total=False):
    """Settings of a pool; see `Pool`."""

    required_attributes: tuple[str, ...]
    temporary_password_validity: float
    mfa: MfaConfiguration
    mfa_methods: tuple[Mfa, ...]
    first_factors: tuple[str, ...]
    custom_challenges: tuple[CustomChallenge, ...]
    identity_providers: tuple[str, ...]
    title: str
    username_attributes: tuple[str, ...]
    domain: str
    custom_domain: str
    device_tracking: Tracking | None
    device_suppresses_mfa: bool
    tier: Tier
    issuer_type: IssuerType
    acr_names: dict[int, str]
    has_aws_issuer: bool
    replica: Replica | None
    resource_servers: tuple[str, ...]
    passkey_factor: PasskeyFactor
    lists_empty_page: bool
    session_tracking: SessionTracking


class UserSettings(TypedDict, total=False):
    """Settings of a user; see `User`."""

    username: str
    sub: str
    groups: tuple[str, ...]
    status: UserStatus
    enabled: bool
    mfa: tuple[Mfa, ...]
    preferred_mfa: Mfa | None
    software_token: SoftwareToken | None
    has_passkey: bool


class StrictServer:
    """Cognito on 127.0.0.1, from construction until `close`.

    Attributes:
        clock: The server's clock, which tests can move.
        skew: Seconds by which the server's time, in the Date header and everywhere else, is ahead of `clock`.
        errors: Errors to inject.
        journal: The calls so far.
        outbox: The messages with codes.
        secrets_manager: The account's secrets.
        client_secrets: Publishes the secrets of app clients there, and rotates them.
    """

    def __init__(self, clock: Clock | None = None, new_key: Callable[[], SigningKey] = SigningKey.generate) -> None:
        """Start the server.

        Args:
            clock: Its clock; the real one by default.
            new_key: Returns the signing key of a new pool; generating one takes 100 ms.
        """
        self.clock = clock or Clock()
        self.skew = 0.0
        self.errors = InjectedErrors()
        self.journal = Journal()
        self.outbox = Outbox()
        self._new_key = new_key
        self._pools = Pools()
        self._refresh_tokens = RefreshTokens(self._pools, self.now)
        self._iam_users = IamUsers(self.now)
        self._identity_pools = IdentityPools(self._pools, self.now)
        self.secrets_manager = SecretsManager(self.now)
        self.client_secrets = ClientSecrets(self.secrets_manager, self.now)
        self._operations = Operations(
            self._pools,
            self._refresh_tokens,
            self._identity_pools,
            self._iam_users,
            self.secrets_manager,
            self.client_secrets,
            self.outbox,
            self.now,
        )
        self._listener = Listener(self._serve, self.now)
        self._regional: dict[str, Listener] = {}

    def __enter__(self) -> StrictServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The `endpoint_url` for clients."""
        return _address(self._listener)

    def url_in(self, region: str) -> str:
        """Return the `endpoint_url` of a Region, for pools with a replica: the server listens on one more port.

        At `url`, the credential scope of a signed call names the Region, and an unsigned one goes to the primary.
        """
        if region not in self._regional:
            self._regional[region] = Listener(lambda call: self._serve(replace(call, region=region)), self.now)
        return _address(self._regional[region])

    @property
    def crashes(self) -> tuple[str, ...]:
        """Tracebacks of errors in the server itself; a test must not leave any."""
        return tuple(crash for listener in self._listeners for crash in listener.crashes)

    @property
    def _listeners(self) -> tuple[Listener, ...]:
        return (self._listener, *self._regional.values())

    def now(self) -> float:
        """Return the server's time, in seconds since the epoch."""
        return self.clock() + self.skew

    def close(self) -> None:
        """Stop the server and close every connection."""
        self.errors.close()
        for listener in self._listeners:
            listener.close()

    def add_pool(self, pool_id: str = "", *, region: str = "eu-west-1", **settings: Unpack[PoolSettings]) -> Pool:
        """Return a new pool; its issuer is this server, as with an emulator, unless the settings say otherwise."""
        pool_id = pool_id or f"{region}_{_random_text(string.ascii_letters + string.digits, 9)}"
        pool = Pool(pool_id, self.url, self._new_key(), **settings)
        self._pools.add_pool(pool)
        return pool

    def add_client(self, pool: Pool, client_id: str = "", **settings: Unpack[ClientSettings]) -> AppClient:
        """Return a new app client."""
        client_id = client_id or _random_text(string.ascii_lowercase + string.digits, 26)
        client = AppClient(pool, client_id, secret_created_at=self.now(), **settings)
        self._pools.add_client(client)
        return client

    def add_user(
        self,
        pool: Pool,
        alias: str,
        password: str,
        *,
        attributes: Mapping[str, str] | None = None,
        **settings: Unpack[UserSettings],
    ) -> User:
        """Return a new user.

        Args:
            pool: The user's pool.
            alias: The e-mail address, phone number or preferred username to sign in with.
            password: A temporary one if the status is FORCE_CHANGE_PASSWORD.
            attributes: Additional attributes.
            settings: See `User`. Without `username`, a new UUID is both the username and the sub.
        """
        user = User(password, attributes={**_alias_attributes(alias), **(attributes or {})}, **settings)
        if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
            user.password_expires_at = self.now() + pool.temporary_password_validity
        self._pools.add_user(pool, user, alias)
        return user

    def add_iam_user(
        self,
        access_key_id: str,
        secret_access_key: str,
        *,
        session_token: str | None = None,
        denied: frozenset[str] = frozenset(),
    ) -> IamUser:
        """Return a new IAM user, who may call all signed operations except the denied ones."""
        user = IamUser(access_key_id, secret_access_key, session_token, denied)
        self._iam_users.add(user)
        return user

    def add_identity_pool(self, pool: Pool, client: AppClient) -> IdentityPool:
        """Return a new identity pool, which accepts the ID tokens of an app client."""
        return self._identity_pools.add(pool, client)

    def add_session(
        self, client: AppClient, user: User, caller: Caller, age: float, *, by_browser: bool = False
    ) -> None:
        """Add a session of a user that began `age` seconds ago on another machine; see `UserSessions.record`."""
        self._refresh_tokens.user_sessions.record(client, user, caller, age, by_browser=by_browser)

    def pretend_caller(self, caller: Caller | None) -> None:
        """Let all calls from now on come from another machine, as the sessions of users show it; None ends that."""
        self._operations.pretend_caller(caller)

    def revoke(self, refresh_token: str) -> None:
        """Revoke a refresh token, like RevokeToken."""
        self._refresh_tokens.revoke(refresh_token)

    def _serve(self, call: Call) -> Answer:
        operation = name_of(call)
        # Before the journal shows the call: a test that waits for the call may release it at once.
        injection = self.errors.next(operation)
        request = Request(operation, parameters_of(call), call.headers, self.now())
        with self.journal.record(request):
            request.answer = self._answer(call, injection)
            return request.answer

    def _answer(self, call: Call, injection: Injection | None) -> Answer:
        if injection is None:
            return self._operations.perform(call)
        own = self._operations.perform(call) if injection.error.performed else None
        injection.wait()
        return injection.error.spoil(own)


def _address(listener: Listener) -> str:
    return f"http://127.0.0.1:{listener.server_port}"


def _alias_attributes(alias: str) -> dict[str, str]:
    """Return the attribute that an alias looks like, as verified: only verified ones sign in."""
    if "@" in alias:
        return {"email": alias, "email_verified": "true"}
    if alias.startswith("+"):
        return {"phone_number": alias, "phone_number_verified": "true"}
    return {"preferred_username": alias}


def _random_text(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
