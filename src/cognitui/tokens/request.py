"""Token requests and their results."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar

from cognitui.model.duration import written_duration
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import Token, TokenKind


class TokenPolicy(Enum):
    """Which tokens are acceptable."""

    CACHED = "cached"
    """The cached one if it is valid long enough, else a refreshed one, else one from a sign-in."""
    RENEW = "renew"
    """The cached one or a refreshed one; no sign-in, unless the profile is an app client that has no refresh token."""
    REFRESH = "refresh"
    """A new one: refreshed if there is a refresh token, else from a sign-in."""
    SIGN_IN = "sign in"
    """A new one from a sign-in."""


class Source(Enum):
    """Origin of a token."""

    CACHED = "cached"
    REFRESHED = "refreshed"
    SIGNED_IN = "signed in"


class TokenResult(Frozen, frozen=True):
    """A token, and where it came from."""

    hidden: ClassVar[tuple[str, ...]] = ("opened",)

    profile: Profile
    token: Token
    source: Source
    warning: str = ""
    """What the user should know although it worked; empty for nothing."""
    opened: Mapping[TokenKind, Token] = {}
    """All of the profile's tokens that this run has read or received."""


class TokenRequest(Frozen, frozen=True):
    """Which token is wanted, and on what terms."""

    profile: Profile
    kind: TokenKind = TokenKind.ACCESS
    min_valid: float | None = None
    """Seconds that it must stay valid; by default 60 or a tenth of its lifetime, whichever is smaller."""
    policy: TokenPolicy = TokenPolicy.CACHED
    consent: bool = False
    """Whether the user agreed; a protected environment requires it."""
    no_input: bool = False
    """Whether the user must not be asked anything (`--no-input`)."""
    question: str = ""
    """What the user is asked for a protected environment; inert. By default, whether to get the token."""

    def refuse_unknown_kind(self) -> None:
        """Raise UsageError if the profile's flow has no token of that kind."""
        if self.kind not in self.profile.kinds:
            raise UsageError(
                f"{self.profile.id} signs in by {self.profile.flow.value}, which brings no {self.kind.value} token.",
                fix="Ask for the access token.",
            )

    def is_met_by(self, token: Token, now: float) -> bool:
        """Return whether a token stays valid long enough; by its own lifetime if that is shorter than was asked for."""
        life = token.lifetime
        left = life.remaining(now)
        if token.kind is TokenKind.REFRESH:
            return left > 0
        asked = self.min_valid
        return left > 0 and left >= (asked if asked is not None and asked < life.length else life.default_min_valid())

    def shortfall_of(self, token: Token, now: float) -> str:
        """Return the warning for a token that expires sooner than was asked for, although none lasts longer."""
        if self.min_valid is None or token.kind is TokenKind.REFRESH or token.lifetime.remaining(now) >= self.min_valid:
            return ""
        return (
            f"This app client's {token.kind.value} tokens live {written_duration(token.lifetime.length)}, "
            f"so none can stay valid for {written_duration(self.min_valid)}."
        )
