"""Codes of an authenticator app: RFC 6238 as Cognito has it (SHA-1, 30 seconds, six digits)."""

from __future__ import annotations

import base64
import hmac
import struct
from urllib.parse import quote, urlencode

from cognitui.model.errors import UsageError
from cognitui.model.given_secret import given_secret
from cognitui.model.secret import SecretKind

PERIOD = 30
"""Seconds that a code is shown."""

_DIGITS = 6


def totp_code(seed: str, now: float) -> str:
    """Returns the code of a moment.

    Args:
        seed: Base32, as Cognito shows it, or what `given_secret` makes that of.
        now: Seconds since the epoch.

    Raises:
        ValueError: The seed is not base32.
    """
    digest = hmac.digest(_key(seed), struct.pack(">Q", int(now // PERIOD)), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def until_next_code(now: float) -> float:
    """Returns the seconds until another code is shown."""
    return PERIOD - now % PERIOD


def otpauth_uri(seed: str, username: str, issuer: str) -> str:
    """Returns what an authenticator app reads from a QR code (Google's Key Uri Format)."""
    label = quote(f"{issuer}:{username}", safe="@:")
    # The label names the issuer: once more as a parameter would only make the picture larger.
    return f"otpauth://totp/{label}?{urlencode({'secret': seed})}"


def _key(seed: str) -> bytes:
    try:
        compact = given_secret(SecretKind.TOTP, seed)
    except UsageError:
        raise ValueError("the TOTP seed is not base32") from None
    return base64.b32decode(compact + "=" * (-len(compact) % 8))
