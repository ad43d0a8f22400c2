"""Tooltips: whole ids and values, absolute times, and what a sign means. Every text is inert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cognitui.model.claims import ClaimRow
from cognitui.model.duration import local_time, relative
from cognitui.model.profile import Environment, Profile
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, TokenKind, Verification
from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.actions.registry import Action
from cognitui.tui.presentation import HEADER, PAYLOAD, SIGNATURE, explanation_of
from cognitui.tui.profile_filter import Reason
from cognitui.tui.state import ProfileState, Tab, View

_LONG, _LONGEST = 200, 1200

_RAW = frozenset({HEADER, PAYLOAD, SIGNATURE})

_TABS: Mapping[Tab, str] = {
    TokenKind.ACCESS: "Access token: for APIs. Contains scopes and groups.",
    TokenKind.ID: "ID token: identifies the user. Contains the user's attributes.",
    TokenKind.REFRESH: "Refresh token: gets new access and ID tokens. It is not for APIs and is never shown.",
    View.USER: "The user's current attributes in Cognito.",
    View.AWS: "Temporary AWS credentials from the identity pool, for the ID token.",
}


def of_action(action: Action, remapped: Mapping[str, str], unavailable_reason: str) -> str:
    """Return what an action does, its keys, and why it is not available now."""
    reason = f"Not now: {unavailable_reason}" if unavailable_reason else ""
    return _lines(action.help, _keys(key_labels(action.id, remapped)), reason)


def of_environment(environment: Environment, keys: Iterable[str]) -> str:
    """Return an environment's name and label, whether it is protected, and its key."""
    label = inert(environment.label, _LONG)
    return _lines(
        f"{inert(environment.name, _LONG)}{f': {label}' if label else ''}",
        "Protected: asks before a token is fetched or copied." if environment.protected else "",
        f"From {inert(environment.source, _LONG)}, read-only." if environment.read_only else "",
        _keys(keys),
    )


def of_all_environments(keys: Iterable[str]) -> str:
    """Return what the last entry of the bar does."""
    return _lines("All environments in one list.", _keys(keys))


def of_tab(tab: Tab, life: Lifetime | None, now: float, keys: Iterable[str]) -> str:
    """Return what a token is for, when it expires, and the keys of its tab."""
    has_life = isinstance(tab, TokenKind) or life is not None
    return _lines(_TABS[tab], _life(life, now) if has_life else "", _keys(keys))


def of_life(life: Lifetime | None, now: float) -> str:
    """Return when a token was issued and when it expires."""
    return _lines(f"Issued {local_time(life.issued_at)}.", _life(life, now)) if life else ""


def of_verification(verification: Verification | None) -> str:
    """Return whether the token was verified."""
    if verification is None:
        return "Signature and claims were not checked against the keys of the pool."
    if verification.verified:
        return "Signature and claims agree with the keys of the pool."
    return f"Not verified: {inert(verification.reason, _LONG)}"


def of_profile(
    profile: Profile, state: ProfileState, life: Lifetime | None, now: float, *, kept_alive: bool, found: Reason | None
) -> str:
    """Return all of a row that does not fit into it: id, user, pool, state with its time, and what its signs mean."""
    return _lines(
        inert(profile.id, _LONG),
        f"User {inert(profile.username, _LONG)}" if profile.username else "",
        f"Pool {inert(profile.user_pool_id, _LONG)}" if profile.user_pool_id else "",
        f"Client {inert(profile.client_id, _LONG)}",
        *_state(state, life, now),
        "↻ Keep-alive: refreshed before it expires, until you quit." if kept_alive else "",
        f"Protected with {inert(profile.why_protected, _LONG)}: it asks first." if profile.protected else "",
        "◆ Its token is marked, to compare others with it." if state.marked else "",
        f"From {inert(profile.source, _LONG)}, read-only." if profile.read_only else "",
        f"Found in {found.field}: {inert(found.text, _LONG)}" if found else "",
    )


def of_claim(claim: ClaimRow) -> str:
    """Return what a claim means and its whole value; nothing of a raw token."""
    value = "" if claim.kind in _RAW else "\n".join(claim.lines)
    value = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return _lines(
        explanation_of(claim),
        f"{value}   {claim.note}".rstrip(),
    )


def _state(state: ProfileState, life: Lifetime | None, now: float) -> Iterable[str]:
    if state.running:
        yield f"{inert(state.running.what, _LONG)}…"
    elif state.error:
        yield f"! {state.error.title}: {inert(state.error.cause, _LONG)}"
    elif state.challenge:
        yield f"? It waits for you: {inert(state.challenge.needs, _LONG)}."
    yield f"Access token: {_life(life, now)}"


def _life(life: Lifetime | None, now: float) -> str:
    if life is None:
        return "None is stored."
    verb = "Expires" if life.remaining(now) > 0 else "Expired"
    about = "about " if life.estimated else ""
    return f"{verb} {about}{local_time(life.expires_at)} ({relative(life.expires_at, now)})."


def _keys(labels: Iterable[str]) -> str:
    keys = [label for label in labels if label]
    return f"Key: {' or '.join(keys)}" if keys else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
