"""Choosing from a list in a terminal: by number, after letters that narrow it, a few rows at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TypeVar

from cognitui.cli.terminal import Person
from cognitui.model.directory import Page
from cognitui.model.errors import PersonNeeded
from cognitui.model.text import inert

_AT_A_TIME = 15
"""Rows: a terminal of 24 lines shows them with the question."""

Item = TypeVar("Item")

Search = Callable[[str], Iterator[Item]]
"""Returns what a list has for some letters (all where there are none), one after the other, as far as it is read."""


def items_of(fetch: Callable[[str], Page[Item]]) -> Iterator[Item]:
    """Returns the items of a list page by page: the next one is fetched when somebody reads on."""
    page = fetch("")
    yield from page.items
    while page.after:
        page = fetch(page.after)
        yield from page.items


def searching(fetch: Callable[[str], Page[Item]], label: Callable[[Item], str]) -> Search[Item]:
    """Returns the search of a list whose server cannot narrow it: by letters anywhere in the label."""

    def search(letters: str) -> Iterator[Item]:
        wanted = letters.casefold()
        return (item for item in items_of(fetch) if wanted in label(item).casefold())

    return search


def choose(person: Person, what: str, search: Search[Item], label: Callable[[Item], str]) -> Item:
    """Returns the one that a person chooses; where there is but one, that.

    Raises:
        PersonNeeded: There is nothing to choose from.
    """
    return _chosen(person, what, search, label, several=False)[0]


def choose_several(person: Person, what: str, search: Search[Item], label: Callable[[Item], str]) -> list[Item]:
    """Returns those that a person chooses, by their numbers; raises as `choose` does."""
    return _chosen(person, what, search, label, several=True)


def _chosen(
    person: Person, what: str, search: Search[Item], label: Callable[[Item], str], *, several: bool
) -> list[Item]:
    letters, rest, shown = "", search(""), []
    while True:
        fresh = list(islice(rest, _AT_A_TIME))
        shown += fresh
        if not letters and len(shown) < 2:
            return _only(person, what, shown, label)
        _show(person, what if len(shown) == len(fresh) else "", fresh, label, first=len(shown) - len(fresh) + 1)
        said = person.answer(_question(len(fresh), several=several)).strip()
        numbers = [int(word) for word in re.split(r"[,\s]+", said) if word] if re.fullmatch(r"[\d,\s]+", said) else []
        if numbers and all(1 <= number <= len(shown) for number in numbers) and (several or len(numbers) == 1):
            return [shown[number - 1] for number in dict.fromkeys(numbers)]
        if said:
            found = search(said)
            first = list(islice(found, _AT_A_TIME))
            if not several and (only := _meant(first, said, label)) is not None:
                return _only(person, what, [only], label)
            letters, rest, shown = said, chain(first, found), []


def _meant(found: list[Item], said: str, label: Callable[[Item], str]) -> Item | None:
    """Returns the only one that was found, or that was named in full; None where it is not clear which is meant."""
    named = [item for item in found if said.casefold() in label(item).casefold().split()]
    return next((items[0] for items in (found, named) if len(items) == 1), None)


def _only(person: Person, what: str, shown: list[Item], label: Callable[[Item], str]) -> list[Item]:
    if not shown:
        raise PersonNeeded(f"{what}: there is none.", fix="Name another region, pool or client, or make one.")
    person.hear(f"{what}: {inert(label(shown[0]), 120)}")
    return shown


def _show(person: Person, what: str, items: list[Item], label: Callable[[Item], str], *, first: int) -> None:
    if what:
        person.hear(f"{what}:")
    for number, item in enumerate(items, start=first):
        person.hear(f"{number:>4}) {inert(label(item), 120)}")
    if not items:
        person.hear("      Nothing more." if first > 1 else "      Nothing begins or looks like that.")


def _question(count: int, *, several: bool) -> str:
    numbers = "Numbers" if several else "Number"
    more = ", or enter for more" if count == _AT_A_TIME else ""
    return f"{numbers}, or letters to search{more}"
