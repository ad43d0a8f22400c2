"""Challenges of MFA: SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE and MFA_SETUP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict.authentication_levels import Method, factors_of
from cognitui.demo.strict.challenge_chain import MFA_SETUP, SELECT_MFA_TYPE, ChallengeChain, second_factors_for
from cognitui.demo.strict.errors import Refusal, invalid_parameter, wrong_credentials
from cognitui.demo.strict.parameters import Parameters, StringMap, optional, required
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Sessions, Step, challenge
from cognitui.demo.strict.users import Mfa, SoftwareToken
from cognitui.demo.strict.wire import Body

_CODE = re.compile(r"[0-9]{6}", re.ASCII)


class SoftwareTokenMfa:
    """SOFTWARE_TOKEN_MFA: a code from an authenticator app. Each code works once."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._now = now
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Show the name of the app."""
        return challenge(
            Mfa.TOTP,
            self._sessions.open(attempt, None),
            USER_ID_FOR_SRP=attempt.username,
            FRIENDLY_DEVICE_NAME=_token_of(attempt).name,
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Check the code; a wrong or used one leaves the session usable."""
        code = response.required("SOFTWARE_TOKEN_MFA_CODE")
        attempt = self._sessions.pending_for(response).attempt
        token = _token_of(attempt)
        step = token.step_of(code, self._now())
        if step is None:
            raise Refusal("CodeMismatchException", "Invalid code received for user")
        if step in token.used:
            raise Refusal("ExpiredCodeException", "Your software token has already been used once.")
        token.used.add(step)
        self._sessions.use_up(response.session)
        return self._chain.proceed(attempt.proving(Method.APP).after(Step.MFA))


class SelectMfaType:
    """SELECT_MFA_TYPE: the user has several second factors and prefers none."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._sessions: Sessions[tuple[str, ...]] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """List the choices, as JSON."""
        if attempt.user is None:
            raise wrong_credentials()
        pool, missing = attempt.client.pool, attempt.missing
        choices = second_factors_for(pool, attempt.user, missing) if missing else factors_of(pool, attempt.user)
        return challenge(
            SELECT_MFA_TYPE,
            self._sessions.open(attempt, choices),
            MFAS_CAN_CHOOSE=json.dumps(choices),
            USER_ID_FOR_SRP=attempt.username,
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Ask for the chosen factor."""
        chosen = response.required("ANSWER")
        pending = self._sessions.pending_for(response)
        if chosen not in pending.detail:
            raise invalid_parameter("Invalid MFA type selected.")
        self._sessions.use_up(response.session)
        return self._chain.ask(chosen, pending.attempt, {})


@dataclass(frozen=True, slots=True)
class _Setup:
    token: SoftwareToken | None = None
    """The token that AssociateSoftwareToken created."""
    verified: bool = False


class MfaSetup:
    """MFA_SETUP: the pool requires a second factor and the user has none.

    To set up an authenticator app, the session also goes through AssociateSoftwareToken and VerifySoftwareToken.
    """

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._now = now
        self._sessions: Sessions[_Setup] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """List the factors that can be set up, as JSON."""
        return challenge(
            MFA_SETUP,
            self._sessions.open(attempt, _Setup()),
            MFAS_CAN_SETUP=json.dumps(attempt.client.pool.mfa_methods),
            USER_ID_FOR_SRP=attempt.username,
        )

    def associate_software_token(self, parameters: Parameters) -> Body:
        """Create the seed of an authenticator app."""
        session = required(parameters, "Session")
        attempt = self._sessions.pending(session).attempt
        if Mfa.TOTP not in attempt.client.pool.mfa_methods:
            raise Refusal(
                "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"
            )
        self._sessions.use_up(session)
        token = SoftwareToken()
        return {"SecretCode": token.seed, "Session": self._sessions.open(attempt, _Setup(token))}

    def verify_software_token(self, parameters: Parameters) -> Body:
        """Check that the app has the seed; a wrong code leaves the session usable."""
        code, session = required(parameters, "UserCode"), required(parameters, "Session")
        if not _CODE.fullmatch(code):
            raise invalid_parameter(
                "1 validation error detected: Value at 'userCode' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [0-9]+"
            )
        pending = self._sessions.pending(session)
        token = pending.detail.token
        step = token.step_of(code, self._now()) if token else None
        if token is None or step is None:
            raise Refusal("EnableSoftwareTokenMFAException", "Code mismatch")
        token.used.add(step)
        token.name = optional(parameters, "FriendlyDeviceName") or ""
        self._sessions.use_up(session)
        return {"Status": "SUCCESS", "Session": self._sessions.open(pending.attempt, _Setup(token, verified=True))}

    def answer(self, response: ChallengeResponse) -> Body:
        """Accept the session of a verified app, or an e-mail address for codes."""
        pending = self._sessions.pending_for(response)
        attempt, setup = pending.attempt, pending.detail
        user = attempt.user
        if user is None:
            raise wrong_credentials()
        if "EMAIL" in response.given:
            return self._ask_for_code(attempt, response)
        if not setup.verified:
            raise invalid_parameter("User has not verified software token mfa")
        self._sessions.use_up(response.session)
        user.software_token, user.mfa = setup.token, (*user.mfa, Mfa.TOTP)
        return self._chain.proceed(attempt.proving(Method.APP).after(Step.MFA))

    def _ask_for_code(self, attempt: Attempt, response: ChallengeResponse) -> Body:
        address = response.required("EMAIL")
        if Mfa.EMAIL not in attempt.client.pool.mfa_methods or "@" not in address or attempt.user is None:
            raise invalid_parameter("Invalid email address format.")
        self._sessions.use_up(response.session)
        return self._chain.ask(Mfa.EMAIL, attempt.with_new_address(address), {})


def _token_of(attempt: Attempt) -> SoftwareToken:
    if attempt.user is None or attempt.user.software_token is None:
        raise Refusal("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the user.")
    return attempt.user.software_token
