"""SELECT_MFA_TYPE: the user has several second factors and prefers none."""

from __future__ import annotations

import json
from collections.abc import Callable

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.refusal import invalid_parameter, wrong_credentials
from cognitui.demo.strict.second_factors import SELECT_MFA_TYPE, factors_of
from cognitui.demo.strict.sessions import Sessions


class SelectMfaType:
    """Lets the user choose."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._sessions: Sessions[tuple[str, ...]] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells the choices, as JSON."""
        if attempt.user is None:
            raise wrong_credentials()
        choices = factors_of(attempt.client.pool, attempt.user)
        return challenge(
            SELECT_MFA_TYPE,
            self._sessions.open(attempt, choices),
            MFAS_CAN_CHOOSE=json.dumps(choices),
            USER_ID_FOR_SRP=attempt.username,
        )

    def answer(self, response: Response) -> Body:
        """Goes on with what was chosen."""
        chosen = response.needed("ANSWER")
        pending = self._sessions.answered(response)
        if chosen not in pending.detail:
            raise invalid_parameter("Invalid MFA type selected.")
        self._sessions.burn(response.session)
        return self._admission.ask(chosen, pending.attempt, {})
