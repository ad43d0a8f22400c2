"""Challenges with a code: sent by Cognito, from an authenticator app while it is set up or later, or a custom one."""

from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from cognitui.cognito.challenges.attempt import Attempt, ChallengeHandler, Restart
from cognitui.cognito.challenges.password import json_names
from cognitui.model.challenge import Challenge, Choice, Prompt, given_secret
from cognitui.model.errors import NotInThisPool, UsageError
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi


RESEND = Choice("resend", "Send another code")

CODE = Prompt("code", "code")

_AUTOMATIC_TRIES = 2
"""How often a code is given automatically: a second time if another program has just used the first one."""

_TOTP = "SOFTWARE_TOKEN_MFA"


@dataclass(frozen=True, slots=True)
class SentCode(ChallengeHandler):
    """SMS_MFA, SMS_OTP, EMAIL_OTP: a code that was sent to the user's phone or mailbox."""

    parameter: str
    """Under which name the code is answered."""
    title: str

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the code from the user or the profile's command."""
        code = attempt.own_answers.get(CODE.name)
        if code is None and attempt.asked.name not in attempt.refused:
            code = attempt.code_of(attempt.profile)
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


class AppCode(ChallengeHandler):
    """SOFTWARE_TOKEN_MFA: a code of an authenticator app, computed if the seed is stored."""

    def pause(self, attempt: Attempt, now: float) -> float:
        """Wait for the next code if this one was used: Cognito accepts each once."""
        code = self._own_code(attempt, now)
        return until_next_code(now + attempt.skew) if code is not None and code in attempt.refused else 0.0

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the code from the user, the stored seed or the profile's command."""
        code = attempt.own_answers.get(CODE.name) or self._own_code(attempt, now)
        if code is None and _TOTP not in attempt.refused:
            code = attempt.code_of(attempt.profile)
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
    return sum(code.isdigit() for code in attempt.refused) >= _AUTOMATIC_TRIES


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


_ANSWER = "ANSWER"

_NOT_SHOWN = frozenset(("USERNAME", "USER_ID_FOR_SRP"))


class CustomChallenge(ChallengeHandler):
    """Shows the trigger's public parameters, and asks for the answer; there may be several in a row."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the person's answer."""
        answer = attempt.own_answers.get(_ANSWER)
        return attempt.with_device({_ANSWER: answer}) if answer else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for it."""
        parameters = attempt.asked.parameters
        shown = tuple(
            (inert(name, 40), inert(str(value), 200)) for name, value in parameters.items() if name not in _NOT_SHOWN
        )
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "The pool asks",
            "This pool asks a custom question." if shown else "This pool asks a custom question without a text.",
            (Prompt(_ANSWER, "answer"),),
            shown=shown,
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def restart(self, attempt: Attempt) -> Restart:
        """Ask the first question again: a wrong answer ends the session (AWS, RespondToAuthChallenge)."""
        return Restart(attempt.unanswered(), "That was not the answer: the pool starts again.")

    def settled(self, attempt: Attempt) -> Attempt:
        """Drop the answer: the next round is another question."""
        return attempt.unanswered()


_APP, _EMAIL = "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"

_METHOD = "method"
_ADDRESS = Prompt("EMAIL", "e-mail address", hint="alice@example.com")

_LABELS = {_APP: "authenticator app", _EMAIL: "code by e-mail"}


class MfaSetup(ChallengeHandler):
    """Sets up an authenticator app or an e-mail address, in the middle of the sign-in."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Request a seed; once there is a code, have it verified."""
        if self._method(attempt) != _APP or attempt.seed_verified:
            return attempt
        profile, asked = attempt.profile, attempt.asked
        if not attempt.seed:
            new = api.associate_totp(profile, asked.session)
            attempt = replace(attempt, seed=new.seed, asked=replace(asked, session=new.session))
        code = attempt.own_answers.get(CODE.name)
        if not code:
            return attempt
        session = api.verify_totp(profile, attempt.asked.session, "".join(code.split()))
        return replace(attempt, seed_verified=True, asked=replace(attempt.asked, session=session))

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return nothing but the session of the checked app, or the e-mail address."""
        if attempt.seed_verified:
            return {}
        address = attempt.own_answers.get(_ADDRESS.name)
        return {"EMAIL": address} if address and self._method(attempt) == _EMAIL else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the method, then for what that one needs."""
        question = {_APP: self._ask_code, _EMAIL: self._ask_address}.get(self._method(attempt), self._ask_method)
        return replace(question(attempt), session_ends=attempt.session_ends, state=attempt)

    def lost(self, attempt: Attempt) -> Attempt | None:
        """Start again with the seed: the app may be set up."""
        return self.over(attempt) if CODE.name in attempt.own_answers else None

    def over(self, attempt: Attempt) -> Attempt:
        """Start again with the seed; if the app is not set up, Cognito asks for another set-up."""
        if not attempt.seed:
            return attempt
        given = replace(attempt.given, totp_seed=attempt.seed)
        return replace(attempt, given=given, typed=attempt.typed | {SecretKind.TOTP})

    def settled(self, attempt: Attempt) -> Attempt:
        """Return it with the new seed for the old one, which is of no use any more."""
        return attempt.with_new_seed(attempt.seed) if attempt.seed_verified else attempt

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Keep the method; the code or the address was wrong."""
        kept = {name: value for name, value in attempt.own_answers.items() if name == _METHOD}
        return attempt.unanswered().answered(kept) if kept else attempt.unanswered()

    def _method(self, attempt: Attempt) -> str:
        possible = self._possible(attempt)
        return possible[0] if len(possible) == 1 else attempt.own_answers.get(_METHOD, "")

    def _possible(self, attempt: Attempt) -> list[str]:
        names = json_names(attempt, "MFAS_CAN_SETUP") or [_APP]
        possible = [name for name in (_APP, _EMAIL) if name in names]
        if not possible:
            if "WEB_AUTHN" in names:
                raise NotInThisPool(
                    f"{inert(attempt.profile.id)}: the pool demands a passkey as the second factor, and a terminal "
                    "cannot register one.",
                    fix="Register it in the browser: sign in once on the pool's managed login pages.",
                )
            # A phone number cannot be given on the way (AWS, "MFA": it must be an attribute beforehand).
            kinds = inert(" and ".join(names), 100)
            raise NotInThisPool(
                f"{inert(attempt.profile.id)}: the pool demands a second factor ({kinds}) that cannot be set up here.",
                fix="Have the pool's admin set the user's phone number, or allow an authenticator app.",
            )
        return possible

    def _ask_method(self, attempt: Attempt) -> Challenge:
        choices = tuple(Choice(name, _LABELS[name]) for name in self._possible(attempt))
        return self._challenge(attempt, "The pool demands one.", Prompt(_METHOD, "second factor", choices=choices))

    def _ask_address(self, attempt: Attempt) -> Challenge:
        return self._challenge(attempt, "Codes will go to this address.", _ADDRESS)

    def _ask_code(self, attempt: Attempt) -> Challenge:
        profile = attempt.profile
        question = self._challenge(
            attempt,
            "Scan the picture with an authenticator app, or type the seed into it, and enter the code that it shows.",
            CODE,
        )
        return replace(
            question,
            shown=(("seed", _in_fours(attempt.seed)),),
            qr=otpauth_uri(attempt.seed, profile.username, profile.user_pool_id or "Cognito"),
            offered={SecretKind.TOTP: attempt.seed},
        )

    def _challenge(self, attempt: Attempt, message: str, prompt: Prompt) -> Challenge:
        return Challenge(attempt.asked.name, attempt.profile, "Set up a second factor", message, (prompt,))


def _in_fours(seed: str) -> str:
    """Return a seed in groups of four, as apps show and accept it."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))
