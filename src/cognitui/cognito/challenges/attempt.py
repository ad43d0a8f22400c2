"""State of one sign-in, and the base class of what answers a challenge with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cognitui.cognito.responses import Asked, Delivery, Reply
from cognitui.cognito.srp import EphemeralKey, new_ephemeral_key, secret_hash
from cognitui.model.challenge import Challenge, Choice, GivenSecrets
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen, replace

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi


CodeSource = Callable[[Profile], str | None]
"""Runs a profile's `mfa_process` and returns the code; None if it has none."""


def no_code(_profile: Profile) -> str | None:
    """Return None."""
    return None


NOTHING_ASKED = Asked("")

OTHER_FACTOR = Choice("other-factor", "Choose another factor")

_CHOICES_OF_A_FACTOR = frozenset(("SELECT_CHALLENGE", "SELECT_MFA_TYPE"))

_SESSION_LIFETIME = 180.0
"""Lifetime of a session in seconds, unless the app client sets another (AWS: AuthSessionValidity, 3 minutes)."""

ONE_TIME = frozenset(("SMS_MFA", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE", "WEB_AUTHN"))
"""Challenges whose answers are good for only one session."""

_ONE_TIME_ANSWERS = frozenset(("code",))
"""Single answers of that kind: when MFA is set up, the method and the address stay."""


class Attempt(Frozen, frozen=True):
    """A sign-in in progress. It is the `state` of a Challenge, and opaque outside this package."""

    hidden: ClassVar[tuple[str, ...]] = ("given", "code_of", "answers", "asked", "key", "seed")

    profile: Profile
    given: GivenSecrets
    code_of: CodeSource = no_code
    typed: frozenset[SecretKind] = frozenset()
    """Which of `given` the user has just typed: if refused, they are asked for again."""
    taken: frozenset[SecretKind] = frozenset()
    """Which of them Cognito has replaced: the new ones are valid, however the sign-in ends."""
    device_gone: bool = False
    """The pool did not know the device that was sent."""
    answers: Mapping[str, Mapping[str, str]] = {}
    """The user's answers by the challenge's name, so that a new start does not ask for anything twice."""
    asked: Asked = NOTHING_ASKED
    """The challenge to answer."""
    asked_at: float = 0.0
    """Seconds since the epoch, when it came."""
    known_as: str = ""
    """The real username once Cognito has sent it; every answer is sent and hashed with it."""
    key: EphemeralKey | None = None
    """The key pair of SRP."""
    refused: frozenset[str] = frozenset()
    """Challenges and codes that were answered automatically, and refused: not a second time."""
    seed: str = ""
    """Of an authenticator app that is being set up; base32."""
    seed_verified: bool = False
    sent: Delivery | None = None
    """Where the last code of an account's own question went."""
    skew: float = 0.0
    """Seconds that Cognito's clock is ahead of ours."""

    @property
    def username(self) -> str:
        """The username for the next call: the profile's alias until Cognito has sent the real one."""
        return self.known_as or self.profile.username

    def from_the_start(self) -> Attempt:
        """Return it without what belonged to the session that ended: a code is of no use in another."""
        kept = {name: _lasting(given) for name, given in self.answers.items() if name not in ONE_TIME}
        return replace(self, answers=kept, asked=NOTHING_ASKED, known_as="", key=None, seed="", seed_verified=False)

    @property
    def session_ends(self) -> float:
        """Seconds since the epoch; a refused answer does not extend a session."""
        return self.asked_at + _SESSION_LIFETIME

    def facing(self, asked: Asked, reply: Reply) -> Attempt:
        """Return it with the challenge that Cognito asks now."""
        name = asked.parameters.get("USERNAME") or asked.parameters.get("USER_ID_FOR_SRP") or self.known_as
        return replace(self, asked=asked, asked_at=reply.received_at, known_as=name, skew=reply.skew or self.skew)

    @property
    def own_answers(self) -> Mapping[str, str]:
        """The user's answers to the current challenge."""
        return self.answers.get(self.asked.name, {})

    def answered(self, answers: Mapping[str, str]) -> Attempt:
        """Return it with the user's answers to the current challenge, added to earlier ones."""
        return replace(self, answers={**self.answers, self.asked.name: {**self.own_answers, **answers}})

    def unanswered(self) -> Attempt:
        """Return it without the answers to the current challenge: they were refused, or used."""
        return replace(self, answers={name: given for name, given in self.answers.items() if name != self.asked.name})

    @property
    def other_factors(self) -> tuple[Choice, ...]:
        """The way back to a choice of factors, if the user made one."""
        return (OTHER_FACTOR,) if any(self.answers.get(name) for name in _CHOICES_OF_A_FACTOR) else ()

    def without_choice(self) -> Attempt:
        """Return it with the factor to be chosen again."""
        kept = {name: given for name, given in self.answers.items() if name not in _CHOICES_OF_A_FACTOR}
        return replace(self, answers=kept)

    def with_key(self) -> Attempt:
        """Return it with a new key pair for SRP; takes some milliseconds."""
        return replace(self, key=new_ephemeral_key())

    def with_new_password(self, password: str | None) -> Attempt:
        """Return it with a password that Cognito has set."""
        given = replace(self.given, password=password)
        return replace(self, given=given, taken=self.taken | {SecretKind.PASSWORD})

    def without_typed_password(self) -> Attempt:
        """Return it without a password that was typed and refused."""
        if SecretKind.PASSWORD not in self.typed:
            return self
        given = replace(self.given, password=None)
        return replace(self, given=given, typed=self.typed - {SecretKind.PASSWORD}).without_proof()

    def with_new_seed(self, seed: str) -> Attempt:
        """Return it with the seed of an authenticator app that Cognito has set up."""
        given = replace(self.given, totp_seed=seed)
        return replace(self, given=given, taken=self.taken | {SecretKind.TOTP})

    @property
    def served(self) -> Mapping[SecretKind, str]:
        """The secrets that the sign-in uses and the user may have given; a seed only once its app is set up."""
        secrets = {
            SecretKind.PASSWORD: self.given.password,
            SecretKind.CLIENT_SECRET: self.given.client_secret,
            SecretKind.TOTP: self.given.totp_seed if SecretKind.TOTP in self.taken else None,
        }
        return {kind: value for kind, value in secrets.items() if value is not None}

    @property
    def replaced(self) -> Mapping[SecretKind, str]:
        """The secrets that Cognito has replaced, with their new values."""
        return {kind: value for kind, value in self.served.items() if kind in self.taken}

    def without_proof(self) -> Attempt:
        """Return it without the claim that its password was set: one that is only typed has yet to serve."""
        return replace(self, taken=self.taken - {SecretKind.PASSWORD})

    def with_client_secret(self, client_secret: str) -> Attempt:
        """Return it with another client secret: the app client has a new one."""
        return replace(self, given=replace(self.given, client_secret=client_secret))

    def without_device(self) -> Attempt:
        """Return it as from a machine that the pool does not know."""
        return replace(self, given=replace(self.given, device=None), device_gone=True)

    def without_access_token(self) -> Attempt:
        """Return it as a sign-in from the start instead of a step-up."""
        return replace(self, given=replace(self.given, access_token=None))

    def with_device(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return parameters with DEVICE_KEY, if this machine is a remembered device."""
        device = self.given.device
        return {**parameters, "DEVICE_KEY": device.key} if device else dict(parameters)

    def signed(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return parameters of a call with USERNAME and, if the client has a secret, SECRET_HASH."""
        return with_secret_hash({"USERNAME": self.username, **parameters}, self.profile, self.given.client_secret)


def _lasting(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: answer for name, answer in answers.items() if name not in _ONE_TIME_ANSWERS}


def with_secret_hash(parameters: dict[str, str], profile: Profile, client_secret: str | None) -> dict[str, str]:
    """Return parameters with the hash over the USERNAME among them."""
    if not client_secret:
        return parameters
    return {**parameters, "SECRET_HASH": secret_hash(parameters["USERNAME"], profile.client_id, client_secret)}


@dataclass(frozen=True, slots=True)
class Restart:
    """A new start after an answer that ended the session."""

    attempt: Attempt
    remark: str
    """Why, for the user who is asked again."""


class ChallengeHandler(ABC):
    """Answers one challenge, automatically or with the user's answers. It has no state: an Attempt goes in and out."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Return the attempt after the calls that must come before the answer; few challenges need one."""
        return attempt

    def pause(self, attempt: Attempt, now: float) -> float:
        """Return the seconds to wait before the answer, such as for the next code of an authenticator app."""
        return 0.0

    @abstractmethod
    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the ChallengeResponses, or None if the user must answer first."""

    def ask(self, attempt: Attempt, now: float) -> Challenge | None:
        """Return what the user is asked; None if no user can answer it."""
        return None

    def refused(self, attempt: Attempt, now: float) -> Attempt:
        """Return the attempt after Cognito refused the answer and left the session open."""
        return attempt.unanswered()

    def restart(self, attempt: Attempt) -> Restart | None:
        """Return how to start again after a wrong answer that ended the session.

        None if the refusal is reported as it is: the same answer would be refused again.
        """
        return None

    def lost(self, attempt: Attempt) -> Attempt | None:
        """Return how to start again after a lost reply to an answer that Cognito may have accepted.

        None if the answer changes nothing: the user gives it again.
        """
        return None

    def over(self, attempt: Attempt) -> Attempt:
        """Return how to start again if the session had expired before the answer came."""
        return attempt

    def settled(self, attempt: Attempt) -> Attempt:
        """Return the attempt after Cognito accepted the answer."""
        return attempt
