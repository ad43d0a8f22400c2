"""Challenges that ask for a code: one that Cognito sent, or one of an authenticator app."""

from __future__ import annotations

import base64
import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.challenges.base import ChallengeHandler
from cognitui.model.challenge import Challenge, Choice, Prompt
from cognitui.model.errors import UsageError
from cognitui.model.given_secret import given_secret
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert

RESEND = Choice("resend", "Send another code")

CODE = Prompt("code", "code")

_TRIES_BY_ITSELF = 2
"""How often a code is given automatically: a second time if another program has just used the first one."""

_TOTP = "SOFTWARE_TOKEN_MFA"

CodeSource = Callable[[Profile], str | None]
"""Runs a profile's `mfa_process` and returns the code; None if it has none."""


@dataclass(frozen=True, slots=True)
class SentCode(ChallengeHandler):
    """SMS_MFA, SMS_OTP, EMAIL_OTP: a code that was sent to the user's phone or mailbox."""

    parameter: str
    """Under which name the code is answered."""
    title: str
    code_of: CodeSource

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the code from the user or the profile's command."""
        code = attempt.own_answers.get(CODE.name)
        if code is None and attempt.asked.name not in attempt.refused:
            code = self.code_of(attempt.profile)
        return {self.parameter: "".join(code.split())} if code else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the code, and say where it was sent."""
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
        """Do not run the command for the same challenge again."""
        return replace(attempt.unanswered(), refused=attempt.refused | {attempt.asked.name})


@dataclass(frozen=True, slots=True)
class AppCode(ChallengeHandler):
    """SOFTWARE_TOKEN_MFA: a code of an authenticator app, computed if the seed is stored."""

    code_of: CodeSource

    def pause(self, attempt: Attempt, now: float) -> float:
        """Wait for the next code if this one was used: Cognito accepts each once."""
        code = self._own_code(attempt, now)
        return until_next_code(now + attempt.skew) if code is not None and code in attempt.refused else 0.0

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the code from the user, the stored seed or the profile's command."""
        code = attempt.own_answers.get(CODE.name) or self._own_code(attempt, now)
        if code is None and _TOTP not in attempt.refused:
            code = self.code_of(attempt.profile)
        return {"SOFTWARE_TOKEN_MFA_CODE": "".join(code.split())} if code else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the code."""
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
        """Note the code that was refused; the next one may be right."""
        spent = {_TOTP, self._own_code(attempt, now) or _TOTP}
        return replace(attempt.unanswered(), refused=attempt.refused | spent)

    def settled(self, attempt: Attempt) -> Attempt:
        """Mark an app as set up if a code of its seed was accepted, even if the reply to its set-up was lost."""
        seed = attempt.given.totp_seed
        by_seed = bool(seed) and not attempt.own_answers.get(CODE.name) and not _is_given_up(attempt)
        return attempt.with_new_seed(seed) if seed and by_seed and SecretKind.TOTP in attempt.typed else attempt

    def _own_code(self, attempt: Attempt, now: float) -> str | None:
        """Return the code of the stored seed, unless it was refused too often."""
        seed = attempt.given.totp_seed
        if not seed or _is_given_up(attempt):
            return None
        try:
            return totp_code(seed, now + attempt.skew)
        except ValueError:
            return None


def _is_given_up(attempt: Attempt) -> bool:
    """Return whether the codes of the stored seed were refused too often."""
    return sum(code.isdigit() for code in attempt.refused) >= _TRIES_BY_ITSELF


def _by(medium: str) -> str:
    return {"EMAIL": " by e-mail", "SMS": " by text message"}.get(medium, "")


PERIOD = 30
"""Seconds that a code is shown."""

_DIGITS = 6


def totp_code(seed: str, now: float) -> str:
    """Return the code of a moment.

    Args:
        seed: Base32, as Cognito shows it, or what `given_secret` makes that of.
        now: Seconds since the epoch.

    Raises:
        ValueError: The seed is not base32.
    """
    digest = hmac.digest(_key(seed), struct.pack(">Q", int(now // PERIOD)), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def until_next_code(now: float) -> float:
    """Return the seconds until another code is shown."""
    return PERIOD - now % PERIOD


def otpauth_uri(seed: str, username: str, issuer: str) -> str:
    """Return what an authenticator app reads from a QR code (Google's Key Uri Format)."""
    label = quote(f"{issuer}:{username}", safe="@:")
    # The label names the issuer: once more as a parameter would only make the picture larger.
    return f"otpauth://totp/{label}?{urlencode({'secret': seed})}"


def _key(seed: str) -> bytes:
    try:
        compact = given_secret(SecretKind.TOTP, seed)
    except UsageError:
        raise ValueError("the TOTP seed is not base32") from None
    return base64.b32decode(compact + "=" * (-len(compact) % 8))
