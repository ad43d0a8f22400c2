"""What is done to a user with IAM credentials."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.admin_targets import pool_of, user_of
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.parameters import Parameters, flag, required
from cognitui.demo.strict.password_policy import check_password
from cognitui.demo.strict.pools import Pools, UserStatus
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.user_record import attribute_list, mfa_settings


class AdminCalls:
    """All but the sign-in."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._now = now

    def admin_get_user(self, parameters: Parameters) -> Body:
        """AdminGetUser."""
        user = user_of(self._pools, parameters)
        return {
            "Username": user.username,
            "UserAttributes": attribute_list(user),
            "Enabled": user.enabled,
            "UserStatus": user.status,
            **mfa_settings(user),
        }

    def admin_set_user_password(self, parameters: Parameters) -> Body:
        """AdminSetUserPassword: one that is not permanent must be changed at the next sign-in."""
        password, user = required(parameters, "Password"), user_of(self._pools, parameters)
        check_password(password)
        user.password, user.failures, user.locked_until = password, 0, 0.0
        if flag(parameters, "Permanent"):
            user.status, user.password_expires_at = UserStatus.CONFIRMED, None
        else:
            validity = pool_of(self._pools, parameters).temporary_password_validity
            user.status, user.password_expires_at = UserStatus.FORCE_CHANGE_PASSWORD, self._now() + validity
        return {}

    def admin_user_global_sign_out(self, parameters: Parameters) -> Body:
        """AdminUserGlobalSignOut."""
        self._refresh_tokens.sign_out(user_of(self._pools, parameters))
        return {}
