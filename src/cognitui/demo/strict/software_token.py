"""An authenticator app: its seed and the codes that it shows (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field

_STEP = 30
_DIGITS = 6


def _new_seed() -> str:
    return base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")


@dataclass(slots=True)
class SoftwareToken:
    """What the server knows of an app."""

    seed: str = field(default_factory=_new_seed, repr=False)
    """Base32 without padding: the SecretCode."""
    name: str = ""
    """FriendlyDeviceName."""
    used: set[int] = field(default_factory=set, repr=False)
    """The steps whose code has been taken: each is good for one use (RFC 6238, 5.2)."""

    def code(self, at: float) -> str:
        """Returns what the app shows at a time, in seconds since the epoch."""
        return self._code_of(int(at) // _STEP)

    def step_of(self, code: str, now: float) -> int | None:
        """Returns the step that a code belongs to: this one, or one to either side for clocks that are off."""
        current = int(now) // _STEP
        return next((step for step in (current, current - 1, current + 1) if self._shows(code, step)), None)

    def _shows(self, code: str, step: int) -> bool:
        return step >= 0 and hmac.compare_digest(code.encode(), self._code_of(step).encode())

    def _code_of(self, step: int) -> str:
        """HOTP of the step (RFC 4226, 5.3)."""
        key = base64.b32decode(self.seed + "=" * (-len(self.seed) % 8))
        digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 0x0F
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
        return f"{number % 10**_DIGITS:0{_DIGITS}}"
