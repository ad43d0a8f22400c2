"""A user who has signed up, and must show that the address is theirs."""

from __future__ import annotations

from cognitui.demo.strict.account_calls import named
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.codes import Codes, Purpose, no_code
from cognitui.demo.strict.destinations import destination, simulated
from cognitui.demo.strict.parameters import Parameters, required
from cognitui.demo.strict.pools import Pools, UserStatus
from cognitui.demo.strict.refusal import invalid_parameter, not_authorized


class SignUp:
    """ResendConfirmationCode and ConfirmSignUp."""

    def __init__(self, pools: Pools, codes: Codes) -> None:
        self._pools = pools
        self._codes = codes

    def resend_confirmation_code(self, parameters: Parameters) -> Body:
        """ResendConfirmationCode."""
        asked = named(self._pools, parameters)
        if asked.user is None:
            return {"CodeDeliveryDetails": simulated(asked.username).details}
        if asked.user.status is not UserStatus.UNCONFIRMED:
            raise invalid_parameter("User is already confirmed.")
        to = destination(asked.user, verified=False)
        if to is None:
            raise invalid_parameter("Cannot resend codes. Auto verification not turned on.")
        self._codes.send(asked.user, Purpose.SIGN_UP, to)
        return {"CodeDeliveryDetails": to.details}

    def confirm_sign_up(self, parameters: Parameters) -> Body:
        """ConfirmSignUp: the address that got the code is verified by it."""
        code, user = required(parameters, "ConfirmationCode"), named(self._pools, parameters).user
        if user is None:
            raise no_code()
        if user.status is not UserStatus.UNCONFIRMED:
            raise not_authorized(f"User cannot be confirmed. Current status is {user.status}")
        to = self._codes.check(user, Purpose.SIGN_UP, code)
        self._codes.spend(user, Purpose.SIGN_UP)
        user.attributes[f"{to.attribute}_verified"] = "true"
        user.status = UserStatus.CONFIRMED
        return {}
