"""Names of secrets: after what they belong to, so that a rename of a profile loses nothing."""

from __future__ import annotations

from enum import StrEnum

from cognitui.model.frozen import Frozen


class SecretKind(StrEnum):
    """What the vault can hold; the value is the last word of the keyring service, `cognitui/password`."""

    PASSWORD = "password"
    CLIENT_SECRET = "client-secret"
    TOTP = "totp"
    ACCESS_TOKEN = "access-token"
    ID_TOKEN = "id-token"
    REFRESH_TOKEN = "refresh-token"
    DEVICE = "device"
    AWS_CREDENTIALS = "aws-credentials"

    @property
    def label(self) -> str:
        """The kind in words for people."""
        return _LABELS.get(self.value, self.value.replace("-", " "))


_LABELS = {
    "totp": "TOTP seed",
    "id-token": "ID token",
    "device": "device key",
    "aws-credentials": "AWS credentials",
}

DURABLE = (SecretKind.PASSWORD, SecretKind.CLIENT_SECRET, SecretKind.TOTP)
"""The secrets that a person gives; a refresh of a token never rewrites them."""


class SecretName(Frozen, frozen=True):
    """Where a secret lies: `service` begins `cognitui/`, `account` says what it belongs to."""

    kind: SecretKind
    account: str

    @property
    def service(self) -> str:
        """The keyring's service name."""
        return f"cognitui/{self.kind.value}"
