"""Preferences that are remembered from one run to the next, such as the sort order; they hold no secret."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

from cognitui.model.sorting import Use, once_more
from cognitui.model.struct import Frozen, replace

_MOST = 1000
"""Profiles that something is remembered of; those used longest ago go first."""

_MOST_ENVIRONMENTS = 100

Value = TypeVar("Value")


class Preferences(Frozen, frozen=True, omit_defaults=True):
    """The preferences; every field has a default, so that a file of another version can be read."""

    copied_as: Mapping[str, str] = {}
    """The format that was copied last, by `Profile.id`, oldest first."""
    used: Mapping[str, Use] = {}
    """How often and how recently a token was fetched or copied, by `Profile.id`, least recent first."""
    order: str = ""
    """The sort order of the profile list: `Order.key`."""
    environment: str = ""
    """The environment that was shown last, or the name for all of them."""
    selected: Mapping[str, str] = {}
    """The `Profile.id` that was selected last in each environment, by its name."""
    alone: str = ""
    """The pane that filled the screen; empty if both were visible."""

    def with_copied_as(self, profile_id: str, form: str) -> Preferences:
        """Return the preferences with the format that a profile's token was just copied in."""
        return replace(self, copied_as=_newest(self.copied_as, {profile_id: form}, _MOST))

    def with_use(self, profile_id: str, now: float) -> Preferences:
        """Return the preferences with one more use of a profile; `now` is in seconds since the epoch."""
        use = once_more(self.used.get(profile_id), now)
        return replace(self, used=_newest(self.used, {profile_id: use}, _MOST))

    def with_place(self, environment: str, selected: Mapping[str, str]) -> Preferences:
        """Return the preferences with the environment that is shown and the selection in each environment."""
        return replace(self, environment=environment, selected=_newest(self.selected, selected, _MOST_ENVIRONMENTS))

    def with_order(self, key: str) -> Preferences:
        """Return the preferences with another sort order."""
        return replace(self, order=key)

    def with_alone(self, pane: str) -> Preferences:
        """Return the preferences with the pane that fills the screen; empty if both are visible."""
        return replace(self, alone=pane)

    def with_renamed(self, before: str, after: str) -> Preferences:
        """Return the preferences with the new `Profile.id` of a renamed profile."""
        if before == after:
            return self
        return replace(
            self,
            copied_as=_renamed(self.copied_as, before, after),
            used=_renamed(self.used, before, after),
            selected={name: after if id_ == before else id_ for name, id_ in self.selected.items()},
        )

    def without(self, profile_id: str) -> Preferences:
        """Return the preferences without a removed profile: another one of its name starts over."""
        return replace(
            self,
            copied_as=_others(self.copied_as, profile_id),
            used=_others(self.used, profile_id),
            selected={name: id_ for name, id_ in self.selected.items() if id_ != profile_id},
        )


NO_PREFERENCES = Preferences()
"""Nothing is remembered yet."""


def _newest(known: Mapping[str, Value], now: Mapping[str, Value], most: int) -> Mapping[str, Value]:
    """Append the new entries and drop the oldest ones beyond `most`."""
    merged = {**{key: value for key, value in known.items() if key not in now}, **now}
    return dict(islice(merged.items(), max(0, len(merged) - most), None))


def _others(known: Mapping[str, Value], profile_id: str) -> Mapping[str, Value]:
    return {id_: value for id_, value in known.items() if id_ != profile_id}


def _renamed(known: Mapping[str, Value], before: str, after: str) -> Mapping[str, Value]:
    """Rename an entry in place; the entries of an earlier profile with the new name go."""
    return {
        after if id_ == before else id_: value for id_, value in known.items() if id_ != after or before not in known
    }
