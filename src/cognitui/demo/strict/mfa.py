"""The words for second factors."""

from __future__ import annotations

from enum import StrEnum


class Mfa(StrEnum):
    """A second factor, under the name of its challenge."""

    SMS = "SMS_MFA"
    EMAIL = "EMAIL_OTP"
    TOTP = "SOFTWARE_TOKEN_MFA"


class MfaConfiguration(StrEnum):
    """What a pool demands, in Cognito's words."""

    OFF = "OFF"
    OPTIONAL = "OPTIONAL"
    REQUIRED = "ON"
