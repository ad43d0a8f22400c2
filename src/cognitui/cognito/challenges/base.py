"""Base of all challenge handlers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.model.challenge import Challenge

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi


@dataclass(frozen=True, slots=True)
class Restart:
    """A new start after an answer that ended the session."""

    attempt: Attempt
    remark: str
    """Why, for the user who is asked again."""


class ChallengeHandler(ABC):
    """Answers one challenge, automatically or with the user's answers. It has no state: an Attempt goes in and out."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Return the attempt after the calls that must come before the answer; few challenges need one."""
        return attempt

    def pause(self, attempt: Attempt, now: float) -> float:
        """Return the seconds to wait before the answer, such as for the next code of an authenticator app."""
        return 0.0

    @abstractmethod
    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the ChallengeResponses, or None if the user must answer first."""

    def ask(self, attempt: Attempt, now: float) -> Challenge | None:
        """Return what the user is asked; None if no user can answer it."""
        return None

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Return the attempt after Cognito refused the answer and left the session open."""
        return attempt.unanswered()

    def restart(self, attempt: Attempt) -> Restart | None:
        """Return how to start again after a wrong answer that ended the session.

        None if the refusal is reported as it is: the same answer would be refused again.
        """
        return None

    def lost(self, attempt: Attempt) -> Attempt | None:
        """Return how to start again after a lost reply to an answer that Cognito may have accepted.

        None if the answer changes nothing: the user gives it again.
        """
        return None

    def over(self, attempt: Attempt) -> Attempt:
        """Return how to start again if the session had expired before the answer came."""
        return attempt

    def settled(self, attempt: Attempt) -> Attempt:
        """Return the attempt after Cognito accepted the answer."""
        return attempt
