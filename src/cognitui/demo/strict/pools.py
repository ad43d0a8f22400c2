"""User pools with their app clients and users, and who is found by which name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cognitui.demo.strict.device import Device, Tracking
from cognitui.demo.strict.mfa import Mfa, MfaConfiguration
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.software_token import SoftwareToken
from cognitui.demo.strict.tokens import OPENID_SCOPES, SELF_SERVICE, SigningKey

FLOWS = frozenset(
    {
        "USER_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "USER_AUTH",
        "CUSTOM_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
    }
)
"""All that the server speaks."""

_HOUR = 3_600.0
_DAY = 24 * _HOUR


class UserStatus(StrEnum):
    """Where a user stands, in Cognito's words."""

    CONFIRMED = "CONFIRMED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    UNCONFIRMED = "UNCONFIRMED"
    RESET_REQUIRED = "RESET_REQUIRED"
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"
    """Logged in by an identity provider: the pool has no password of theirs."""


@dataclass(slots=True)
class User:
    """A user. A test may change one between two calls."""

    password: str = field(repr=False)
    username: str = field(default_factory=lambda: str(uuid.uuid4()))
    """The real one: in pools that sign in by e-mail, the sub."""
    sub: str = ""
    """The username where that is empty."""
    attributes: dict[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    status: UserStatus = UserStatus.CONFIRMED
    enabled: bool = True
    password_expires_at: float | None = None
    """When a temporary password dies; seconds since the epoch."""
    mfa: tuple[Mfa, ...] = ()
    """The second factors that are enabled: UserMFASettingList."""
    preferred_mfa: Mfa | None = None
    software_token: SoftwareToken | None = None
    has_passkey: bool = False
    devices: dict[str, Device] = field(default_factory=dict)
    """By their keys."""
    failures: int = 0
    """Wrong passwords in a row."""
    locked_until: float = 0.0

    def __post_init__(self) -> None:
        self.sub = self.sub or self.username


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client; all times are seconds."""

    pool: Pool
    id: str
    name: str = ""
    """ClientName; its id where that is empty."""
    secret: str | None = field(default=None, repr=False)
    flows: frozenset[str] = FLOWS
    access_validity: float = _HOUR
    id_validity: float = _HOUR
    refresh_validity: float = 30 * _DAY
    session_validity: float = 180.0
    rotation: bool = False
    """A refresh gives a new refresh token, and the old one dies."""
    rotation_grace: float = 0.0
    """How long the old one lives on: AWS allows 0 to 60."""
    revocation: bool = True
    """EnableTokenRevocation."""
    hides_users: bool = True
    """PreventUserExistenceErrors: ENABLED, or LEGACY."""
    redirect_uris: tuple[str, ...] = ()
    """CallbackURLs: compared letter by letter."""
    logout_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = (*OPENID_SCOPES, SELF_SERVICE)
    grants: frozenset[str] = frozenset({"code"})
    """AllowedOAuthFlows: `code`, or `client_credentials`."""

    def __post_init__(self) -> None:
        if self.secret is not None and not 24 <= len(self.secret) <= 64:
            raise ValueError("a client secret has 24 to 64 characters: boto3 sends no other")
        if "client_credentials" in self.grants and (self.secret is None or len(self.grants) > 1):
            raise ValueError("client_credentials needs a secret, and goes with no other grant")

    def user(self, name: str) -> User | None:
        """Returns the pool's user of that name, or None where the client must not tell.

        Raises:
            Refusal: There is none, and the client tells.
        """
        user = self.pool.users.get(name.casefold())
        if user is None and not self.hides_users:
            raise Refusal("UserNotFoundException", "User does not exist.")
        return user


@dataclass(frozen=True, slots=True)
class CustomChallenge:
    """A question of a pool's Lambda triggers."""

    public: Mapping[str, str]
    """What the client is told."""
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool."""

    id: str
    """`eu-west-1_AbCdEf123`"""
    issuer: str
    key: SigningKey = field(repr=False)
    required_attributes: tuple[str, ...] = ()
    """What every user must have; one without is asked at the first sign-in."""
    temporary_password_validity: float = 7 * _DAY
    mfa: MfaConfiguration = MfaConfiguration.OFF
    mfa_methods: tuple[Mfa, ...] = tuple(Mfa)
    """The second factors that the pool has."""
    first_factors: tuple[str, ...] = ("PASSWORD",)
    """AllowedFirstAuthFactors, for USER_AUTH: `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`."""
    custom_challenges: tuple[CustomChallenge, ...] = ()
    """What CUSTOM_AUTH asks, in this order."""
    identity_providers: tuple[str, ...] = ()
    """The names of others that a browser may log in at: `Google`."""
    title: str = ""
    """Its Name; the random part of its id where that is empty."""
    username_attributes: tuple[str, ...] = ()
    """What users sign in by in the place of a username: `email`, `phone_number`."""
    domain: str = ""
    """The word before AWS's domain."""
    custom_domain: str = ""
    device_tracking: Tracking | None = None
    device_suppresses_mfa: bool = False
    """ChallengeRequiredOnNewDevice: the proof of a remembered device takes the place of MFA."""
    users: dict[str, User] = field(default_factory=dict, repr=False)
    """By each name that signs in, in lower case: the real one and the aliases."""

    @property
    def name(self) -> str:
        """What follows the region: it is part of the SRP proof."""
        return self.id.partition("_")[2]

    @property
    def all_users(self) -> tuple[User, ...]:
        """Each user once, in the order of their coming."""
        return tuple({id(user): user for user in self.users.values()}.values())

    def missing_attributes(self, user: User) -> list[str]:
        """Returns the required attributes that a user lacks."""
        return [name for name in self.required_attributes if not user.attributes.get(name)]


class Pools:
    """All that a server has."""

    def __init__(self) -> None:
        self._pools: dict[str, Pool] = {}
        self._clients: dict[str, AppClient] = {}

    def add_pool(self, pool: Pool) -> None:
        """Adds a pool."""
        self._pools[pool.id] = pool

    def add_client(self, client: AppClient) -> None:
        """Adds an app client, under an id that no pool has."""
        self._clients[client.id] = client

    def add_user(self, pool: Pool, user: User, alias: str) -> None:
        """Adds a user, under its real username and the alias that signs in."""
        for name in (user.username, alias):
            pool.users[name.casefold()] = user

    @property
    def pools(self) -> tuple[Pool, ...]:
        """All pools."""
        return tuple(self._pools.values())

    def clients_of(self, pool: Pool) -> tuple[AppClient, ...]:
        """Returns the app clients of a pool."""
        return tuple(client for client in self._clients.values() if client.pool is pool)

    def pool(self, pool_id: str) -> Pool | None:
        """Returns the pool of an id."""
        return self._pools.get(pool_id)

    def client(self, client_id: str) -> AppClient:
        """Returns the app client of an id, or raises ResourceNotFoundException."""
        if client_id not in self._clients:
            raise Refusal("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
        return self._clients[client_id]
