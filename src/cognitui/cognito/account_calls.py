"""The calls that bring an account into order: confirming it, and another password for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cognitui.cognito.caller import Caller
from cognitui.cognito.replies import Delivery, delivery_of
from cognitui.cognito.secret_hash import secret_hash
from cognitui.model.profile import Profile

if TYPE_CHECKING:
    from typing import TypedDict

    class _User(TypedDict, total=False):
        ClientId: str
        Username: str
        SecretHash: str
        ClientMetadata: Mapping[str, str]


class AccountCalls:
    """Each names the profile's user as it was typed. All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def confirm_sign_up(self, profile: Profile, client_secret: str | None, code: str) -> None:
        """ConfirmSignUp: the user's address or number is theirs."""
        user = _user(profile, client_secret)
        # A code works once: where the answer was lost, a repeat would call a good code wrong.
        self._caller.call(profile, lambda client: client.confirm_sign_up(ConfirmationCode=code, **user), repeat=False)

    def resend_confirmation_code(self, profile: Profile, client_secret: str | None) -> Delivery:
        """ResendConfirmationCode; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(
            self._caller.call(profile, lambda client: client.resend_confirmation_code(**user), repeat=False)
        )

    def forgot_password(self, profile: Profile, client_secret: str | None) -> Delivery:
        """ForgotPassword; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(self._caller.call(profile, lambda client: client.forgot_password(**user), repeat=False))

    def confirm_forgot_password(self, profile: Profile, client_secret: str | None, code: str, password: str) -> None:
        """ConfirmForgotPassword: another password, for a code."""
        user = _user(profile, client_secret)
        self._caller.call(
            profile,
            lambda client: client.confirm_forgot_password(ConfirmationCode=code, Password=password, **user),
            repeat=False,
        )

    def set_password(self, profile: Profile, username: str, password: str) -> None:
        """AdminSetUserPassword, permanent: leaves FORCE_CHANGE_PASSWORD; signed with the profile's `aws_profile`."""
        self._caller.call(
            profile,
            lambda client: client.admin_set_user_password(
                UserPoolId=profile.user_pool_id, Username=username, Password=password, Permanent=True
            ),
            signed=True,
        )


def _user(profile: Profile, client_secret: str | None) -> _User:
    user: _User = {"ClientId": profile.client_id, "Username": profile.username}
    if client_secret:
        user["SecretHash"] = secret_hash(profile.username, profile.client_id, client_secret)
    if profile.fields.client_metadata:
        user["ClientMetadata"] = profile.fields.client_metadata
    return user
