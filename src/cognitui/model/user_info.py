"""What Cognito tells of the user whose access token is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cognitui.model.frozen import Frozen


class UserInfo(Frozen, frozen=True):
    """A user's attributes, in the form of claims."""

    hidden: ClassVar[tuple[str, ...]] = ("claims",)

    claims: Mapping[str, object]
    told_by: str
    """`GetUser` or `userInfo`."""
    asked_at: float
    """Seconds since the epoch."""
