"""USER_AUTH, and its challenge SELECT_CHALLENGE: the user chooses the first factor."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.first_factors import first_factors
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.refusal import invalid_parameter
from cognitui.demo.strict.sessions import Sessions

SELECT_CHALLENGE = "SELECT_CHALLENGE"


class SelectChallenge:
    """Tells what is available, and goes on with what was chosen."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._sessions: Sessions[tuple[str, ...]] = Sessions(now)

    def start(self, attempt: Attempt, given: Answers) -> Body:
        """Goes straight to the PREFERRED_CHALLENGE, and asks where that is not available."""
        preferred = given.get("PREFERRED_CHALLENGE", "")
        if preferred in first_factors(attempt):
            return self._admission.ask(preferred, attempt, given)
        return self.ask(attempt, given)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells no parameters: the name that was typed is the only one that the client has."""
        available = first_factors(attempt)
        asked = challenge(SELECT_CHALLENGE, self._sessions.open(attempt, available))
        return {**asked, "AvailableChallenges": list(available)}

    def answer(self, response: Response) -> Body:
        """Goes on with what was chosen; a password and its proof come in the same breath."""
        chosen = response.needed("ANSWER")
        pending = self._sessions.answered(response, by_typed_name=True)
        if chosen not in pending.detail:
            raise invalid_parameter("Selected challenge is not available.")
        needed = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A"}.get(chosen)
        if needed:
            response.needed(needed)
        self._sessions.burn(response.session)
        return self._admission.ask(chosen, pending.attempt, response.given)
