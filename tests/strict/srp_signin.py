"""USER_SRP_AUTH, and its challenge PASSWORD_VERIFIER."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tests.strict.admission import Admission
from tests.strict.answer import Body
from tests.strict.known_password import check_password_is_set, check_password_proven
from tests.strict.parameters import Answers, needed
from tests.strict.pools import AppClient
from tests.strict.refusal import wrong_credentials
from tests.strict.secret_hash import check_secret_hash
from tests.strict.sessions import Pending, Sessions
from tests.strict.srp_verifier import Exchange, claimed_time

PASSWORD_VERIFIER = "PASSWORD_VERIFIER"

_ANSWER_WITHIN = 60.0
"""Seconds."""

_CLOCK_TOLERANCE = 300.0
"""Seconds that a TIMESTAMP may be off."""


@dataclass(frozen=True, slots=True)
class _Detail:
    username: str
    """USER_ID_FOR_SRP: whom the answer must name."""
    exchange: Exchange


class SrpSignIn:
    """Asks for a proof of the password, and checks it. The secret block is the session: there is no other."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._sessions: Sessions[_Detail] = Sessions()

    def start(self, client: AppClient, given: Answers) -> Body:
        """Returns the challenge, for an unknown user too where the client must not tell."""
        name, public = needed(given, "USERNAME"), needed(given, "SRP_A")
        check_secret_hash(client, name, given)
        user = client.user(name)
        check_password_is_set(user)
        username, password = (user.username, user.password) if user else (name, secrets.token_hex())
        exchange = Exchange.begin(client.pool.name + username, password, public)
        pending = Pending(client, user, _Detail(username, exchange), self._now() + _ANSWER_WITHIN)
        self._sessions.open(pending, exchange.block_text)
        return {
            "ChallengeName": PASSWORD_VERIFIER,
            "ChallengeParameters": {"USERNAME": username, "USER_ID_FOR_SRP": username, **exchange.challenge},
        }

    def answer(self, client: AppClient, given: Answers) -> Body:
        """Takes the proof. Whatever comes of it, the challenge is used up."""
        username, block = needed(given, "USERNAME"), needed(given, "PASSWORD_CLAIM_SECRET_BLOCK")
        signature, timestamp = needed(given, "PASSWORD_CLAIM_SIGNATURE"), needed(given, "TIMESTAMP")
        check_secret_hash(client, username, given)
        claimed = claimed_time(timestamp)
        if block not in self._sessions:
            raise wrong_credentials()
        pending = self._sessions.look(block, client, self._now())
        self._sessions.burn(block)
        if username != pending.detail.username or abs(self._now() - claimed) > _CLOCK_TOLERANCE:
            raise wrong_credentials()
        exchange = pending.detail.exchange
        user = check_password_proven(pending.user, lambda _: exchange.proves(signature, timestamp), self._now())
        return self._admission.admit(client, user)
