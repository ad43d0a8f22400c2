"""Bulk operations: what can be done for all listed profiles, and how it is worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cognitui.model.challenge import Challenge
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult

BulkResult = TokenResult | Challenge | int
"""What an operation returns for one profile: a token, a challenge, or a number of removed tokens."""


class BulkOperation(Protocol):
    """Something that is done for each profile."""

    @property
    def question(self) -> str:
        """The confirmation for protected profiles, with a place for their name; empty if none is needed."""
        ...

    @property
    def doing(self) -> str:
        """The panel's text while it runs for a profile."""
        ...

    @property
    def nothing(self) -> str:
        """The toast if there is no profile to do it for."""
        ...

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> BulkResult:
        """Do it, with `consent` if the user confirmed it; may block, and raises what the broker raises."""
        ...

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Say what was done, given the results that are not errors."""
        ...


class GetAll(Frozen, frozen=True):
    """Get or refresh tokens; challenges wait in the list."""

    how: TokenPolicy

    @property
    def question(self) -> str:
        """Name what is fetched."""
        return f"{'Refresh' if self.how is TokenPolicy.REFRESH else 'Get'} the tokens of {{}}?"

    @property
    def doing(self) -> str:
        """Name what is fetched."""
        return "Refreshing the tokens" if self.how is TokenPolicy.REFRESH else "Getting the token"

    @property
    def nothing(self) -> str:
        """Only a refresh leaves profiles out."""
        return "No listed profile has tokens to refresh."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> TokenResult | Challenge:
        """Get the access token, and with it what the sign-in or the refresh brings."""
        return broker.get(profile, TokenKind.ACCESS, policy=self.how, consent=consent)

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Count the tokens."""
        got = sum(isinstance(result, TokenResult) for result in results)
        return f"{got} token{'' if got == 1 else 's'} {'refreshed' if self.how is TokenPolicy.REFRESH else 'valid'}"


class ClearExpired(Frozen, frozen=True):
    """Remove expired tokens."""

    @property
    def question(self) -> str:
        """Ask nothing: an expired token gives no access."""
        return ""

    @property
    def doing(self) -> str:
        """Name what is removed."""
        return "Removing expired tokens"

    @property
    def nothing(self) -> str:
        """There is nothing to remove."""
        return "No token of the listed profiles has expired."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> int:
        """Remove those of one profile."""
        return broker.forget_expired(profile)

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Count the tokens."""
        count = sum(result for result in results if isinstance(result, int))
        return f"{count} expired token{'' if count == 1 else 's'} removed"
