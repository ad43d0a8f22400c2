"""CUSTOM_AUTH, and CUSTOM_CHALLENGE: what a pool's Lambda triggers ask."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from cognitui.demo.strict.admission import CUSTOM_CHALLENGE, Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.password_verifier import PasswordVerifier
from cognitui.demo.strict.refusal import invalid_parameter, wrong_credentials
from cognitui.demo.strict.sessions import Sessions


class CustomChallenges:
    """Asks the questions of the pool one after another; the first wrong answer ends it."""

    def __init__(self, admission: Admission, verifier: PasswordVerifier, now: Callable[[], float]) -> None:
        self._admission = admission
        self._verifier = verifier
        self._sessions: Sessions[int] = Sessions(now)

    def start(self, attempt: Attempt, given: Answers) -> Body:
        """Asks the first question, or for a proof of the password before it."""
        if not attempt.client.pool.custom_challenges:
            raise invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
        attempt = attempt.to_be_asked()
        name = given.get("CHALLENGE_NAME")
        if name == "SRP_A":
            return self._verifier.ask(attempt, given)
        if name is not None:
            raise invalid_parameter("Invalid CHALLENGE_NAME.")
        # A user who does not exist is asked too: only the answer is refused.
        return self._admission.admit(attempt) if attempt.user else self.ask(attempt, given)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Asks the first question."""
        return self._ask(attempt, 0)

    def answer(self, response: Response) -> Body:
        """Asks the next question, or lets in."""
        answer = response.needed("ANSWER")
        pending = self._sessions.answered(response)
        self._sessions.burn(response.session)
        attempt, asked = pending.attempt, pending.detail
        questions = attempt.client.pool.custom_challenges
        if attempt.user is None or not hmac.compare_digest(answer.encode(), questions[asked].answer.encode()):
            raise wrong_credentials()
        if asked + 1 < len(questions):
            return self._ask(attempt, asked + 1)
        return self._admission.admit(attempt.having(Step.CUSTOM))

    def _ask(self, attempt: Attempt, number: int) -> Body:
        public = attempt.client.pool.custom_challenges[number].public
        return challenge(
            CUSTOM_CHALLENGE, self._sessions.open(attempt, number), **{"USERNAME": attempt.username, **public}
        )
