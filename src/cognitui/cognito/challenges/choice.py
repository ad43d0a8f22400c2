"""Challenges with a choice: of a factor, or of a kind of MFA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt, ChallengeHandler
from cognitui.cognito.challenges.password import ask_password, json_names
from cognitui.model.challenge import Challenge, Choice, Prompt
from cognitui.model.errors import CognituiError, FlowUnsupported, PasskeyNeeded, ServiceFault
from cognitui.model.profile import Flow
from cognitui.model.struct import replace
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi

_ANSWER = "ANSWER"

_FACTORS: Mapping[str, str] = {
    "PASSWORD_SRP": "password (never sent)",
    "PASSWORD": "password",
    "EMAIL_OTP": "code by e-mail",
    "SMS_OTP": "code by text message",
}
"""The first factors of USER_AUTH that work in a terminal."""

_PASSKEY = "WEB_AUTHN"

_MFA_TYPES: Mapping[str, str] = {
    "SOFTWARE_TOKEN_MFA": "authenticator app",
    "EMAIL_OTP": "code by e-mail",
    "SMS_MFA": "code by text message",
}


class SelectChallenge(ChallengeHandler):
    """USER_AUTH's SELECT_CHALLENGE: which factor."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Make a key pair if the password will be proven."""
        return attempt.with_key() if self._chosen(attempt) == "PASSWORD_SRP" else attempt

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the choice, with what Cognito wants in the same breath."""
        chosen = self._chosen(attempt)
        password = attempt.given.password
        if chosen is None or (chosen.startswith("PASSWORD") and password is None):
            return None
        if chosen == "PASSWORD_SRP" and attempt.key is not None:
            return {_ANSWER: chosen, "SRP_A": attempt.key.public_hex}
        return {_ANSWER: chosen, "PASSWORD": password} if chosen == "PASSWORD" and password else {_ANSWER: chosen}

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the factor, and then for the password if that was chosen."""
        if self._chosen(attempt) is not None:
            return ask_password(attempt, now)
        choices = tuple(Choice(name, _FACTORS[name]) for name in _offered(attempt))
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "How do you want to sign in?",
            f"{inert(attempt.profile.username)} can sign in by any of these. "
            "Set preferred_challenge in the profile to skip this question.",
            (Prompt(_ANSWER, "factor", choices=choices),),
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Ask the user to choose next time, and drop a typed password."""
        attempt = attempt.without_typed_password()
        return replace(attempt.unanswered(), refused=attempt.refused | {attempt.asked.name})

    def _chosen(self, attempt: Attempt) -> str | None:
        offered = _offered(attempt)
        chosen = attempt.own_answers.get(_ANSWER)
        if chosen is None and attempt.asked.name not in attempt.refused:
            return _only(offered, attempt)
        return chosen


class SelectMfaType(ChallengeHandler):
    """SELECT_MFA_TYPE: which second factor."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the choice; automatically the authenticator app if its seed is stored."""
        chosen = attempt.own_answers.get(_ANSWER)
        if chosen is None and attempt.asked.name not in attempt.refused:
            types = _types(attempt)
            seeded = attempt.given.totp_seed and "SOFTWARE_TOKEN_MFA" in types
            chosen = "SOFTWARE_TOKEN_MFA" if seeded else types[0] if len(types) == 1 else None
        return {_ANSWER: chosen} if chosen else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the kind."""
        choices = tuple(Choice(name, _MFA_TYPES.get(name, inert(name, 40))) for name in _types(attempt))
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "Which second factor?",
            f"{inert(attempt.profile.username)} has more than one."
            f"{' A passkey works only in the browser.' if _PASSKEY in _listed(attempt, _MFAS) else ''}",
            (Prompt(_ANSWER, "second factor", choices=choices),),
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Ask the user to choose next time."""
        return replace(attempt.unanswered(), refused=attempt.refused | {attempt.asked.name})


class WebAuthn(ChallengeHandler):
    """WEB_AUTHN: a passkey, which no terminal can give."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Never; says what to do instead."""
        raise passkey_needed(attempt)


def passkey_needed(attempt: Attempt) -> PasskeyNeeded:
    """Return the error for a passkey that Cognito wants, as the first factor or as MFA."""
    profile = attempt.profile
    chooses = profile.flow is Flow.USER_AUTH
    wanted = "a passkey" if chooses else "a passkey as the second factor"
    browser = 'set flow = "authorization_code"' + ("" if profile.fields.domain else " and the pool's domain")
    other = ", or preferred_challenge to another factor of the user" if chooses else ""
    return PasskeyNeeded(
        f"{inert(profile.id)}: Cognito asks for {wanted}, and a terminal has no authenticator.",
        fix=f"Use the passkey in the browser: {browser} in the profile{other}.",
    )


def _offered(attempt: Attempt) -> tuple[str, ...]:
    """Return the factors that work in a terminal, the safest first."""
    available = _listed(attempt, "AVAILABLE_CHALLENGES")
    offered = tuple(name for name in _FACTORS if name in available)
    if not offered:
        raise _none_fits(attempt, available)
    return offered


_MFAS = "MFAS_CAN_CHOOSE"


def _only(offered: tuple[str, ...], attempt: Attempt) -> str | None:
    """Return the factor that needs no choice: the only one, or in a step-up the profile's, or the safer password."""
    if len(offered) == 1:
        return offered[0]
    if attempt.given.access_token is None:
        return None
    preferred = attempt.profile.fields.preferred_challenge
    if preferred is not None and preferred.value in offered:
        return preferred.value
    return offered[0] if all(name.startswith("PASSWORD") for name in offered) else None


def _types(attempt: Attempt) -> list[str]:
    """Return the kinds of MFA to choose from; one that is not known is offered by its name."""
    listed = _listed(attempt, _MFAS)
    types = [name for name in listed if name != _PASSKEY]
    if not types:
        raise _none_fits(attempt, listed)
    return types


def _listed(attempt: Attempt, parameter: str) -> tuple[str, ...]:
    """Return what Cognito offers: as a member of its own, AvailableChallenges, or in a parameter."""
    return attempt.asked.available or tuple(json_names(attempt, parameter))


def _none_fits(attempt: Attempt, listed: tuple[str, ...]) -> CognituiError:
    if not listed:
        return ServiceFault("The server asks for a choice of factors, and lists none.")
    if _PASSKEY in listed:
        return passkey_needed(attempt)
    names = inert(" and ".join(listed), 100)
    return FlowUnsupported(
        f"{inert(attempt.profile.id)}: Cognito offers only {names}, which this version of cognitui cannot answer.",
        fix='Update cognitui, or use the browser: set flow = "authorization_code" in the profile.',
    )
