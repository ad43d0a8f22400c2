"""SELECT_MFA_TYPE: the user has several second factors and prefers none."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.strict.admission import Admission
from tests.strict.answer import Body
from tests.strict.attempt import Attempt
from tests.strict.challenge import Response, challenge
from tests.strict.parameters import Answers
from tests.strict.refusal import invalid_parameter, wrong_credentials
from tests.strict.second_factors import SELECT_MFA_TYPE, factors_of
from tests.strict.sessions import Sessions


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
