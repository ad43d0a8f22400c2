"""Access and id tokens as Cognito signs them, and the key set that verifies them."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from cognitui.demo.strict.pools import AppClient, User

SELF_SERVICE = "aws.cognito.signin.user.admin"
"""The scope that a sign-in through the API gets: the user's own account. Others come from the OAuth endpoints alone."""

OPENID_SCOPES = ("openid", "email", "phone", "profile")
"""What OpenID Connect names; all others are a resource server's."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A pool's RSA key."""

    private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> SigningKey:
        """Returns a new key of 2048 bits; takes some 100 ms."""
        return cls(rsa.generate_private_key(public_exponent=65_537, key_size=2_048))

    @property
    def key_id(self) -> str:
        """The `kid` of its tokens."""
        return base64.b64encode(hashlib.sha256(self._modulus).digest()).decode()

    @property
    def jwk(self) -> Mapping[str, str]:
        """The public half, as a key set has it."""
        exponent = self.private.public_key().public_numbers().e
        return {
            "alg": "RS256",
            "e": _base64url(exponent.to_bytes(3, "big")),
            "kid": self.key_id,
            "kty": "RSA",
            "n": _base64url(self._modulus),
            "use": "sig",
        }

    def sign(self, claims: Mapping[str, object]) -> str:
        """Returns the claims as a JWT."""
        header = {"kid": self.key_id, "alg": "RS256"}
        signed = f"{_base64url(_compact(header))}.{_base64url(_compact(claims))}"
        return f"{signed}.{_base64url(self.private.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"

    @property
    def _modulus(self) -> bytes:
        return self.private.public_key().public_numbers().n.to_bytes(256, "big")


@dataclass(frozen=True, slots=True)
class Origin:
    """The sign-in that tokens come from; it is told again in those of every refresh."""

    auth_time: float
    scopes: tuple[str, ...] = (SELF_SERVICE,)
    has_id_token: bool = True
    """A sign-in by the browser gets one where it asks for `openid`."""
    nonce: str = ""
    """What the browser sign-in is told again by, in the id token."""
    device_key: str = ""
    """The device that it was made on; empty where the pool keeps none."""
    jti: str = field(default_factory=lambda: str(uuid.uuid4()))
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def access_token(client: AppClient, user: User, origin: Origin, now: float) -> str:
    """Returns an access token: with `client_id` and `username`, and without an audience."""
    return client.pool.key.sign(
        {
            **_common(client, user, origin, now),
            "client_id": client.id,
            **({"device_key": origin.device_key} if origin.device_key else {}),
            "token_use": "access",
            "scope": " ".join(origin.scopes),
            "exp": int(now + client.access_validity),
            "username": user.username,
        }
    )


def id_token(client: AppClient, user: User, origin: Origin, now: float) -> str:
    """Returns an id token: with the user's attributes, and the app client as its audience."""
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
    """Returns the access token of an app client itself, which stands for no user."""
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


def refresh_token() -> str:
    """Returns a refresh token: opaque, and as long as Cognito's (an encrypted JWT of five parts)."""
    header = _compact({"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"})
    return ".".join(map(_base64url, (header, *map(secrets.token_bytes, (256, 12, 1_030, 16)))))


def _common(client: AppClient, user: User, origin: Origin, now: float) -> dict[str, object]:
    groups = {"cognito:groups": list(user.groups)} if user.groups else {}
    return {
        "sub": user.sub,
        **groups,
        "iss": client.pool.issuer,
        "origin_jti": origin.jti,
        "event_id": origin.event_id,
        "auth_time": int(origin.auth_time),
        "iat": int(now),
        "jti": str(uuid.uuid4()),
    }


def _attributes(user: User) -> dict[str, object]:
    """Cognito keeps every attribute as a text, and tells the verified ones as booleans."""
    return {name: value == "true" if name.endswith("_verified") else value for name, value in user.attributes.items()}


def _compact(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
