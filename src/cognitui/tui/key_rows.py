"""Lines of the help: each action with its keys, its sentence and its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.actions.registry import ACTIONS, Action

_NUMBERED = "environment_"
_LAST = "9"


class KeyRow(Struct, frozen=True):
    """One line."""

    labels: tuple[str, ...]
    """Keys as they are shown, such as `^o`."""
    names: tuple[str, ...]
    """The same keys as `config.toml` has them, such as `ctrl+o`."""
    words: str
    id: str
    group: str
    written: str
    """Line of `config.toml` that sets these keys."""
    search_terms: str = ""

    @property
    def keys(self) -> str:
        """The keys in one line."""
        return "  ".join(self.labels)


def key_rows(remapped: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """Return all lines in the order of the registry; the numbers of the environments are one line."""
    numbers = [action for action in ACTIONS if action.id.startswith(_NUMBERED)]
    return tuple(
        _numbers(action, remapped) if action in numbers else _row(action, remapped)
        for action in ACTIONS
        if action not in numbers[1:]
    )


def found(rows: Sequence[KeyRow], query: str) -> tuple[KeyRow, ...]:
    """Return the rows that contain each word of a query; those whose key it names come first."""
    words = query.casefold().split()
    named = [row for row in rows if query.strip() in (*row.labels, *row.names)]
    others = [row for row in rows if row not in named and all(word in _haystack(row) for word in words)]
    return (*named, *others)


def _haystack(row: KeyRow) -> str:
    return " ".join((row.keys, *row.names, row.words, row.id, row.group, row.search_terms)).casefold()


def _row(action: Action, remapped: Mapping[str, str]) -> KeyRow:
    keys = remapped.get(action.id) or action.keys
    written = f'{action.id} = "{keys}"'
    labels, terms = key_labels(action.id, remapped), action.search_terms or ""
    return KeyRow(labels, _names(keys), action.help, action.id, action.group, written, terms)


def _numbers(first: Action, remapped: Mapping[str, str]) -> KeyRow:
    labels = (f"{key_labels(first.id, remapped)[0]} … {key_labels(f'{_NUMBERED}{_LAST}', remapped)[0]}",)
    written = f'{first.id} = "{remapped.get(first.id) or first.keys}"'
    return KeyRow(labels, (), "Go to the environment of that number.", f"{first.id} … {_LAST}", first.group, written)


def _names(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(","))
