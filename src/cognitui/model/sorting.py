"""Sort orders of the profile list, and the recorded use of profiles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import NO_EXPIRIES, Expiries

HALF_LIFE = 3 * 86400.0
"""Seconds after which a use counts half, so that daily use outranks a single look at something else."""


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
        """Return the order with a stored name, or that of the file."""
        return next((order for order in cls if order.key == key), cls.FILE)

    @property
    def following(self) -> Order:
        """The next order; the first one after the last."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


def ordered(
    profiles: Sequence[Profile],
    order: Order,
    *,
    expiries: Mapping[str, Expiries],
    use_scores: Mapping[str, float],
    now: float,
) -> tuple[Profile, ...]:
    """Return profiles in an order; the sort is stable.

    Args:
        profiles: In the order of the file.
        order: What comes first.
        expiries: Known expiry times, by `Profile.token_key`.
        use_scores: How often and how recently a profile was used, by its id; see `scores_of`.
        now: Seconds since the epoch.
    """
    if order is Order.NAME:
        return tuple(sorted(profiles, key=lambda profile: (profile.name.casefold(), profile.id)))
    if order is Order.EXPIRES_FIRST and expiries:
        return tuple(sorted(profiles, key=lambda profile: _expiry_rank(profile, expiries, now)))
    if order is Order.RECENT and use_scores:
        return tuple(sorted(profiles, key=lambda profile: -use_scores.get(profile.id, 0.0)))
    return tuple(profiles)


class Use(Frozen, frozen=True):
    """The recorded uses of one profile."""

    score: float
    """The number of uses at the time of the last one, older ones counting less."""
    at: float
    """The time of the last use; seconds since the epoch."""

    def score_at(self, now: float) -> float:
        """Return the score at `now`; a clock that was set back does not raise it."""
        return self.score * math.exp2(-max(0.0, now - self.at) / HALF_LIFE)


def once_more(before: Use | None, now: float) -> Use:
    """Return the record after one more use."""
    return Use((before.score_at(now) if before else 0.0) + 1.0, now)


def scores_of(uses: Mapping[str, Use], now: float) -> Mapping[str, float]:
    """Return the current scores by profile id."""
    return {profile_id: use.score_at(now) for profile_id, use in uses.items()}


_KEYS = {
    Order.FILE: "file",
    Order.NAME: "name",
    Order.EXPIRES_FIRST: "dies_first",
    Order.RECENT: "recent",
}


def _expiry_rank(profile: Profile, expiries: Mapping[str, Expiries], now: float) -> tuple[int, float]:
    """Sort valid tokens by expiry, then expired ones (the latest first), then profiles without a token."""
    life = expiries.get(profile.token_key, NO_EXPIRIES).access
    if life is None:
        return 2, 0.0
    left = life.remaining(now)
    return (0, left) if left > 0 else (1, -left)
