"""The files that a profile file includes, and those that they include."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import FileStamp
from cognitui.store.file_stamps import stamp_of
from cognitui.store.paths import expanded, shown
from cognitui.store.profile_document import Document, read_document
from cognitui.store.profile_keys import Fault, wrong_type
from cognitui.store.profile_problems import Faults

_DEEPEST = 8
"""Includes of includes that are followed; a team needs one or two."""

_PATTERN = frozenset("*?[")


class Includes(Struct, frozen=True):
    """What a profile file includes."""

    documents: tuple[Document, ...]
    stamps: tuple[FileStamp, ...]
    """Those of all files that are named, also of the ones that cannot be read."""


def read_includes(own: Document, faults: Faults) -> Includes:
    """Returns what a document includes, in order, each file once; one that cannot be read is a fault, not the end."""
    found = _Found({own.path.resolve(): own}, {})
    level = [own]
    for _ in range(_DEEPEST):
        level = [included for document in level for included in _read_level(document, found, faults)]
    for document in level:
        if document.tables.get("include"):
            faults.add(document, (), [Fault("include", "is nested too deeply", "include the file further up")])
    return Includes(tuple(found.documents.values())[1:], tuple(found.stamps.values()))


class _Found(NamedTuple):
    documents: dict[Path, Document]
    stamps: dict[Path, FileStamp]


def _read_level(document: Document, found: _Found, faults: Faults) -> list[Document]:
    named = document.tables.get("include", [])
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        faults.add(document, (), [wrong_type("include")])
        return []
    new = []
    for position, name in enumerate(named, 1):
        # Relative to the file that the link leads to would surprise whoever wrote the link's folder.
        file = document.path.parent / expanded(Path(name))
        included = _read(document, file, position, found, faults)
        if included:
            new.append(included)
    return new


def _read(document: Document, file: Path, position: int, found: _Found, faults: Faults) -> Document | None:
    fix = f"mend it, or take file {position} out of the list"
    try:
        real = file.resolve()
        if real in found.documents:
            return None
        # From before the reading, so that what is written meanwhile is seen as a change.
        found.stamps[file] = stamp_of(file)
        included = read_document(file, any_owner=True)
    except ProfileFileError as error:
        faults.add(document, (), [Fault("include", error.cause.rstrip("."), error.fix or fix)])
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in its name, links in a circle
        if _PATTERN.intersection(file.name):
            fix = f"name each file: patterns such as * are not read (file {position} of the list)"
        faults.add(document, (), [Fault("include", f"{shown(file)} cannot be found", fix)])
    else:
        found.documents[real] = included
        if _says_nothing(included.tables):
            fix = f"write profiles into it, or take file {position} out of the list"
            faults.add(document, (), [Fault("include", f"{shown(file)} is read, and holds no profile", fix)])
        return included
    return None


def _says_nothing(tables: Mapping[str, object]) -> bool:
    """Whether a file is empty but for its version: it may be the wrong one, or not be written yet."""
    said = {key: value for key, value in tables.items() if key != "version"}
    return not any(map(_holds, said.values()))


def _holds(value: object) -> bool:
    """Whether a value is one, or a table or list that has some in it."""
    if isinstance(value, Mapping):
        return any(map(_holds, value.values()))
    return bool(value) if isinstance(value, list) else True
