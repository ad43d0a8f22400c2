"""What is asked of the broker, and what it hands out; importable from `broker`, too."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar

from cognitui.model.duration import written_duration
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import Token, TokenKind


class How(Enum):
    """How far `get` goes back to find a token."""

    CACHED = "cached"
    """The stored one, where it is valid long enough."""
    RENEW = "renew"
    """The stored one, or a new one in its place; where nothing is stored any more, nobody is signed in."""
    REFRESH = "refresh"
    """A new one, by the refresh token where there is one."""
    SIGN_IN = "sign in"
    """A new one, by a sign-in from the start."""


class Source(Enum):
    """Where a token came from."""

    CACHED = "cached"
    REFRESHED = "refreshed"
    SIGNED_IN = "signed in"


class Got(Frozen, frozen=True):
    """A token that was handed out."""

    hidden: ClassVar[tuple[str, ...]] = ("opened",)

    profile: Profile
    token: Token
    source: Source
    warning: str = ""
    """What a person should know although it worked; empty where there is nothing."""
    opened: Mapping[TokenKind, Token] = {}
    """All of the profile's tokens that this run has read or got by now."""


class TokenRequest(Frozen, frozen=True):
    """Whose token a caller wants, which one, and how long it must last."""

    profile: Profile
    kind: TokenKind
    min_valid: float | None

    def refuse_unknown_kind(self) -> None:
        """Raise UsageError if the profile's flow never brings a token of that kind."""
        if self.kind not in self.profile.kinds:
            raise UsageError(
                f"{self.profile.id} signs in by {self.profile.flow.value}, which brings no {self.kind.value} token.",
                fix="Ask for the access token.",
            )

    def is_met_by(self, token: Token, now: float) -> bool:
        """Whether a token stays valid long enough; one that never could is measured by its own life."""
        life = token.lifetime
        left = life.remaining(now)
        if token.kind is TokenKind.REFRESH:
            return left > 0
        asked = self.min_valid
        return left > 0 and left >= (asked if asked is not None and asked < life.length else life.default_min_valid())

    def shortfall_of(self, token: Token, now: float) -> str:
        """Returns the warning for a token that does not last as long as was asked, though none lasts longer."""
        if self.min_valid is None or token.kind is TokenKind.REFRESH or token.lifetime.remaining(now) >= self.min_valid:
            return ""
        return (
            f"This app client's {token.kind.value} tokens live {written_duration(token.lifetime.length)}, "
            f"so none can stay valid for {written_duration(self.min_valid)}."
        )
