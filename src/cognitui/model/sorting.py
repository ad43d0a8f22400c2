"""In which order profiles are listed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import NO_EXPIRIES, Expiries


class Order(StrEnum):
    """What comes first."""

    FILE = "as in the file"
    NAME = "by name"
    EXPIRES_FIRST = "expires first"
    RECENT = "recently used"

    @property
    def key(self) -> str:
        """The name that `choices.json` stores: the words that people read may change."""
        return _KEYS[self]

    @classmethod
    def of_key(cls, key: str) -> Order:
        """Returns the order that is remembered so, or that of the file."""
        return next((order for order in cls if order.key == key), cls.FILE)

    @property
    def following(self) -> Order:
        """The next one, and after the last the first."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


_KEYS = {
    Order.FILE: "file",
    Order.NAME: "name",
    Order.EXPIRES_FIRST: "dies_first",
    Order.RECENT: "recent",
}


def ordered(
    profiles: Sequence[Profile],
    order: Order,
    *,
    expiries: Mapping[str, Expiries],
    use_scores: Mapping[str, float],
    now: float,
) -> tuple[Profile, ...]:
    """Returns profiles in an order; those that it does not part stay as they were.

    Args:
        profiles: In the order of the file.
        order: What comes first.
        expiries: What is known of tokens, by `Profile.token_key`.
        use_scores: How often and how lately a profile was used, by its id; see `recent_use.scores_of`.
        now: Seconds since the epoch.
    """
    if order is Order.NAME:
        return tuple(sorted(profiles, key=lambda profile: (profile.name.casefold(), profile.id)))
    if order is Order.EXPIRES_FIRST and expiries:
        return tuple(sorted(profiles, key=lambda profile: _death(profile, expiries, now)))
    if order is Order.RECENT and use_scores:
        return tuple(sorted(profiles, key=lambda profile: -use_scores.get(profile.id, 0.0)))
    return tuple(profiles)


def _death(profile: Profile, expiries: Mapping[str, Expiries], now: float) -> tuple[int, float]:
    """What lives comes before what has died (the latest death first), and both before what never lived."""
    life = expiries.get(profile.token_key, NO_EXPIRIES).access
    if life is None:
        return 2, 0.0
    left = life.remaining(now)
    return (0, left) if left > 0 else (1, -left)


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
