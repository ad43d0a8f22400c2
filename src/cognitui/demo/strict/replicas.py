"""Replicas of user pools in a second Region."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReplicaStatus(StrEnum):
    """Cognito's status of a replica."""

    CREATING = "CREATING"
    INACTIVE = "INACTIVE"
    """Serves administrators only; every new replica begins here."""
    ACTIVE = "ACTIVE"
    DELETING = "DELETING"


@dataclass(slots=True)
class Replica:
    """The secondary of a pool, which keeps the pool's id. A test may change its status between two calls."""

    region: str
    status: ReplicaStatus = ReplicaStatus.ACTIVE
