"""JWTs that come back: whether a pool of this server has signed them, and what they say."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from cognitui.demo.strict.pools import Pool, Pools
from cognitui.demo.strict.tokens import SigningKey

_Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A JWT whose signature is right; nothing else of it is checked."""

    pool: Pool
    claims: Mapping[str, object]

    def text(self, claim: str) -> str:
        """Returns a claim that is a text; an empty one where it is missing or none."""
        value = self.claims.get(claim)
        return value if isinstance(value, str) else ""

    @property
    def scopes(self) -> frozenset[str]:
        """What an access token opens."""
        return frozenset(self.text("scope").split())

    @property
    def expires_at(self) -> float:
        """Seconds since the epoch."""
        value = self.claims.get("exp")
        return value if isinstance(value, int | float) else 0.0


def looks_signed(token: str) -> bool:
    """Tells whether a token has the three parts of a signed JWT: refresh tokens have five."""
    return token.count(".") == 2


def signed_token(pools: Pools, token: str) -> SignedToken | None:
    """Returns a token of one of the pools, or None for any other text."""
    if not looks_signed(token):
        return None
    issuer = _decoded(token.split(".")[1]).get("iss")
    pool = pools.pool(issuer.rpartition("/")[2]) if isinstance(issuer, str) else None
    if pool is None or pool.issuer != issuer or not _has_signed(pool.key, token):
        return None
    return SignedToken(pool, _decoded(token.split(".")[1]))


def _has_signed(key: SigningKey, token: str) -> bool:
    header, _, signature = token.split(".")
    # RFC 8725, 3.1: the algorithm is the server's choice, never the token's.
    if _decoded(header) != {"kid": key.key_id, "alg": "RS256"}:
        return False
    signed = token.rpartition(".")[0].encode()
    try:
        key.private.public_key().verify(_bytes_of(signature), signed, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _decoded(part: str) -> _Claims:
    try:
        value = json.loads(_bytes_of(part))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _bytes_of(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
