"""What keys `config.toml` may give to actions."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product

from textual.binding import Binding, InvalidBinding
from textual.keys import Keys

from cognitui.model.diagnostics import SettingError
from cognitui.model.text import did_you_mean, inert
from cognitui.tui.keymap import (
    ACTIONS,
    BY_ID,
    COMPARISON,
    COPY_AS,
    DIALOG,
    EXAMINATION,
    FILTER,
    FORM,
    HELP,
    INSPECTION,
    LIST,
    MAIN,
    PICK,
    QUESTION,
    READER,
    SIGN_IN,
    SIGN_OUT,
)

_TOGETHER = {
    DIALOG: (DIALOG, QUESTION, FORM, READER, SIGN_OUT, COPY_AS, COMPARISON, PICK, EXAMINATION, INSPECTION, HELP),
    SIGN_IN: (SIGN_IN, FORM),
    LIST: (MAIN, COPY_AS, COMPARISON, EXAMINATION, HELP),
    READER: (READER, COMPARISON, EXAMINATION, HELP),
}
"""Where a list lies, and what is read: a key of one would hide that of the other."""

_ALL_IDS = "All ids stand in the help (?) and in docs/keys.md."

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})


def keymap_faults(remapped: Mapping[str, str]) -> tuple[SettingError, ...]:
    """Returns what is wrong with the keys of `config.toml`.

    There is no such action or no such key, a letter stands where letters are typed, or two actions of one place would
    share a key.
    """
    _, faults = _judged(remapped)
    return faults


def usable_keymap(remapped: Mapping[str, str]) -> dict[str, str]:
    """Returns the keys that can be had: an action with a fault has its own, and no two of one place share one."""
    usable, _ = _judged(remapped)
    return usable


def _judged(remapped: Mapping[str, str]) -> tuple[dict[str, str], tuple[SettingError, ...]]:
    """Returns the keys that can be had, and a fault for each action that is not among them."""
    own = {action_id: fault for action_id, keys in remapped.items() if (fault := _fault_of(action_id, keys))}
    usable = {action_id: keys for action_id, keys in remapped.items() if action_id not in own}
    faults = list(own.values())
    # An action that has its own key again may clash with another that was given it.
    while clashes := _clashes({action.id: usable.get(action.id, action.keys) for action in ACTIONS}, usable):
        faults.extend(clashes)
        for clash in clashes:
            usable.pop(clash.path[-1], None)
    return usable, tuple(faults)


def _fault_of(action_id: str, keys: str) -> SettingError | None:
    if action_id not in BY_ID:
        hint = did_you_mean(action_id, BY_ID)
        return _fault(action_id, "is the id of no action", f"{f'{hint} ' if hint else ''}{_ALL_IDS}")
    names = _names(action_id, keys)
    if not names:
        return _fault(action_id, "has an empty key", "Give it a key, or take the line out.")
    faults = (_fault_of_key(action_id, name) for name in names)
    return next((fault for fault in faults if fault), None)


def _fault_of_key(action_id: str, key: str) -> SettingError | None:
    known = _known_names()
    *modifiers, last = key.split("+")
    if not _MODIFIERS.issuperset(modifiers) or (len(last) > 1 and last not in known):
        meant = did_you_mean("+".join((*modifiers, last)).lower(), {"+".join((*modifiers, name)) for name in known})
        fix = f"{f'{meant} ' if meant else ''}Keys are written a, G, ctrl+k, f5, escape, slash or /."
        return _fault(action_id, f"names no key: {inert(key, 40)}", fix)
    if BY_ID[action_id].place in (FILTER, PICK, SIGN_IN) and len(last) == 1 and not modifiers:
        what = f"would take {inert(key, 40)}, which is a letter to type there"
        return _fault(action_id, what, "Choose a key that writes nothing, such as ctrl+n.")
    return None


def _clashes(keys: Mapping[str, str], remapped: Mapping[str, str]) -> tuple[SettingError, ...]:
    """Returns a fault for each action whose key was changed to one that another has in the same place."""
    taken: dict[tuple[str, str], str] = {}
    shared: dict[str, dict[tuple[str, str], None]] = {}
    for action in ACTIONS:
        places = _TOGETHER.get(action.place, (action.place,))
        for place, key in product(places, _names(action.id, keys[action.id])):
            other = taken.setdefault((place, key), action.id)
            if other != action.id:
                changed, kept = (action.id, other) if action.id in remapped else (other, action.id)
                shared.setdefault(changed, {})[key, kept] = None
    return tuple(_clash(changed, list(pairs)) for changed, pairs in shared.items())


def _clash(action_id: str, shared: list[tuple[str, str]]) -> SettingError:
    pairs = " and ".join(f"{inert(key, 40)} with {other}" for key, other in shared)
    others = " or ".join(dict.fromkeys(other for _, other in shared))
    return _fault(action_id, f"would share {pairs}", f"Give {action_id} or {others} another key.")


def _fault(action_id: str, what: str, fix: str) -> SettingError:
    return SettingError(("keymap", action_id), what, fix)


def _names(action_id: str, keys: str) -> list[str]:
    """Returns keys under the one name that Textual has for each: `?` and `question_mark` are the same.

    None where one of them is empty.
    """
    try:
        return [binding.key for binding in Binding.make_bindings([Binding(keys, action_id)])]
    except InvalidBinding:
        return []


@cache
def _known_names() -> frozenset[str]:
    marks: Iterable[Binding] = Binding.make_bindings([Binding(mark, "x") for mark in string.punctuation if mark != ","])
    return frozenset(key.value for key in Keys) | {mark.key for mark in marks} | {"comma", "minus", "plus"}
