"""Lists and descriptions of pools, app clients and users, with IAM credentials."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from cognitui.demo.strict.admin import client_of, pool_of
from cognitui.demo.strict.errors import Refusal, invalid_parameter
from cognitui.demo.strict.parameters import Parameters, optional
from cognitui.demo.strict.pools import ClientType, Pool, Pools
from cognitui.demo.strict.replicas import ReplicaStatus
from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Body

_FILTER = re.compile(r'(?P<name>[a-z_:]+) *(?P<operator>\^?=) *"(?P<value>(?:[^"\\]|\\.)*)"')
_SEARCHABLE = frozenset(
    {"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
)
"""AWS, ListUsers: the attributes that a filter may name, except the two kinds of status."""

_LARGEST_PAGE = 60


class DirectoryOperations:
    """ListUserPools, ListUserPoolReplicas, ListUserPoolClients, ListUsers and the two descriptions."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def list_user_pools(self, parameters: Parameters, region: str) -> Body:
        """List the pools in the region that the call was signed for."""
        pools = [_listed_pool(pool) for pool in self._pools.pools if region in pool.regions]
        return _page("UserPools", pools, parameters, parameters.get("MaxResults"))

    def list_user_pool_replicas(self, parameters: Parameters) -> Body:
        """List the primary and the secondary of a pool; without a replica, there is only the primary."""
        pool = pool_of(self._pools, parameters)
        replicas = [_listed_replica(pool, pool.region, "PRIMARY", ReplicaStatus.ACTIVE)]
        if pool.replica is not None:
            replicas.append(_listed_replica(pool, pool.replica.region, "SECONDARY", pool.replica.status))
        return _page("UserPoolReplicas", replicas, parameters, _LARGEST_PAGE)

    def list_user_pool_clients(self, parameters: Parameters) -> Body:
        """List the app clients of a pool, or those of one type: a page may be empty and still not be the last."""
        pool, kind = pool_of(self._pools, parameters), optional(parameters, "ClientType")
        if kind is not None and kind not in list(ClientType):
            raise _out_of_range("clientType", f"Member must satisfy enum value set: [{', '.join(ClientType)}]")
        if pool.lists_empty_page and "NextToken" not in parameters:
            return {"UserPoolClients": [], "NextToken": "from-0"}
        of_kind = {client.id for client in self._pools.clients_of(pool) if kind in (None, client.client_type)}
        clients = [
            {"ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.name or client.id}
            for client in self._pools.clients_of(pool)
        ]
        size = parameters.get("MaxResults", _LARGEST_PAGE)
        return _page("UserPoolClients", clients, parameters, size, lambda client: client["ClientId"] in of_kind)

    def list_users(self, parameters: Parameters) -> Body:
        """List the users of a pool that match a filter."""
        pool, search = pool_of(self._pools, parameters), optional(parameters, "Filter") or ""
        matches = _filter(search)
        users = [_listed(user) for user in pool.all_users if matches(user)]
        return _search_page("Users", users, parameters, f"{pool.id} {search}")

    def describe_user_pool(self, parameters: Parameters) -> Body:
        """Describe a pool."""
        pool = pool_of(self._pools, parameters)
        return {
            "UserPool": {
                "Id": pool.id,
                "Name": pool.title or pool.name,
                "Arn": pool.arn(pool.region),
                "EstimatedNumberOfUsers": len(pool.all_users),
                "UserPoolTier": pool.tier,
                "IssuerConfiguration": {"Type": pool.issuer_type},
                **({"AcrConfiguration": _levels(pool)} if pool.acr_names else {}),
                **({"UsernameAttributes": list(pool.username_attributes)} if pool.username_attributes else {}),
                **({"Domain": pool.domain} if pool.domain else {}),
                **({"CustomDomain": pool.custom_domain} if pool.custom_domain else {}),
            }
        }

    def describe_user_pool_client(self, parameters: Parameters) -> Body:
        """Describe an app client, including its secret."""
        return {"UserPoolClient": client_of(self._pools, parameters).description}


def _levels(pool: Pool) -> Body:
    return {f"Level{level}": {"AcrValue": name} for level, name in pool.acr_names.items()}


def _listed_pool(pool: Pool) -> Body:
    """Return a UserPoolDescriptionType. Whether ReplicaRegions counts the primary is not documented: here, it does not.

    Source of the member: botocore 1.44.8.
    """
    regions = {"ReplicaRegions": [pool.replica.region]} if pool.replica else {}
    return {"Id": pool.id, "Name": pool.title or pool.name, **regions}


def _listed_replica(pool: Pool, region: str, role: str, status: ReplicaStatus) -> Body:
    return {"RegionName": region, "Role": role, "Status": status, "UserPoolArn": pool.arn(region)}


def _listed(user: User) -> Body:
    return {
        "Username": user.username,
        "Attributes": user.attribute_list,
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }


def _filter(search: str) -> Callable[[User], bool]:
    if not search:
        return lambda _user: True
    match = _FILTER.fullmatch(search)
    if match is None or match["name"] not in _SEARCHABLE:
        raise invalid_parameter("Error while parsing filter.")
    name, value = match["name"], re.sub(r"\\(.)", r"\1", match["value"])
    if match["operator"] == "=":
        return lambda user: _attribute(user, name) == value
    return lambda user: _attribute(user, name).startswith(value)


def _attribute(user: User, name: str) -> str:
    own = {"username": user.username, "sub": user.sub}
    return own[name] if name in own else user.attributes.get(name, "")


def _page(
    name: str,
    items: Sequence[Body],
    parameters: Parameters,
    size: object,
    shows: Callable[[Body], bool] = lambda _item: True,
) -> Body:
    """Return the items from NextToken on, under their name in the answer.

    Args:
        name: The name.
        items: All items.
        parameters: The request.
        size: MaxResults.
        shows: Whether an item is shown; those that are not leave their page shorter.
    """
    if not isinstance(size, int) or not 1 <= size <= _LARGEST_PAGE:
        raise _out_of_range("maxResults", f"Member must have value between 1 and {_LARGEST_PAGE}")
    start = _start(optional(parameters, "NextToken"), "", "Invalid nextToken")
    end = start + size
    page = [item for item in items[start:end] if shows(item)]
    return {name: page, **({"NextToken": f"from-{end}"} if end < len(items) else {})}


def _search_page(name: str, items: Sequence[Body], parameters: Parameters, search: str) -> Body:
    """Return the items from PaginationToken on; a token is valid only for the search that it came from."""
    size = parameters.get("Limit", _LARGEST_PAGE)
    if not isinstance(size, int) or not 0 <= size <= _LARGEST_PAGE:
        raise _out_of_range("limit", f"Member must have value less than or equal to {_LARGEST_PAGE}")
    size = size or _LARGEST_PAGE
    prefix = f"{sha256(search.encode()).hexdigest()[:16]}-"
    start = _start(optional(parameters, "PaginationToken"), prefix, "Invalid pagination token")
    end = start + size
    return {name: items[start:end], **({"PaginationToken": f"{prefix}from-{end}"} if end < len(items) else {})}


def _start(token: str | None, prefix: str, message: str) -> int:
    if token is None:
        return 0
    start = token.removeprefix(f"{prefix}from-")
    if not start.isdecimal():
        raise invalid_parameter(message)
    return int(start)


def _out_of_range(member: str, constraint: str) -> Refusal:
    return invalid_parameter(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    )
