"""What happens once a first factor is proven: a refusal, the next challenge, or tokens."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Challenge, Response
from cognitui.demo.strict.device import Device
from cognitui.demo.strict.devices import device_of, new_device
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.pools import User, UserStatus
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import Refusal, invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.second_factors import challenge_for
from cognitui.demo.strict.tokens import Origin

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"


class Admission:
    """Lets users in, and knows the challenges by name."""

    def __init__(self, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._refresh_tokens = refresh_tokens
        self._now = now
        self._challenges: dict[str, Challenge] = {}

    def add(self, name: str, challenge: Challenge) -> None:
        """Adds a challenge: they lead on to each other, and so come after the admission."""
        self._challenges[name] = challenge

    def ask(self, name: str, attempt: Attempt, given: Answers) -> Body:
        """Returns a challenge."""
        return self._challenges[name].ask(attempt, given)

    def answer(self, name: str, response: Response) -> Body:
        """Returns what comes after a challenge, or refuses its answer."""
        if name not in self._challenges:
            raise invalid_parameter("Challenge response is not supported.")
        return self._challenges[name].answer(response)

    def admit(self, attempt: Attempt) -> Body:
        """Returns the tokens of someone who has passed a challenge, or the next that stands before them."""
        user, attempt = attempt.user, attempt.having(Step.FIRST_FACTOR)
        if user is None:
            raise wrong_credentials()
        self._check_may_enter(user)
        name = _next_challenge(attempt, user, device_of(attempt))
        return self.ask(name, attempt, {}) if name else self._tokens(attempt, user)

    def _check_may_enter(self, user: User) -> None:
        if not user.enabled:
            raise not_authorized("User is disabled.")
        if user.status is UserStatus.UNCONFIRMED:
            raise Refusal("UserNotConfirmedException", "User is not confirmed.")
        if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
            return
        if user.password_expires_at is not None and self._now() >= user.password_expires_at:
            raise not_authorized("Temporary password has expired and must be reset by an administrator.")

    def _tokens(self, attempt: Attempt, user: User) -> Body:
        now = self._now()
        known = device_of(attempt)
        new = None if known else new_device(attempt.client.pool, user, now)
        device = known or new
        origin = Origin(now, device_key=device.key if device else "")
        told = {"NewDeviceMetadata": {"DeviceKey": new.key, "DeviceGroupKey": new.group}} if new else {}
        result = {**self._refresh_tokens.issued(attempt.client, user, origin), **told}
        return {"ChallengeParameters": {}, "AuthenticationResult": result}


def _next_challenge(attempt: Attempt, user: User, device: Device | None) -> str | None:
    pool = attempt.client.pool
    is_remembered = device is not None and device.remembered
    if Step.CUSTOM not in attempt.passed:
        return CUSTOM_CHALLENGE
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        return NEW_PASSWORD_REQUIRED
    if Step.MFA not in attempt.passed and not (is_remembered and pool.device_suppresses_mfa):
        second_factor = challenge_for(pool, user)
        if second_factor:
            return second_factor
    return DEVICE_SRP_AUTH if is_remembered and Step.DEVICE not in attempt.passed else None
