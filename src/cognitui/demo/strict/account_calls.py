"""Who is meant by a call that names a client and a user, and needs neither token nor session."""

from __future__ import annotations

from dataclasses import dataclass

from cognitui.demo.strict.parameters import Parameters, optional, required
from cognitui.demo.strict.pools import Pools, User
from cognitui.demo.strict.secret_hash import check_secret_hash


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a call names."""

    username: str
    """As it was given: perhaps an alias."""
    user: User | None
    """None where the name is nobody's and the client must not tell."""


def named(pools: Pools, parameters: Parameters) -> Named:
    """Returns whom ClientId and Username name, once the SecretHash is right."""
    client = pools.client(required(parameters, "ClientId"))
    username, sent = required(parameters, "Username"), optional(parameters, "SecretHash")
    check_secret_hash(client, username, {} if sent is None else {"SECRET_HASH": sent})
    return Named(username, client.user(username))
