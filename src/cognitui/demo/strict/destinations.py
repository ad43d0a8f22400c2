"""Where a user's codes go, and how that is told to someone who may not know it."""

from __future__ import annotations

from dataclasses import dataclass

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.pools import User

EMAIL, SMS = "EMAIL", "SMS"

_MEDIA = {"email": EMAIL, "phone_number": SMS}


@dataclass(frozen=True, slots=True)
class Destination:
    """An address or a number of a user."""

    attribute: str
    """`email` or `phone_number`."""
    address: str

    @property
    def medium(self) -> str:
        """`EMAIL` or `SMS`."""
        return _MEDIA[self.attribute]

    @property
    def details(self) -> Body:
        """CodeDeliveryDetails."""
        return {
            "Destination": masked(self.address),
            "DeliveryMedium": self.medium,
            "AttributeName": self.attribute,
        }


def destination(user: User, *, verified: bool) -> Destination | None:
    """Returns where a user is reached, by e-mail before SMS; None where there is nothing, or nothing verified."""
    for name in _MEDIA:
        if name in user.attributes and (not verified or user.attributes.get(f"{name}_verified") == "true"):
            return Destination(name, user.attributes[name])
    return None


def simulated(name: str) -> Destination:
    """Returns what is told of a user who does not exist."""
    return Destination("email", name if "@" in name else f"{name}@example.com")


def masked(address: str) -> str:
    """Returns an address as Cognito tells it: `a***@e***`, `+*******1234`."""
    user, at, host = address.partition("@")
    if at:
        return f"{user[:1]}***@{host[:1]}***"
    return f"+{'*' * (len(address) - 5)}{address[-4:]}"
