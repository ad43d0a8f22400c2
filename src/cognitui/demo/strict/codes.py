"""Codes that are sent to a user and come back."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from cognitui.demo.strict.destinations import Destination
from cognitui.demo.strict.outbox import Message, Outbox
from cognitui.demo.strict.pools import User
from cognitui.demo.strict.refusal import Refusal


class Purpose(Enum):
    """What a code is for, with the seconds that it lives."""

    SIGN_UP = 86_400.0
    RESET = 3_600.0


@dataclass(frozen=True, slots=True)
class _Code:
    text: str = field(repr=False)
    sent_to: Destination
    ends_at: float


class Codes:
    """The codes that are out: a user has one for each purpose, the latest."""

    def __init__(self, outbox: Outbox, now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._now = now
        self._codes: dict[tuple[str, Purpose], _Code] = {}

    def send(self, user: User, purpose: Purpose, to: Destination) -> None:
        """Sends a new code; the one before counts no longer."""
        code, now = f"{secrets.randbelow(1_000_000):06}", self._now()
        self._codes[user.sub, purpose] = _Code(code, to, now + purpose.value)
        self._outbox.send(Message(user.username, to.medium, to.address, code, now))

    def check(self, user: User, purpose: Purpose, given: str) -> Destination:
        """Returns where the code went that the user gives. It stays good until `spend`.

        Raises:
            Refusal: It is wrong, expired, or none was sent.
        """
        code = self._codes.get((user.sub, purpose))
        if code is None or self._now() >= code.ends_at:
            raise no_code()
        if not hmac.compare_digest(given.encode(), code.text.encode()):
            raise Refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
        return code.sent_to

    def spend(self, user: User, purpose: Purpose) -> None:
        """Uses a code up."""
        del self._codes[user.sub, purpose]


def no_code() -> Refusal:
    """Returns what a code gets that is too old, and any where none is out."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
