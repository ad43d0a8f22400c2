"""What is told of pools, app clients and users to those with IAM credentials."""

from __future__ import annotations

import re
from collections.abc import Callable

from cognitui.demo.strict.admin_targets import client_of, pool_of
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.client_record import client_record
from cognitui.demo.strict.pages import page, page_of_search
from cognitui.demo.strict.parameters import Parameters, optional
from cognitui.demo.strict.pools import Pools, User
from cognitui.demo.strict.refusal import invalid_parameter
from cognitui.demo.strict.user_record import attribute_list

_FILTER = re.compile(r'(?P<name>[a-z_:]+) *(?P<way>\^?=) *"(?P<value>(?:[^"\\]|\\.)*)"')
_ATTRIBUTES = frozenset(
    {"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
)
"""AWS, ListUsers: what can be searched for, but for the two kinds of status."""


class DirectoryCalls:
    """Lists and descriptions."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def list_user_pools(self, parameters: Parameters, region: str) -> Body:
        """ListUserPools: those of the region that the call was signed for."""
        here = (pool for pool in self._pools.pools if pool.id.startswith(f"{region}_"))
        pools = [{"Id": pool.id, "Name": pool.title or pool.name} for pool in here]
        return page("UserPools", pools, parameters, parameters.get("MaxResults"))

    def list_user_pool_clients(self, parameters: Parameters) -> Body:
        """ListUserPoolClients."""
        pool = pool_of(self._pools, parameters)
        clients = [
            {"ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.name or client.id}
            for client in self._pools.clients_of(pool)
        ]
        return page("UserPoolClients", clients, parameters, parameters.get("MaxResults", 60))

    def list_users(self, parameters: Parameters) -> Body:
        """ListUsers."""
        pool, search = pool_of(self._pools, parameters), optional(parameters, "Filter") or ""
        is_wanted = _wanted(search)
        users = [_listed(user) for user in pool.all_users if is_wanted(user)]
        return page_of_search("Users", users, parameters, f"{pool.id} {search}")

    def describe_user_pool(self, parameters: Parameters) -> Body:
        """DescribeUserPool."""
        pool = pool_of(self._pools, parameters)
        return {
            "UserPool": {
                "Id": pool.id,
                "Name": pool.title or pool.name,
                "EstimatedNumberOfUsers": len(pool.all_users),
                **({"UsernameAttributes": list(pool.username_attributes)} if pool.username_attributes else {}),
                **({"Domain": pool.domain} if pool.domain else {}),
                **({"CustomDomain": pool.custom_domain} if pool.custom_domain else {}),
            }
        }

    def describe_user_pool_client(self, parameters: Parameters) -> Body:
        """DescribeUserPoolClient: tells the secret."""
        return {"UserPoolClient": client_record(client_of(self._pools, parameters))}


def _listed(user: User) -> Body:
    return {
        "Username": user.username,
        "Attributes": attribute_list(user),
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }


def _wanted(search: str) -> Callable[[User], bool]:
    if not search:
        return lambda _user: True
    parts = _FILTER.fullmatch(search)
    if parts is None or parts["name"] not in _ATTRIBUTES:
        raise invalid_parameter("Error while parsing filter.")
    name, value = parts["name"], re.sub(r"\\(.)", r"\1", parts["value"])
    if parts["way"] == "=":
        return lambda user: _attribute(user, name) == value
    return lambda user: _attribute(user, name).startswith(value)


def _attribute(user: User, name: str) -> str:
    own = {"username": user.username, "sub": user.sub}
    return own[name] if name in own else user.attributes.get(name, "")
