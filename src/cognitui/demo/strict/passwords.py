"""Password challenges: PASSWORD, PASSWORD_SRP, PASSWORD_VERIFIER and NEW_PASSWORD_REQUIRED."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.authentication_levels import Method
from cognitui.demo.strict.challenge_chain import NEW_PASSWORD_REQUIRED, ChallengeChain
from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.parameters import StringMap, required_entry
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Pending, Sessions, challenge, new_session
from cognitui.demo.strict.srp import Claim, Exchange
from cognitui.demo.strict.users import (
    User,
    UserStatus,
    check_password_is_set,
    check_password_policy,
    check_password_proven,
)
from cognitui.demo.strict.wire import Body

PASSWORD = "PASSWORD"
PASSWORD_SRP = "PASSWORD_SRP"
PASSWORD_VERIFIER = "PASSWORD_VERIFIER"

_PROOF_LIFETIME = 60.0
"""Seconds between PASSWORD_VERIFIER and its answer."""

_ATTRIBUTE_PREFIX = "userAttributes."

_IMMUTABLE = ("email", "phone_number")
"""Attributes that an answer to NEW_PASSWORD_REQUIRED must not contain if the user already has them."""


class PlainPassword:
    """PASSWORD, and the whole of USER_PASSWORD_AUTH: the password is sent."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._now = now
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask for the password unless it came along."""
        if PASSWORD in given:
            return self.check(attempt, given)
        return challenge(PASSWORD, self._sessions.open(attempt, None), USERNAME=attempt.username)

    def answer(self, response: ChallengeResponse) -> Body:
        """Check the password; a wrong one uses the session up."""
        response.required(PASSWORD)
        attempt = self._sessions.pending_for(response).attempt
        self._sessions.use_up(response.session)
        return self.check(attempt, response.given)

    def check(self, attempt: Attempt, given: StringMap) -> Body:
        """Proceed if the password is correct."""
        password = required_entry(given, PASSWORD)
        check_password_is_set(attempt.user)
        check_password_proven(
            attempt.user, lambda known: hmac.compare_digest(known.password.encode(), password.encode()), self._now()
        )
        return self._chain.proceed(attempt.proving(Method.PASSWORD))


class PasswordVerifier:
    """PASSWORD_VERIFIER: an SRP proof of the password, which is not sent. The secret block identifies it."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._now = now
        self._blocks: Sessions[_Proof] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Return the challenge; an unknown user gets one too if the client hides who exists."""
        session = new_session()
        return {**self._challenge(attempt, given, session), "Session": session}

    def ask_without_session(self, attempt: Attempt, given: StringMap) -> Body:
        """Return the challenge of USER_SRP_AUTH, which has no session."""
        return self._challenge(attempt, given, None)

    def answer(self, response: ChallengeResponse) -> Body:
        """Check the proof. A wrong one uses the challenge up."""
        claim = Claim.of(response)
        if claim.block not in self._blocks:
            raise wrong_credentials()
        pending = self._blocks.pending(claim.block, response.client)
        if response.session != pending.detail.session:
            raise not_authorized("Invalid session for the user.")
        # This answer needs DEVICE_KEY too (AWS, RespondToAuthChallenge): without it, the device is a new one.
        attempt = pending.attempt.on_device(response.given.get("DEVICE_KEY", ""))
        try:
            self._check_proof(pending, claim, response)
        except Refusal:
            self._blocks.use_up(claim.block)
            raise
        # An unknown device must not use the challenge up: AWS's SDKs then answer it again, without the device.
        attempt.device()
        self._blocks.use_up(claim.block)
        return self._chain.proceed(attempt.proving(Method.PASSWORD))

    def _challenge(self, attempt: Attempt, given: StringMap, session: str | None) -> Body:
        public, user, username = required_entry(given, "SRP_A"), attempt.user, attempt.username
        check_password_is_set(user)
        password = user.password if user else secrets.token_hex()
        exchange = Exchange.begin(attempt.client.pool.name + username, password, public)
        self._blocks.add(exchange.block_text, attempt, _Proof(exchange, session), _PROOF_LIFETIME)
        return {
            "ChallengeName": PASSWORD_VERIFIER,
            "ChallengeParameters": {"USERNAME": username, "USER_ID_FOR_SRP": username, **exchange.challenge},
        }

    def _check_proof(self, pending: Pending[_Proof], claim: Claim, response: ChallengeResponse) -> None:
        attempt, now = pending.attempt, self._now()
        if response.username != attempt.username or not claim.is_timely(now):
            raise wrong_credentials()
        check_password_proven(attempt.user, lambda _: claim.proven_by(pending.detail.exchange), now)


@dataclass(frozen=True, slots=True)
class _Proof:
    exchange: Exchange
    session: str | None = field(repr=False)
    """None in USER_SRP_AUTH, where only the secret block links challenge and answer."""


class PasswordSrp:
    """PASSWORD_SRP: leads to PASSWORD_VERIFIER as soon as there is an SRP_A."""

    def __init__(self, verifier: PasswordVerifier, now: Callable[[], float]) -> None:
        self._verifier = verifier
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask for SRP_A unless it came along."""
        if "SRP_A" in given:
            return self._verifier.ask(attempt, given)
        return challenge(PASSWORD_SRP, self._sessions.open(attempt, None), USERNAME=attempt.username)

    def answer(self, response: ChallengeResponse) -> Body:
        """Proceed to the proof."""
        response.required("SRP_A")
        attempt = self._sessions.pending_for(response).attempt
        self._sessions.use_up(response.session)
        return self._verifier.ask(attempt, response.given)


class NewPassword:
    """NEW_PASSWORD_REQUIRED: a permanent password for a temporary one, and the attributes that are missing."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """List the attributes that are missing."""
        user = _known(attempt)
        missing = [_ATTRIBUTE_PREFIX + name for name in attempt.client.pool.missing_attributes(user)]
        return challenge(
            NEW_PASSWORD_REQUIRED,
            self._sessions.open(attempt, None),
            USER_ID_FOR_SRP=user.username,
            requiredAttributes=json.dumps(missing),
            userAttributes=json.dumps(user.attributes),
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Set the password; one that breaks the policy leaves the session usable."""
        password = response.required("NEW_PASSWORD")
        attempt = self._sessions.pending_for(response).attempt
        check_password_policy(password)
        self._sessions.use_up(response.session)
        user = _known(attempt)
        user.attributes.update(_new_attributes(response.client, user, response.given))
        user.password, user.status, user.password_expires_at = password, UserStatus.CONFIRMED, None
        return self._chain.proceed(attempt)


def _known(attempt: Attempt) -> User:
    if attempt.user is None:
        raise wrong_credentials()
    return attempt.user


def _new_attributes(client: AppClient, user: User, given: StringMap) -> dict[str, str]:
    attributes = {
        name.removeprefix(_ATTRIBUTE_PREFIX): value
        for name, value in given.items()
        if name.startswith(_ATTRIBUTE_PREFIX)
    }
    for name in client.pool.missing_attributes(user):
        if not attributes.get(name):
            raise invalid_parameter(f"Invalid attributes given, {name} is missing")
    for name in _IMMUTABLE:
        if name in attributes and name in user.attributes:
            raise not_authorized(f"Cannot modify an already provided {name}")
    return attributes
