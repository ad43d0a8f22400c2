"""The lines of the help: each action of the keymap with its keys, its sentence and its id, and how one is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from cognitui.tui.keymap import ACTIONS, Action, key_labels
from cognitui.tui.other_words import OTHER_WORDS

_NUMBERED = "environment_"
_LAST = "9"


class KeyRow(Struct, frozen=True):
    """One line."""

    labels: tuple[str, ...]
    """The keys as people read them, such as `^o`."""
    names: tuple[str, ...]
    """The same keys as `config.toml` writes them, such as `ctrl+o`."""
    words: str
    id: str
    group: str
    written: str
    """How `config.toml` gives it these keys."""

    @property
    def keys(self) -> str:
        """The keys, one beside the other."""
        return "  ".join(self.labels)


def key_rows(remapped: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """Returns all of them, in the order of the keymap; the numbers of the environments are one."""
    numbers = [action for action in ACTIONS if action.id.startswith(_NUMBERED)]
    return tuple(
        _numbers(action, remapped) if action in numbers else _row(action, remapped)
        for action in ACTIONS
        if action not in numbers[1:]
    )


def found(rows: Sequence[KeyRow], query: str) -> tuple[KeyRow, ...]:
    """Returns the rows that hold each word of a query; those whose key it names come first."""
    words = query.casefold().split()
    named = [row for row in rows if query.strip() in (*row.labels, *row.names)]
    others = [row for row in rows if row not in named and all(word in _haystack(row) for word in words)]
    return (*named, *others)


def _haystack(row: KeyRow) -> str:
    return " ".join((row.keys, *row.names, row.words, row.id, row.group, OTHER_WORDS.get(row.id, ""))).casefold()


def _row(action: Action, remapped: Mapping[str, str]) -> KeyRow:
    keys = remapped.get(action.id) or action.keys
    written = f'{action.id} = "{keys}"'
    return KeyRow(key_labels(action.id, remapped), _names(keys), action.long, action.id, action.group, written)


def _numbers(first: Action, remapped: Mapping[str, str]) -> KeyRow:
    labels = (f"{key_labels(first.id, remapped)[0]} … {key_labels(f'{_NUMBERED}{_LAST}', remapped)[0]}",)
    written = f'{first.id} = "{remapped.get(first.id) or first.keys}"'
    return KeyRow(labels, (), "Go to the environment of that place.", f"{first.id} … {_LAST}", first.group, written)


def _names(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(","))
