"""InitiateAuth and RespondToAuthChallenge: which flow, and which challenge."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from tests.strict.admission import NEW_PASSWORD_REQUIRED, Admission
from tests.strict.answer import Body
from tests.strict.known_password import check_password_is_set, check_password_proven
from tests.strict.parameters import Answers, Parameters, answers, needed, optional, required
from tests.strict.pools import AppClient, Pools
from tests.strict.refresh import RefreshTokens
from tests.strict.refusal import invalid_parameter, not_authorized
from tests.strict.secret_hash import check_secret_hash
from tests.strict.srp_signin import PASSWORD_VERIFIER, SrpSignIn


class SignIn:
    """The two calls of a sign-in."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._now = now
        self._admission = Admission(refresh_tokens, now)
        self._srp = SrpSignIn(self._admission, now)

    def initiate_auth(self, parameters: Parameters) -> Body:
        """InitiateAuth."""
        client = self._pools.client(required(parameters, "ClientId"))
        flow = required(parameters, "AuthFlow")
        given = answers(parameters, "AuthParameters")
        match flow:
            case "USER_SRP_AUTH":
                if flow not in client.flows:
                    raise invalid_parameter("USER_SRP_AUTH is not enabled for the client.")
                return self._srp.start(client, given)
            case "USER_PASSWORD_AUTH":
                if flow not in client.flows:
                    raise invalid_parameter("USER_PASSWORD_AUTH flow not enabled for this client")
                return self._by_password(client, given)
            case "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN":
                if "REFRESH_TOKEN_AUTH" not in client.flows:
                    raise invalid_parameter("REFRESH_TOKEN_AUTH is not enabled for the client.")
                return self._refresh_tokens.by_initiate_auth(client, given)
        raise invalid_parameter("Initiate Auth method not supported.")

    def respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """RespondToAuthChallenge."""
        client = self._pools.client(required(parameters, "ClientId"))
        challenge = required(parameters, "ChallengeName")
        given = answers(parameters, "ChallengeResponses")
        session = optional(parameters, "Session")
        if challenge == PASSWORD_VERIFIER:
            if session is not None:
                raise not_authorized("Invalid session for the user.")
            return self._srp.answer(client, given)
        if challenge == NEW_PASSWORD_REQUIRED:
            if session is None:
                raise invalid_parameter("Missing required parameter Session")
            return self._admission.with_new_password(client, session, given)
        raise invalid_parameter("Challenge response is not supported.")

    def _by_password(self, client: AppClient, given: Answers) -> Body:
        name, password = needed(given, "USERNAME"), needed(given, "PASSWORD")
        check_secret_hash(client, name, given)
        user = client.user(name)
        check_password_is_set(user)
        user = check_password_proven(
            user, lambda known: hmac.compare_digest(known.password.encode(), password.encode()), self._now()
        )
        return self._admission.admit(client, user)
