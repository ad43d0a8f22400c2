"""Sign-in attempts, and the sessions that hold them between a challenge and its answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

from cognitui.demo.strict.authentication_levels import Method, missing_methods
from cognitui.demo.strict.errors import invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.parameters import StringMap, required_entry
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.users import Device, User
from cognitui.demo.strict.wire import Body

Detail = TypeVar("Detail")


class Step(Enum):
    """A step that a sign-in has to pass."""

    FIRST_FACTOR = auto()
    CUSTOM = auto()
    """The custom challenges of CUSTOM_AUTH."""
    MFA = auto()
    DEVICE = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in in progress: its user, and the steps that it has passed."""

    client: AppClient
    user: User | None
    """None if there is no such user and the client hides it."""
    typed: str
    """The name that the sign-in began with; may be an alias."""
    device_key: str = ""
    """Empty if none was sent."""
    new_address: str = ""
    """An e-mail address that is being set up for codes; the user's as soon as a code has come back."""
    passed: frozenset[Step] = frozenset((Step.CUSTOM,))
    """Only CUSTOM_AUTH has custom challenges to pass."""
    methods: frozenset[Method] = frozenset()
    """What the user has proven, here or by the access token of a step-up."""
    target: int = 0
    """The authentication level to reach; 0 for any."""

    @classmethod
    def begin(cls, client: AppClient, given: StringMap) -> Attempt:
        """Return the attempt that AuthParameters begin, once the SECRET_HASH is correct."""
        name = required_entry(given, "USERNAME")
        client.check_secret_hash(name, given.get("SECRET_HASH"))
        return cls(client, client.user(name), name, given.get("DEVICE_KEY", ""))

    @property
    def username(self) -> str:
        """The real username, which the answers must contain; without a user, the name that was typed."""
        return self.user.username if self.user else self.typed

    def device(self) -> Device | None:
        """Return the device whose DEVICE_KEY came with the sign-in, or None if none came.

        Raises:
            Refusal: The user has no such device.
        """
        if not self.device_key or self.user is None:
            return None
        return self.user.confirmed_device(self.device_key)

    def with_custom_challenges(self) -> Attempt:
        """Return the attempt with the custom challenges still to pass."""
        return replace(self, passed=self.passed - {Step.CUSTOM})

    def on_device(self, key: str) -> Attempt:
        """Return the attempt on another device."""
        return replace(self, device_key=key)

    def with_new_address(self, address: str) -> Attempt:
        """Return the attempt with an address that codes go to from now on."""
        return replace(self, new_address=address)

    def after(self, step: Step) -> Attempt:
        """Return the attempt with a step passed."""
        return replace(self, passed=self.passed | {step})

    def proving(self, method: Method) -> Attempt:
        """Return the attempt with a method proven."""
        return replace(self, methods=self.methods | {method})

    @property
    def missing(self) -> tuple[Method, ...]:
        """The methods of which one is still needed for the target."""
        if not self.target or self.user is None:
            return ()
        return missing_methods(self.client.pool, self.user, self.methods, self.target)


@dataclass(frozen=True, slots=True)
class ChallengeResponse:
    """The answer to a challenge, from a caller who knows the client's secret."""

    client: AppClient
    username: str
    given: StringMap = field(repr=False)
    session: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, client: AppClient, given: StringMap, session: str | None) -> ChallengeResponse:
        """Return ChallengeResponses: they must name the user and, if the client has a secret, prove it."""
        username = required_entry(given, "USERNAME")
        client.check_secret_hash(username, given.get("SECRET_HASH"))
        return cls(client, username, given, session)

    def required(self, name: str) -> str:
        """Return an entry that must be present."""
        return required_entry(self.given, name)


class Challenge(Protocol):
    """A challenge under one name."""

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Return what to ask.

        Args:
            attempt: The sign-in.
            given: The parameters of the call that leads here: some challenges find their answer in them.
        """

    def answer(self, response: ChallengeResponse) -> Body:
        """Return what comes next: another challenge, or the tokens."""


def challenge(name: str, session: str, **parameters: str) -> Body:
    """Return a challenge as an operation answers it."""
    return {"ChallengeName": name, "Session": session, "ChallengeParameters": parameters}


@dataclass(frozen=True, slots=True)
class Pending(Generic[Detail]):
    """A challenge that waits for its answer."""

    attempt: Attempt
    detail: Detail = field(repr=False)
    ends_at: float


class Sessions(Generic[Detail]):
    """The pending instances of one challenge, by session. Each session is good for one use."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._pending: dict[str, Pending[Detail]] = {}
        self._used: set[str] = set()

    def open(self, attempt: Attempt, detail: Detail) -> str:
        """Return a new session, which is valid as long as the client says."""
        session = new_session()
        self.add(session, attempt, detail, attempt.client.session_validity)
        return session

    def add(self, session: str, attempt: Attempt, detail: Detail, lifetime: float) -> None:
        """Add a pending challenge under a session of its own, for some seconds."""
        self._pending[session] = Pending(attempt, detail, self._now() + lifetime)

    def __contains__(self, session: str) -> bool:
        return session in self._pending or session in self._used

    def pending_for(self, response: ChallengeResponse, *, by_typed_name: bool = False) -> Pending[Detail]:
        """Return the challenge that a response answers. It stays pending until `use_up`.

        Args:
            response: The response.
            by_typed_name: Whether the challenge contained no username, so that the response may repeat the typed one.

        Raises:
            Refusal: The session is missing or invalid, or the response names another user than the challenge.
        """
        if response.session is None:
            raise invalid_parameter("Missing required parameter Session")
        pending = self.pending(response.session, response.client)
        names = (pending.attempt.username, pending.attempt.typed if by_typed_name else "")
        if response.username not in names:
            raise wrong_credentials()
        key = response.given.get("DEVICE_KEY", pending.attempt.device_key)
        return replace(pending, attempt=pending.attempt.on_device(key))

    def pending(self, session: str, client: AppClient | None = None) -> Pending[Detail]:
        """Return the challenge of a session. It stays pending until `use_up`.

        Raises:
            Refusal: The session is used, expired, unknown, or belongs to another client or challenge.
        """
        if session in self._used:
            raise not_authorized("Invalid session for the user, session can only be used once.")
        pending = self._pending.get(session)
        if pending is None or client not in (None, pending.attempt.client):
            raise not_authorized("Invalid session for the user.")
        if self._now() >= pending.ends_at:
            raise not_authorized("Invalid session for the user, session is expired.")
        return pending

    def use_up(self, session: str | None) -> None:
        """End a session: it accepts no second answer."""
        if session is not None:
            self._pending.pop(session, None)
            self._used.add(session)


def new_session() -> str:
    """Return a random session as long as Cognito's may be: 4,096 characters."""
    return f"AYABe{secrets.token_urlsafe(3_068)}"
