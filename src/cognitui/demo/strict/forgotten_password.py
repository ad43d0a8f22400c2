"""A password that was forgotten, or taken away by an admin."""

from __future__ import annotations

from cognitui.demo.strict.account_calls import named
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.codes import Codes, Purpose, no_code
from cognitui.demo.strict.destinations import destination, simulated
from cognitui.demo.strict.parameters import Parameters, required
from cognitui.demo.strict.password_policy import check_password
from cognitui.demo.strict.pools import Pools, User, UserStatus
from cognitui.demo.strict.refusal import invalid_parameter, not_authorized


class ForgottenPassword:
    """ForgotPassword and ConfirmForgotPassword."""

    def __init__(self, pools: Pools, codes: Codes) -> None:
        self._pools = pools
        self._codes = codes

    def forgot_password(self, parameters: Parameters) -> Body:
        """ForgotPassword: the code goes to a verified address or number alone."""
        asked = named(self._pools, parameters)
        if asked.user is None:
            return {"CodeDeliveryDetails": simulated(asked.username).details}
        _check_may_reset(asked.user)
        to = destination(asked.user, verified=True)
        if to is None:
            raise invalid_parameter(
                "Cannot reset password for the user as there is no registered/verified email or phone_number"
            )
        self._codes.send(asked.user, Purpose.RESET, to)
        return {"CodeDeliveryDetails": to.details}

    def confirm_forgot_password(self, parameters: Parameters) -> Body:
        """ConfirmForgotPassword. A password that breaks the policy keeps the code."""
        code, password = required(parameters, "ConfirmationCode"), required(parameters, "Password")
        user = named(self._pools, parameters).user
        if user is None:
            raise no_code()
        _check_may_reset(user)
        self._codes.check(user, Purpose.RESET, code)
        check_password(password)
        self._codes.spend(user, Purpose.RESET)
        user.password, user.status = password, UserStatus.CONFIRMED
        user.failures, user.locked_until = 0, 0.0
        return {}


def _check_may_reset(user: User) -> None:
    if not user.enabled:
        raise not_authorized("User is disabled.")
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        raise not_authorized("User password cannot be reset in the current state.")
    if user.status is UserStatus.UNCONFIRMED:
        raise invalid_parameter("Cannot reset password for the user as there is no registered/verified email")
