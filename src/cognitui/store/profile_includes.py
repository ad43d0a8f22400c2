"""The files that a profile file includes, and those that they include."""

from __future__ import annotations

from pathlib import Path

from cognitui.model.errors import ProfileFileError
from cognitui.store.paths import expanded, shown
from cognitui.store.profile_document import Document, read_document
from cognitui.store.profile_keys import Fault, wrong_type
from cognitui.store.profile_problems import Faults

_DEEPEST = 8
"""Includes of includes that are followed; a team needs one or two."""


def read_includes(own: Document, faults: Faults) -> tuple[Document, ...]:
    """Returns what a document includes, in order, each file once; one that cannot be read is a fault, not the end."""
    found: dict[Path, Document] = {own.path.resolve(): own}
    level = [own]
    for _ in range(_DEEPEST):
        level = [included for document in level for included in _read_level(document, found, faults)]
    for document in level:
        if document.tables.get("include"):
            faults.add(document, (), [Fault("include", "is nested too deeply", "include the file further up")])
    return tuple(found.values())[1:]


def _read_level(document: Document, found: dict[Path, Document], faults: Faults) -> list[Document]:
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


def _read(
    document: Document, file: Path, position: int, found: dict[Path, Document], faults: Faults
) -> Document | None:
    fix = f"mend it, or take file {position} out of the list"
    try:
        real = file.resolve()
        if real in found:
            return None
        included = read_document(file)
    except ProfileFileError as error:
        faults.add(document, (), [Fault("include", error.cause.rstrip("."), error.fix or fix)])
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in its name, links in a circle
        faults.add(document, (), [Fault("include", f"{shown(file)} cannot be found", fix)])
    else:
        found[real] = included
        return included
    return None
