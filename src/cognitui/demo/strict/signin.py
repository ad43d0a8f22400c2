"""InitiateAuth and RespondToAuthChallenge: which flow, and which challenge."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import begun
from cognitui.demo.strict.challenge import Response
from cognitui.demo.strict.challenge_table import ChallengeTable
from cognitui.demo.strict.parameters import Answers, Parameters, answers, needed, optional, required
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import invalid_parameter

_Flow = Callable[[AppClient, Answers], Body]

_OLD_NAMES = {"REFRESH_TOKEN": "REFRESH_TOKEN_AUTH"}

_NOT_ENABLED = {"USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client"}
"""AWS says it of this flow in other words."""


class SignIn:
    """The two calls of a sign-in."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, challenges: ChallengeTable) -> None:
        self._pools = pools
        self._challenges = challenges
        self._flows: Mapping[str, _Flow] = {
            "USER_SRP_AUTH": self._by_srp,
            "USER_PASSWORD_AUTH": self.by_password,
            "USER_AUTH": lambda client, given: challenges.choice.start(begun(client, given), given),
            "CUSTOM_AUTH": lambda client, given: challenges.custom.start(begun(client, given), given),
            "REFRESH_TOKEN_AUTH": refresh_tokens.by_initiate_auth,
        }

    def initiate_auth(self, parameters: Parameters) -> Body:
        """InitiateAuth."""
        client = self._pools.client(required(parameters, "ClientId"))
        asked = required(parameters, "AuthFlow")
        name = _OLD_NAMES.get(asked, asked)
        if name not in self._flows:
            raise invalid_parameter("Initiate Auth method not supported.")
        if name not in client.flows:
            raise invalid_parameter(_NOT_ENABLED.get(name, f"{name} is not enabled for the client."))
        return self._flows[name](client, answers(parameters, "AuthParameters"))

    def respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """RespondToAuthChallenge."""
        client = self._pools.client(required(parameters, "ClientId"))
        name = required(parameters, "ChallengeName")
        given = answers(parameters, "ChallengeResponses")
        response = Response.of(client, given, optional(parameters, "Session"))
        return self._challenges.admission.answer(name, response)

    def by_password(self, client: AppClient, given: Answers) -> Body:
        """Takes a name and a password, as the flows do that send it."""
        needed(given, "PASSWORD")
        return self._challenges.password.check(begun(client, given), given)

    def _by_srp(self, client: AppClient, given: Answers) -> Body:
        return self._challenges.password_verifier.ask_without_session(begun(client, given), given)
