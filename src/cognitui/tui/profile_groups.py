"""The environments of a list that shows all of them: where each begins, and how many of its tokens live."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec import Struct

from cognitui.model.profile import Environment, Profile
from cognitui.model.token import Expiries
from cognitui.tui.tally import Tallier


class ProfileGroup(Struct, frozen=True):
    """The profiles of one environment, one after the other."""

    environment: Environment
    first: int
    """The row of its first profile."""
    count: int
    """How many profiles it has."""
    tallier: Tallier
    """Counts those of its tokens that live."""


class ProfileGroups:
    """Stands between rows, which are profiles, and lines, which are profiles and a heading above each group."""

    def __init__(self, profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> None:
        """Takes what is listed, in the order of the file, and what is known of all tokens."""
        self.groups = tuple(_grouped(profiles, expiries))
        self._firsts = [group.first for group in self.groups]
        self._heading_lines = [group.first + place for place, group in enumerate(self.groups)]
        self.line_count = len(profiles) + len(self.groups)

    def line_of(self, row: int) -> int:
        """Returns the line of a profile."""
        return row + bisect_right(self._firsts, row)

    def row_at(self, line: int) -> int | None:
        """Returns the profile at a line; None at a heading and below the last line."""
        if line >= self.line_count or self.group_at(line) is not None:
            return None
        return line - bisect_right(self._heading_lines, line)

    def group_at(self, line: int) -> ProfileGroup | None:
        """Returns the group whose heading stands at a line, if one does."""
        place = bisect_right(self._heading_lines, line) - 1
        return self.groups[place] if place >= 0 and self._heading_lines[place] == line else None


def _grouped(profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> Iterator[ProfileGroup]:
    first = 0
    for _, run in groupby(profiles, key=lambda profile: profile.environment.name):
        members = tuple(run)
        yield ProfileGroup(members[0].environment, first, len(members), Tallier(members, expiries))
        first += len(members)
