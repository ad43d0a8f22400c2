"""What Cognito tells of the user whose access token is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A user's attributes, in the form of claims."""

    claims: Mapping[str, object] = field(repr=False)
    told_by: str
    """`GetUser` or `userInfo`."""
    asked_at: float
    """Seconds since the epoch."""
