"""All challenges, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.strict.admission import NEW_PASSWORD_REQUIRED, Admission
from tests.strict.mfa import Mfa
from tests.strict.mfa_setup import MfaSetup
from tests.strict.new_password import NewPassword
from tests.strict.outbox import Outbox
from tests.strict.password_verifier import PASSWORD_VERIFIER, PasswordVerifier
from tests.strict.refresh import RefreshTokens
from tests.strict.second_factors import MFA_SETUP, SELECT_MFA_TYPE
from tests.strict.select_mfa_type import SelectMfaType
from tests.strict.sent_code import Delivery, SentCode
from tests.strict.software_token_mfa import SoftwareTokenMfa


class ChallengeTable:
    """The challenges, and those of them that a call needs by itself."""

    def __init__(self, refresh_tokens: RefreshTokens, outbox: Outbox, now: Callable[[], float]) -> None:
        self.admission = Admission(refresh_tokens, now)
        self.password_verifier = PasswordVerifier(self.admission, now)
        self.mfa_setup = MfaSetup(self.admission, now)
        add = self.admission.add
        add(NEW_PASSWORD_REQUIRED, NewPassword(self.admission, now))
        add(PASSWORD_VERIFIER, self.password_verifier)
        add(Mfa.SMS, SentCode(Delivery(Mfa.SMS, "phone_number"), self.admission, outbox, now))
        add(Mfa.EMAIL, SentCode(Delivery(Mfa.EMAIL, "email"), self.admission, outbox, now))
        add(Mfa.TOTP, SoftwareTokenMfa(self.admission, now))
        add(SELECT_MFA_TYPE, SelectMfaType(self.admission, now))
        add(MFA_SETUP, self.mfa_setup)
