"""All challenges, by name."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.admission import CUSTOM_CHALLENGE, DEVICE_SRP_AUTH, NEW_PASSWORD_REQUIRED, Admission
from cognitui.demo.strict.custom_challenge import CustomChallenges
from cognitui.demo.strict.device_srp import DEVICE_PASSWORD_VERIFIER, DevicePasswordVerifier, DeviceSrpAuth
from cognitui.demo.strict.mfa import Mfa
from cognitui.demo.strict.mfa_setup import MfaSetup
from cognitui.demo.strict.new_password import NewPassword
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.password_challenges import PASSWORD, PASSWORD_SRP, PasswordSrp, SentPassword
from cognitui.demo.strict.password_verifier import PASSWORD_VERIFIER, PasswordVerifier
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.second_factors import MFA_SETUP, SELECT_MFA_TYPE
from cognitui.demo.strict.select_challenge import SELECT_CHALLENGE, SelectChallenge
from cognitui.demo.strict.select_mfa_type import SelectMfaType
from cognitui.demo.strict.sent_code import SMS_OTP, Delivery, SentCode
from cognitui.demo.strict.software_token_mfa import SoftwareTokenMfa
from cognitui.demo.strict.web_authn import WEB_AUTHN, WebAuthn


class ChallengeTable:
    """The challenges, and those of them that a call needs by itself."""

    def __init__(self, refresh_tokens: RefreshTokens, outbox: Outbox, now: Callable[[], float]) -> None:
        self.admission = Admission(refresh_tokens, now)
        self.password = SentPassword(self.admission, now)
        self.password_verifier = PasswordVerifier(self.admission, now)
        self.choice = SelectChallenge(self.admission, now)
        self.custom = CustomChallenges(self.admission, self.password_verifier, now)
        self.mfa_setup = MfaSetup(self.admission, now)
        self._add_first_factors(now)
        self._add_second_factors(now)
        for name, attribute in ((Mfa.SMS, "phone_number"), (Mfa.EMAIL, "email"), (SMS_OTP, "phone_number")):
            self.admission.add(name, SentCode(Delivery(name, attribute), self.admission, outbox, now))

    def _add_first_factors(self, now: Callable[[], float]) -> None:
        add = self.admission.add
        add(SELECT_CHALLENGE, self.choice)
        add(PASSWORD, self.password)
        add(PASSWORD_SRP, PasswordSrp(self.password_verifier, now))
        add(PASSWORD_VERIFIER, self.password_verifier)
        add(WEB_AUTHN, WebAuthn(now))
        add(CUSTOM_CHALLENGE, self.custom)

    def _add_second_factors(self, now: Callable[[], float]) -> None:
        add = self.admission.add
        add(NEW_PASSWORD_REQUIRED, NewPassword(self.admission, now))
        add(Mfa.TOTP, SoftwareTokenMfa(self.admission, now))
        add(SELECT_MFA_TYPE, SelectMfaType(self.admission, now))
        add(MFA_SETUP, self.mfa_setup)
        device_verifier = DevicePasswordVerifier(self.admission, now)
        add(DEVICE_SRP_AUTH, DeviceSrpAuth(device_verifier, now))
        add(DEVICE_PASSWORD_VERIFIER, device_verifier)
