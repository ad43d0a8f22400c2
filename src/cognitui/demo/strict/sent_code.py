"""SMS_MFA, EMAIL_OTP and SMS_OTP: a code goes to the user and must come back."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.destinations import Destination, masked
from cognitui.demo.strict.mfa import Mfa
from cognitui.demo.strict.outbox import Message, Outbox
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.sessions import Sessions

SMS_OTP = "SMS_OTP"

_DIGITS_ALONE = 8
"""Of a code that is the first factor."""
_DIGITS_AFTER_A_PASSWORD = 6

_SIMULATED = {"email": "someone@example.com", "phone_number": "+15555550100"}
"""Where the codes of a user who does not exist seem to go."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the codes of a challenge travel."""

    challenge: str
    attribute: str
    """`email` or `phone_number`."""

    @property
    def parameter(self) -> str:
        """What the answer has the code under: `EMAIL_OTP_CODE`."""
        return f"{self.challenge}_CODE"


@dataclass(frozen=True, slots=True)
class _Sent:
    code: str = field(repr=False)


class SentCode:
    """A challenge of that kind. EMAIL_OTP is a second factor after a password, and elsewhere the first."""

    def __init__(self, delivery: Delivery, admission: Admission, outbox: Outbox, now: Callable[[], float]) -> None:
        self._delivery = delivery
        self._admission = admission
        self._outbox = outbox
        self._now = now
        self._sessions: Sessions[_Sent] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Sends a code, though none to a user who does not exist."""
        digits = _DIGITS_ALONE if _is_first(attempt) else _DIGITS_AFTER_A_PASSWORD
        code = f"{secrets.randbelow(10**digits):0{digits}}"
        to = self._destination(attempt)
        if attempt.user is not None:
            self._outbox.send(Message(attempt.username, to.medium, to.address, code, self._now()))
        return challenge(
            self._delivery.challenge,
            self._sessions.open(attempt, _Sent(code)),
            CODE_DELIVERY_DELIVERY_MEDIUM=to.medium,
            CODE_DELIVERY_DESTINATION=masked(to.address),
            USER_ID_FOR_SRP=attempt.username,
        )

    def answer(self, response: Response) -> Body:
        """A wrong code keeps the session; the right one verifies the address too."""
        code = response.needed(self._delivery.parameter)
        pending = self._sessions.answered(response)
        attempt = pending.attempt
        if attempt.user is None or not hmac.compare_digest(code.encode(), pending.detail.code.encode()):
            raise Refusal("CodeMismatchException", "Invalid code or auth state for the user.")
        self._sessions.burn(response.session)
        if attempt.new_address:
            attempt.user.attributes["email"] = attempt.new_address
            attempt.user.mfa = (*attempt.user.mfa, Mfa.EMAIL)
        attempt.user.attributes[f"{self._delivery.attribute}_verified"] = "true"
        return self._admission.admit(attempt.having(Step.FIRST_FACTOR if _is_first(attempt) else Step.MFA))

    def _destination(self, attempt: Attempt) -> Destination:
        known = attempt.user.attributes if attempt.user else {}
        attribute = self._delivery.attribute
        return Destination(attribute, attempt.new_address or known.get(attribute, _SIMULATED[attribute]))


def _is_first(attempt: Attempt) -> bool:
    return Step.FIRST_FACTOR not in attempt.passed
