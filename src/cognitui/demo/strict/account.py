"""Operations of users on their own account: by access token, or by a code that they receive."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from cognitui.demo.strict.authentication_levels import auth_factors_of
from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.outbox import Destination, Message, Outbox
from cognitui.demo.strict.parameters import Parameters, optional, required
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.signing import is_jwt
from cognitui.demo.strict.tokens import AccessTokens
from cognitui.demo.strict.user_sessions import ends_linked
from cognitui.demo.strict.users import User, UserStatus, check_password_policy
from cognitui.demo.strict.wire import Body


class AccountOperations:
    """GetUser, GetUserAuthFactors, RevokeToken and GlobalSignOut."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, access_tokens: AccessTokens) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._access_tokens = access_tokens

    def get_user(self, parameters: Parameters) -> Body:
        """Return the user of the access token and their attributes."""
        user = self._access_tokens.caller(parameters)
        return {"Username": user.username, "UserAttributes": user.attribute_list, **user.mfa_settings}

    def get_user_auth_factors(self, parameters: Parameters) -> Body:
        """Return what the user can sign in with, as first or as second factor."""
        bearer = self._access_tokens.bearer_of(parameters)
        user = bearer.user
        return {
            "Username": user.username,
            **user.mfa_settings,
            "ConfiguredUserAuthFactors": list(auth_factors_of(bearer.token.pool, user)),
        }

    def revoke_token(self, parameters: Parameters) -> Body:
        """Revoke a refresh token. An unknown token is not an error (RFC 7009, 2.2)."""
        token = required(parameters, "Token")
        client = self._pools.client(required(parameters, "ClientId"))
        client.check_secret(optional(parameters, "ClientSecret"), "UnauthorizedException")
        linked = ends_linked(parameters)
        if not client.revocation:
            raise Refusal("UnsupportedOperationException", "Token revocation is not enabled for the client.")
        if is_jwt(token):
            raise Refusal("UnsupportedTokenTypeException", "Unsupported token type.")
        owner = self._refresh_tokens.client_of(token)
        if owner is not None and owner is not client:
            raise Refusal("UnauthorizedException", "The token was issued to another client.")
        if owner is not None:
            self._refresh_tokens.revoke(token, linked=linked)
        return {}

    def global_sign_out(self, parameters: Parameters) -> Body:
        """Revoke all tokens of the user."""
        self._refresh_tokens.sign_out(self._access_tokens.caller(parameters))
        return {}


class AccountRecovery:
    """ResendConfirmationCode, ConfirmSignUp, ForgotPassword and ConfirmForgotPassword."""

    def __init__(self, pools: Pools, outbox: Outbox, now: Callable[[], float]) -> None:
        self._pools = pools
        self._codes = _Codes(outbox, now)

    def resend_confirmation_code(self, parameters: Parameters) -> Body:
        """Send the code that confirms a sign-up."""
        user = self._user(parameters)
        if user is None:
            return _simulated_delivery(parameters)
        if user.status is not UserStatus.UNCONFIRMED:
            raise invalid_parameter("User is already confirmed.")
        to = Destination.of(user, verified=False)
        if to is None:
            raise invalid_parameter("Cannot resend codes. Auto verification not turned on.")
        self._codes.send(user, _Purpose.SIGN_UP, to)
        return {"CodeDeliveryDetails": to.details}

    def confirm_sign_up(self, parameters: Parameters) -> Body:
        """Confirm a sign-up, and verify the address that got the code."""
        code, user = required(parameters, "ConfirmationCode"), self._user(parameters)
        if user is None:
            raise _no_code()
        if user.status is not UserStatus.UNCONFIRMED:
            raise not_authorized(f"User cannot be confirmed. Current status is {user.status}")
        to = self._codes.check(user, _Purpose.SIGN_UP, code)
        self._codes.use_up(user, _Purpose.SIGN_UP)
        user.attributes[f"{to.attribute}_verified"] = "true"
        user.status = UserStatus.CONFIRMED
        return {}

    def forgot_password(self, parameters: Parameters) -> Body:
        """Send the code for a new password, but only to a verified address or number."""
        user = self._user(parameters)
        if user is None:
            return _simulated_delivery(parameters)
        _check_may_reset(user)
        to = Destination.of(user, verified=True)
        if to is None:
            raise invalid_parameter(
                "Cannot reset password for the user as there is no registered/verified email or phone_number"
            )
        self._codes.send(user, _Purpose.RESET, to)
        return {"CodeDeliveryDetails": to.details}

    def confirm_forgot_password(self, parameters: Parameters) -> Body:
        """Set a new password. One that breaks the policy leaves the code usable."""
        code, password = required(parameters, "ConfirmationCode"), required(parameters, "Password")
        user = self._user(parameters)
        if user is None:
            raise _no_code()
        _check_may_reset(user)
        self._codes.check(user, _Purpose.RESET, code)
        check_password_policy(password)
        self._codes.use_up(user, _Purpose.RESET)
        user.set_password(password)
        user.status = UserStatus.CONFIRMED
        return {}

    def _user(self, parameters: Parameters) -> User | None:
        """Return the user of ClientId and Username, once the SecretHash is correct.

        None if there is no such user and the client hides it; otherwise, the refusal has a text of its own.
        """
        client = self._pools.client(required(parameters, "ClientId"))
        username = required(parameters, "Username")
        client.check_secret_hash(username, optional(parameters, "SecretHash"))
        try:
            return client.user(username)
        except Refusal as refusal:
            raise Refusal(refusal.name, "Username/client id combination not found.") from None


class _Purpose(Enum):
    """What a code is for; the value is its lifetime in seconds."""

    SIGN_UP = 86_400.0
    RESET = 3_600.0


@dataclass(frozen=True, slots=True)
class _Code:
    text: str = field(repr=False)
    sent_to: Destination
    expires_at: float


class _Codes:
    """The latest code of each user and purpose."""

    def __init__(self, outbox: Outbox, now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._now = now
        self._codes: dict[tuple[str, _Purpose], _Code] = {}

    def send(self, user: User, purpose: _Purpose, to: Destination) -> None:
        """Send a new code, which replaces the one before."""
        code, now = f"{secrets.randbelow(1_000_000):06}", self._now()
        self._codes[user.sub, purpose] = _Code(code, to, now + purpose.value)
        self._outbox.send(Message(user.username, to.medium, to.address, code, now))

    def check(self, user: User, purpose: _Purpose, given: str) -> Destination:
        """Return the destination of the code that the user gives. The code stays valid until `use_up`.

        Raises:
            Refusal: The code is wrong or expired, or none was sent.
        """
        code = self._codes.get((user.sub, purpose))
        if code is None or self._now() >= code.expires_at:
            raise _no_code()
        if not hmac.compare_digest(given.encode(), code.text.encode()):
            raise Refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
        return code.sent_to

    def use_up(self, user: User, purpose: _Purpose) -> None:
        """Remove a code."""
        del self._codes[user.sub, purpose]


def _no_code() -> Refusal:
    """Return the refusal of an expired code, and of any code if none was sent."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")


def _simulated_delivery(parameters: Parameters) -> Body:
    return {"CodeDeliveryDetails": Destination.simulated(required(parameters, "Username")).details}


def _check_may_reset(user: User) -> None:
    if not user.enabled:
        raise not_authorized("User is disabled.")
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        raise not_authorized("User password cannot be reset in the current state.")
    if user.status is UserStatus.UNCONFIRMED:
        raise invalid_parameter("Cannot reset password for the user as there is no registered/verified email")
