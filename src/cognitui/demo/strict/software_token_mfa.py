"""SOFTWARE_TOKEN_MFA: a code that an authenticator app shows."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.mfa import Mfa
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.sessions import Sessions
from cognitui.demo.strict.software_token import SoftwareToken


class SoftwareTokenMfa:
    """Takes each code once."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells the name that the app was given."""
        return challenge(
            Mfa.TOTP,
            self._sessions.open(attempt, None),
            USER_ID_FOR_SRP=attempt.username,
            FRIENDLY_DEVICE_NAME=_token_of(attempt).name,
        )

    def answer(self, response: Response) -> Body:
        """A wrong code, or a used one, keeps the session."""
        code = response.needed("SOFTWARE_TOKEN_MFA_CODE")
        attempt = self._sessions.answered(response).attempt
        token = _token_of(attempt)
        step = token.step_of(code, self._now())
        if step is None:
            raise Refusal("CodeMismatchException", "Invalid code received for user")
        if step in token.used:
            raise Refusal("ExpiredCodeException", "Your software token has already been used once.")
        token.used.add(step)
        self._sessions.burn(response.session)
        return self._admission.admit(attempt.having(Step.MFA))


def _token_of(attempt: Attempt) -> SoftwareToken:
    if attempt.user is None or attempt.user.software_token is None:
        raise Refusal("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the user.")
    return attempt.user.software_token
