"""What an account makes in a pool: app clients and users."""

from __future__ import annotations

import re
import secrets
import string
import uuid
from collections.abc import Callable

from cognitui.demo.strict.admin_targets import pool_of
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.client_record import client_record
from cognitui.demo.strict.parameters import Parameters, flag, optional, required
from cognitui.demo.strict.password_policy import check_password
from cognitui.demo.strict.pools import FLOWS, AppClient, Pool, Pools, User, UserStatus
from cognitui.demo.strict.refusal import Refusal, invalid_parameter
from cognitui.demo.strict.user_record import attribute_list

_ALPHABET = string.ascii_lowercase + string.digits
_CLIENT_NAME = re.compile(r"[\w\s+=,.@-]{1,128}")
_DEFAULT_FLOWS = frozenset({"USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"})
"""AWS, CreateUserPoolClient: what a client allows that names none."""


class ProvisionCalls:
    """CreateUserPoolClient and AdminCreateUser."""

    def __init__(self, pools: Pools, now: Callable[[], float]) -> None:
        self._pools = pools
        self._now = now

    def create_user_pool_client(self, parameters: Parameters) -> Body:
        """CreateUserPoolClient."""
        pool, name = pool_of(self._pools, parameters), required(parameters, "ClientName")
        if not _CLIENT_NAME.fullmatch(name):
            raise invalid_parameter(
                "1 validation error detected: Value at 'clientName' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+"
            )
        client = AppClient(
            pool,
            _random(26),
            name,
            _random(51) if flag(parameters, "GenerateSecret") else None,
            _flows(parameters),
            grants=frozenset(),
        )
        self._pools.add_client(client)
        return {"UserPoolClient": client_record(client)}

    def admin_create_user(self, parameters: Parameters) -> Body:
        """AdminCreateUser: with a temporary password, which the user must change."""
        pool, name = pool_of(self._pools, parameters), required(parameters, "Username")
        if parameters.get("MessageAction") != "SUPPRESS":
            raise invalid_parameter("This server sends no invitations: MessageAction must be SUPPRESS.")
        password = optional(parameters, "TemporaryPassword") or f"Aa1!{_random(12)}"
        check_password(password)
        attributes = {**_attributes(parameters), **_of_alias(pool, name)}
        if name.casefold() in pool.users:
            raise Refusal("UsernameExistsException", "User account already exists")
        user = User(
            password,
            str(uuid.uuid4()) if pool.username_attributes else name,
            str(uuid.uuid4()),
            attributes,
            status=UserStatus.FORCE_CHANGE_PASSWORD,
            password_expires_at=self._now() + pool.temporary_password_validity,
        )
        self._pools.add_user(pool, user, name)
        return {
            "User": {
                "Username": user.username,
                "Attributes": attribute_list(user),
                "Enabled": True,
                "UserStatus": user.status,
            }
        }


def _flows(parameters: Parameters) -> frozenset[str]:
    given = parameters.get("ExplicitAuthFlows")
    if not given:
        return _DEFAULT_FLOWS
    if not isinstance(given, list):
        raise Refusal("SerializationException")
    names = frozenset(str(name).removeprefix("ALLOW_") for name in given)
    if not names <= FLOWS:
        raise invalid_parameter(
            "1 validation error detected: Value at 'explicitAuthFlows' failed to satisfy constraint"
        )
    return names


def _attributes(parameters: Parameters) -> dict[str, str]:
    given = parameters.get("UserAttributes") or []
    if not isinstance(given, list) or not all(isinstance(pair, dict) for pair in given):
        raise Refusal("SerializationException")
    return {str(pair["Name"]): str(pair.get("Value", "")) for pair in given}


def _of_alias(pool: Pool, name: str) -> dict[str, str]:
    """AWS: a pool that signs in by e-mail takes an address for the username, and gives an id of its own."""
    if "email" in pool.username_attributes and "@" in name:
        return {"email": name}
    if "phone_number" in pool.username_attributes and name.startswith("+"):
        return {"phone_number": name}
    if pool.username_attributes:
        kind = "an email" if "email" in pool.username_attributes else "a phone number"
        raise invalid_parameter(f"Username should be {kind}.")
    return {}


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
