"""What all challenges have in common: how one is answered, by itself or by a person."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.model.challenge import Challenge

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import CognitoApi


@dataclass(frozen=True, slots=True)
class Anew:
    """Another start after an answer that ended the session."""

    attempt: Attempt
    remark: str
    """Why, for whoever is asked again."""


class ChallengeHandler(ABC):
    """Answers one challenge: by itself, or with what a person gives. It keeps nothing: an Attempt goes in and out."""

    def prepared(self, attempt: Attempt, api: CognitoApi) -> Attempt:
        """Returns the attempt after the calls that must come before the answer; few challenges need one."""
        return attempt

    def pause(self, attempt: Attempt, now: float) -> float:
        """Returns the seconds to wait before the answer: for the next code of an authenticator app."""
        return 0.0

    @abstractmethod
    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Returns the ChallengeResponses, or None where a person must answer first."""

    def ask(self, attempt: Attempt, now: float) -> Challenge | None:
        """Returns what a person is asked; None where no person can help."""
        return None

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Returns the attempt after Cognito refused the answer and left the session open."""
        return attempt.unanswered()

    def anew(self, attempt: Attempt) -> Anew | None:
        """Returns how it starts again where Cognito took the answer for wrong and ended the session.

        None where the refusal is told as it is: another try with the same would be refused, too.
        """
        return None

    def lost(self, attempt: Attempt) -> Attempt | None:
        """Returns how it starts again where Cognito's word on the answer was lost, and the answer may have been taken.

        None where nothing changes by the answer: a person gives it once more.
        """
        return None

    def over(self, attempt: Attempt) -> Attempt:
        """Returns how it starts again where the session was over before the answer came."""
        return attempt

    def settled(self, attempt: Attempt) -> Attempt:
        """Returns the attempt after Cognito took the answer."""
        return attempt
