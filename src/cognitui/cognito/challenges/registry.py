"""Registry of Cognito's challenges. Another challenge is another entry in the table."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.cognito.challenges.attempt import Attempt, ChallengeHandler
from cognitui.cognito.challenges.choice import SelectChallenge, SelectMfaType, WebAuthn
from cognitui.cognito.challenges.code import AppCode, CustomChallenge, MfaSetup, SentCode
from cognitui.cognito.challenges.password import (
    DevicePasswordVerifier,
    DeviceSrpAuth,
    NewPasswordRequired,
    Password,
    PasswordSrp,
    PasswordVerifier,
)
from cognitui.model.errors import FlowUnsupported
from cognitui.model.text import inert

HANDLERS: Mapping[str, ChallengeHandler] = {
    "PASSWORD_VERIFIER": PasswordVerifier(),
    "PASSWORD": Password(),
    "ADMIN_NO_SRP_AUTH": Password(),
    "PASSWORD_SRP": PasswordSrp(),
    "NEW_PASSWORD_REQUIRED": NewPasswordRequired(),
    "SMS_MFA": SentCode("SMS_MFA_CODE", "Code by text message"),
    "SMS_OTP": SentCode("SMS_OTP_CODE", "Code by text message"),
    "EMAIL_OTP": SentCode("EMAIL_OTP_CODE", "Code by e-mail"),
    "SOFTWARE_TOKEN_MFA": AppCode(),
    "SELECT_MFA_TYPE": SelectMfaType(),
    "SELECT_CHALLENGE": SelectChallenge(),
    "MFA_SETUP": MfaSetup(),
    "CUSTOM_CHALLENGE": CustomChallenge(),
    "DEVICE_SRP_AUTH": DeviceSrpAuth(),
    "DEVICE_PASSWORD_VERIFIER": DevicePasswordVerifier(),
    "WEB_AUTHN": WebAuthn(),
}
"""By the names of their challenges."""


class _Unknown(ChallengeHandler):
    """A challenge that this version does not know."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Raise FlowUnsupported."""
        raise FlowUnsupported(
            f"{inert(attempt.profile.id)}: Cognito asks for {inert(attempt.asked.name, 60)}, "
            "which this version of cognitui cannot answer.",
            fix="Update cognitui, or use a user that signs in without it.",
        )


UNKNOWN_CHALLENGE = _Unknown()
"""The handler of every other challenge."""
