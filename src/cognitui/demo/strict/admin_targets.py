"""Which pool, client and user a signed call means: nothing is hidden from its caller."""

from __future__ import annotations

from cognitui.demo.strict.parameters import Parameters, required
from cognitui.demo.strict.pools import AppClient, Pool, Pools, User
from cognitui.demo.strict.refusal import Refusal


def pool_of(pools: Pools, parameters: Parameters) -> Pool:
    """Returns the pool of UserPoolId, or raises ResourceNotFoundException."""
    pool_id = required(parameters, "UserPoolId")
    pool = pools.pool(pool_id)
    if pool is None:
        raise Refusal("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    return pool


def client_of(pools: Pools, parameters: Parameters) -> AppClient:
    """Returns the client of ClientId, which must be the pool's."""
    pool, client = pool_of(pools, parameters), pools.client(required(parameters, "ClientId"))
    if client.pool is not pool:
        raise Refusal("ResourceNotFoundException", f"User pool client {client.id} does not exist.")
    return client


def user_of(pools: Pools, parameters: Parameters) -> User:
    """Returns the user of Username, or raises UserNotFoundException."""
    user = pool_of(pools, parameters).users.get(required(parameters, "Username").casefold())
    if user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    return user
