"""The challenges that want a code: one that Cognito sent, or one of an authenticator app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cognitui.cognito.attempt import Attempt
from cognitui.cognito.handler import ChallengeHandler
from cognitui.cognito.totp import totp_code, until_next_code
from cognitui.model.challenge import Challenge, Choice, Prompt
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert

RESEND = Choice("resend", "Send another code")

CODE = Prompt("code", "code")

_TRIES_BY_ITSELF = 2
"""How often a code is given without a person: a second time, where the first was used up elsewhere just before."""

_TOTP = "SOFTWARE_TOKEN_MFA"

CodeSource = Callable[[Profile], str | None]
"""Runs a profile's `mfa_process` and returns the code; None where it has none."""


@dataclass(frozen=True, slots=True)
class SentCode(ChallengeHandler):
    """SMS_MFA, SMS_OTP, EMAIL_OTP: a code that went to a person's phone or mailbox."""

    parameter: str
    """Under which name the code is answered."""
    title: str
    code_of: CodeSource

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Returns the code that a person or the profile's command gave."""
        code = attempt.own_answers.get(CODE.name)
        if code is None and attempt.asked.name not in attempt.refused:
            code = self.code_of(attempt.profile)
        return {self.parameter: "".join(code.split())} if code else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Asks for the code, and says where it went."""
        asked = attempt.asked
        medium = asked.parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM", "")
        return Challenge(
            asked.name,
            attempt.profile,
            self.title,
            f"Cognito sent a code{_by(medium)} to sign in as {inert(attempt.profile.username)}.",
            (CODE,),
            instead=(RESEND, *attempt.other_factors),
            sent_to=asked.parameters.get("CODE_DELIVERY_DESTINATION", ""),
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """The command is not run for the same challenge again."""
        return replace(attempt.unanswered(), refused=attempt.refused | {attempt.asked.name})


@dataclass(frozen=True, slots=True)
class AppCode(ChallengeHandler):
    """SOFTWARE_TOKEN_MFA: a code of an authenticator app, worked out where the seed is stored."""

    code_of: CodeSource

    def pause(self, attempt: Attempt, now: float) -> float:
        """Waits for the next code where this one was used: Cognito takes each once."""
        code = self._own_code(attempt, now)
        return until_next_code(now + attempt.skew) if code is not None and code in attempt.refused else 0.0

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Returns the code that a person gave, or that of the stored seed or the profile's command."""
        code = attempt.own_answers.get(CODE.name) or self._own_code(attempt, now)
        if code is None and _TOTP not in attempt.refused:
            code = self.code_of(attempt.profile)
        return {"SOFTWARE_TOKEN_MFA_CODE": "".join(code.split())} if code else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Asks for the code."""
        device = attempt.asked.parameters.get("FRIENDLY_DEVICE_NAME", "")
        hint = "; check that the app's clock is right" if _TOTP in attempt.refused else ""
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "Code of the authenticator app",
            f"The six digits that {inert(device, 60) or 'your authenticator app'} shows for "
            f"{inert(attempt.profile.username)}. Each works once{hint}.",
            (CODE,),
            instead=attempt.other_factors,
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Notes the code that was refused; the next one may be right."""
        spent = {_TOTP, self._own_code(attempt, now) or _TOTP}
        return replace(attempt.unanswered(), refused=attempt.refused | spent)

    def settled(self, attempt: Attempt) -> Attempt:
        """A code of a seed that was set up on the way was accepted: its app is set up, whatever was heard of that."""
        seed = attempt.given.totp_seed
        by_seed = bool(seed) and not attempt.own_answers.get(CODE.name) and not _is_given_up(attempt)
        return attempt.with_new_seed(seed) if seed and by_seed and SecretKind.TOTP in attempt.typed else attempt

    def _own_code(self, attempt: Attempt, now: float) -> str | None:
        """The code of the stored seed, as long as it was not refused too often."""
        seed = attempt.given.totp_seed
        if not seed or _is_given_up(attempt):
            return None
        try:
            return totp_code(seed, now + attempt.skew)
        except ValueError:
            return None


def _is_given_up(attempt: Attempt) -> bool:
    """Whether the codes of the stored seed were refused too often."""
    return sum(code.isdigit() for code in attempt.refused) >= _TRIES_BY_ITSELF


def _by(medium: str) -> str:
    return {"EMAIL": " by e-mail", "SMS": " by text message"}.get(medium, "")
