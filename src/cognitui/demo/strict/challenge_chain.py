"""Chain of challenges: what follows a proven first factor, up to the tokens."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.authentication_levels import SMS_OTP, Method, factors_of
from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.pools import MfaConfiguration, Pool
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.sessions import Attempt, Challenge, ChallengeResponse, Step
from cognitui.demo.strict.tokens import Origin
from cognitui.demo.strict.users import Device, Mfa, User, UserStatus
from cognitui.demo.strict.wire import Body

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
SELECT_CHALLENGE = "SELECT_CHALLENGE"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
MFA_SETUP = "MFA_SETUP"
DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"


class ChallengeChain:
    """The challenges by name, and the order in which a sign-in meets them."""

    def __init__(self, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._refresh_tokens = refresh_tokens
        self._now = now
        self._challenges: dict[str, Challenge] = {}

    def add(self, name: str, challenge: Challenge) -> None:
        """Add a challenge. The challenges lead to each other by the chain, so they are added after its creation."""
        self._challenges[name] = challenge

    def ask(self, name: str, attempt: Attempt, given: StringMap) -> Body:
        """Return a challenge."""
        return self._challenges[name].ask(attempt, given)

    def answer(self, name: str, response: ChallengeResponse) -> Body:
        """Return what follows a challenge, or refuse the response."""
        if name not in self._challenges:
            raise invalid_parameter("Challenge response is not supported.")
        return self._challenges[name].answer(response)

    def proceed(self, attempt: Attempt) -> Body:
        """Return the next challenge of a user who has passed one, or the tokens after the last."""
        user, attempt = attempt.user, attempt.after(Step.FIRST_FACTOR)
        if user is None:
            raise wrong_credentials()
        self._check_may_sign_in(user)
        name = _next_challenge(attempt, user, attempt.device())
        return self.ask(name, attempt, {}) if name else self._tokens(attempt, user)

    def _check_may_sign_in(self, user: User) -> None:
        if not user.enabled:
            raise not_authorized("User is disabled.")
        if user.status is UserStatus.UNCONFIRMED:
            raise Refusal("UserNotConfirmedException", "User is not confirmed.")
        if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
            return
        if user.password_expires_at is not None and self._now() >= user.password_expires_at:
            raise not_authorized("Temporary password has expired and must be reset by an administrator.")

    def _tokens(self, attempt: Attempt, user: User) -> Body:
        now, pool = self._now(), attempt.client.pool
        known, new = attempt.device(), None
        if known is None and pool.device_tracking is not None:
            new = user.new_device(pool.region, pool.device_tracking, now)
        device = known or new
        origin = Origin(now, device_key=device.key if device else "", methods=attempt.methods)
        metadata = {"NewDeviceMetadata": {"DeviceKey": new.key, "DeviceGroupKey": new.group}} if new else {}
        result = {**self._refresh_tokens.issue(attempt.client, user, origin), **metadata}
        return {"ChallengeParameters": {}, "AuthenticationResult": result}


def _next_challenge(attempt: Attempt, user: User, device: Device | None) -> str | None:
    pool = attempt.client.pool
    is_remembered = device is not None and device.remembered
    if Step.CUSTOM not in attempt.passed:
        return CUSTOM_CHALLENGE
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        return NEW_PASSWORD_REQUIRED
    if missing := attempt.missing:
        return _challenge_for(pool, user, missing)
    if Step.MFA not in attempt.passed and not (is_remembered and pool.device_suppresses_mfa):
        second_factor = _second_factor_challenge(pool, user)
        if second_factor:
            return second_factor
    return DEVICE_SRP_AUTH if is_remembered and Step.DEVICE not in attempt.passed else None


def second_factors_for(pool: Pool, user: User, missing: tuple[Method, ...]) -> tuple[str, ...]:
    """Return the challenges that prove one of some methods after a first factor; empty if it needs the password."""
    names = {Method.EMAIL: Mfa.EMAIL, Method.SMS: Mfa.SMS, Method.APP: Mfa.TOTP}
    enabled = factors_of(pool, user)
    return tuple(
        SMS_OTP if method is Method.SMS and Mfa.SMS not in enabled else names[method]
        for method in missing
        if method in names
    )


def _challenge_for(pool: Pool, user: User, missing: tuple[Method, ...]) -> str:
    """Return the challenge for a level: another second factor than the preferred one may be needed for it."""
    choices = second_factors_for(pool, user, missing)
    if Method.PASSWORD in missing or not choices:
        return SELECT_CHALLENGE
    if user.preferred_mfa in choices:
        return user.preferred_mfa
    return choices[0] if len(choices) == 1 else SELECT_MFA_TYPE


def _second_factor_challenge(pool: Pool, user: User) -> str | None:
    factors = factors_of(pool, user)
    if user.preferred_mfa in factors:
        return user.preferred_mfa
    if len(factors) > 1:
        return SELECT_MFA_TYPE
    if factors:
        return factors[0]
    return MFA_SETUP if pool.mfa is MfaConfiguration.REQUIRED else None
