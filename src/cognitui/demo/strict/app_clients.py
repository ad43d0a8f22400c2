"""Operations on app clients and their secrets, with IAM credentials."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable

from cognitui.demo.strict.admin import client_of, pool_of
from cognitui.demo.strict.client_secrets import ClientSecrets, new_secret
from cognitui.demo.strict.errors import Refusal, invalid_parameter
from cognitui.demo.strict.parameters import Parameters, flag, optional, required, string_list
from cognitui.demo.strict.pools import ALL_FLOWS, CLIENT_TOKEN_AUTH, AppClient, Pools
from cognitui.demo.strict.wire import Body

_ID_ALPHABET = string.ascii_lowercase + string.digits
_NAME = re.compile(r"[\w\s+=,.@-]{1,128}")
_SECRET = re.compile(r"[\w+]{24,64}", re.ASCII)
_DEFAULT_FLOWS = frozenset({"USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"})
"""AWS, CreateUserPoolClient: the flows of a client if the call names none."""

_PUBLISHES = "PublishSecretsInAWSSecretsManager"


class AppClientOperations:
    """CreateUserPoolClient, UpdateUserPoolClient, and those that add, list and delete secrets."""

    def __init__(self, pools: Pools, client_secrets: ClientSecrets, now: Callable[[], float]) -> None:
        self._pools = pools
        self._client_secrets = client_secrets
        self._now = now

    def create_user_pool_client(self, parameters: Parameters) -> Body:
        """Create an app client: without a secret, with a generated one or with the caller's."""
        pool, name = pool_of(self._pools, parameters), required(parameters, "ClientName")
        if not _NAME.fullmatch(name):
            raise _out_of_pattern("clientName", r"[\w\s+=,.@-]+")
        generates, own = flag(parameters, "GenerateSecret"), _own_secret(parameters)
        if generates and own is not None:
            raise invalid_parameter("ClientSecret cannot be provided if GenerateSecret is true.")
        flows, secret = _flows(parameters), new_secret() if generates else own
        if CLIENT_TOKEN_AUTH in flows and (len(flows) > 1 or secret is None):
            raise invalid_parameter(
                "ALLOW_CLIENT_TOKEN_AUTH needs a client secret and cannot be combined with other auth flows."
            )
        client = AppClient(
            pool,
            "".join(secrets.choice(_ID_ALPHABET) for _ in range(26)),
            name,
            secret,
            flows,
            scopes=string_list(parameters, "AllowedOAuthScopes"),
            grants=frozenset(),
            secret_created_at=self._now(),
        )
        self._pools.add_client(client)
        if generates and flag(parameters, _PUBLISHES):
            self._client_secrets.publish(client)
        return {"UserPoolClient": client.description}

    def update_user_pool_client(self, parameters: Parameters) -> Body:
        """Move the client's secret to Secrets Manager or back. This server changes nothing else of a client."""
        client = client_of(self._pools, parameters)
        others = parameters.keys() - {"UserPoolId", "ClientId", _PUBLISHES}
        if others:
            raise invalid_parameter(f"This server does not change {min(others)}.")
        if _PUBLISHES in parameters:
            change = self._client_secrets.publish if flag(parameters, _PUBLISHES) else self._client_secrets.unpublish
            change(client)
        return {"UserPoolClient": client.description}

    def add_user_pool_client_secret(self, parameters: Parameters) -> Body:
        """Add a secret; its value is in the answer only if it was generated."""
        client, own = client_of(self._pools, parameters), _own_secret(parameters)
        value = own or new_secret()
        secret_id = self._client_secrets.add(client, value)
        created = self._client_secrets.ids(client)[secret_id]
        shown = {} if own else {"ClientSecretValue": value}
        return {"ClientSecretDescriptor": {"ClientSecretId": secret_id, "ClientSecretCreateDate": created, **shown}}

    def list_user_pool_client_secrets(self, parameters: Parameters) -> Body:
        """List the secrets without their values, which are never shown again."""
        ids = self._client_secrets.ids(client_of(self._pools, parameters))
        return {
            "ClientSecrets": [
                {"ClientSecretId": secret_id, "ClientSecretCreateDate": created} for secret_id, created in ids.items()
            ]
        }

    def delete_user_pool_client_secret(self, parameters: Parameters) -> Body:
        """Delete a secret."""
        self._client_secrets.delete(client_of(self._pools, parameters), required(parameters, "ClientSecretId"))
        return {}


def _own_secret(parameters: Parameters) -> str | None:
    own = optional(parameters, "ClientSecret")
    if own is not None and not _SECRET.fullmatch(own):
        raise _out_of_pattern("clientSecret", r"[\w+]+")
    return own


def _flows(parameters: Parameters) -> frozenset[str]:
    given = string_list(parameters, "ExplicitAuthFlows")
    if not given:
        return _DEFAULT_FLOWS
    names = frozenset(name.removeprefix("ALLOW_") for name in given)
    if not names <= ALL_FLOWS:
        raise invalid_parameter(
            "1 validation error detected: Value at 'explicitAuthFlows' failed to satisfy constraint"
        )
    return names


def _out_of_pattern(member: str, pattern: str) -> Refusal:
    return invalid_parameter(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {pattern}"
    )
