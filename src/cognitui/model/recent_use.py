"""How often a profile is used, and how lately: each use counts for half as much with every few days."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cognitui.model.frozen import Frozen

HALF_LIFE = 3 * 86400.0
"""Seconds after which a use counts for half: what was used all week stays ahead of one look at something else."""


class Use(Frozen, frozen=True):
    """What is known of the uses of one profile."""

    score: float
    """How many they are, the older ones for less, at the time of the last one."""
    at: float
    """When the last one was; seconds since the epoch."""

    def score_at(self, now: float) -> float:
        """Returns what they count for now; a clock that was set back makes nothing of it newer than now."""
        return self.score * math.exp2(-max(0.0, now - self.at) / HALF_LIFE)


def once_more(before: Use | None, now: float) -> Use:
    """Returns what is known after another use."""
    return Use((before.score_at(now) if before else 0.0) + 1.0, now)


def scores_of(uses: Mapping[str, Use], now: float) -> Mapping[str, float]:
    """Returns what the uses of each profile count for now, by its id."""
    return {profile_id: use.score_at(now) for profile_id, use in uses.items()}
