"""YAML documents as plain values, built from events: no tag constructs an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognitui.importing.values import TooMuch

_DEEPEST = 48
_MOST_NODES = 50_000
"""Nodes, including those repeated by aliases: ten lines of aliases can mean billions."""
_MERGE = "<<"


class NotYaml(ValueError):
    """A text that is not YAML; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def documents_in(text: str) -> list[object]:
    """Return the documents of a YAML text; scalars are strings as written, also those with an unknown tag.

    The target of `!Ref` or `!GetAtt` is not in the file, so it becomes a placeholder.

    Raises:
        NotYaml: It is not YAML.
        TooMuch: It is nested too deeply, or its aliases expand too much.
    """
    # Takes 20 ms, and most files are not YAML.
    import yaml

    loader = getattr(yaml, "CParser", None) or yaml.Loader
    try:
        # Events only: a constructor would run tags, recurse, and follow every alias.
        return _Tree().built(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(mark.line + 1 if mark else 1) from None


class _Tree:
    """Builds nested lists and tables from events, with a stack instead of recursion."""

    def __init__(self) -> None:
        self._anchors: dict[str, tuple[object, int]] = {}
        self._nodes = 0

    def built(self, events: Any) -> list[object]:
        """Return the documents."""
        documents: list[object] = []
        stack: list[tuple[Callable[[object], None], object, str | None, int]] = []
        put: Callable[[object], None] = documents.append
        for event in events:
            match type(event).__name__:
                case "MappingStartEvent" | "SequenceStartEvent" as kind:
                    if len(stack) >= _DEEPEST:
                        raise TooMuch("is nested too deeply")
                    made: object = {} if kind == "MappingStartEvent" else []
                    stack.append((put, made, event.anchor, self._nodes))
                    put = _into(made)
                    self._count(1)
                case "MappingEndEvent" | "SequenceEndEvent":
                    put, made, anchor, before = stack.pop()
                    if anchor:
                        self._anchors[anchor] = (made, self._nodes - before)
                    put(made)
                case "ScalarEvent":
                    self._count(1)
                    scalar = _scalar(event)
                    if event.anchor:
                        self._anchors[event.anchor] = (scalar, 1)
                    put(scalar)
                case "AliasEvent":
                    # An alias inside its own anchor is not known yet: a cycle becomes empty.
                    value, nodes = self._anchors.get(event.anchor, ("", 1))
                    self._count(nodes)
                    put(value)
        return documents

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            raise TooMuch(f"contains more than {_MOST_NODES:,} values")


def _into(made: object) -> Callable[[object], None]:
    if isinstance(made, list):
        return made.append
    assert isinstance(made, dict)
    table = made
    keys: list[str] = []

    def put(value: object) -> None:
        if not keys:
            keys.append(value if isinstance(value, str) else "")
            return
        key = keys.pop()
        if key != _MERGE:
            table[key] = value
            return
        for merged in value if isinstance(value, list) else [value]:
            if isinstance(merged, dict):
                for name, below in merged.items():
                    table.setdefault(name, below)

    return put


def _scalar(event: Any) -> str:
    reference = event.tag in ("!Ref", "!GetAtt", "!ImportValue", "!FindInMap", "!Join", "!Select")
    return f"${{{event.value}}}" if reference else str(event.value)
