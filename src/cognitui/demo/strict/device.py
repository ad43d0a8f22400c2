"""A device of a user: a machine that can prove that it is the same again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tracking = Literal["always", "opt_in"]
"""Whether a pool remembers all devices, or leaves it to the user."""


@dataclass(slots=True)
class Device:
    """A device, from the sign-in that it was made in."""

    key: str
    """`eu-west-1_` and a UUID."""
    group: str
    """The DeviceGroupKey."""
    tracking: Tracking
    made_at: float
    """Seconds since the epoch."""
    name: str = ""
    salt: int = field(default=0, repr=False)
    verifier: int | None = field(default=None, repr=False)
    """What its proofs are checked by; None until ConfirmDevice."""
    remembered: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether the client has taken it."""
        return self.verifier is not None

    @property
    def identity(self) -> str:
        """What stands in its proof where a password's has the pool and the user."""
        return self.group + self.key

    def confirm(self, name: str, salt: int, verifier: int) -> None:
        """Takes what the client made of the device."""
        self.name, self.salt, self.verifier = name, salt, verifier
        self.remembered = self.tracking == "always"
