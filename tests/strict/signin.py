"""InitiateAuth and RespondToAuthChallenge: which flow, and which challenge."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from tests.strict.answer import Body
from tests.strict.attempt import begun
from tests.strict.challenge import Response
from tests.strict.challenge_table import ChallengeTable
from tests.strict.known_password import check_password_is_set, check_password_proven
from tests.strict.parameters import Answers, Parameters, answers, needed, optional, required
from tests.strict.pools import AppClient, Pools
from tests.strict.refresh import RefreshTokens
from tests.strict.refusal import invalid_parameter


class SignIn:
    """The two calls of a sign-in."""

    def __init__(
        self, pools: Pools, refresh_tokens: RefreshTokens, challenges: ChallengeTable, now: Callable[[], float]
    ) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._challenges = challenges
        self._now = now

    def initiate_auth(self, parameters: Parameters) -> Body:
        """InitiateAuth."""
        client = self._pools.client(required(parameters, "ClientId"))
        flow = required(parameters, "AuthFlow")
        given = answers(parameters, "AuthParameters")
        match flow:
            case "USER_SRP_AUTH":
                if flow not in client.flows:
                    raise invalid_parameter("USER_SRP_AUTH is not enabled for the client.")
                return self._challenges.password_verifier.ask_without_session(begun(client, given), given)
            case "USER_PASSWORD_AUTH":
                if flow not in client.flows:
                    raise invalid_parameter("USER_PASSWORD_AUTH flow not enabled for this client")
                return self.by_password(client, given)
            case "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN":
                if "REFRESH_TOKEN_AUTH" not in client.flows:
                    raise invalid_parameter("REFRESH_TOKEN_AUTH is not enabled for the client.")
                return self._refresh_tokens.by_initiate_auth(client, given)
        raise invalid_parameter("Initiate Auth method not supported.")

    def respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """RespondToAuthChallenge."""
        client = self._pools.client(required(parameters, "ClientId"))
        name = required(parameters, "ChallengeName")
        given = answers(parameters, "ChallengeResponses")
        response = Response.of(client, given, optional(parameters, "Session"))
        return self._challenges.admission.answer(name, response)

    def by_password(self, client: AppClient, given: Answers) -> Body:
        """Takes a name and a password, as the flows do that send it."""
        password, attempt = needed(given, "PASSWORD"), begun(client, given)
        check_password_is_set(attempt.user)
        check_password_proven(
            attempt.user, lambda known: hmac.compare_digest(known.password.encode(), password.encode()), self._now()
        )
        return self._challenges.admission.admit(attempt)
