"""Chain of challenges: what follows a proven first factor, up to the tokens."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.pools import MfaConfiguration, Pool
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.sessions import Attempt, Challenge, ChallengeResponse, Step
from cognitui.demo.strict.tokens import Origin
from cognitui.demo.strict.users import Device, Mfa, User, UserStatus
from cognitui.demo.strict.wire import Body

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
MFA_SETUP = "MFA_SETUP"
DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"

_MFA_ATTRIBUTES = {Mfa.SMS: "phone_number", Mfa.EMAIL: "email"}


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
        origin = Origin(now, device_key=device.key if device else "")
        metadata = {"NewDeviceMetadata": {"DeviceKey": new.key, "DeviceGroupKey": new.group}} if new else {}
        result = {**self._refresh_tokens.issue(attempt.client, user, origin), **metadata}
        return {"ChallengeParameters": {}, "AuthenticationResult": result}


def factors_of(pool: Pool, user: User) -> tuple[Mfa, ...]:
    """Return the second factors that a user can be asked for (AWS, "Adding MFA to a user pool").

    If the pool requires MFA, an address or number is a factor even if the user has not set it up.
    """
    if pool.mfa is MfaConfiguration.OFF:
        return ()
    chosen = tuple(factor for factor in pool.mfa_methods if factor in user.mfa and _has(user, factor))
    if chosen or pool.mfa is MfaConfiguration.OPTIONAL:
        return chosen
    return tuple(factor for factor in pool.mfa_methods if _has(user, factor))


def _next_challenge(attempt: Attempt, user: User, device: Device | None) -> str | None:
    pool = attempt.client.pool
    is_remembered = device is not None and device.remembered
    if Step.CUSTOM not in attempt.passed:
        return CUSTOM_CHALLENGE
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        return NEW_PASSWORD_REQUIRED
    if Step.MFA not in attempt.passed and not (is_remembered and pool.device_suppresses_mfa):
        second_factor = _second_factor_challenge(pool, user)
        if second_factor:
            return second_factor
    return DEVICE_SRP_AUTH if is_remembered and Step.DEVICE not in attempt.passed else None


def _second_factor_challenge(pool: Pool, user: User) -> str | None:
    factors = factors_of(pool, user)
    if user.preferred_mfa in factors:
        return user.preferred_mfa
    if len(factors) > 1:
        return SELECT_MFA_TYPE
    if factors:
        return factors[0]
    return MFA_SETUP if pool.mfa is MfaConfiguration.REQUIRED else None


def _has(user: User, factor: Mfa) -> bool:
    if factor is Mfa.TOTP:
        return user.software_token is not None
    return _MFA_ATTRIBUTES[factor] in user.attributes
