"""Shapes of JSON values: the path of each key and the types found there, without any value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPEN = frozenset({"claims", "header", "content", "client_metadata", "tokens", "files"})
"""Objects whose keys are data."""

_NAMES = {bool: "true or false", int: "number", float: "number", str: "string", type(None): "null", list: "array"}


def shape(values: Iterable[object]) -> dict[str, str]:
    """Return the types at each path of several values of one kind: `{"[].expires_at.access": "null | string"}`."""
    found: dict[str, set[str]] = {}
    for value in values:
        for path, kind in _walk(value, ""):
            found.setdefault(path, set()).add(kind)
    return {path: " | ".join(sorted(kinds)) for path, kinds in sorted(found.items())}


def _walk(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield path or ".", "object"
        if path.rpartition(".")[2] in OPEN:
            return
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else str(key))
        return
    yield path or ".", _NAMES[type(value)]
    if isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{path}[]")
