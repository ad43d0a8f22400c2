"""Identity pools: AWS credentials for users who have signed in to a user pool."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict.errors import Refusal, not_authorized
from cognitui.demo.strict.parameters import Parameters, required, string_map
from cognitui.demo.strict.pools import AppClient, Pool, Pools
from cognitui.demo.strict.tokens import SignedToken, signed_token
from cognitui.demo.strict.wire import Body

_LIFETIME = 3_600.0
_FOREIGN = "Token is not from a supported provider of this identity pool."


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """An identity pool with one provider, and without guests."""

    id: str
    """`eu-west-1:1b29b0b5-…`"""
    pool: Pool
    client: AppClient

    @property
    def provider(self) -> str:
        """The key of a new ID token in Logins: the issuer, without its scheme."""
        return _provider_of(self.pool.issuer)

    @property
    def providers(self) -> frozenset[str]:
        """All accepted keys: tokens of both issuers are valid side by side."""
        return frozenset(_provider_of(issuer) for issuer in self.pool.issuers)


class IdentityPools:
    """GetId and GetCredentialsForIdentity."""

    def __init__(self, pools: Pools, now: Callable[[], float]) -> None:
        self._pools = pools
        self._now = now
        self._by_id: dict[str, IdentityPool] = {}
        self._identities: dict[tuple[str, str], str] = {}
        """By identity pool and the user's sub."""

    def add(self, pool: Pool, client: AppClient) -> IdentityPool:
        """Return a new identity pool, in the region of the user pool."""
        identity_pool = IdentityPool(f"{pool.region}:{uuid.uuid4()}", pool, client)
        self._by_id[identity_pool.id] = identity_pool
        return identity_pool

    def get_id(self, parameters: Parameters) -> Body:
        """Return the identity of a user, the same each time."""
        pool_id = required(parameters, "IdentityPoolId")
        identity_pool = self._by_id.get(pool_id)
        if identity_pool is None:
            raise Refusal("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.")
        sub = self._valid_id_token(identity_pool, parameters).text("sub")
        new = f"{pool_id.partition(':')[0]}:{uuid.uuid4()}"
        return {"IdentityId": self._identities.setdefault((pool_id, sub), new)}

    def get_credentials_for_identity(self, parameters: Parameters) -> Body:
        """Return AWS credentials; the token must belong to the identity's own user."""
        identity_id = required(parameters, "IdentityId")
        found = [owner for owner, identity in self._identities.items() if identity == identity_id]
        if not found:
            raise Refusal("ResourceNotFoundException", f"Identity '{identity_id}' not found.")
        pool_id, sub = found[0]
        if self._valid_id_token(self._by_id[pool_id], parameters).text("sub") != sub:
            raise not_authorized(
                "Logins don't match. Please include at least one valid login for this identity or identity pool."
            )
        return {"IdentityId": identity_id, "Credentials": _credentials(self._now() + _LIFETIME)}

    def _valid_id_token(self, identity_pool: IdentityPool, parameters: Parameters) -> SignedToken:
        """Return the ID token in Logins once it is checked."""
        logins = string_map(parameters, "Logins")
        if not logins:
            raise not_authorized("Unauthenticated access is not supported for this identity pool.")
        if len(logins) > 1 or not logins.keys() <= identity_pool.providers:
            raise not_authorized(_FOREIGN)
        (provider, given), *_ = logins.items()
        token = signed_token(self._pools, given)
        if token is None:
            raise not_authorized("Invalid login token. Couldn't verify signed token.")
        if token.pool is not identity_pool.pool or _provider_of(token.text("iss")) != provider:
            raise not_authorized("Invalid login token. Issuer doesn't match providerName")
        if token.text("token_use") != "id":
            raise not_authorized("Invalid login token. Not a valid OpenId Connect identity token.")
        if token.text("aud") != identity_pool.client.id:
            raise not_authorized(_FOREIGN)
        if self._now() >= token.expires_at:
            raise not_authorized(f"Invalid login token. Token expired: {int(self._now())} >= {int(token.expires_at)}")
        return token


def _provider_of(issuer: str) -> str:
    return issuer.partition("://")[2]


def _credentials(expires_at: float) -> Body:
    return {
        "AccessKeyId": f"ASIA{base64.b32encode(secrets.token_bytes(10)).decode()}",
        "SecretKey": base64.b64encode(secrets.token_bytes(30)).decode(),
        "SessionToken": base64.b64encode(secrets.token_bytes(600)).decode(),
        "Expiration": expires_at,
    }
