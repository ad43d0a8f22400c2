"""Filtering profiles as a person types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cognitui.model.profile import Profile


class _Found(NamedTuple):
    query: str
    rows: Sequence[int]
    by_letters: bool = False


class ProfileFilter:
    """Finds profiles by words in any order; a longer query looks only at what the shorter one left."""

    def __init__(
        self, profiles: tuple[Profile, ...], use_scores: Callable[[], Mapping[str, float]] | None = None
    ) -> None:
        """Takes the profiles of one environment, and what tells how much each is used, by its id."""
        self._all = profiles
        self._use_scores = use_scores
        self._texts: list[str] | None = None
        self._last = _Found("", range(len(profiles)))

    def prepare(self) -> None:
        """Works out what is searched, 20 ms for 10,000 profiles, before the first letter is typed."""
        if self._texts is None:
            self._texts = [_haystack(profile) for profile in self._all]

    def matching(self, query: str) -> tuple[Profile, ...]:
        """Returns the profiles that have every word of the query in a name, a client, a tag or a note.

        A word that none of them has is looked for by its letters, in their order: `prdal` finds `prod/alice`. Letters
        find many by chance: those in an id come first, and among these what is used most.
        """
        words = query.casefold().split()
        if not words:
            return self._all
        self.prepare()
        every = range(len(self._texts or ()))
        last = self._last if query.startswith(self._last.query) else _Found("", every)
        rows, by_letters = self._having(words, last.rows), False
        if not rows:
            # What the letters of a shorter query did not find, those of a longer one do not find either.
            rows, by_letters = self._having(words, last.rows if last.by_letters else every, by_letters=True), True
        self._last = _Found(query, rows, by_letters)
        found = self._all if len(rows) == len(self._all) else tuple([self._all[row] for row in rows])
        return self._likeliest_first(found, words) if by_letters else found

    def _likeliest_first(self, profiles: tuple[Profile, ...], words: list[str]) -> tuple[Profile, ...]:
        scores = self._use_scores() if self._use_scores else {}
        searches = [letters_of(word).search for word in words]

        def likelihood(profile: Profile) -> tuple[bool, float]:
            name = profile.id.casefold()
            return not all(search(name) for search in searches), -scores.get(profile.id, 0.0)

        return tuple(sorted(profiles, key=likelihood))

    def _having(self, words: list[str], among: Sequence[int], *, by_letters: bool = False) -> Sequence[int]:
        texts, rows = self._texts or [], among
        for word in words:
            having = [row for row in rows if word in texts[row]]
            if by_letters and not having:
                search = letters_of(word).search
                having = [row for row in rows if search(texts[row])]
            rows = having
        return rows


@lru_cache(maxsize=64)
def letters_of(word: str) -> re.Pattern[str]:
    """Returns what finds the letters of a word in their order, within one line; each letter is a group."""
    first, *rest = (re.escape(letter) for letter in word)
    return re.compile(f"({first})" + "".join(f"[^{letter}\\n]*({letter})" for letter in rest))


def marks(text: str, query: str) -> frozenset[int]:
    """Returns the places of the letters in a text that a query found there."""
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


def _haystack(profile: Profile) -> str:
    own, inherited = profile.own, profile.environment.defaults
    parts = (
        profile.id,
        own.username or inherited.username,
        own.client_id or inherited.client_id,
        *(own.tags or inherited.tags or ()),
        own.notes or inherited.notes,
    )
    return "\n".join(part for part in parts if part).casefold()
