"""Results of signing out and of forgetting a device: what was revoked, and what still works until when."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cognitui.model.duration import length, local_time
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Lifetime

_MOST_NAMES = 5


class Reach(StrEnum):
    """The extent of a sign-out."""

    HERE = "here"
    """Remove the tokens from this machine without asking Cognito."""
    REVOKE = "revoke"
    """Revoke the refresh token and the tokens issued from it."""
    EVERYWHERE = "everywhere"
    """Revoke all refresh tokens of the user, on every device and for every app client."""


class SignedOut(Frozen, frozen=True):
    """The result of a sign-out."""

    profile: Profile
    reach: Reach
    expiries: Expiries
    """Known lifetimes of the removed tokens."""
    aws: Lifetime | None = None
    """Lifetime of the removed AWS credentials."""
    revoked: bool = False
    """Whether Cognito revoked something; False if there was no refresh token."""
    linked: bool = False
    """Whether the browser's session that the tokens came through was to end too."""
    had_ended: bool = False
    """Whether Cognito reported that the refresh token was already invalid."""
    had_any: bool = True
    """Whether any token was stored on this machine."""
    only_for_this: bool = False
    """Whether the tokens were fetched for the sign-out itself, so that nobody can have a copy."""
    warning: str = ""
    """What went wrong although the tokens are removed; empty if nothing did."""


class ForgottenDevice(Frozen, frozen=True):
    """The result of forgetting a device."""

    was_known: bool
    """Whether this machine was a device of the profile's user."""
    cognito_knows: bool = False
    """Whether the pool has forgotten it too; False if there was no access token to prove whose it is."""


def sharing_tokens(profile: Profile, others: Iterable[Profile]) -> tuple[str, ...]:
    """Return the ids of the other profiles with the same tokens, which are signed out too."""
    return tuple(
        other.id
        for other in others
        # The client first: a key for each of 10,000 profiles would take 50 ms.
        if other.id != profile.id and other.client_id == profile.client_id and other.token_key == profile.token_key
    )


def sharing_user(profile: Profile, others: Iterable[Profile]) -> tuple[str, ...]:
    """Return the ids of the profiles that sign in the same user with their own tokens."""
    return tuple(
        other.id
        for other in others
        if profile.username
        and (other.username, other.pool_key) == (profile.username, profile.pool_key)
        and other.token_key != profile.token_key
        # An exchange has no session of its own.
        and other.subject is None
    )


def refuse_without_session(profile: Profile, reach: Reach) -> None:
    """Raise UsageError if all sessions of the user are to end by a token that was exchanged for the user's own."""
    if reach is Reach.EVERYWHERE and profile.subject is not None:
        raise UsageError(
            f"{profile.id} exchanges the token of {profile.subject.id} and has no session of its own.",
            fix=f"To end the user's sessions: cognitui logout {profile.subject.id} --global",
        )


def no_session_message(profile: Profile) -> str:
    """Return where the session of a token is if it was exchanged; empty for every other profile."""
    if profile.subject is None:
        return ""
    return f"It has no session of its own: its token comes from the session of {inert(profile.subject.id, 60)}."


def aftermath(done: SignedOut, now: float, others: Iterable[Profile] = ()) -> tuple[str, ...]:
    """Return what a user should know after a sign-out, as sentences.

    AWS, "Revoking tokens": Cognito refuses a revoked access token, but both JWTs remain valid for anyone who only
    checks their signature and expiry.

    Args:
        done: The result of the sign-out.
        now: Seconds since the epoch.
        others: All profiles, to name those with the same tokens or user.
    """
    profiles = tuple(others)
    sentences = [
        _what(done),
        _who_else(done, profiles),
        *_what_still_works(done, now),
        _other_sessions(done),
        no_session_message(done.profile),
        done.warning,
    ]
    return tuple(filter(None, sentences))


def device_message(profile: Profile, forgotten: ForgottenDevice) -> str:
    """Return what a user should know after a device was forgotten."""
    if not forgotten.was_known:
        return f"This machine is not a device of {profile.id}."
    consequence = "The next sign-in asks for a second factor again, and this device's refresh token is revoked."
    if forgotten.cognito_knows:
        return f"Cognito has forgotten this machine as a device of {profile.id}. {consequence}"
    return (
        f"This machine no longer counts as a device of {profile.id} here. Cognito still lists it, because no valid "
        "access token was available to prove whose it is; the user or an admin can forget it there."
    )


def _what(done: SignedOut) -> str:
    name = inert(done.profile.id, 60)
    if done.reach is Reach.EVERYWHERE:
        return f"{name}: all sessions of the user are revoked, and the tokens are removed from this machine."
    if done.revoked:
        return f"{name}: the refresh token is revoked, and the tokens are removed from this machine."
    if not done.had_any:
        unasked = "" if done.reach is Reach.HERE else ", and there was no refresh token to revoke"
        return f"{name}: nothing to remove, no token is stored here{unasked}."
    if done.had_ended:
        return f"{name}: the refresh token was already invalid; the tokens are removed from this machine."
    if done.reach is Reach.REVOKE:
        return f"{name}: there was no refresh token to revoke; the tokens are removed from this machine."
    return f"{name}: the tokens are removed from this machine; Cognito was not asked."


def _who_else(done: SignedOut, profiles: tuple[Profile, ...]) -> str:
    words = ""
    if done.had_any and (same := sharing_tokens(done.profile, profiles)):
        words = f"Also signed out, as they share the tokens: {_names(same)}."
    if done.reach is Reach.EVERYWHERE and (kin := sharing_user(done.profile, profiles)):
        words += f"{' ' if words else ''}The refresh tokens of {_names(kin)} are revoked too: it is the same user."
    return words


def _what_still_works(done: SignedOut, now: float) -> list[str]:
    sentences: list[str] = []
    lives = (
        []
        if done.only_for_this
        else [life for life in (done.expiries.access, done.expiries.id) if life and life.remaining(now) > 0]
    )
    if lives:
        last = max(lives, key=lambda life: life.expires_at)
        until = f"until {local_time(last.expires_at)} (in {length(last.remaining(now))})"
        if done.revoked:
            sentences.append(
                "Cognito now refuses the access token, but an API that only checks signature and expiry "
                f"accepts copies of the access and ID tokens {until}."
            )
        else:
            sentences.append(f"A copy of the access or ID token works {until}.")
    if not (done.revoked or done.had_ended) and (refresh := done.expiries.refresh) and refresh.remaining(now) > 0:
        sentences.append(f"The refresh token still works, for about {length(refresh.remaining(now))}.")
    if done.aws is not None and done.aws.remaining(now) > 0:
        sentences.append(
            f"The AWS credentials work until {local_time(done.aws.expires_at)}: a sign-out does not revoke them."
        )
    return sentences


def _other_sessions(done: SignedOut) -> str:
    if done.linked and done.profile.flow is Flow.AUTHORIZATION_CODE:
        return "The login of the browser that it came through is over too, if the pool tracks sessions."
    if done.profile.flow is Flow.AUTHORIZATION_CODE:
        return "The browser stays signed in at the pool's domain, by its cookie."
    if done.reach is Reach.EVERYWHERE and (life := done.expiries.access):
        return f"Access tokens of other devices verify until they expire, {length(life.length)} after they were issued."
    return ""


def _names(ids: tuple[str, ...]) -> str:
    shown = ", ".join(inert(id_, 60) for id_ in ids[:_MOST_NAMES])
    return f"{shown} and {len(ids) - _MOST_NAMES} more" if len(ids) > _MOST_NAMES else shown
