"""Sign-ins that a server-side program makes for a user, with IAM credentials."""

from __future__ import annotations

from cognitui.demo.strict.admin_targets import client_of
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.parameters import Parameters, answers, required
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refusal import invalid_parameter
from cognitui.demo.strict.signin import SignIn


class AdminSignIn:
    """AdminInitiateAuth and AdminRespondToAuthChallenge."""

    def __init__(self, pools: Pools, sign_in: SignIn) -> None:
        self._pools = pools
        self._sign_in = sign_in

    def admin_initiate_auth(self, parameters: Parameters) -> Body:
        """AdminInitiateAuth: has a password flow of its own, under a new and an old name, and not the user's."""
        client, flow = client_of(self._pools, parameters), required(parameters, "AuthFlow")
        match flow:
            case "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH":
                if "ADMIN_USER_PASSWORD_AUTH" not in client.flows:
                    raise invalid_parameter("Auth flow not enabled for this client")
                return self._sign_in.by_password(client, answers(parameters, "AuthParameters"))
            case "USER_PASSWORD_AUTH":
                raise invalid_parameter("Initiate Auth method not supported.")
        return self._sign_in.initiate_auth(parameters)

    def admin_respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """AdminRespondToAuthChallenge."""
        client_of(self._pools, parameters)
        return self._sign_in.respond_to_auth_challenge(parameters)
