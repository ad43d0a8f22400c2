"""Challenges by a code that is sent to the user: SMS_MFA, EMAIL_OTP and SMS_OTP."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

from cognitui.demo.strict.authentication_levels import SMS_OTP, Method
from cognitui.demo.strict.challenge_chain import ChallengeChain
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.outbox import Destination, Message, Outbox
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Sessions, Step, challenge
from cognitui.demo.strict.users import Mfa
from cognitui.demo.strict.wire import Body

ATTRIBUTES = {Mfa.SMS: "phone_number", Mfa.EMAIL: "email", SMS_OTP: "phone_number"}
"""The attribute that the codes of each challenge go to."""

_FIRST_FACTOR_DIGITS = 8
_SECOND_FACTOR_DIGITS = 6

_SIMULATED = {"email": "someone@example.com", "phone_number": "+15555550100"}
"""Pretended destination for a user who does not exist."""


class SentCode:
    """One of these challenges. EMAIL_OTP is the second factor after a password, and otherwise the first."""

    def __init__(self, name: str, chain: ChallengeChain, outbox: Outbox, now: Callable[[], float]) -> None:
        self._name = name
        self._attribute = ATTRIBUTES[name]
        self._chain = chain
        self._outbox = outbox
        self._now = now
        self._codes: Sessions[str] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Send a code, except to a user who does not exist."""
        digits = _FIRST_FACTOR_DIGITS if _is_first(attempt) else _SECOND_FACTOR_DIGITS
        code = f"{secrets.randbelow(10**digits):0{digits}}"
        to = self._destination(attempt)
        if attempt.user is not None:
            self._outbox.send(Message(attempt.username, to.medium, to.address, code, self._now()))
        return challenge(
            self._name,
            self._codes.open(attempt, code),
            CODE_DELIVERY_DELIVERY_MEDIUM=to.medium,
            CODE_DELIVERY_DESTINATION=to.masked,
            USER_ID_FOR_SRP=attempt.username,
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Check the code; a wrong one leaves the session usable, the right one also verifies the address."""
        code = response.required(f"{self._name}_CODE")
        pending = self._codes.pending_for(response)
        attempt = pending.attempt
        if attempt.user is None or not hmac.compare_digest(code.encode(), pending.detail.encode()):
            raise Refusal("CodeMismatchException", "Invalid code or auth state for the user.")
        self._codes.use_up(response.session)
        if attempt.new_address:
            attempt.user.attributes["email"] = attempt.new_address
            attempt.user.mfa = (*attempt.user.mfa, Mfa.EMAIL)
        attempt.user.attributes[f"{self._attribute}_verified"] = "true"
        proven = attempt.proving(Method.EMAIL if self._attribute == "email" else Method.SMS)
        return self._chain.proceed(proven.after(Step.FIRST_FACTOR if _is_first(attempt) else Step.MFA))

    def _destination(self, attempt: Attempt) -> Destination:
        known = attempt.user.attributes if attempt.user else {}
        address = attempt.new_address or known.get(self._attribute, _SIMULATED[self._attribute])
        return Destination(self._attribute, address)


def _is_first(attempt: Attempt) -> bool:
    return Step.FIRST_FACTOR not in attempt.passed
