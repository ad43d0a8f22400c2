"""Token exchange (RFC 8693): a narrower token for the tokens of a subject and of who acts for it.

The user pool API and the token endpoint of a domain refuse in different words; here both become the same errors. AWS
has not published its words, so what is not clear is read from what the tokens contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.signin.account_recovery import asked_or_raised
from cognitui.model.challenge import SignedIn, Step
from cognitui.model.claims import scopes_of
from cognitui.model.errors import (
    BrowserSignInDenied,
    ClientSecretMissing,
    ClientSecretWrong,
    FlowNotEnabled,
    InputRejected,
    NotAuthorized,
    NotInThisPool,
    OperationUnknown,
    RefreshTokenDead,
    Refused,
    ScopeMissing,
    ScopeNotAllowed,
    SessionExpired,
    TokenRefused,
)
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import TokenSet

SELF_SERVICE = "aws.cognito.signin.user.admin"
"""AWS, "Scopes, M2M, and resource servers": the only scope of a sign-in through the user pool API."""

_OF_TOKENS = (TokenRefused, SessionExpired, RefreshTokenDead, NotAuthorized)
"""Refusals that are about a token here: an exchange has no session, and no refresh token."""

_UNCLEAR = (InputRejected, NotAuthorized, BrowserSignInDenied)
"""Refusals for one of several reasons."""

_LONGEST_LIST = 200
_PLANS = "Token exchange needs the feature plan Essentials or Plus."

_NO_EXCHANGE = re.compile(r"(exchange|delegation|impersonation).*not (enabled|allowed|supported|permitted)", re.I)
_OF_ACTOR = re.compile(r"\bactor", re.I)
_OF_SUBJECT = re.compile(r"\bsubject", re.I)
_OF_TOKEN = re.compile(r"\b(subject|actor)[ _]?token|\binvalid token|\btoken (is|has|was)\b", re.I)
_OF_SCOPE = re.compile(r"\bscope", re.I)


def exchanged(attempt: Attempt, issue: Callable[[str, str | None, str | None], TokenSet]) -> Step:
    """Return the issued token, or the question for the client secret if it is missing.

    Args:
        attempt: The exchange, with the tokens of its sources.
        issue: Asks Cognito, with the subject's token, the actor's token, and the client secret.

    Raises:
        TokenRefused: Cognito does not accept the token of a source; its id is in `about` if Cognito says whose.
        ScopeNotAllowed: The subject's token has nothing to narrow, or nothing of what is asked for.
        FlowNotEnabled: The app client may not exchange tokens.
        NotInThisPool: The pool's feature plan has no token exchange.
        Refused: Cognito refused for another reason.
    """
    given = attempt.given
    assert given.subject_token is not None, "the broker gets the subject's token first"
    try:
        tokens = issue(given.subject_token, given.actor_token, given.client_secret)
    except Refused as refusal:
        return asked_or_raised(_explained(refusal, attempt), attempt)
    return SignedIn(tokens, warning=_not_granted(attempt, tokens))


def _explained(refusal: Refused, attempt: Attempt) -> Refused:
    """Return a refusal in the terms of the exchange."""
    profile, said = attempt.profile, _said(refusal, attempt.profile)
    if isinstance(refusal, ClientSecretWrong) and attempt.given.client_secret is None:
        return ClientSecretMissing(refusal.cause)
    if isinstance(refusal, FlowNotEnabled) or (isinstance(refusal, _UNCLEAR) and _NO_EXCHANGE.search(said)):
        return _not_enabled(profile, said)
    if isinstance(refusal, NotInThisPool) and not isinstance(refusal, OperationUnknown):
        return NotInThisPool(refusal.cause, fix=f"Ask the pool's admin. {_PLANS}")
    if isinstance(refusal, ScopeNotAllowed | ScopeMissing) or (
        isinstance(refusal, _UNCLEAR) and _OF_SCOPE.search(said)
    ):
        return _scopes_refused(attempt, said)
    if isinstance(refusal, _OF_TOKENS) or (isinstance(refusal, InputRejected) and _OF_TOKEN.search(said)):
        return _token_refused(attempt, said)
    if isinstance(refusal, _UNCLEAR):
        return _request_refused(attempt, said)
    return refusal


def _not_enabled(profile: Profile, said: str) -> FlowNotEnabled:
    if profile.actor is not None:
        flow, other = "ALLOW_TOKEN_EXCHANGE_DELEGATION", "remove actor from the profile"
        kind = "with an actor (delegation)"
    else:
        flow, other = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "set actor in the profile"
        kind = "without an actor (impersonation)"
    return FlowNotEnabled(
        f"{inert(profile.id)}: the app client {inert(profile.client_id)} does not allow a token exchange {kind} "
        f"({said}).",
        fix=f"Have the pool's admin add {flow} to the app client's authentication flows, or {other}. {_PLANS}",
    )


def _scopes_refused(attempt: Attempt, said: str) -> ScopeNotAllowed:
    profile, name, subject = attempt.profile, inert(attempt.profile.id), _subject_of(attempt.profile)
    if _has_nothing_to_narrow(attempt):
        return ScopeNotAllowed(f"{name}: {_nothing_to_narrow(profile)} ({said}).", fix=_how_to_get_scopes(profile))
    held = inert(" ".join(sorted(_subject_scopes(attempt))), _LONGEST_LIST)
    has = f", which has {held}," if held else ""
    return ScopeNotAllowed(
        f"{name}: Cognito grants only scopes that the token of {subject}{has} and the app client both have ({said}).",
        fix=f"Change scopes in the profile, give {subject} the scopes, or have the pool's admin allow them for the "
        f"app client {inert(profile.client_id)}.",
    )


def _request_refused(attempt: Attempt, said: str) -> Refused:
    if _has_nothing_to_narrow(attempt):
        return _scopes_refused(attempt, said)
    return InputRejected(
        f"{inert(attempt.profile.id)}: Cognito cannot take the exchange ({said}).",
        fix="Check client_id, scopes, audiences and resource in the profile, and which token subject_token names.",
    )


def _token_refused(attempt: Attempt, said: str) -> TokenRefused:
    """Return the error for a source's token; `about` is empty if Cognito does not say whose."""
    profile = attempt.profile
    named = profile.actor if _OF_ACTOR.search(said) else profile.subject if _OF_SUBJECT.search(said) else None
    sources = (named,) if named is not None else profile.sources
    ids = " or ".join(inert(source.id) for source in sources)
    commands = ", ".join(f"cognitui login {inert(source.id)}" for source in sources)
    hint = f" Or it is about the scopes: {_nothing_to_narrow(profile)}." if _has_nothing_to_narrow(attempt) else ""
    error = TokenRefused(
        f"{inert(profile.id)}: Cognito does not accept the token of {ids} ({said}).",
        fix=f"Sign in again: {commands}. If it stays so, check that both use the same user pool.{hint}",
    )
    error.about = sources[0].id if len(sources) == 1 else ""
    return error


def _not_granted(attempt: Attempt, tokens: TokenSet) -> str:
    """Return a warning if scopes that were asked for are missing in the token; empty if none are."""
    profile, granted = attempt.profile, scopes_of(tokens.access.value)
    missing = [scope for scope in profile.fields.scopes or () if scope not in granted]
    if not missing:
        return ""
    names = inert(" ".join(missing), _LONGEST_LIST)
    if _has_nothing_to_narrow(attempt):
        return f"Cognito did not grant {names}: {_nothing_to_narrow(profile)}. {_how_to_get_scopes(profile)}"
    held = _subject_scopes(attempt)
    if held and (lacking := [scope for scope in missing if scope not in held]):
        return f"Cognito did not grant {names}: the token of {_subject_of(profile)} lacks {inert(' '.join(lacking))}."
    return f"Cognito did not grant {names}: the app client {inert(profile.client_id)} may not have been allowed to."


def _subject_scopes(attempt: Attempt) -> frozenset[str]:
    """Return the scopes of the subject's token; an ID token has none."""
    return scopes_of(attempt.given.subject_token or "")


def _has_nothing_to_narrow(attempt: Attempt) -> bool:
    """Return whether the subject's token has only the scope of an API sign-in, and others are wanted."""
    return _subject_scopes(attempt) == {SELF_SERVICE} != frozenset(attempt.profile.fields.scopes or ())


def _nothing_to_narrow(profile: Profile) -> str:
    subject = profile.subject
    assert subject is not None
    why = "" if subject.signs_in_at_domain else f", as every sign-in by {subject.flow.value} has"
    return f"the token of {inert(subject.id)} has no scope to narrow, only {SELF_SERVICE}{why}"


def _how_to_get_scopes(profile: Profile) -> str:
    return (
        f'Use flow = "authorization_code" with scopes in {_subject_of(profile)}, or have the pool\'s admin add scopes '
        "with a pre token generation trigger."
    )


def _subject_of(profile: Profile) -> str:
    return inert(profile.subject.id) if profile.subject is not None else "the subject"


def _said(refusal: Refused, profile: Profile) -> str:
    """Return what Cognito said, for a sentence of its own."""
    return refusal.cause.removeprefix(f"{inert(profile.id)}: ").rstrip(" .")
