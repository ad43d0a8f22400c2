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
from cognitui.model.token import TokenKind, TokenSet

SELF_SERVICE = "aws.cognito.signin.user.admin"
"""AWS, "Scopes, M2M, and resource servers": the only scope of a sign-in through the user pool API."""

_OF_TOKENS = (TokenRefused, SessionExpired, RefreshTokenDead, NotAuthorized)
_OF_REQUEST = (InputRejected, ScopeNotAllowed, ScopeMissing, BrowserSignInDenied)
_LONGEST_LIST = 200
_PLANS = "Token exchange needs the feature plan Essentials or Plus."

_NO_EXCHANGE = re.compile(r"(exchange|delegation|impersonation).*not (enabled|allowed|supported|permitted)", re.I)
_OF_ACTOR = re.compile(r"\bactor", re.I)
_OF_TOKEN = re.compile(r"\b(subject|actor)?[ _]?token\b", re.I)
_OF_SCOPE = re.compile(r"\bscope", re.I)


def exchanged(attempt: Attempt, issue: Callable[[str, str | None, str | None], TokenSet]) -> Step:
    """Return the issued token, or the question for the client secret if it is missing.

    Args:
        attempt: The exchange, with the tokens of its sources.
        issue: Asks Cognito, with the subject's token, the actor's token, and the client secret.

    Raises:
        TokenRefused: Cognito does not accept the token of a source, whose id is in `about`.
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
    return SignedIn(tokens, warning=_not_granted(attempt.profile, given.subject_token, tokens))


def _explained(refusal: Refused, attempt: Attempt) -> Refused:
    """Return a refusal in the terms of the exchange."""
    profile, said = attempt.profile, _said(refusal, attempt.profile)
    if isinstance(refusal, ClientSecretWrong) and attempt.given.client_secret is None:
        return ClientSecretMissing(refusal.cause)
    if isinstance(refusal, FlowNotEnabled) or (isinstance(refusal, InputRejected) and _NO_EXCHANGE.search(said)):
        return _not_enabled(profile, said)
    if isinstance(refusal, NotInThisPool) and not isinstance(refusal, OperationUnknown):
        return NotInThisPool(refusal.cause, fix=f"Ask the pool's admin. {_PLANS}")
    if isinstance(refusal, _OF_REQUEST):
        return _wrong_request(refusal, attempt, said)
    return _token_refused(profile, said) if isinstance(refusal, _OF_TOKENS) else refusal


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


def _wrong_request(refusal: Refused, attempt: Attempt, said: str) -> Refused:
    profile, name = attempt.profile, inert(attempt.profile.id)
    assert attempt.given.subject_token is not None
    if _has_nothing_to_narrow(profile, attempt.given.subject_token):
        return ScopeNotAllowed(f"{name}: {_nothing_to_narrow(profile)} ({said}).", fix=_how_to_get_scopes(profile))
    if isinstance(refusal, ScopeNotAllowed | ScopeMissing) or _OF_SCOPE.search(said):
        held = inert(" ".join(sorted(scopes_of(attempt.given.subject_token))), _LONGEST_LIST)
        subject = _subject_of(profile)
        has = f", which has {held}" if held else ""
        return ScopeNotAllowed(
            f"{name}: Cognito grants only scopes that the token of {subject}{has}, and the app client both have "
            f"({said}).",
            fix=f"Change scopes in the profile, give {subject} the scopes, or have the pool's admin allow them for the "
            f"app client {inert(profile.client_id)}.",
        )
    if _OF_TOKEN.search(said):
        return _token_refused(profile, said)
    return InputRejected(
        f"{name}: Cognito cannot take the exchange ({said}).",
        fix="Check client_id, scopes, audiences and resource in the profile, and which token subject_token names.",
    )


def _token_refused(profile: Profile, said: str) -> TokenRefused:
    source = profile.actor if profile.actor is not None and _OF_ACTOR.search(said) else profile.subject
    assert source is not None
    id_ = inert(source.id)
    error = TokenRefused(
        f"{inert(profile.id)}: Cognito does not accept the token of {id_} ({said}).",
        fix=f"Sign {id_} in again: cognitui login {id_}. If it stays so, check that both use the same user pool.",
    )
    # A refresh of the exchange would send the same token.
    error.about = source.id
    return error


def _not_granted(profile: Profile, subject_token: str, tokens: TokenSet) -> str:
    """Return a warning if scopes that were asked for are missing in the token; empty if none are."""
    granted = scopes_of(tokens.access.value)
    missing = [scope for scope in profile.fields.scopes or () if scope not in granted]
    if not missing:
        return ""
    names = inert(" ".join(missing), _LONGEST_LIST)
    if _has_nothing_to_narrow(profile, subject_token):
        return f"Cognito did not grant {names}: {_nothing_to_narrow(profile)}. {_how_to_get_scopes(profile)}"
    lacking = [scope for scope in missing if scope not in scopes_of(subject_token)]
    if lacking and not _sends_id_token(profile):
        return f"Cognito did not grant {names}: the token of {_subject_of(profile)} lacks {' '.join(lacking)}."
    return f"Cognito did not grant {names}: the app client {inert(profile.client_id)} may not have been allowed to."


def _has_nothing_to_narrow(profile: Profile, subject_token: str) -> bool:
    """Return whether the token has only the scope of an API sign-in, and another one is wanted, or none at all."""
    asked = frozenset(profile.fields.scopes or ())
    return not _sends_id_token(profile) and frozenset(scopes_of(subject_token)) <= {SELF_SERVICE} != asked


def _nothing_to_narrow(profile: Profile) -> str:
    subject = profile.subject
    assert subject is not None
    return (
        f"the token of {inert(subject.id)} has no scope to narrow, only {SELF_SERVICE}, as every sign-in by "
        f"{subject.flow.value} has"
    )


def _how_to_get_scopes(profile: Profile) -> str:
    return (
        f'Use flow = "authorization_code" with scopes in {_subject_of(profile)}, or have the pool\'s admin add scopes '
        "with a pre token generation trigger."
    )


def _sends_id_token(profile: Profile) -> bool:
    return profile.subject_kind is TokenKind.ID


def _subject_of(profile: Profile) -> str:
    return inert(profile.subject.id) if profile.subject is not None else "the subject"


def _said(refusal: Refused, profile: Profile) -> str:
    """Return what Cognito said, for a sentence of its own."""
    return refusal.cause.removeprefix(f"{inert(profile.id)}: ").rstrip(" .")
