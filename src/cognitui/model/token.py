"""Tokens and how long they live."""

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
    """What a list says of a token; part of the JSON contract of `cognitui list`."""

    NONE = "none"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


REFRESH_LIFETIME = 30 * 86400
"""Seconds that a refresh token lives where the app client does not say otherwise (AWS: 30 days)."""

_EXPIRING_AT_MOST = 300


class Lifetime(Frozen, frozen=True):
    """When a token was issued and when it ends; what the expiry index knows of it."""

    issued_at: float
    """Seconds since the epoch, on the clock of this machine."""
    expires_at: float
    """Seconds since the epoch, on the clock of this machine."""
    estimated: bool = False
    """True for a refresh token: it is opaque, so its end is a guess."""

    @property
    def length(self) -> float:
        """Seconds from issue to end, at least 1."""
        return max(1.0, self.expires_at - self.issued_at)

    @property
    def expiring_from(self) -> float:
        """When it begins to run out, in seconds since the epoch: the last fifth, five minutes at the most."""
        return self.expires_at - min(_EXPIRING_AT_MOST, self.length / 5)

    def remaining(self, now: float) -> float:
        """Returns the seconds that are left; negative once it has expired."""
        return self.expires_at - now

    def fraction(self, now: float) -> float:
        """Returns what is left of the whole life, from 0 to 1."""
        return min(1.0, max(0.0, self.remaining(now) / self.length))

    def state(self, now: float) -> TokenState:
        """Returns valid, expiring (the last fifth, five minutes at the most) or expired."""
        left = self.remaining(now)
        if left <= 0:
            return TokenState.EXPIRED
        return TokenState.EXPIRING if now >= self.expiring_from else TokenState.VALID

    def default_min_valid(self) -> float:
        """Returns the validity that a caller wants who did not say: 60 s or a tenth of the life, the smaller."""
        return min(60.0, self.length / 10)


class Token(Frozen, frozen=True):
    """One token with its life."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    kind: TokenKind
    value: str
    lifetime: Lifetime


class TokenSet(Frozen, frozen=True):
    """What a sign-in or a refresh returned; a refresh keeps the refresh token it has, so that may be missing."""

    access: Token
    id: Token | None = None
    refresh: Token | None = None

    def of(self, kind: TokenKind) -> Token | None:
        """Returns the token of that kind, or None where there is none."""
        return {TokenKind.ACCESS: self.access, TokenKind.ID: self.id, TokenKind.REFRESH: self.refresh}[kind]

    def present(self) -> tuple[Token, ...]:
        """Returns the tokens that are there, the refresh token first: it is the one that must not be lost."""
        return tuple(token for token in (self.refresh, self.access, self.id) if token is not None)


class Expiries(Frozen, frozen=True):
    """What is known of a profile's tokens without opening the keyring."""

    access: Lifetime | None = None
    id: Lifetime | None = None
    refresh: Lifetime | None = None

    def of(self, kind: TokenKind) -> Lifetime | None:
        """Returns the life of the token of that kind, or None where there is none."""
        return {TokenKind.ACCESS: self.access, TokenKind.ID: self.id, TokenKind.REFRESH: self.refresh}[kind]

    def state(self, now: float) -> TokenState:
        """Returns the state of the access token: that is what a person calls with."""
        return TokenState.NONE if self.access is None else self.access.state(now)


NO_EXPIRIES = Expiries()
"""Nothing is known: no sign-in yet."""


class UserInfo(Frozen, frozen=True):
    """A user's attributes, in the form of claims."""

    hidden: ClassVar[tuple[str, ...]] = ("claims",)

    claims: Mapping[str, object]
    told_by: str
    """`GetUser` or `userInfo`."""
    asked_at: float
    """Seconds since the epoch."""


class Verification(Frozen, frozen=True):
    """The outcome of a check of signature and claims."""

    verified: bool
    """True where the signature, the issuer, the audience and the times hold."""
    algorithm: str = ""
    """The algorithm of the signature, `RS256`; empty where the token does not get that far."""
    key_id: str = ""
    """The key of the pool that signed it."""
    issuer: str = ""
    """The issuer that was expected: built from the profile, never read from the token."""
    reason: str = ""
    """Why it is not verified, in one sentence; empty where it is."""
