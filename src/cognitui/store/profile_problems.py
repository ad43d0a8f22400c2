"""Collects the faults of profile files; looks the lines up only if there are any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cognitui.model.profile import Problem
from cognitui.model.text import inert
from cognitui.store.profile_document import Document
from cognitui.store.profile_keys import LONGEST_NAME, Fault

if TYPE_CHECKING:
    from cognitui.store.toml_scan import KeyPath


class Faults:
    """The faults that were found so far, each with the document and the table that it is in."""

    def __init__(self) -> None:
        self._found: list[tuple[Document, KeyPath, Fault]] = []

    def add(self, document: Document, path: KeyPath, faults: Iterable[Fault | None]) -> bool:
        """Notes faults; returns whether there were any."""
        new = [(document, path, fault) for fault in faults if fault is not None]
        self._found += new
        return bool(new)

    def problems(self) -> tuple[Problem, ...]:
        """Returns them in the order of finding, with their lines."""
        documents = {id(document): document for document, _, _ in self._found}
        lines = {key: _lines(document) for key, document in documents.items()}
        return tuple(_problem(*found, lines[id(found[0])]) for found in self._found)


def _problem(document: Document, path: KeyPath, fault: Fault, lines: dict[KeyPath, int]) -> Problem:
    place = (*path, fault.key, fault.inside)
    line = next((lines[place[:length]] for length in range(len(place), 0, -1) if place[:length] in lines), 0)
    source, key = inert(str(document.path)), inert(fault.shown, LONGEST_NAME)
    return Problem(where=_where(path), key=key, what=fault.what, fix=fault.fix, source=source, line=line)


def _where(path: KeyPath) -> str:
    names = [inert(part, LONGEST_NAME) for part in path]
    return f"{names[1]}/{names[3]}" if len(path) == 4 else ".".join(names)


def _lines(document: Document) -> dict[KeyPath, int]:
    # Costs 2 ms, and a file without a fault needs none of it.
    from cognitui.store.toml_scan import lines_by_path

    try:
        return lines_by_path(document.text)
    except ValueError:  # a shape that the scanner does not know: the fault is told without its line
        return {}
