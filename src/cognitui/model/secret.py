"""Names of secrets, and the choice of the vault that holds them.

A name says what a secret belongs to, so that renaming a profile loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from cognitui.model.errors import UsageError
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

VaultChoice = Literal["keyring", "memory"]

_LONGEST_SHOWN = 40

_LABELS = {
    "totp": "TOTP seed",
    "id-token": "ID token",
    "device": "device key",
    "aws-credentials": "AWS credentials",
}

if TYPE_CHECKING:

    class _Hash(Protocol):
        def hexdigest(self) -> str: ...


class SecretKind(StrEnum):
    """The kinds of secrets in the vault; the value is the last part of the keyring service, `cognitui/password`."""

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
        """The kind in words."""
        return _LABELS.get(self.value, self.value.replace("-", " "))


DURABLE = (SecretKind.PASSWORD, SecretKind.CLIENT_SECRET, SecretKind.TOTP)
"""Secrets that the user enters; refreshing a token never rewrites them."""


class SecretName(Frozen, frozen=True):
    """The name of a secret: `service` begins with `cognitui/`, `account` names what it belongs to."""

    kind: SecretKind
    account: str

    @property
    def service(self) -> str:
        """The keyring's service name."""
        return f"cognitui/{self.kind.value}"


def vault_choice(choice: str, environ: Mapping[str, str]) -> VaultChoice:
    """Return the vault that `--vault` names, else the one that `COGNITUI_VAULT` names, else the keyring.

    Raises:
        UsageError: There is no vault of that name.
    """
    source, name = ("--vault", choice) if choice else ("COGNITUI_VAULT", environ.get("COGNITUI_VAULT", ""))
    match name:
        case "" | "keyring":
            return "keyring"
        case "memory":
            return "memory"
    raise UsageError(
        f"{source}: there is no vault {inert(name, _LONGEST_SHOWN)!r}.",
        fix="Use --vault keyring or --vault memory (or COGNITUI_VAULT with one of these).",
    )


def _find_sha256() -> Callable[[bytes], _Hash]:
    # Importing hashlib loads OpenSSL, which would add 8 ms before the first paint; `random` in the standard library
    # avoids it in the same way.
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]  # since Python 3.12
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]  # Python 3.11
        except ImportError:
            from hashlib import sha256
    return sha256  # type: ignore[no-any-return]  # one of three equivalent functions


sha256 = _find_sha256()
"""SHA-256 without the weight of OpenSSL."""
