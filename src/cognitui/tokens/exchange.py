"""Sources of a token exchange: the tokens of its subject and actor, got by the same rules as any other."""

from __future__ import annotations

from collections.abc import Container
from typing import ClassVar, Protocol

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.token import TokenKind
from cognitui.tokens.request import Source, TokenPolicy, TokenResult


class GetToken(Protocol):
    """`TokenBroker.get`."""

    def __call__(
        self, profile: Profile, kind: TokenKind, *, policy: TokenPolicy, consent: bool, ask: bool
    ) -> TokenResult | Challenge:
        """Return a token, or the challenge that the user must answer first."""
        ...


class SourceTokens(Frozen, frozen=True):
    """The tokens to exchange."""

    hidden: ClassVar[tuple[str, ...]] = ("subject", "actor")

    subject: str
    actor: str | None = None
    cached: frozenset[str] = frozenset()
    """The ids of the profiles whose token was stored, so that Cognito may have revoked it."""
    warning: str = ""
    """What the user should know although it worked; empty for nothing."""


def source_tokens(
    get: GetToken, profile: Profile, *, renew: Container[str] = (), ask: bool = False, sign_in: bool = True
) -> SourceTokens | Challenge:
    """Return the tokens to exchange, or what the user must answer first, for the profile that it belongs to.

    The lock of the exchange is held, and a source never needs it: a profile cannot be its own subject.

    Args:
        get: Returns a token.
        profile: The profile that exchanges them.
        renew: The ids of the profiles that need a new one: Cognito refused the one that is stored.
        ask: Ask for a password even if one is stored (the stored one was refused).
        sign_in: Whether a source may sign in; otherwise its tokens are at most refreshed.

    Raises:
        As `get` does; the error names the source.
    """
    usual = TokenPolicy.CACHED if sign_in else TokenPolicy.RENEW
    results: list[TokenResult] = []
    for source in profile.sources:
        policy = TokenPolicy.REFRESH if source.id in renew else usual
        try:
            # The user agreed to the exchange, which is protected if one of its sources is.
            kind = profile.subject_kind if source is profile.subject else TokenKind.ACCESS
            got = get(source, kind, policy=policy, consent=True, ask=ask)
        except CognituiError as error:
            error.about = error.about or source.id
            raise
        if isinstance(got, Challenge):
            return replace(got, remark=" ".join(filter(None, (_reason(profile, got), got.remark))), exchange=profile)
        results.append(got)
    tokens = [result.token.value for result in results]
    return SourceTokens(
        tokens[0],
        tokens[1] if len(tokens) > 1 else None,
        frozenset(result.profile.id for result in results if result.source is Source.CACHED),
        " ".join(result.warning for result in results if result.warning),
    )


def _reason(profile: Profile, challenge: Challenge) -> str:
    """Return why another profile than the requested one asks; empty if a source of a source has said so."""
    return "" if challenge.exchange else f"{profile.id} exchanges the token of {challenge.profile.id}."
