"""PASSWORD_VERIFIER: a proof that the password is known, which is not sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response
from cognitui.demo.strict.devices import device_of
from cognitui.demo.strict.known_password import check_password_is_set, check_password_proven
from cognitui.demo.strict.parameters import Answers, needed
from cognitui.demo.strict.refusal import Refusal, not_authorized, wrong_credentials
from cognitui.demo.strict.sessions import Pending, Sessions, new_session
from cognitui.demo.strict.srp_claim import Claim
from cognitui.demo.strict.srp_verifier import Exchange

PASSWORD_VERIFIER = "PASSWORD_VERIFIER"

_ANSWER_WITHIN = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Detail:
    exchange: Exchange
    session: str | None = field(repr=False)
    """None in USER_SRP_AUTH: there the secret block alone holds the sign-in together."""


class PasswordVerifier:
    """Asks for the proof, and checks it. What waits is found by its secret block."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._blocks: Sessions[_Detail] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Returns the challenge, for an unknown user too where the client must not tell."""
        session = new_session()
        return {**self._challenge(attempt, given, session), "Session": session}

    def ask_without_session(self, attempt: Attempt, given: Answers) -> Body:
        """Returns the challenge as USER_SRP_AUTH has it."""
        return self._challenge(attempt, given, None)

    def answer(self, response: Response) -> Body:
        """Takes the proof. A wrong one uses the challenge up."""
        claim = Claim.of(response)
        if claim.block not in self._blocks:
            raise wrong_credentials()
        pending = self._blocks.look(claim.block, response.client)
        if response.session != pending.detail.session:
            raise not_authorized("Invalid session for the user.")
        # DEVICE_KEY is required of this answer too (AWS, RespondToAuthChallenge): without it, the device is a new one.
        attempt = pending.attempt.on_device(response.given.get("DEVICE_KEY", ""))
        try:
            self._check_proof(pending, claim, response)
        except Refusal:
            self._blocks.burn(claim.block)
            raise
        # The SDKs of AWS answer the same challenge again, without the device, where that is not there.
        device_of(attempt)
        self._blocks.burn(claim.block)
        return self._admission.admit(attempt)

    def _challenge(self, attempt: Attempt, given: Answers, session: str | None) -> Body:
        public, user, username = needed(given, "SRP_A"), attempt.user, attempt.username
        check_password_is_set(user)
        password = user.password if user else secrets.token_hex()
        exchange = Exchange.begin(attempt.client.pool.name + username, password, public)
        self._blocks.keep(exchange.block_text, attempt, _Detail(exchange, session), _ANSWER_WITHIN)
        return {
            "ChallengeName": PASSWORD_VERIFIER,
            "ChallengeParameters": {"USERNAME": username, "USER_ID_FOR_SRP": username, **exchange.challenge},
        }

    def _check_proof(self, pending: Pending[_Detail], claim: Claim, response: Response) -> None:
        attempt, now = pending.attempt, self._now()
        if response.username != attempt.username or not claim.is_timely(now):
            raise wrong_credentials()
        check_password_proven(attempt.user, lambda _: claim.proven_by(pending.detail.exchange), now)
