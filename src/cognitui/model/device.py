"""A remembered device: what a pool knows this machine as, and the password that proves it."""

from __future__ import annotations

import json
from typing import ClassVar

from cognitui.model.frozen import Frozen


class RememberedDevice(Frozen, frozen=True):
    """A device of one user, as ConfirmDevice made it known."""

    hidden: ClassVar[tuple[str, ...]] = ("password",)

    key: str
    """DEVICE_KEY, `eu-west-1_5ac1…`; no secret, but it goes with every sign-in and refresh."""
    group: str
    """DEVICE_GROUP_KEY: stands where the pool's name stands in a password proof."""
    password: str
    """Made here and told to nobody: Cognito has a verifier alone."""

    def pack(self) -> str:
        """Returns it as the vault holds it: a JSON list."""
        return json.dumps([self.key, self.group, self.password])

    @classmethod
    def unpack(cls, stored: str) -> RememberedDevice | None:
        """Returns the device that `pack` wrote; None for anything else, which is as good as no device."""
        try:
            parts = json.loads(stored)
        except (ValueError, RecursionError):
            return None
        if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) and part for part in parts):
            return None
        return cls(*parts)
