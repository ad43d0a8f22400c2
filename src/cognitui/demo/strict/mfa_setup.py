"""MFA_SETUP: the pool demands a second factor, and the user has none yet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.admission import Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.mfa import Mfa
from cognitui.demo.strict.parameters import Answers, Parameters, optional, required
from cognitui.demo.strict.refusal import Refusal, invalid_parameter, wrong_credentials
from cognitui.demo.strict.second_factors import MFA_SETUP
from cognitui.demo.strict.sessions import Sessions
from cognitui.demo.strict.software_token import SoftwareToken

_CODE = re.compile(r"[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Setup:
    token: SoftwareToken | None = field(default=None)
    """What AssociateSoftwareToken made."""
    verified: bool = False


class MfaSetup:
    """The challenge, and the two calls that its session goes through for an authenticator app."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._sessions: Sessions[_Setup] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells what may be set up, as JSON."""
        return challenge(
            MFA_SETUP,
            self._sessions.open(attempt, _Setup()),
            MFAS_CAN_SETUP=json.dumps(attempt.client.pool.mfa_methods),
            USER_ID_FOR_SRP=attempt.username,
        )

    def associate_software_token(self, parameters: Parameters) -> Body:
        """AssociateSoftwareToken: makes a seed."""
        session = required(parameters, "Session")
        attempt = self._sessions.look(session).attempt
        if Mfa.TOTP not in attempt.client.pool.mfa_methods:
            raise Refusal(
                "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"
            )
        self._sessions.burn(session)
        token = SoftwareToken()
        return {"SecretCode": token.seed, "Session": self._sessions.open(attempt, _Setup(token))}

    def verify_software_token(self, parameters: Parameters) -> Body:
        """VerifySoftwareToken: checks that the app has the seed; a wrong code keeps the session."""
        code, session = required(parameters, "UserCode"), required(parameters, "Session")
        if not _CODE.fullmatch(code):
            raise invalid_parameter(
                "1 validation error detected: Value at 'userCode' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [0-9]+"
            )
        pending = self._sessions.look(session)
        token = pending.detail.token
        step = token.step_of(code, self._now()) if token else None
        if token is None or step is None:
            raise Refusal("EnableSoftwareTokenMFAException", "Code mismatch")
        token.used.add(step)
        token.name = optional(parameters, "FriendlyDeviceName") or ""
        self._sessions.burn(session)
        return {"Status": "SUCCESS", "Session": self._sessions.open(pending.attempt, _Setup(token, verified=True))}

    def answer(self, response: Response) -> Body:
        """Takes the session of the app that was verified, or an e-mail address for codes."""
        pending = self._sessions.answered(response)
        attempt, setup = pending.attempt, pending.detail
        user = attempt.user
        if user is None:
            raise wrong_credentials()
        if "EMAIL" in response.given:
            return self._with_address(attempt, response)
        if not setup.verified:
            raise invalid_parameter("User has not verified software token mfa")
        self._sessions.burn(response.session)
        user.software_token, user.mfa = setup.token, (*user.mfa, Mfa.TOTP)
        return self._admission.admit(attempt.having(Step.MFA))

    def _with_address(self, attempt: Attempt, response: Response) -> Body:
        address = response.needed("EMAIL")
        if Mfa.EMAIL not in attempt.client.pool.mfa_methods or "@" not in address or attempt.user is None:
            raise invalid_parameter("Invalid email address format.")
        self._sessions.burn(response.session)
        return self._admission.ask(Mfa.EMAIL, attempt.with_new_address(address), {})
