"""Operations of an administrator on users, with IAM credentials."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable

from cognitui.demo.strict.errors import Refusal, invalid_parameter
from cognitui.demo.strict.parameters import Parameters, flag, optional, required
from cognitui.demo.strict.pools import AppClient, Pool, Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.users import User, UserStatus, check_password_policy
from cognitui.demo.strict.wire import Body

_ALPHABET = string.ascii_lowercase + string.digits


class AdminOperations:
    """AdminGetUser, AdminCreateUser, AdminSetUserPassword and AdminUserGlobalSignOut."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._now = now

    def admin_get_user(self, parameters: Parameters) -> Body:
        """Return a user with attributes, status and second factors."""
        user = user_of(self._pools, parameters)
        return {
            "Username": user.username,
            "UserAttributes": user.attribute_list,
            "Enabled": user.enabled,
            "UserStatus": user.status,
            **user.mfa_settings,
        }

    def admin_create_user(self, parameters: Parameters) -> Body:
        """Create a user with a temporary password, which the user must change."""
        pool, name = pool_of(self._pools, parameters), required(parameters, "Username")
        if parameters.get("MessageAction") != "SUPPRESS":
            raise invalid_parameter("This server sends no invitations: MessageAction must be SUPPRESS.")
        password = optional(parameters, "TemporaryPassword") or f"Aa1!{_random(12)}"
        check_password_policy(password)
        attributes = {**_attributes(parameters), **_alias_attributes(pool, name)}
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
                "Attributes": user.attribute_list,
                "Enabled": True,
                "UserStatus": user.status,
            }
        }

    def admin_set_user_password(self, parameters: Parameters) -> Body:
        """Set a password. The next sign-in must change one that is not permanent."""
        password, user = required(parameters, "Password"), user_of(self._pools, parameters)
        check_password_policy(password)
        user.set_password(password)
        if flag(parameters, "Permanent"):
            user.status, user.password_expires_at = UserStatus.CONFIRMED, None
        else:
            validity = pool_of(self._pools, parameters).temporary_password_validity
            user.status, user.password_expires_at = UserStatus.FORCE_CHANGE_PASSWORD, self._now() + validity
        return {}

    def admin_user_global_sign_out(self, parameters: Parameters) -> Body:
        """Revoke all tokens of a user."""
        self._refresh_tokens.sign_out(user_of(self._pools, parameters))
        return {}


def pool_of(pools: Pools, parameters: Parameters) -> Pool:
    """Return the pool of UserPoolId, or raise ResourceNotFoundException."""
    pool_id = required(parameters, "UserPoolId")
    pool = pools.pool(pool_id)
    if pool is None:
        raise Refusal("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    return pool


def client_of(pools: Pools, parameters: Parameters) -> AppClient:
    """Return the app client of ClientId, which must belong to the pool."""
    pool, client = pool_of(pools, parameters), pools.client(required(parameters, "ClientId"))
    if client.pool is not pool:
        raise Refusal("ResourceNotFoundException", f"User pool client {client.id} does not exist.")
    return client


def user_of(pools: Pools, parameters: Parameters) -> User:
    """Return the user of UserPoolId and Username, or raise UserNotFoundException."""
    user = pool_of(pools, parameters).users.get(required(parameters, "Username").casefold())
    if user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    return user


def _attributes(parameters: Parameters) -> dict[str, str]:
    given = parameters.get("UserAttributes") or []
    if not isinstance(given, list) or not all(isinstance(pair, dict) for pair in given):
        raise Refusal("SerializationException")
    return {str(pair["Name"]): str(pair.get("Value", "")) for pair in given}


def _alias_attributes(pool: Pool, name: str) -> dict[str, str]:
    """Return the attribute that the Username is, in a pool that signs in by e-mail or phone number."""
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
