"""GetClientToken: access tokens of machines, without a domain.

Sources: the service model of botocore 1.44.8, and AWS, "Scopes, M2M, and resource servers".
"""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.parameters import Parameters, required, string_list
from cognitui.demo.strict.pools import CLIENT_TOKEN_AUTH, AppClient, Pools
from cognitui.demo.strict.tokens import client_token
from cognitui.demo.strict.wire import Body

_MOST_SCOPES = 50


class ClientTokens:
    """The operation. There is no refresh token: the next call returns another access token."""

    def __init__(self, pools: Pools, now: Callable[[], float]) -> None:
        self._pools = pools
        self._now = now

    def get_client_token(self, parameters: Parameters) -> Body:
        """Return an access token with the requested scopes, or with all of the client's."""
        client = self._client(required(parameters, "ClientId"), required(parameters, "Secret"))
        if CLIENT_TOKEN_AUTH not in client.flows:
            raise invalid_parameter(f"{CLIENT_TOKEN_AUTH} flow not enabled for this client")
        scopes = string_list(parameters, "Scopes")
        if len(scopes) > _MOST_SCOPES:
            raise invalid_parameter(
                "1 validation error detected: Value at 'scopes' failed to satisfy constraint: "
                f"Member must have length less than or equal to {_MOST_SCOPES}"
            )
        scopes = scopes or client.custom_scopes
        refused = set(scopes) - set(client.custom_scopes)
        if refused or not scopes:
            raise invalid_parameter(f"Invalid scopes requested: {', '.join(sorted(refused)) or 'none is allowed'}")
        return {
            "ClientAuthenticationResult": {
                "AccessToken": client_token(client, scopes, self._now()),
                "ExpiresIn": int(client.access_validity),
                "TokenType": "Bearer",
            }
        }

    def _client(self, client_id: str, secret: str) -> AppClient:
        """Return the client that a secret proves; no answer says whether the id or the secret is wrong."""
        try:
            client = self._pools.client(client_id)
        except Refusal:
            raise _invalid_client() from None
        if not client.has_secret(secret):
            raise _invalid_client()
        return client


def _invalid_client() -> Refusal:
    return not_authorized("Invalid client or secret")
