"""Tokens and their lifetimes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from cognitui.model.struct import Frozen


class TokenKind(StrEnum):
    """The three tokens of a Cognito sign-in."""

    ACCESS = "access"
    ID = "id"
    REFRESH = "refresh"


class TokenState(StrEnum):
    """The state of a token in a list; part of the JSON contract of `cognitui list`."""

    NONE = "none"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


REFRESH_LIFETIME = 30 * 86400
"""Default lifetime of a refresh token in seconds (AWS: 30 days)."""

_EXPIRING_AT_MOST = 300


class Lifetime(Frozen, frozen=True):
    """When a token was issued and when it expires; what the expiry index knows of it."""

    issued_at: float
    """Seconds since the epoch, by the clock of this machine."""
    expires_at: float
    """Seconds since the epoch, by the clock of this machine."""
    estimated: bool = False
    """True for a refresh token: it is opaque, so its expiry is an estimate."""

    @property
    def length(self) -> float:
        """Seconds from issue to expiry, at least 1."""
        return max(1.0, self.expires_at - self.issued_at)

    @property
    def expiring_from(self) -> float:
        """When it counts as expiring, in seconds since the epoch: the last fifth, at most the last five minutes."""
        return self.expires_at - min(_EXPIRING_AT_MOST, self.length / 5)

    def remaining(self, now: float) -> float:
        """Return the seconds that are left; negative once it has expired."""
        return self.expires_at - now

    def fraction(self, now: float) -> float:
        """Return the remaining share of the lifetime, from 0 to 1."""
        return min(1.0, max(0.0, self.remaining(now) / self.length))

    def state(self, now: float) -> TokenState:
        """Return valid, expiring (the last fifth, at most five minutes) or expired."""
        left = self.remaining(now)
        if left <= 0:
            return TokenState.EXPIRED
        return TokenState.EXPIRING if now >= self.expiring_from else TokenState.VALID

    def default_min_valid(self) -> float:
        """Return the default minimum validity in seconds: 60, or a tenth of the lifetime if that is less."""
        return min(60.0, self.length / 10)


class Token(Frozen, frozen=True):
    """One token with its lifetime."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    kind: TokenKind
    value: str
    lifetime: Lifetime


class TokenSet(Frozen, frozen=True):
    """The tokens of a sign-in or a refresh; a refresh may return no refresh token, which then stays the same."""

    access: Token
    id: Token | None = None
    refresh: Token | None = None

    def of(self, kind: TokenKind) -> Token | None:
        """Return the token of that kind, or None."""
        return {TokenKind.ACCESS: self.access, TokenKind.ID: self.id, TokenKind.REFRESH: self.refresh}[kind]

    def present(self) -> tuple[Token, ...]:
        """Return the existing tokens, the refresh token first because it must not be lost."""
        return tuple(token for token in (self.refresh, self.access, self.id) if token is not None)


class Expiries(Frozen, frozen=True):
    """The lifetimes of a profile's tokens, known without opening the keyring."""

    access: Lifetime | None = None
    id: Lifetime | None = None
    refresh: Lifetime | None = None

    def of(self, kind: TokenKind) -> Lifetime | None:
        """Return the lifetime of the token of that kind, or None."""
        return {TokenKind.ACCESS: self.access, TokenKind.ID: self.id, TokenKind.REFRESH: self.refresh}[kind]

    def state(self, now: float) -> TokenState:
        """Return the state of the access token, which is the one to call an API with."""
        return TokenState.NONE if self.access is None else self.access.state(now)


NO_EXPIRIES = Expiries()
"""Nothing is known: no sign-in yet."""


class UserInfo(Frozen, frozen=True):
    """A user's attributes, in the form of claims."""

    hidden: ClassVar[tuple[str, ...]] = ("claims",)

    claims: Mapping[str, object]
    source_call: str
    """`GetUser` or `userInfo`."""
    asked_at: float
    """Seconds since the epoch."""


class Verification(Frozen, frozen=True):
    """The result of checking the signature and the claims."""

    verified: bool
    """True if the signature, issuer, audience and times are valid."""
    algorithm: str = ""
    """The algorithm of the signature, `RS256`; empty if the check did not get that far."""
    key_id: str = ""
    """The id of the pool's key that signed it."""
    issuer: str = ""
    """The expected issuer: built from the profile, never read from the token."""
    reason: str = ""
    """Why it is not verified, in one sentence; empty if it is."""
