"""Fuzzy filter of profiles, the marks of its matches, and the groups of a list of several environments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style

from cognitui.model.profile import Environment, Profile, default_client_label
from cognitui.model.token import Expiries
from cognitui.tui.state import Tallier

_FIELD = "\n\0"
"""Separator of two searched fields. Letters of two lines never match together; tags are lines of one field."""

_FIELDS = ("name", "id", "user", "client", "tag", "notes")
"""The most likely one first."""


class _Found(NamedTuple):
    query: str
    rows: Sequence[int]
    by_letters: bool = False


class Reason(NamedTuple):
    """A match in a field that a row does not show."""

    field: str
    """Its name for display: `user`, `client`, `tag` or `notes`."""
    text: str
    """The line that has it; untrusted."""
    word: str


class ProfileFilter:
    """Find profiles by words in any order; a longer query searches only the matches of the shorter one."""

    def __init__(
        self, profiles: tuple[Profile, ...], use_scores: Callable[[], Mapping[str, float]] | None = None
    ) -> None:
        self._all = profiles
        self._use_scores = use_scores
        self._texts: list[str] | None = None
        """The searched text of each profile, by row."""
        self._columns: tuple[Sequence[str], ...] = ()
        """The same by field, and then by row."""
        self._whole: dict[int, frozenset[str]] = {}
        """The texts of a field, to find out at once whether one of them equals the word."""
        self._rows: Mapping[str, int] | None = None
        """By `Profile.id`."""
        self._last = _Found("", range(len(profiles)))

    def prepare(self) -> None:
        """Build the searched texts before the first letter is typed: 20 ms for 10,000 profiles."""
        if self._texts is None:
            texts = [_haystack(profile) for profile in self._all]
            self._columns = tuple(zip(*(text.split(_FIELD, len(_FIELDS) - 1) for text in texts), strict=True))
            self._texts = texts

    def matching(self, query: str) -> tuple[Profile, ...]:
        """Return the profiles that contain every word of the query, the most likely first.

        A match in the name comes before one in the id, username, client, tags and notes. In each field, an exact match
        comes before a prefix, and a prefix before the rest. Equal profiles keep their order.

        A word that no profile contains is searched by its letters, in order: `prdal` finds `prod/alice`. Letters match
        many by chance: among equals, the most used profile comes first.
        """
        words = query.casefold().split()
        if not words:
            return self._all
        self.prepare()
        every = range(len(self._texts or ()))
        last = self._last if query.startswith(self._last.query) else _Found("", every)
        if len(words) == 1 and len(self._beginning(words[0], last.rows)) == len(last.rows) > 0:
            # Most letters change nothing: all names that are left go on as the word does.
            self._last = _Found(query, last.rows)
            return self._chosen(last.rows, last.rows)
        rows, by_letters = self._having(words, last.rows), False
        if not rows:
            # What the letters of a shorter query did not find, those of a longer one do not find either.
            rows, by_letters = self._having(words, last.rows if last.by_letters else every, by_letters=True), True
        self._last = _Found(query, rows, by_letters)
        return self._chosen(rows, self._in_order(rows, words, by_letters=by_letters))

    def _chosen(self, rows: Sequence[int], in_order: Sequence[int]) -> tuple[Profile, ...]:
        if in_order is rows and len(rows) == len(self._all):
            return self._all
        return tuple([self._all[row] for row in in_order])

    def _beginning(self, word: str, among: Sequence[int]) -> Sequence[int]:
        """Return the rows whose name begins with a word, or none if a name is the word: that one comes first."""
        texts = self._texts or []
        return () if self._has(0, word) else [row for row in among if texts[row].startswith(word)]

    def _in_order(self, rows: Sequence[int], words: list[str], *, by_letters: bool) -> Sequence[int]:
        """Return rows, the likeliest first; the same object if that is their order already."""
        first, *others = (self._buckets(rows, word) for word in words)
        buckets = [bucket for bucket in (_added(rows, (first, *others)) if others else first) if bucket]
        scores = self._scores_by_row() if by_letters else {}
        if scores:
            buckets = [sorted(bucket, key=lambda row: -scores.get(row, 0.0)) for bucket in buckets]
        elif len(buckets) == 1:
            return rows
        return [row for bucket in buckets for row in bucket]

    def _buckets(self, rows: Sequence[int], word: str) -> list[Sequence[int]]:
        """Return rows by how likely the word is meant there, the likeliest first; some may be empty."""
        buckets: list[Sequence[int]] = []
        rest, next_line = rows, f"\n{word}"
        for number, column in enumerate(self._columns):
            having = [row for row in rest if word in column[row]]
            begins = [row for row in having if column[row].startswith(word) or next_line in column[row]]
            exact = [row for row in begins if column[row] == word] if begins and self._has(number, word) else []
            buckets += [exact, _without(begins, exact), _without(having, begins)]
            rest = _without(rest, having)
            if not rest:
                break
        for column in self._columns if rest else ():
            search = letters_of(word, grouped=False).search
            having = [row for row in rest if search(column[row])]
            buckets.append(having)
            rest = _without(rest, having)
        return [*buckets, rest]

    def _has(self, number: int, text: str) -> bool:
        """Return whether a field of any profile is that text."""
        if number not in self._whole:
            self._whole[number] = frozenset(self._columns[number])
        return text in self._whole[number]

    def _scores_by_row(self) -> Mapping[int, float]:
        scores = self._use_scores() if self._use_scores else {}
        if scores and self._rows is None:
            self._rows = {profile.id: row for row, profile in enumerate(self._all)}
        rows = self._rows or {}
        return {rows[id_]: score for id_, score in scores.items() if id_ in rows}

    def _having(self, words: list[str], among: Sequence[int], *, by_letters: bool = False) -> Sequence[int]:
        texts, rows = self._texts or [], among
        for word in words:
            having = [row for row in rows if word in texts[row]]
            if by_letters and not having:
                search = letters_of(word, grouped=False).search
                having = [row for row in rows if search(texts[row])]
            rows = having
        return rows


def _without(rows: Sequence[int], taken: Sequence[int]) -> Sequence[int]:
    """Return the rows that are not taken, in their order."""
    if len(taken) == len(rows):
        return ()
    if not taken:
        return rows
    chosen = frozenset(taken)
    return [row for row in rows if row not in chosen]


def _added(rows: Sequence[int], of_words: Iterable[list[Sequence[int]]]) -> list[Sequence[int]]:
    """Return rows by the sum of their places: what is likely for all words comes first."""
    places = dict.fromkeys(rows, 0)
    for buckets in of_words:
        for place, bucket in enumerate(buckets):
            for row in bucket:
                places[row] += place
    found: dict[int, list[int]] = {}
    for row, place in places.items():
        found.setdefault(place, []).append(row)
    return [found[place] for place in sorted(found)]


@lru_cache(maxsize=64)
def letters_of(word: str, *, grouped: bool = True) -> re.Pattern[str]:
    """Return what finds the letters of a word in their order, within one line.

    Each letter is a group if they are to be marked; without groups it finds three times as fast.
    """
    letters = [f"({re.escape(letter)})" if grouped else re.escape(letter) for letter in word]
    skipped = (f"[^{re.escape(letter)}\\n]*" for letter in word[1:])
    return re.compile(letters[0] + "".join(skip + letter for skip, letter in zip(skipped, letters[1:], strict=True)))


def marks(text: str, query: str) -> frozenset[int]:
    """Return the places of the letters in a text that a query found there."""
    folded = text.casefold()
    if len(folded) != len(text):
        return frozenset()  # a letter that folds into two: the places would not be those of the text
    found: set[int] = set()
    for word in query.casefold().split():
        if (at := folded.find(word)) >= 0:
            found.update(range(at, at + len(word)))
        elif letters := letters_of(word).search(folded):
            found.update(letters.start(group) for group in range(1, len(word) + 1))
    return frozenset(found)


def reason_of(profile: Profile, query: str) -> Reason | None:
    """Return the match of the first word that neither the id nor the client column of a row shows."""
    for word in query.casefold().split():
        if not any(word in shown.casefold() for shown in (profile.id, default_client_label(profile))):
            found = _line_with(profile, word)
            if found is not None and found.field not in ("name", "id"):
                return found
    return None


def _line_with(profile: Profile, word: str) -> Reason | None:
    fields = zip(_FIELDS, _searched(profile), strict=True)
    lines = [(field, line) for field, text in fields for line in text.splitlines()]
    search = letters_of(word, grouped=False).search
    for has in (lambda line: word in line, search):
        for field, line in lines:
            if has(line.casefold()):
                return Reason(field, line, word)
    return None


def _searched(profile: Profile) -> tuple[str, ...]:
    """Return what is searched, in the order of `_FIELDS`."""
    own, inherited, name = profile.own, profile.environment.defaults, profile.name
    tags = own.tags or inherited.tags
    return (
        name,
        f"{profile.environment.name}/{name}",
        own.username or inherited.username or "",
        own.client_id or inherited.client_id or "",
        "\n".join(tags) if tags else "",
        own.notes or inherited.notes or "",
    )


def _haystack(profile: Profile) -> str:
    return _FIELD.join(_searched(profile)).casefold()


MARK = Style(bold=True, underline=True)
"""Style of a match; visible without colours, too."""


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Return a pattern that finds a text in any case, or None if the query is empty."""
    return re.compile(re.escape(query), re.IGNORECASE) if query.strip() else None


def segments(text: str, style: Style, pattern: re.Pattern[str] | None) -> list[Segment]:
    """Return a text in a style, with its matches marked."""
    if pattern is None:
        return [Segment(text, style)]
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [Segment(text[end : match.start()], style), Segment(match.group(), style + MARK)]
        end = match.end()
    return [part for part in (*parts, Segment(text[end:], style)) if part.text]


class ProfileGroup(Struct, frozen=True):
    """The profiles of one environment, one after the other."""

    environment: Environment
    first: int
    """The row of its first profile."""
    count: int
    """How many profiles it has."""
    tallier: Tallier
    """Counts its valid tokens."""


class ProfileGroups:
    """Map rows, which are profiles, to lines, which are profiles and a heading above each group."""

    def __init__(self, profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> None:
        self.groups = tuple(_grouped(profiles, expiries))
        self._firsts = [group.first for group in self.groups]
        self._heading_lines = [group.first + place for place, group in enumerate(self.groups)]
        self.line_count = len(profiles) + len(self.groups)

    def line_of(self, row: int) -> int:
        """Return the line of a profile."""
        return row + bisect_right(self._firsts, row)

    def row_at(self, line: int) -> int | None:
        """Return the profile at a line; None at a heading and below the last line."""
        if line >= self.line_count or self.group_at(line) is not None:
            return None
        return line - bisect_right(self._heading_lines, line)

    def group_at(self, line: int) -> ProfileGroup | None:
        """Return the group whose heading is at a line, if there is one."""
        place = bisect_right(self._heading_lines, line) - 1
        return self.groups[place] if place >= 0 and self._heading_lines[place] == line else None


def _grouped(profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> Iterator[ProfileGroup]:
    first = 0
    for _, run in groupby(profiles, key=lambda profile: profile.environment.name):
        members = tuple(run)
        yield ProfileGroup(members[0].environment, first, len(members), Tallier(members, expiries))
        first += len(members)
