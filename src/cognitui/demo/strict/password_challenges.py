"""PASSWORD and PASSWORD_SRP: the password as one of the first factors of USER_AUTH."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.known_password import check_password_is_set, check_password_proven
from cognitui.demo.strict.parameters import Answers, needed
from cognitui.demo.strict.password_verifier import PasswordVerifier
from cognitui.demo.strict.sessions import Sessions

PASSWORD = "PASSWORD"
PASSWORD_SRP = "PASSWORD_SRP"


class SentPassword:
    """Takes the password itself; USER_PASSWORD_AUTH is nothing else."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Asks for it, unless it came along."""
        if PASSWORD in given:
            return self.check(attempt, given)
        return challenge(PASSWORD, self._sessions.open(attempt, None), USERNAME=attempt.username)

    def answer(self, response: Response) -> Body:
        """A wrong password ends the session."""
        response.needed(PASSWORD)
        attempt = self._sessions.answered(response).attempt
        self._sessions.burn(response.session)
        return self.check(attempt, response.given)

    def check(self, attempt: Attempt, given: Answers) -> Body:
        """Lets in who has sent the right password."""
        password = needed(given, PASSWORD)
        check_password_is_set(attempt.user)
        check_password_proven(
            attempt.user, lambda known: hmac.compare_digest(known.password.encode(), password.encode()), self._now()
        )
        return self._admission.admit(attempt)


class PasswordSrp:
    """Goes on to PASSWORD_VERIFIER as soon as there is an SRP_A."""

    def __init__(self, verifier: PasswordVerifier, now: Callable[[], float]) -> None:
        self._verifier = verifier
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Asks for it, unless it came along."""
        if "SRP_A" in given:
            return self._verifier.ask(attempt, given)
        return challenge(PASSWORD_SRP, self._sessions.open(attempt, None), USERNAME=attempt.username)

    def answer(self, response: Response) -> Body:
        """Takes the public value."""
        response.needed("SRP_A")
        attempt = self._sessions.answered(response).attempt
        self._sessions.burn(response.session)
        return self._verifier.ask(attempt, response.given)
