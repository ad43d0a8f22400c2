"""Checks of a token exchange: its subject and actor, and whether the subject's token can have what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cognitui.model.diagnostics import Finding, failed, noted, passed, warned
from cognitui.model.duration import length
from cognitui.model.errors import NotInThisPool, UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import NO_EXPIRIES, Expiries

_SELF_SERVICE = "aws.cognito.signin.user.admin"
"""AWS, "Scopes, M2M, and resource servers": the only scope of a sign-in through the user pool API."""

_WITH_SCOPES = (Flow.AUTHORIZATION_CODE, Flow.CLIENT_CREDENTIALS, Flow.TOKEN_EXCHANGE)
"""The flows whose tokens have the scopes that their profiles name."""


def check_sources(profile: Profile, expiries: Mapping[str, Expiries], now: float) -> Iterator[Finding]:
    """Yield what is known of the profiles whose tokens are exchanged; nothing for a profile that exchanges none."""
    if profile.subject is not None:
        yield _source("subject", profile, profile.subject, expiries, now)
        yield from _scopes(profile, profile.subject)
    if profile.actor is not None:
        yield _source("actor", profile, profile.actor, expiries, now)


def exchange_flow(profile: Profile) -> str:
    """Return the flow that the app client must allow, without `ALLOW_`."""
    return f"TOKEN_EXCHANGE_{'DELEGATION' if profile.actor is not None else 'IMPERSONATION'}"


def of_plan(tier: str) -> Finding:
    """Return whether the pool's feature plan has token exchange; `tier` is UserPoolTier."""
    if tier != "LITE":
        return passed("plan", f"The pool's feature plan has token exchange: {tier.capitalize()}.")
    fix = "Have the pool's admin choose Essentials or Plus."
    return failed("plan", NotInThisPool("The pool's feature plan is Lite, which has no token exchange.", fix=fix))


def _source(role: str, profile: Profile, source: Profile, expiries: Mapping[str, Expiries], now: float) -> Finding:
    ours, theirs = profile.user_pool_id, source.user_pool_id
    if ours and theirs and ours != theirs:
        fix = f"Name a profile of the pool {ours}: Cognito exchanges only tokens of the same pool."
        return failed(role, UsageError(f"{source.id} is a user of another pool, {theirs}.", fix=fix))
    known = expiries.get(source.token_key, NO_EXPIRIES)
    life = known.of(profile.subject_kind) if role == "subject" else known.access
    if life is not None and life.remaining(now) > 0:
        return passed(role, f"{source.id} has a token that is valid for {length(life.remaining(now))}.")
    if known.refresh is not None and known.refresh.remaining(now) > 0:
        return passed(role, f"{source.id} has a token to refresh.")
    how = f"To see whether it can: cognitui doctor {source.id}"
    return noted(role, f"{source.id} has no valid token: it signs in at the next use.", how)


def _scopes(profile: Profile, subject: Profile) -> Iterator[Finding]:
    """Yield a finding if the subject's token may lack the scopes: one of an API sign-in has only one of its own."""
    wanted = [scope for scope in profile.fields.scopes or () if scope != _SELF_SERVICE]
    if not wanted or profile.fields.subject_token == "id":
        return
    if subject.flow not in _WITH_SCOPES:
        # Neither right nor wrong: only the pool knows its triggers.
        yield noted(
            "narrowing",
            f"{subject.id} signs in by {subject.flow.value}, which brings only {_SELF_SERVICE} unless a trigger adds "
            f"{', '.join(wanted)}.",
            f'Set flow = "authorization_code" and scopes in {subject.id}, or have the pool\'s admin add a trigger.',
        )
        return
    named = subject.fields.scopes
    if named and (lacking := [scope for scope in wanted if scope not in named]):
        fix = f"Add them to scopes of {subject.id}, and sign it in again."
        yield warned("narrowing", f"{subject.id} does not ask for {', '.join(lacking)}.", fix)
