"""A sign-in on its way: who it is for, and what has been shown so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from cognitui.demo.strict.parameters import Answers, needed
from cognitui.demo.strict.pools import AppClient, User
from cognitui.demo.strict.secret_hash import check_secret_hash


class Step(Enum):
    """What a sign-in has to pass."""

    FIRST_FACTOR = auto()
    CUSTOM = auto()
    """The questions of CUSTOM_AUTH."""
    MFA = auto()
    DEVICE = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in on its way."""

    client: AppClient
    user: User | None
    """None where the name is nobody's and the client must not tell."""
    typed: str
    """The name that it began with: perhaps an alias."""
    device_key: str = ""
    """Empty where none was sent."""
    new_address: str = ""
    """An e-mail address that is being set up for codes: the user's as soon as one has come back."""
    passed: frozenset[Step] = frozenset((Step.CUSTOM,))
    """Custom questions stand in the way of CUSTOM_AUTH alone."""

    @property
    def username(self) -> str:
        """The real username, which the answers must name; nobody's is the one that was typed."""
        return self.user.username if self.user else self.typed

    def to_be_asked(self) -> Attempt:
        """Returns the attempt with the custom questions before it."""
        return replace(self, passed=self.passed - {Step.CUSTOM})

    def on_device(self, key: str) -> Attempt:
        """Returns the attempt on another device."""
        return replace(self, device_key=key)

    def with_new_address(self, address: str) -> Attempt:
        """Returns the attempt with an address that codes go to from now on."""
        return replace(self, new_address=address)

    def having(self, step: Step) -> Attempt:
        """Returns the attempt with a step passed."""
        return replace(self, passed=self.passed | {step})


def begun(client: AppClient, given: Answers) -> Attempt:
    """Returns the attempt that AuthParameters begin, once the SECRET_HASH is right."""
    name = needed(given, "USERNAME")
    check_secret_hash(client, name, given)
    return Attempt(client, client.user(name), name, given.get("DEVICE_KEY", ""))
