"""MFA_SETUP: the pool demands a second factor, and the user has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.challenges.base import ChallengeHandler
from cognitui.cognito.challenges.code import CODE, otpauth_uri
from cognitui.cognito.challenges.password import json_names
from cognitui.model.challenge import Challenge, Choice, Prompt
from cognitui.model.errors import NotInThisPool
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi

_APP, _EMAIL = "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"

_METHOD = "method"
_ADDRESS = Prompt("EMAIL", "e-mail address", hint="alice@example.com")

_LABELS = {_APP: "authenticator app", _EMAIL: "code by e-mail"}


class MfaSetup(ChallengeHandler):
    """Sets up an authenticator app or an e-mail address, in the middle of the sign-in."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Has a seed made, and once there is a code, has it checked."""
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
