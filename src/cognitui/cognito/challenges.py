"""Cognito's challenges: how each is answered. A further one is one more entry in the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from cognitui.cognito.attempt import Attempt
from cognitui.cognito.srp import ServerChallenge, password_claim
from cognitui.model.errors import FlowUnsupported, ServiceFault
from cognitui.model.secret import SecretKind
from cognitui.model.signin import Challenge, Prompt, Rule
from cognitui.model.text import inert

_SESSION_LIFETIME = 180.0
"""Seconds that a session lives where the app client does not say otherwise (AWS: AuthSessionValidity, 3 minutes)."""


class ChallengeHandler(Protocol):
    """Answers one challenge: by itself, or with what a person gives."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Returns the ChallengeResponses, or None where a person must answer first."""
        ...

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Returns what a person is asked."""
        ...

    def settled(self, attempt: Attempt) -> Attempt:
        """Returns the attempt after Cognito took the answer."""
        ...


def handler_of(attempt: Attempt) -> ChallengeHandler:
    """Returns who answers the challenge that waits.

    Raises:
        FlowUnsupported: This version cannot answer it.
    """
    handler = _HANDLERS.get(attempt.asked.name)
    if handler is None:
        raise FlowUnsupported(
            f"{inert(attempt.profile.id)}: Cognito asks for {inert(attempt.asked.name, 60)}, "
            "which this version of cognitui cannot answer.",
            fix="Use a user that signs in without it.",
        )
    return handler


class PasswordVerifier:
    """SRP's second half: the proof that the password is known."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Returns the proof; a late one is refused, so it is computed just before it is sent."""
        asked = attempt.asked.parameters
        if attempt.key is None or attempt.given.password is None or not {"SALT", "SRP_B", "SECRET_BLOCK"} <= set(asked):
            raise ServiceFault("The server sent an SRP challenge that does not belong to this sign-in.")
        challenge = ServerChallenge(attempt.username, asked["SALT"], asked["SRP_B"], asked["SECRET_BLOCK"])
        claim = password_claim(
            attempt.key, attempt.profile.user_pool_id, challenge, attempt.given.password, now + attempt.skew
        )
        return {
            "PASSWORD_CLAIM_SIGNATURE": claim.signature,
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
            "TIMESTAMP": claim.timestamp,
        }

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Never: the proof needs no person."""
        raise AssertionError("a password proof is computed, not asked for")

    def settled(self, attempt: Attempt) -> Attempt:
        """Returns it as it is."""
        return attempt


class NewPasswordRequired:
    """FORCE_CHANGE_PASSWORD: the user must choose a password, and give what else the pool demands."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Returns the person's answers, under the very names that Cognito wants."""
        answers = attempt.answers.get(attempt.asked.name)
        return dict(answers) if answers else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Asks for the password, twice, and for the required attributes."""
        password = Prompt(
            "NEW_PASSWORD", "new password", masked=True, confirm=True, rules=_USUAL_POLICY, keeps=SecretKind.PASSWORD
        )
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "New password needed",
            f"{inert(attempt.profile.username)} has a temporary password. Choose one of your own.",
            (password, *map(_attribute_prompt, _required_attributes(attempt))),
            session_ends=now + _SESSION_LIFETIME,
            state=attempt,
        )

    def settled(self, attempt: Attempt) -> Attempt:
        """Returns it with the new password for the old one: what a new start would need."""
        new = attempt.answers[attempt.asked.name]["NEW_PASSWORD"]
        return replace(attempt.unanswered(), given=replace(attempt.given, password=new))


_USUAL_POLICY = tuple(
    # AWS tells a pool's policy to admins alone: this is the one that a pool has unless it was changed.
    Rule(label, pattern, binding=False)
    for label, pattern in (
        ("8 characters", r".{8}"),
        ("a lower-case letter", r"[a-z]"),
        ("an upper-case letter", r"[A-Z]"),
        ("a digit", r"[0-9]"),
        ("a symbol", r"[^A-Za-z0-9]"),
    )
)

_ATTRIBUTE_PREFIX = "userAttributes."

_ATTRIBUTE_HINTS = {
    "email": "alice@example.com",
    "phone_number": "+14155550123",
    "birthdate": "1990-12-31",
    "zoneinfo": "Europe/Berlin",
    "locale": "en-US",
    "website": "https://example.com",
}


def _required_attributes(attempt: Attempt) -> list[str]:
    """A JSON list of names, with the prefix or without."""
    try:
        names = json.loads(attempt.asked.parameters.get("requiredAttributes") or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(names, list):
        return []
    return [str(name).removeprefix(_ATTRIBUTE_PREFIX) for name in names]


def _attribute_prompt(name: str) -> Prompt:
    label = inert(name.removeprefix("custom:").replace("_", " "), 40)
    return Prompt(_ATTRIBUTE_PREFIX + name, label, hint=_ATTRIBUTE_HINTS.get(name, ""))


_HANDLERS: Mapping[str, ChallengeHandler] = {
    "PASSWORD_VERIFIER": PasswordVerifier(),
    "NEW_PASSWORD_REQUIRED": NewPasswordRequired(),
}
