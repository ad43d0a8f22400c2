"""What keys `config.toml` may give to actions."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import product

from textual.binding import Binding, InvalidBinding
from textual.keys import Keys

from cognitui.model.errors import UsageError
from cognitui.model.text import inert
from cognitui.tui.keymap import (
    ACTIONS,
    BY_ID,
    COMPARISON,
    COPY_AS,
    EXAMINATION,
    FILTER,
    FORM,
    LIST,
    MAIN,
    PICK,
    READER,
    SIGN_IN,
)

_TOGETHER = {
    SIGN_IN: (SIGN_IN, FORM),
    LIST: (MAIN, COPY_AS, COMPARISON, EXAMINATION),
    READER: (READER, COMPARISON, EXAMINATION),
}
"""Where a list lies, and what is read: a key of one would hide that of the other."""

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})


def check_keymap(remapped: Mapping[str, str]) -> None:
    """Checks the keys of `config.toml`.

    Raises:
        UsageError: There is no such action, no such key, or two actions of one place would share a key.
    """
    for action_id, keys in remapped.items():
        if action_id not in BY_ID:
            near = get_close_matches(action_id, BY_ID, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            fix = f"{hint}The actions are {', '.join(action.id for action in ACTIONS)}."
            raise UsageError(f"config.toml: keymap: there is no action {inert(action_id, 60)}.", fix=fix)
        _check_keys(action_id, keys)
    _check_clashes(remapped)


def _check_keys(action_id: str, keys: str) -> None:
    known = _known_names()
    for key in _names(action_id, keys):
        *modifiers, last = key.split("+")
        if not _MODIFIERS.issuperset(modifiers) or (len(last) > 1 and last not in known):
            near = get_close_matches(last.lower(), known, n=1)
            hint = f"Did you mean {'+'.join((*modifiers, near[0]))}? " if near else ""
            fix = f"{hint}Keys are written a, G, ctrl+k, f5, escape, slash or /."
            raise UsageError(f"config.toml: keymap: {action_id}: there is no key {inert(key, 40)}.", fix=fix)
        if BY_ID[action_id].place in (FILTER, PICK, SIGN_IN) and len(last) == 1 and not modifiers:
            raise UsageError(
                f"config.toml: keymap: {action_id}: {inert(key, 40)} is a letter to type there.",
                fix="Choose a key that writes nothing, such as ctrl+n.",
            )


def _check_clashes(remapped: Mapping[str, str]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        places = _TOGETHER.get(action.place, (action.place,))
        for place, key in product(places, _names(action.id, remapped.get(action.id, action.keys))):
            other = taken.setdefault((place, key), action.id)
            if other != action.id:
                raise UsageError(
                    f"config.toml: keymap: {inert(key, 40)} would be {other} and {action.id}.",
                    fix=f"Give {action.id} or {other} another key.",
                )


def _names(action_id: str, keys: str) -> list[str]:
    """Returns keys under the one name that Textual has for each: `?` and `question_mark` are the same."""
    try:
        return [binding.key for binding in Binding.make_bindings([Binding(keys, action_id)])]
    except InvalidBinding:
        raise UsageError(
            f"config.toml: keymap: {action_id} has an empty key.", fix="Give it a key, or take the line out."
        ) from None


def _known_names() -> frozenset[str]:
    marks: Iterable[Binding] = Binding.make_bindings([Binding(mark, "x") for mark in string.punctuation if mark != ","])
    return frozenset(key.value for key in Keys) | {mark.key for mark in marks} | {"comma", "minus", "plus"}
