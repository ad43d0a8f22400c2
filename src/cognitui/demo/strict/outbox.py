"""What the server would have sent by e-mail or SMS: the codes are read here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A message with a code."""

    username: str
    """The real one."""
    medium: str
    """`EMAIL` or `SMS`."""
    destination: str
    """The address or number, in full."""
    code: str = field(repr=False)
    at: float
    """Seconds since the epoch, on the server's clock."""


class Outbox:
    """Every message since the server started."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._listeners: list[Callable[[Message], None]] = []

    def listen(self, hear: Callable[[Message], None]) -> None:
        """Hands every message from now on to `hear` as it is sent, on the thread of the call that sends it."""
        self._listeners.append(hear)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All of them, in the order of sending."""
        return tuple(self._messages)

    def send(self, message: Message) -> None:
        """Takes a message."""
        self._messages.append(message)
        for hear in self._listeners:
            hear(message)

    def last(self, username: str) -> Message:
        """Returns the latest to a user; an IndexError where there is none."""
        return [message for message in self._messages if message.username == username][-1]
