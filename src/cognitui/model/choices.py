"""What the program remembers of how a person uses it, from one run to the next. It holds no secret."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from cognitui.model.frozen import Frozen, replace

_MOST = 1000
"""Profiles whose last form is remembered; those that were copied longest ago go first."""


class Choices(Frozen, frozen=True):
    """Each field has a default, so that a file of another version lacks nothing."""

    copied_as: Mapping[str, str] = {}
    """The form that was copied last, by `Profile.id`, in the order of their copying."""

    def with_copied_as(self, profile_id: str, form: str) -> Choices:
        """Returns them with the form in which a profile's token was copied now."""
        others = {id_: former for id_, former in self.copied_as.items() if id_ != profile_id}
        kept = islice(others.items(), max(0, len(others) + 1 - _MOST), None)
        return replace(self, copied_as={**dict(kept), profile_id: form})


NO_CHOICES = Choices()
"""Nothing is remembered yet."""
