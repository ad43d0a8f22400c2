"""User pools and their app clients."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cognitui.demo.strict.errors import Refusal, not_authorized
from cognitui.demo.strict.iam import ACCOUNT
from cognitui.demo.strict.issuers import IssuerType, aws_issuer
from cognitui.demo.strict.replicas import Replica
from cognitui.demo.strict.signing import SigningKey
from cognitui.demo.strict.tiers import Tier, unavailable_in_tier
from cognitui.demo.strict.users import Mfa, Tracking, User
from cognitui.demo.strict.wire import Body

SELF_SERVICE = "aws.cognito.signin.user.admin"
"""The scope of a sign-in through the API: the user's own account. Only the OAuth endpoints grant others."""

OPENID_SCOPES = ("openid", "email", "phone", "profile")
"""The scopes of OpenID Connect; all others belong to a resource server."""

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
"""The flows that a client allows unless it says otherwise; token exchange must be allowed (`token_exchange.py`)."""

CLIENT_TOKEN_AUTH = "CLIENT_TOKEN_AUTH"
"""The flow of GetClientToken, which excludes all others."""

ALL_FLOWS = FLOWS | {"TOKEN_EXCHANGE_DELEGATION", "TOKEN_EXCHANGE_IMPERSONATION", CLIENT_TOKEN_AUTH}
"""All flows that a client may allow."""

_HOUR = 3_600.0
_DAY = 24 * _HOUR


class MfaConfiguration(StrEnum):
    """Whether a pool requires MFA, in Cognito's words."""

    OFF = "OFF"
    OPTIONAL = "OPTIONAL"
    REQUIRED = "ON"


class PasskeyFactor(StrEnum):
    """Whether a passkey counts as MFA, in Cognito's words (WebAuthnConfiguration.FactorConfiguration)."""

    SINGLE = "SINGLE_FACTOR"
    MULTIPLE = "MULTI_FACTOR_WITH_USER_VERIFICATION"


@dataclass(frozen=True, slots=True)
class CustomChallenge:
    """A question that a pool's Lambda triggers ask."""

    public: Mapping[str, str]
    """What the client receives."""
    answer: str = field(repr=False)


@dataclass(slots=True)
class SessionTracking:
    """Whether a pool records its users' sessions; SetUserPoolSessionConfiguration changes it."""

    enabled: bool = False
    max_per_user: int = 20
    """The most token sessions of a user at once: 1 to 100."""
    page_size: int = 60
    """Sessions in a page of ListUserSessions."""


@dataclass(slots=True)
class SsoReuse:
    """How long an app client reuses the login of a browser; SetUserPoolClientSessionConfiguration changes it."""

    minutes: int = 60
    """Since the user's last fresh login; 0 to 129,600. With 0, each sign-in asks for it again."""


@dataclass(slots=True, eq=False)
class Pool:
    """A user pool. A test or an operation may change its settings between two calls."""

    id: str
    """`eu-west-1_AbCdEf123`"""
    endpoint: str
    """The server's address, without a slash at its end."""
    key: SigningKey = field(repr=False)
    required_attributes: tuple[str, ...] = ()
    """Every user must have them; the first sign-in asks for those that are missing."""
    temporary_password_validity: float = 7 * _DAY
    mfa: MfaConfiguration = MfaConfiguration.OFF
    mfa_methods: tuple[Mfa, ...] = tuple(Mfa)
    """The second factors that the pool offers."""
    first_factors: tuple[str, ...] = ("PASSWORD",)
    """AllowedFirstAuthFactors, for USER_AUTH: `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`."""
    passkey_factor: PasskeyFactor = PasskeyFactor.SINGLE
    custom_challenges: tuple[CustomChallenge, ...] = ()
    """The questions of CUSTOM_AUTH, in this order."""
    identity_providers: tuple[str, ...] = ()
    """Names of external providers for the browser sign-in: `Google`."""
    title: str = ""
    """Its Name; the random part of its id if empty."""
    username_attributes: tuple[str, ...] = ()
    """The attributes that users sign in by instead of a username: `email`, `phone_number`."""
    domain: str = ""
    """The prefix of AWS's domain."""
    custom_domain: str = ""
    device_tracking: Tracking | None = None
    device_suppresses_mfa: bool = False
    """ChallengeRequiredOnNewDevice: the proof of a remembered device replaces MFA."""
    tier: Tier = Tier.ESSENTIALS
    """UserPoolTier: the feature plan."""
    issuer_type: IssuerType = IssuerType.ORIGINAL
    acr_names: dict[int, str] = field(default_factory=dict)
    """AcrConfiguration: the pool's own names of authentication levels, by level."""
    has_aws_issuer: bool = False
    """Whether an ORIGINAL issuer is AWS's name, as with moto; otherwise it begins with `endpoint`, as with ministack.

    An UPDATED one is always AWS's name. The keys are at `endpoint` in any case.
    """
    replica: Replica | None = None
    resource_servers: tuple[str, ...] = ()
    """Identifiers that a browser sign-in may name as its resource: `https://api.example.com`."""
    lists_empty_page: bool = False
    """Whether ListUserPoolClients begins with a page without clients, as AWS may."""
    session_tracking: SessionTracking = field(default_factory=SessionTracking)
    users: dict[str, User] = field(default_factory=dict, repr=False)
    """By each name that signs in, in lower case: the real username and the aliases."""

    def __post_init__(self) -> None:
        if self.replica is not None and not self.tier.includes(Tier.ESSENTIALS):
            raise ValueError("a replica needs the plan ESSENTIALS or PLUS")

    @property
    def name(self) -> str:
        """The id without the region: it is part of the SRP proof."""
        return self.id.partition("_")[2]

    @property
    def region(self) -> str:
        """The primary Region, which its id begins with."""
        return self.id.partition("_")[0]

    @property
    def regions(self) -> tuple[str, ...]:
        """The primary Region, then the secondary one if there is a replica."""
        return (self.region, *((self.replica.region,) if self.replica else ()))

    def arn(self, region: str) -> str:
        """Return the ARN of the pool, or of its replica, in a Region."""
        return f"arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{self.id}"

    @property
    def issuer(self) -> str:
        """The `iss` of new tokens."""
        return self.issuer_as(self.issuer_type)

    @property
    def issuers(self) -> tuple[str, ...]:
        """All names under which tokens are valid: the owner may switch at any time."""
        return tuple(self.issuer_as(kind) for kind in IssuerType)

    def issuer_as(self, kind: IssuerType) -> str:
        """Return the issuer of one type."""
        if kind is IssuerType.ORIGINAL and not self.has_aws_issuer:
            return f"{self.endpoint}/{self.id}"
        return aws_issuer(kind, self.id)

    @property
    def all_users(self) -> tuple[User, ...]:
        """Each user once, in the order in which they were added."""
        return tuple({id(user): user for user in self.users.values()}.values())

    @property
    def counts_passkey_as_mfa(self) -> bool:
        """Whether a passkey needs no second factor; a small plan ignores the setting."""
        return self.passkey_factor is PasskeyFactor.MULTIPLE and self.tier.includes(Tier.ESSENTIALS)

    def check_tier(self, needed: Tier, feature: str) -> None:
        """Raise FeatureUnavailableInTierException if the pool's plan lacks a feature; each feature calls it first.

        Args:
            needed: The smallest plan that has the feature.
            feature: Its name in the message: `Passwordless Sign-In`.
        """
        if not self.tier.includes(needed):
            raise unavailable_in_tier(feature, self.tier)

    def missing_attributes(self, user: User) -> list[str]:
        """Return the required attributes that a user does not have."""
        return [name for name in self.required_attributes if not user.attributes.get(name)]


class ClientType(StrEnum):
    """How an app client was made, in Cognito's words."""

    REGULAR = "REGULAR"
    DCR = "DCR"
    """By dynamic client registration: it registered itself."""


@dataclass(frozen=True, slots=True)
class AddedSecret:
    """A secret that AddUserPoolClientSecret added: no description of the client shows it."""

    value: str = field(repr=False)
    created_at: float
    """Seconds since the epoch; different for each secret of a client."""


@dataclass(frozen=True, slots=True)
class PreviousSecret:
    """The value of a secret before its last rotation."""

    value: str = field(repr=False)
    is_accepted: Callable[[], bool]
    """Returns whether it still works."""


@dataclass(slots=True, eq=False)
class AppClient:
    """An app client; all times are seconds. A test or an operation may change its settings between two calls."""

    pool: Pool
    id: str
    name: str = ""
    """ClientName; its id if empty."""
    secret: str | None = field(default=None, repr=False)
    """The secret that it was made with, or the one in Secrets Manager; None for a public client, and once deleted."""
    flows: frozenset[str] = FLOWS
    access_validity: float = _HOUR
    id_validity: float = _HOUR
    refresh_validity: float = 30 * _DAY
    session_validity: float = 180.0
    rotation: bool = False
    """Whether a refresh returns a new refresh token and the old one expires."""
    rotation_grace: float = 0.0
    """How long the old refresh token stays valid: AWS allows 0 to 60."""
    revocation: bool = True
    """EnableTokenRevocation."""
    hides_users: bool = True
    """PreventUserExistenceErrors: ENABLED, or LEGACY."""
    redirect_uris: tuple[str, ...] = ()
    """CallbackURLs, compared character by character."""
    logout_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = (*OPENID_SCOPES, SELF_SERVICE)
    added_scopes: tuple[str, ...] = ()
    """Scopes that a trigger adds to the access tokens of users (AWS, "Pre token generation Lambda trigger")."""
    grants: frozenset[str] = frozenset({"code"})
    """AllowedOAuthFlows: `code`, `implicit`, or `client_credentials`."""
    client_type: ClientType = ClientType.REGULAR
    secret_created_at: float = 0.0
    added_secrets: tuple[AddedSecret, ...] = field(default=(), repr=False)
    previous_secret: PreviousSecret | None = field(default=None, repr=False)
    secret_arn: str = ""
    """The ARN in Secrets Manager, which shows the secret instead of the description; `client_secrets.py` sets it."""
    sso_reuse: SsoReuse = field(default_factory=SsoReuse)

    def __post_init__(self) -> None:
        if self.secret is not None and not 24 <= len(self.secret) <= 64:
            raise ValueError("a client secret has 24 to 64 characters: boto3 sends no other")
        if "client_credentials" in self.grants and (self.secret is None or len(self.grants) > 1):
            raise ValueError("client_credentials needs a secret, and cannot be combined with another grant")
        if CLIENT_TOKEN_AUTH in self.flows and (self.secret is None or len(self.flows) > 1):
            raise ValueError("CLIENT_TOKEN_AUTH needs a secret, and cannot be combined with another flow")

    def user(self, name: str) -> User | None:
        """Return the pool's user of that name, or None if there is none and the client hides it.

        Raises:
            Refusal: There is none, and the client does not hide it.
        """
        user = self.pool.users.get(name.casefold())
        if user is None and not self.hides_users:
            raise Refusal("UserNotFoundException", "User does not exist.")
        return user

    def check_secret_hash(self, username: str, sent: str | None) -> None:
        """Raise NotAuthorizedException for a SECRET_HASH that is missing, wrong or unexpected.

        Args:
            username: The name that must be part of the hash.
            sent: The hash; None if the call has none.
        """
        if not self.is_confidential:
            if sent is not None:
                raise not_authorized(f"Client {self.id} is not configured for secret but secret hash was received")
            return
        if sent is None:
            raise not_authorized(f"Client {self.id} is configured with secret but SECRET_HASH was not received")
        if not _is_one_of(sent, (secret_hash(secret, username, self.id) for secret in self._accepted_secrets)):
            raise not_authorized(f"SecretHash does not match for the client: {self.id}")

    def check_secret(self, sent: str | None, error: str = "NotAuthorizedException") -> None:
        """Raise the operation's error for a ClientSecret that is missing, wrong or unexpected."""
        if not self.is_confidential:
            if sent is not None:
                raise Refusal(error, f"Client {self.id} is not configured for secret but client secret was received")
            return
        if sent is None:
            raise Refusal(error, f"Client {self.id} is configured with secret but client secret was not received")
        if not self.has_secret(sent):
            raise Refusal(error, f"Client secret does not match for the client: {self.id}")

    @property
    def custom_scopes(self) -> tuple[str, ...]:
        """Its scopes of resource servers, the only ones for machines."""
        return tuple(scope for scope in self.scopes if scope not in (*OPENID_SCOPES, SELF_SERVICE))

    @property
    def is_confidential(self) -> bool:
        """Whether it has a secret."""
        return self.secret is not None or bool(self.added_secrets)

    def has_secret(self, sent: str) -> bool:
        """Return whether a value is one of its secrets: each is as good as the other."""
        return _is_one_of(sent, self._accepted_secrets)

    @property
    def _accepted_secrets(self) -> tuple[str, ...]:
        previous = self.previous_secret
        return (
            *([] if self.secret is None else [self.secret]),
            *(added.value for added in self.added_secrets),
            *([previous.value] if previous and previous.is_accepted() else []),
        )

    @property
    def description(self) -> Body:
        """The client as a UserPoolClientType."""
        return {
            "UserPoolId": self.pool.id,
            "ClientId": self.id,
            "ClientName": self.name or self.id,
            "ClientType": self.client_type,
            **self._shown_secret,
            "ExplicitAuthFlows": sorted(f"ALLOW_{flow}" for flow in self.flows),
            "AccessTokenValidity": int(self.access_validity),
            "IdTokenValidity": int(self.id_validity),
            "RefreshTokenValidity": int(self.refresh_validity),
            "TokenValidityUnits": {"AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds"},
            "AuthSessionValidity": int(self.session_validity // 60),
            "EnableTokenRevocation": self.revocation,
            "PreventUserExistenceErrors": "ENABLED" if self.hides_users else "LEGACY",
            "CallbackURLs": list(self.redirect_uris),
            "LogoutURLs": list(self.logout_uris),
            "AllowedOAuthFlows": sorted(self.grants),
            "AllowedOAuthScopes": list(self.scopes),
            "AllowedOAuthFlowsUserPoolClient": bool(self.redirect_uris) or "client_credentials" in self.grants,
            "RefreshTokenRotation": self._rotation_settings,
        }

    @property
    def _shown_secret(self) -> Body:
        """Return how a description shows the secret: as its place in Secrets Manager if it is there."""
        if self.secret_arn:
            return {"ClientSecretArn": self.secret_arn}
        return {"ClientSecret": self.secret} if self.secret else {}

    @property
    def _rotation_settings(self) -> Body:
        if not self.rotation:
            return {"Feature": "DISABLED"}
        return {"Feature": "ENABLED", "RetryGracePeriodSeconds": int(self.rotation_grace)}


class Pools:
    """All pools and app clients of a server."""

    def __init__(self) -> None:
        self._pools: dict[str, Pool] = {}
        self._clients: dict[str, AppClient] = {}

    def add_pool(self, pool: Pool) -> None:
        """Add a pool."""
        self._pools[pool.id] = pool

    def add_client(self, client: AppClient) -> None:
        """Add an app client; its id is unique across pools."""
        self._clients[client.id] = client

    def add_user(self, pool: Pool, user: User, alias: str) -> None:
        """Add a user under the real username and an alias."""
        for name in (user.username, alias):
            pool.users[name.casefold()] = user

    @property
    def pools(self) -> tuple[Pool, ...]:
        """All pools."""
        return tuple(self._pools.values())

    def clients_of(self, pool: Pool) -> tuple[AppClient, ...]:
        """Return the app clients of a pool."""
        return tuple(client for client in self._clients.values() if client.pool is pool)

    def pool(self, pool_id: str) -> Pool | None:
        """Return the pool with an id."""
        return self._pools.get(pool_id)

    def client(self, client_id: str) -> AppClient:
        """Return the app client with an id, or raise ResourceNotFoundException."""
        if client_id not in self._clients:
            raise Refusal("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
        return self._clients[client_id]


def _is_one_of(sent: str, values: Iterable[str]) -> bool:
    return any(hmac.compare_digest(sent.encode(), value.encode()) for value in values)


def secret_hash(secret: str, username: str, client_id: str) -> str:
    """Return HMAC-SHA256 over username and client id, in Base64 (AWS, "Computing secret hash values")."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{username}{client_id}".encode(), "sha256")).decode()
