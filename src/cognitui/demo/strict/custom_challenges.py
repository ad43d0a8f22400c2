"""CUSTOM_AUTH and CUSTOM_CHALLENGE: the questions of a pool's Lambda triggers."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from cognitui.demo.strict.challenge_chain import CUSTOM_CHALLENGE, ChallengeChain
from cognitui.demo.strict.errors import invalid_parameter, wrong_credentials
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.passwords import PasswordVerifier
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Sessions, Step, challenge
from cognitui.demo.strict.wire import Body


class CustomChallenges:
    """The pool's questions, one after another. The first wrong answer ends the sign-in."""

    def __init__(self, chain: ChallengeChain, verifier: PasswordVerifier, now: Callable[[], float]) -> None:
        self._chain = chain
        self._verifier = verifier
        self._sessions: Sessions[int] = Sessions(now)

    def start(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask the first question, or for an SRP proof of the password before it."""
        if not attempt.client.pool.custom_challenges:
            raise invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
        attempt = attempt.with_custom_challenges()
        name = given.get("CHALLENGE_NAME")
        if name == "SRP_A":
            return self._verifier.ask(attempt, given)
        if name is not None:
            raise invalid_parameter("Invalid CHALLENGE_NAME.")
        # A user who does not exist is asked too: only the answer is refused.
        return self._chain.proceed(attempt) if attempt.user else self.ask(attempt, given)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask the first question."""
        return self._ask(attempt, 0)

    def answer(self, response: ChallengeResponse) -> Body:
        """Ask the next question, or proceed after the last."""
        answer = response.required("ANSWER")
        pending = self._sessions.pending_for(response)
        self._sessions.use_up(response.session)
        attempt, asked = pending.attempt, pending.detail
        questions = attempt.client.pool.custom_challenges
        if attempt.user is None or not hmac.compare_digest(answer.encode(), questions[asked].answer.encode()):
            raise wrong_credentials()
        if asked + 1 < len(questions):
            return self._ask(attempt, asked + 1)
        return self._chain.proceed(attempt.after(Step.CUSTOM))

    def _ask(self, attempt: Attempt, number: int) -> Body:
        public = attempt.client.pool.custom_challenges[number].public
        return challenge(
            CUSTOM_CHALLENGE, self._sessions.open(attempt, number), **{"USERNAME": attempt.username, **public}
        )
