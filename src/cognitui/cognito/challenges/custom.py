"""CUSTOM_CHALLENGE: a question that a pool's own Lambda triggers ask."""

from __future__ import annotations

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.challenges.base import ChallengeHandler, Restart
from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.text import inert

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
            "This pool has a question of its own." if shown else "This pool has a question of its own, without words.",
            (Prompt(_ANSWER, "answer"),),
            shown=shown,
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def restart(self, attempt: Attempt) -> Restart:
        """A wrong answer ends the session (AWS, RespondToAuthChallenge): the first question comes again."""
        return Restart(attempt.unanswered(), "That was not the answer: the pool starts again.")

    def settled(self, attempt: Attempt) -> Attempt:
        """Drop the answer: the next round is another question."""
        return attempt.unanswered()
