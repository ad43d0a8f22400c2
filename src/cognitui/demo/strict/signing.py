"""JWTs signed with the RSA key of a pool, and the check of their signatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

Claims = Mapping[str, object]


class SigningKey:
    """A pool's RSA key of 2048 bits."""

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new key. Its first use generates it, which takes some 100 ms."""
        return cls()

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        """Both halves."""
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    @property
    def key_id(self) -> str:
        """The `kid` of its tokens."""
        return base64.b64encode(hashlib.sha256(self._modulus).digest()).decode()

    @property
    def jwk(self) -> Mapping[str, str]:
        """The public half, as in a key set."""
        exponent = self.private.public_key().public_numbers().e
        return {
            "alg": "RS256",
            "e": base64url(exponent.to_bytes(3, "big")),
            "kid": self.key_id,
            "kty": "RSA",
            "n": base64url(self._modulus),
            "use": "sig",
        }

    def sign(self, claims: Claims) -> str:
        """Return the claims as a JWT."""
        header = {"kid": self.key_id, "alg": "RS256"}
        signed = f"{base64url(compact_json(header))}.{base64url(compact_json(claims))}"
        return f"{signed}.{base64url(self.private.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"

    def has_signed(self, token: str) -> bool:
        """Return whether the signature of a JWT is this key's."""
        header, _, signature = token.split(".")
        # RFC 8725, 3.1: the server decides on the algorithm, never the token.
        if _decoded(header) != {"kid": self.key_id, "alg": "RS256"}:
            return False
        signed = token.rpartition(".")[0].encode()
        try:
            self.private.public_key().verify(_bytes_of(signature), signed, padding.PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error):
            return False
        return True

    @property
    def _modulus(self) -> bytes:
        return self.private.public_key().public_numbers().n.to_bytes(256, "big")


def is_jwt(token: str) -> bool:
    """Return whether a token has the three parts of a signed JWT: refresh tokens have five."""
    return token.count(".") == 2


def unverified_claims(token: str) -> Claims:
    """Return the claims of a JWT; empty if they cannot be decoded."""
    return _decoded(token.split(".")[1])


def compact_json(value: Claims) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def base64url(value: bytes) -> str:
    """Return Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(part: str) -> Claims:
    try:
        value = json.loads(_bytes_of(part))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _bytes_of(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
