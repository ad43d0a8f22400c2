"""Access and ID tokens: their claims, and the check of tokens that come back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.authentication_levels import Method, claims_of
from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.parameters import Parameters, required
from cognitui.demo.strict.pools import SELF_SERVICE, AppClient, Pool, Pools
from cognitui.demo.strict.signing import Claims, is_jwt, unverified_claims
from cognitui.demo.strict.users import User

_PATTERN = re.compile(r"[A-Za-z0-9-_=.]+")
"""The pattern of an AccessToken in the API reference."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The sign-in that tokens come from; a refresh repeats it in the new tokens."""

    auth_time: float
    scopes: tuple[str, ...] = (SELF_SERVICE,)
    has_id_token: bool = True
    """False for a browser sign-in without the scope `openid`."""
    nonce: str = ""
    """The nonce of a browser sign-in, for the ID token."""
    device_key: str = ""
    """The device of the sign-in; empty if the pool tracks none."""
    methods: frozenset[Method] = frozenset()
    """What the user has proven."""
    resource: str = ""
    """The URL that a browser sign-in is bound to; empty for none."""
    sso_session: str = ""
    """The id of the browser's session that it came through; empty if there is none."""
    jti: str = field(default_factory=lambda: str(uuid.uuid4()))
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def access_token(client: AppClient, user: User, origin: Origin, now: float) -> str:
    """Return an access token: with `client_id` and `username`, and an audience only if it is bound to a resource."""
    return client.pool.key.sign(
        {
            **_common(client, user, origin, now),
            "client_id": client.id,
            **({"aud": origin.resource} if origin.resource else {}),
            **({"device_key": origin.device_key} if origin.device_key else {}),
            "token_use": "access",
            "scope": " ".join((*origin.scopes, *client.added_scopes)),
            "exp": int(now + client.access_validity),
            "username": user.username,
        }
    )


def id_token(client: AppClient, user: User, origin: Origin, now: float) -> str:
    """Return an ID token: with the user's attributes, and the app client as its audience."""
    return client.pool.key.sign(
        {
            **_attributes(user),
            **_common(client, user, origin, now),
            "cognito:username": user.username,
            "aud": client.id,
            **({"nonce": origin.nonce} if origin.nonce else {}),
            "token_use": "id",
            "exp": int(now + client.id_validity),
        }
    )


def client_token(client: AppClient, scopes: tuple[str, ...], now: float) -> str:
    """Return the access token of the client_credentials grant, which belongs to no user."""
    return client.pool.key.sign(
        {
            "sub": client.id,
            "client_id": client.id,
            "token_use": "access",
            "scope": " ".join(scopes),
            "iss": client.pool.issuer,
            "auth_time": int(now),
            "iat": int(now),
            "exp": int(now + client.access_validity),
            "version": 2,
            "jti": str(uuid.uuid4()),
        }
    )


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A JWT with a valid signature; nothing else of it is checked."""

    pool: Pool
    claims: Claims

    def text(self, claim: str) -> str:
        """Return a claim that is a string; empty if it is missing or of another type."""
        value = self.claims.get(claim)
        return value if isinstance(value, str) else ""

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of an access token."""
        return frozenset(self.text("scope").split())

    @property
    def expires_at(self) -> float:
        """Seconds since the epoch."""
        value = self.claims.get("exp")
        return value if isinstance(value, int | float) else 0.0


def signed_token(pools: Pools, token: str) -> SignedToken | None:
    """Return a token that one of the pools has signed, or None for any other string."""
    if not is_jwt(token):
        return None
    claims = unverified_claims(token)
    issuer = claims.get("iss")
    pool = pools.pool(issuer.rpartition("/")[2]) if isinstance(issuer, str) else None
    if pool is None or issuer not in pool.issuers or not pool.key.has_signed(token):
        return None
    return SignedToken(pool, claims)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The user that an access token belongs to."""

    token: SignedToken
    user: User


class AccessTokens:
    """Check of the access tokens that calls carry."""

    def __init__(self, pools: Pools, has_revoked: Callable[[str], bool], now: Callable[[], float]) -> None:
        """Create the check.

        Args:
            pools: The pools that sign the tokens.
            has_revoked: Whether the sign-in with this `origin_jti` was revoked.
            now: The time, in seconds since the epoch.
        """
        self._pools = pools
        self._has_revoked = has_revoked
        self._now = now

    def caller(self, parameters: Parameters) -> User:
        """Return the user of an operation's AccessToken, which needs the self-service scope."""
        return self.bearer_of(parameters).user

    def bearer_of(self, parameters: Parameters) -> Bearer:
        """Return the bearer of an operation's AccessToken, which needs the self-service scope."""
        token = required(parameters, "AccessToken")
        if not _PATTERN.fullmatch(token):
            raise invalid_parameter(
                "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_PATTERN.pattern}"
            )
        return self.bearer(token, SELF_SERVICE)

    def bearer(self, token: str, scope: str) -> Bearer:
        """Return the bearer of a token that has a scope.

        Raises:
            Refusal: The token is not one of the server's, has expired, is revoked or lacks the scope, or its user
                does not exist any more.
        """
        signed = signed_token(self._pools, token)
        if signed is None or signed.text("token_use") != "access":
            raise not_authorized("Invalid Access Token")
        if self._now() >= signed.expires_at:
            raise not_authorized("Access Token has expired")
        if self._has_revoked(signed.text("origin_jti")):
            raise not_authorized("Access Token has been revoked")
        if scope not in signed.scopes:
            raise not_authorized("Access Token does not have required scopes")
        return Bearer(signed, _user_of(signed))


def _common(client: AppClient, user: User, origin: Origin, now: float) -> dict[str, object]:
    groups = {"cognito:groups": list(user.groups)} if user.groups else {}
    return {
        "sub": user.sub,
        **groups,
        "iss": client.pool.issuer,
        "origin_jti": origin.jti,
        "event_id": origin.event_id,
        **claims_of(client.pool, origin.methods),
        "auth_time": int(origin.auth_time),
        "iat": int(now),
        "jti": str(uuid.uuid4()),
    }


def _attributes(user: User) -> dict[str, object]:
    """Return the attributes as claims: Cognito stores strings, and turns only the verified flags into booleans."""
    return {name: value == "true" if name.endswith("_verified") else value for name, value in user.attributes.items()}


def _user_of(signed: SignedToken) -> User:
    user = signed.pool.users.get(signed.text("username").casefold())
    if user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    if not user.enabled:
        raise not_authorized("User is disabled.")
    return user
