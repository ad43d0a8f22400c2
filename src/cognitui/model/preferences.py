"""What the program remembers of how a person uses it, from one run to the next. It holds no secret."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

from cognitui.model.sorting import Use, once_more
from cognitui.model.struct import Frozen, replace

_MOST = 1000
"""Profiles of which something is remembered; those that were used longest ago go first."""

_MOST_ENVIRONMENTS = 100

Value = TypeVar("Value")


class Preferences(Frozen, frozen=True, omit_defaults=True):
    """Each field has a default, so that a file of another version lacks nothing; what is a default is not written."""

    copied_as: Mapping[str, str] = {}
    """The form that was copied last, by `Profile.id`, in the order of their copying."""
    used: Mapping[str, Use] = {}
    """How often and how lately a token was got or copied, by `Profile.id`, in the order of their last use."""
    order: str = ""
    """In which order profiles are listed: `Order.key`."""
    environment: str = ""
    """The environment that was shown last, or what stands for all of them."""
    selected: Mapping[str, str] = {}
    """The `Profile.id` that was selected last in an environment, by its name."""
    alone: str = ""
    """The pane that had the screen alone; empty where both were there."""

    def with_copied_as(self, profile_id: str, form: str) -> Preferences:
        """Returns them with the form in which a profile's token was copied now."""
        return replace(self, copied_as=_newest(self.copied_as, {profile_id: form}, _MOST))

    def with_use(self, profile_id: str, now: float) -> Preferences:
        """Returns them with another use of a profile; `now` in seconds since the epoch."""
        use = once_more(self.used.get(profile_id), now)
        return replace(self, used=_newest(self.used, {profile_id: use}, _MOST))

    def with_place(self, environment: str, selected: Mapping[str, str]) -> Preferences:
        """Returns them with the environment that is shown, and what is selected in those that were."""
        return replace(self, environment=environment, selected=_newest(self.selected, selected, _MOST_ENVIRONMENTS))

    def with_order(self, key: str) -> Preferences:
        """Returns them with the order in which profiles are listed."""
        return replace(self, order=key)

    def with_alone(self, pane: str) -> Preferences:
        """Returns them with the pane that has the screen alone; empty where both are there."""
        return replace(self, alone=pane)

    def with_renamed(self, before: str, after: str) -> Preferences:
        """Returns them for a profile that has another `Profile.id` now."""
        if before == after:
            return self
        return replace(
            self,
            copied_as=_renamed(self.copied_as, before, after),
            used=_renamed(self.used, before, after),
            selected={name: after if id_ == before else id_ for name, id_ in self.selected.items()},
        )

    def without(self, profile_id: str) -> Preferences:
        """Returns them without a profile that is gone: another one of its name begins anew."""
        return replace(
            self,
            copied_as=_others(self.copied_as, profile_id),
            used=_others(self.used, profile_id),
            selected={name: id_ for name, id_ in self.selected.items() if id_ != profile_id},
        )


NO_PREFERENCES = Preferences()
"""Nothing is remembered yet."""


def _newest(known: Mapping[str, Value], now: Mapping[str, Value], most: int) -> Mapping[str, Value]:
    """Puts what is new behind what is known, and drops from the front what is too much."""
    merged = {**{key: value for key, value in known.items() if key not in now}, **now}
    return dict(islice(merged.items(), max(0, len(merged) - most), None))


def _others(known: Mapping[str, Value], profile_id: str) -> Mapping[str, Value]:
    return {id_: value for id_, value in known.items() if id_ != profile_id}


def _renamed(known: Mapping[str, Value], before: str, after: str) -> Mapping[str, Value]:
    """Keeps the order; what was known of a former profile of that name goes."""
    return {
        after if id_ == before else id_: value for id_, value in known.items() if id_ != after or before not in known
    }
