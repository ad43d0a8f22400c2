"""Signing out, and forgetting a device: how far it reaches, and the honest word on what still works until when."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cognitui.model.duration import length, local_time
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Lifetime

_MOST_NAMES = 5


class Reach(StrEnum):
    """How far a sign-out goes."""

    HERE = "here"
    """This machine forgets the tokens; Cognito is not asked."""
    REVOKE = "revoke"
    """Cognito ends the refresh token, and what came from it."""
    EVERYWHERE = "everywhere"
    """Cognito ends all refresh tokens of the user, on every device and for every app client."""


class SignedOut(Frozen, frozen=True):
    """What a sign-out ended, and what it could not."""

    profile: Profile
    reach: Reach
    expiries: Expiries
    """Of the tokens that were forgotten, as far as they were known."""
    aws: Lifetime | None = None
    """Of the temporary AWS credentials that were forgotten."""
    revoked: bool = False
    """Whether Cognito ended something; False where there was no refresh token to revoke."""
    had_ended: bool = False
    """Whether Cognito said that the refresh token had ended before."""
    had_any: bool = True
    """Whether any token was stored here."""
    only_for_this: bool = False
    """Whether the tokens were got for the sign-out itself, so that nobody can have a copy of them."""
    warning: str = ""
    """What went wrong on the way although the tokens are gone; empty where nothing did."""


class ForgottenDevice(Frozen, frozen=True):
    """What became of a device."""

    was_known: bool
    """Whether this machine was a device of the profile's user at all."""
    told: bool = False
    """Whether the pool has forgotten it, too; False where no access token could be shown."""


def sharing_tokens(profile: Profile, others: Iterable[Profile]) -> tuple[str, ...]:
    """Returns the ids of the other profiles that have the very same tokens, and so lose them, too."""
    return tuple(
        other.id
        for other in others
        # The client first: a key for each of 10,000 profiles would take 50 ms.
        if other.id != profile.id and other.client_id == profile.client_id and other.token_key == profile.token_key
    )


def sharing_user(profile: Profile, others: Iterable[Profile]) -> tuple[str, ...]:
    """Returns the ids of the profiles that sign the same user in with tokens of their own."""
    return tuple(
        other.id
        for other in others
        if profile.username
        and (other.username, other.pool_key) == (profile.username, profile.pool_key)
        and other.token_key != profile.token_key
    )


def aftermath(done: SignedOut, now: float, others: Iterable[Profile] = ()) -> tuple[str, ...]:
    """Returns what a person should know after a sign-out, sentence by sentence.

    AWS, "Revoking tokens": a revoked access token is refused by Cognito itself, and both JWTs go on being valid for
    whoever verifies them by their signature and expiry alone.

    Args:
        done: What was ended.
        now: Seconds since the epoch.
        others: All profiles, so that those that share the tokens or the user can be named.
    """
    profiles = tuple(others)
    sentences = [
        _what(done),
        _who_else(done, profiles),
        *_what_still_works(done, now),
        _other_sessions(done),
        done.warning,
    ]
    return tuple(filter(None, sentences))


def told_of_device(profile: Profile, forgotten: ForgottenDevice) -> str:
    """Returns what a person should know after a device was forgotten."""
    if not forgotten.was_known:
        return f"This machine was no device of {profile.id}."
    consequence = "The next sign-in asks for a second factor again, and the refresh token of this device has ended."
    if forgotten.told:
        return f"Cognito has forgotten this machine as a device of {profile.id}. {consequence}"
    return (
        f"This machine has forgotten that it is a device of {profile.id}. Cognito still lists it, as no valid access "
        "token was at hand to show whose it is; the user or an admin can forget it there."
    )


def _what(done: SignedOut) -> str:
    name = inert(done.profile.id, 60)
    if done.reach is Reach.EVERYWHERE:
        return f"{name}: Cognito has ended all sessions of the user, and the tokens are forgotten here."
    if done.revoked:
        return f"{name}: Cognito has revoked the refresh token, and the tokens are forgotten here."
    if not done.had_any:
        unasked = "" if done.reach is Reach.HERE else ", and there was no refresh token to revoke"
        return f"{name}: nothing to forget: no token of it is stored here{unasked}."
    if done.had_ended:
        return f"{name}: the refresh token had ended before, and the tokens are forgotten here."
    if done.reach is Reach.REVOKE:
        return f"{name}: there was no refresh token to revoke; the tokens are forgotten here."
    return f"{name}: the tokens are forgotten here, and Cognito was not asked."


def _who_else(done: SignedOut, profiles: tuple[Profile, ...]) -> str:
    words = ""
    if done.had_any and (same := sharing_tokens(done.profile, profiles)):
        words = f"Signed out with it, as they share the tokens: {_names(same)}."
    if done.reach is Reach.EVERYWHERE and (kin := sharing_user(done.profile, profiles)):
        words += f"{' ' if words else ''}The refresh tokens of {_names(kin)} have ended, too: it is the same user."
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
                "Cognito itself refuses the access token from now on; an API that checks signature and expiry alone "
                f"takes the access and ID tokens that are out {until}."
            )
        else:
            sentences.append(f"Whoever has a copy of the access or ID token can use it {until}.")
    if not (done.revoked or done.had_ended) and (refresh := done.expiries.refresh) and refresh.remaining(now) > 0:
        sentences.append(f"The refresh token goes on working, for about {length(refresh.remaining(now))}.")
    if done.aws is not None and done.aws.remaining(now) > 0:
        sentences.append(
            f"The AWS credentials work until {local_time(done.aws.expires_at)}: no sign-out ends them sooner."
        )
    return sentences


def _other_sessions(done: SignedOut) -> str:
    if done.profile.flow is Flow.AUTHORIZATION_CODE:
        return "The browser stays signed in at the pool's domain, by its cookie."
    if done.reach is Reach.EVERYWHERE and (life := done.expiries.access):
        return f"Access tokens of other devices verify until they expire, {length(life.length)} after their issue."
    return ""


def _names(ids: tuple[str, ...]) -> str:
    shown = ", ".join(inert(id_, 60) for id_ in ids[:_MOST_NAMES])
    return f"{shown} and {len(ids) - _MOST_NAMES} more" if len(ids) > _MOST_NAMES else shown
