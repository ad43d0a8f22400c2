"""State of the profiles in this run: tokens, requests, errors and challenges, and the number of valid tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from cognitui.model.aws import AwsCredentials
from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.token import Expiries, Token, TokenKind, UserInfo, Verification
from cognitui.tokens.request import Source, TokenResult


class Answers(Frozen, frozen=True):
    """Answers to all prompts of a challenge, or the choice of another way."""

    hidden: ClassVar[tuple[str, ...]] = ("values",)

    values: Mapping[str, str]
    """By the names of the prompts."""
    keep: bool
    """Whether secrets among them go into the keyring."""


class Unsent(Frozen, frozen=True):
    """Answers that did not reach Cognito because of an outage: nobody types them twice."""

    answers: Answers
    why: str
    """What happened, in a sentence."""


class Running(Frozen, frozen=True):
    """A running request."""

    number: int
    """Distinguishes a late answer from the expected one."""
    what: str
    """`Signing in as alice`, for the panel."""
    since: float
    """Seconds since the epoch."""
    ends: bool = False
    """Whether it is a sign-out: no copy can follow it."""


class ProfileState(Frozen, frozen=True):
    """State of one profile. An error or a challenge hides the tokens until it is dismissed."""

    hidden: ClassVar[tuple[str, ...]] = ("tokens", "previous", "marked")

    tokens: Mapping[TokenKind, Token] = {}
    previous: Mapping[TokenKind, Token] = {}
    """The access and ID token before the last refresh or sign-in, to compare with."""
    marked: Token | None = None
    """The token that the user marked, to compare with others."""
    source: Source | None = None
    verified: Mapping[TokenKind, Verification] = {}
    running: Running | None = None
    error: CognituiError | None = None
    challenge: Challenge | None = None
    unsent: Unsent | None = None
    """Answers to the challenge that did not reach Cognito, while no dialog holds them."""
    user: UserInfo | None = None
    """The user's attributes."""
    aws: AwsCredentials | None = None

    def started(self, running: Running) -> ProfileState:
        """Return it with a running request; an earlier error is gone."""
        return replace(self, running=running, error=None)

    def idle(self) -> ProfileState:
        """Return it without a running request."""
        return replace(self, running=None)

    def got(self, got: TokenResult) -> ProfileState:
        """Return it with new tokens; a verification of a token that is gone is dropped."""
        tokens = {**got.opened, got.token.kind: got.token}
        checked = {kind: result for kind, result in self.verified.items() if tokens.get(kind) == self.tokens.get(kind)}
        # In the browser, another user may sign in.
        same_session = got.source is not Source.SIGNED_IN
        return ProfileState(
            tokens=tokens,
            previous=self._previous(tokens),
            marked=self.marked,
            source=got.source,
            verified=checked,
            user=self.user if same_session else None,
            aws=self.aws if same_session else None,
        )

    def changed(self, tokens: Mapping[TokenKind, Token]) -> ProfileState:
        """Return it with the tokens as another process has left them; they may belong to another user now."""
        if not tokens:
            return replace(self.dropped(), challenge=self.challenge)
        checked = {kind: result for kind, result in self.verified.items() if tokens.get(kind) == self.tokens.get(kind)}
        return replace(
            self,
            tokens=tokens,
            previous=self._previous(tokens),
            source=Source.CACHED,
            verified=checked,
            user=None,
            aws=None,
        )

    def _previous(self, tokens: Mapping[TokenKind, Token]) -> Mapping[TokenKind, Token]:
        # A refresh token has no claims to compare, and the longest lifetime: it is not kept longer than needed.
        replaced: Mapping[TokenKind, Token] = {
            kind: token
            for kind, token in self.tokens.items()
            if kind is not TokenKind.REFRESH and tokens.get(kind) != token
        }
        previous = {**self.previous, **replaced}
        # A token that was gone for a while, and has come back the same, was not renewed.
        return {kind: token for kind, token in previous.items() if tokens.get(kind) != token}

    def asked(self, challenge: Challenge, unsent: Unsent | None = None) -> ProfileState:
        """Return it with a challenge, and the answers to it that were not sent."""
        return replace(self, running=None, error=None, challenge=challenge, unsent=unsent)

    def failed(self, error: CognituiError) -> ProfileState:
        """Return it with an error; its tokens stay, and so does its challenge after an outage."""
        challenge = self.challenge if isinstance(error, Unreachable) else None
        unsent = self.unsent if challenge else None
        return replace(self, running=None, challenge=challenge, unsent=unsent, error=_without_frames(error))

    def checked(self, kind: TokenKind, verification: Verification) -> ProfileState:
        """Return it with the result of a verification."""
        return replace(self, error=None, verified={**self.verified, kind: verification})

    def with_user(self, user: UserInfo) -> ProfileState:
        """Return it with the user's attributes."""
        return replace(self, error=None, user=user)

    def with_aws(self, credentials: AwsCredentials) -> ProfileState:
        """Return it with AWS credentials."""
        return replace(self, error=None, aws=credentials)

    def dropped(self) -> ProfileState:
        """Return it without what came from the vault or the user; a running request stays."""
        return ProfileState(running=self.running, error=self.error)

    def dismissed(self) -> ProfileState:
        """Return it without request, error and challenge."""
        return replace(self, running=None, error=None, challenge=None, unsent=None)


def _without_frames(error: CognituiError) -> CognituiError:
    """Return an error without its traceback and causes: their frames hold the secrets of the call."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


EMPTY = ProfileState()


class View(StrEnum):
    """A tab of the panel that shows no token."""

    USER = "user"
    """The user's attributes."""
    AWS = "aws"
    """Temporary AWS credentials of the identity pool."""


Tab = TokenKind | View
"""What the tabs of the panel show."""


def views_of(profile: Profile) -> tuple[View, ...]:
    """Return the tabs that a profile has beside its tokens."""
    views = []
    if profile.flow is not Flow.CLIENT_CREDENTIALS:
        views.append(View.USER)
    if profile.identity_pool_id and TokenKind.ID in profile.kinds:
        views.append(View.AWS)
    return tuple(views)


class Tally(Struct, frozen=True):
    """The number of valid tokens in an environment."""

    live: int = 0
    expiring: int = 0

    def __str__(self) -> str:
        """`2 live · 1 expiring`."""
        parts = (f"{self.live} live",) if self.live or self.expiring else ()
        return " · ".join((*parts, f"{self.expiring} expiring") if self.expiring else parts)


class Tallier:
    """Counts of the valid tokens of an environment; the tokens are looked up once."""

    def __init__(self, profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> None:
        # Most profiles have never had a token: without any, none of their keys is worked out.
        keys = {profile.token_key for profile in profiles} if expiries else set()
        lifetimes = [life.access for key, life in expiries.items() if key in keys and life.access is not None]
        self._warnings = sorted(life.expiring_from for life in lifetimes)
        self._ends = sorted(life.expires_at for life in lifetimes)

    def count(self, now: float) -> Tally:
        """Return how many tokens are valid and how many of them expire soon."""
        ended, warned = bisect_right(self._ends, now), bisect_right(self._warnings, now)
        return Tally(live=len(self._ends) - warned, expiring=warned - ended)
