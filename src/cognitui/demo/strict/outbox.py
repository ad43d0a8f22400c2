"""Outbox of the e-mails and text messages with codes, which nobody really sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Body

_MEDIA = {"email": "EMAIL", "phone_number": "SMS"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message with a code."""

    username: str
    """The real username."""
    medium: str
    """`EMAIL` or `SMS`."""
    destination: str
    """The complete address or number."""
    code: str = field(repr=False)
    at: float
    """Seconds since the epoch, on the server's clock."""


class Outbox:
    """Every message since the server started."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._listeners: list[Callable[[Message], None]] = []

    def listen(self, on_message: Callable[[Message], None]) -> None:
        """Call `on_message` with every later message, on the thread of the call that sends it."""
        self._listeners.append(on_message)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages, in the order of sending."""
        return tuple(self._messages)

    def send(self, message: Message) -> None:
        """Add a message."""
        self._messages.append(message)
        for on_message in self._listeners:
            on_message(message)

    def last(self, username: str) -> Message:
        """Return the latest message to a user, or raise IndexError if there is none."""
        return [message for message in self._messages if message.username == username][-1]


@dataclass(frozen=True, slots=True)
class Destination:
    """An e-mail address or phone number of a user."""

    attribute: str
    """`email` or `phone_number`."""
    address: str

    @classmethod
    def of(cls, user: User, *, verified: bool) -> Destination | None:
        """Return the address of a user, e-mail before SMS; None if there is none, or none that is verified."""
        for name in _MEDIA:
            if name in user.attributes and (not verified or user.attributes.get(f"{name}_verified") == "true"):
                return cls(name, user.attributes[name])
        return None

    @classmethod
    def simulated(cls, name: str) -> Destination:
        """Return a plausible destination for a user who does not exist."""
        return cls("email", name if "@" in name else f"{name}@example.com")

    @property
    def medium(self) -> str:
        """`EMAIL` or `SMS`."""
        return _MEDIA[self.attribute]

    @property
    def masked(self) -> str:
        """The address as Cognito shows it: `a***@e***`, `+*******1234`."""
        user, at, host = self.address.partition("@")
        if at:
            return f"{user[:1]}***@{host[:1]}***"
        return f"+{'*' * (len(self.address) - 5)}{self.address[-4:]}"

    @property
    def details(self) -> Body:
        """CodeDeliveryDetails."""
        return {"Destination": self.masked, "DeliveryMedium": self.medium, "AttributeName": self.attribute}
