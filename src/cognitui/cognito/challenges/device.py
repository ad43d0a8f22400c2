"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: this machine proves that it is a remembered device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.challenges.base import ChallengeHandler, Restart
from cognitui.cognito.challenges.password import server_challenge, unexpected_srp
from cognitui.cognito.srp import device_claim

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi


class DeviceSrpAuth(ChallengeHandler):
    """The first half: a public key."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Make a key pair of its own: that of the password is used up."""
        return attempt.with_key()

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Return the device's key and the public key."""
        if attempt.key is None or attempt.given.device is None:
            raise unexpected_srp()
        return attempt.with_device({"SRP_A": attempt.key.public_hex})


class DevicePasswordVerifier(ChallengeHandler):
    """The second half: the proof."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Return the proof that this machine knows the device's password."""
        challenge = server_challenge(attempt)
        if attempt.key is None or attempt.given.device is None:
            raise unexpected_srp()
        claim = device_claim(attempt.key, attempt.given.device, challenge, now + attempt.skew)
        return attempt.with_device(
            {
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
                "TIMESTAMP": claim.timestamp,
            }
        )

    def restart(self, attempt: Attempt) -> Restart:
        """Start again without a device whose proof is refused: there are other ways in."""
        remark = "The pool does not take this machine for the device that it remembers."
        return Restart(attempt.without_device(), remark)
