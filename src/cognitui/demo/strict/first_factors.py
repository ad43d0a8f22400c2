"""Choice of the first factor in USER_AUTH: SELECT_CHALLENGE and WEB_AUTHN."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from cognitui.demo.strict.authentication_levels import SMS_OTP, Method, factors_of, is_first_factor
from cognitui.demo.strict.challenge_chain import SELECT_CHALLENGE, ChallengeChain
from cognitui.demo.strict.errors import invalid_parameter, wrong_credentials
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.passwords import PASSWORD, PASSWORD_SRP
from cognitui.demo.strict.pools import MfaConfiguration, Pool
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Sessions, challenge
from cognitui.demo.strict.users import Mfa, User
from cognitui.demo.strict.wire import Body

WEB_AUTHN = "WEB_AUTHN"

_BY_PASSWORD = (PASSWORD_SRP, PASSWORD)


class SelectChallenge:
    """SELECT_CHALLENGE: the user chooses the first factor."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._sessions: Sessions[tuple[str, ...]] = Sessions(now)

    def start(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask for the PREFERRED_CHALLENGE directly, or let the user choose if it is not available.

        A step-up goes on with what is missing.
        """
        preferred = given.get("PREFERRED_CHALLENGE", "")
        if attempt.methods and preferred not in _first_factors(attempt):
            return self._chain.proceed(attempt)
        if preferred in _first_factors(attempt):
            return self._chain.ask(preferred, attempt, given)
        return self.ask(attempt, given)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """List the choices, without challenge parameters: the client only knows the name that was typed."""
        available = _first_factors(attempt)
        asked = challenge(SELECT_CHALLENGE, self._sessions.open(attempt, available))
        return {**asked, "AvailableChallenges": list(available)}

    def answer(self, response: ChallengeResponse) -> Body:
        """Ask for the chosen factor; a password or SRP_A comes in the same response."""
        chosen = response.required("ANSWER")
        pending = self._sessions.pending_for(response, by_typed_name=True)
        if chosen not in pending.detail:
            raise invalid_parameter("Selected challenge is not available.")
        needed = {PASSWORD: "PASSWORD", PASSWORD_SRP: "SRP_A"}.get(chosen)
        if needed:
            response.required(needed)
        self._sessions.use_up(response.session)
        return self._chain.ask(chosen, pending.attempt, response.given)


class WebAuthn:
    """WEB_AUTHN: a passkey. It refuses every answer: no test has an authenticator."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Return the options that a browser would pass to the authenticator."""
        if "CREDENTIAL" in given:
            raise wrong_credentials()
        options = {
            "challenge": secrets.token_urlsafe(32),
            "timeout": 180_000,
            "rpId": "auth.example.com",
            "allowCredentials": [{"id": secrets.token_urlsafe(32), "type": "public-key", "transports": ["internal"]}],
            "userVerification": "required" if attempt.client.pool.counts_passkey_as_mfa else "preferred",
        }
        return challenge(
            WEB_AUTHN,
            self._sessions.open(attempt, None),
            USERNAME=attempt.username,
            CREDENTIAL_REQUEST_OPTIONS=json.dumps(options),
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Use the session up and refuse."""
        response.required("CREDENTIAL")
        self._sessions.pending_for(response)
        self._sessions.use_up(response.session)
        raise wrong_credentials()


def _first_factors(attempt: Attempt) -> tuple[str, ...]:
    """Return the AvailableChallenges.

    A user with MFA begins with a password, since a code has no second factor, or with a passkey that counts as MFA.
    """
    pool, user = attempt.client.pool, attempt.user
    if attempt.methods and attempt.missing:
        return _challenges_for(attempt.missing)
    if pool.mfa is MfaConfiguration.REQUIRED or (user and factors_of(pool, user)):
        passkey = pool.counts_passkey_as_mfa and user is not None and is_first_factor(pool, user, WEB_AUTHN)
        return (*_BY_PASSWORD, WEB_AUTHN) if passkey else _BY_PASSWORD
    return _BY_PASSWORD + tuple(name for name in pool.first_factors if _is_available(name, pool, user))


def _challenges_for(missing: tuple[Method, ...]) -> tuple[str, ...]:
    """Return the first factors that prove one of some methods."""
    names = {
        Method.PASSWORD: _BY_PASSWORD,
        Method.EMAIL: (Mfa.EMAIL.value,),
        Method.SMS: (SMS_OTP,),
        Method.PASSKEY: (WEB_AUTHN,),
    }
    return tuple(name for method in missing for name in names.get(method, ()))


def _is_available(name: str, pool: Pool, user: User | None) -> bool:
    if user is None:
        return name in (Mfa.EMAIL, SMS_OTP)
    return is_first_factor(pool, user, name)
