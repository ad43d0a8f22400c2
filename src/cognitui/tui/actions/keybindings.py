"""Keys of actions: Textual's bindings, how keys are shown, and which ones `config.toml` may set."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rich.style import Style
from textual.binding import Binding, BindingType, InvalidBinding
from textual.keys import Keys

from cognitui.model.diagnostics import SettingError
from cognitui.model.text import did_you_mean, inert
from cognitui.tui.actions.registry import ACTIONS, BY_ID, Place, actions_of
from cognitui.tui.theme import theme_errors

if TYPE_CHECKING:
    from cognitui.storage.settings import TomlSettings

_KEY_LABELS = {
    "slash": "/",
    "comma": ",",
    "question_mark": "?",
    "exclamation_mark": "!",
    "escape": "esc",
    "greater_than_sign": ">",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "down": "↓",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "ctrl+d": "^d",
    "ctrl+u": "^u",
    "up": "↑",
    "left": "←",
    "right": "→",
    "f1": "F1",
    "f2": "F2",
    "f4": "F4",
    "f5": "F5",
    "f6": "F6",
    "ctrl+o": "^o",
    "ctrl+p": "^p",
    "ctrl+c": "^c",
}

_SHARED_PLACES: Mapping[Place, tuple[Place, ...]] = {
    Place.DIALOG: (
        Place.DIALOG,
        Place.QUESTION,
        Place.FORM,
        Place.READER,
        Place.SIGN_OUT,
        Place.COPY_AS,
        Place.COMPARISON,
        Place.PICK,
        Place.EXAMINATION,
        Place.INSPECTION,
        Place.HELP,
    ),
    Place.SIGN_IN: (Place.SIGN_IN, Place.FORM),
    Place.LIST: (Place.MAIN, Place.COPY_AS, Place.COMPARISON, Place.EXAMINATION, Place.HELP),
    Place.READER: (Place.READER, Place.COMPARISON, Place.EXAMINATION, Place.HELP),
}
"""Places whose keys work at the same time: a key of one would hide that of the other."""

_TYPING_PLACES = (Place.FILTER, Place.PICK, Place.SIGN_IN)
"""Places where letters are typed."""

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})


# Textual's bindings


def bindings(place: Place) -> list[BindingType]:
    """Return Textual's bindings of the actions of a place."""
    return [binding_of(action.id) for action in actions_of(place)]


def binding_of(action_id: str, call: str = "") -> Binding:
    """Return Textual's binding of an action.

    Args:
        action_id: Which one.
        call: What Textual runs instead, in another place that gives the same key a meaning of its own.
    """
    action = BY_ID[action_id]
    return Binding(
        action.keys,
        call or action.call,
        action.label,
        show=False,
        tooltip=action.help,
        id=action.id,
        priority=action.before_fields,
    )


def clickable(action_id: str) -> Style:
    """Return the style of words that run an action of the screen when they are clicked."""
    return Style(meta={"@click": f"screen.{BY_ID[action_id].call}"})


def leads_out(action_id: str) -> bool:
    """Return whether an action is what esc does in its place, whatever key it has now."""
    action = BY_ID.get(action_id)
    return action is not None and "escape" in action.keys.split(",")


# Keys as they are shown


@runtime_checkable
class HasKeys(Protocol):
    """An app whose keys can be changed in `config.toml`."""

    remapped: Mapping[str, str]
    """Keys from `config.toml`, by the action's id."""


def remapped_in(app: object) -> Mapping[str, str]:
    """Return the keys from `config.toml` that an app uses, by the action's id."""
    return app.remapped if isinstance(app, HasKeys) else {}


def key_labels(action_id: str, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of an action as they are shown: `("?", "F1")`."""
    return tuple(_KEY_LABELS.get(key, key) for key in _keys_of(action_id, remapped))


def key_in(app: object, action_id: str) -> str:
    """Return the first key of an action in an app, as it is shown."""
    return key_labels(action_id, remapped_in(app))[0]


def is_key_of(key: str, action_id: str, remapped: Mapping[str, str]) -> bool:
    """Return whether an action has a key, by Textual's name for it."""
    return key in _keys_of(action_id, remapped)


def _keys_of(action_id: str, remapped: Mapping[str, str]) -> list[str]:
    keys = remapped.get(action_id) or BY_ID[action_id].keys
    return [key.strip() for key in keys.split(",")]


# Keys of config.toml


def setting_errors(settings: TomlSettings) -> Iterator[SettingError]:
    """Yield the errors in theme and keys, which only the TUI can check; the `Rules` of `storage/settings.py`."""
    yield from theme_errors(settings.theme)
    yield from keymap_errors(settings.keymap)


def keymap_errors(remapped: Mapping[str, str]) -> tuple[SettingError, ...]:
    """Return what is wrong with the keys of `config.toml`.

    The action or the key does not exist, a letter would be a key where letters are typed, or two actions of one place
    would share a key.
    """
    _, errors = _checked(remapped)
    return errors


def usable_keymap(remapped: Mapping[str, str]) -> dict[str, str]:
    """Return the keys without errors: any other action keeps its default, and no two of one place share a key."""
    usable, _ = _checked(remapped)
    return usable


def _checked(remapped: Mapping[str, str]) -> tuple[dict[str, str], tuple[SettingError, ...]]:
    """Return the keys without errors, and an error for each other action."""
    own = {action_id: error for action_id, keys in remapped.items() if (error := _error_of(action_id, keys))}
    usable = {action_id: keys for action_id, keys in remapped.items() if action_id not in own}
    errors = list(own.values())
    # An action that gets its default back may clash with another that was given that key.
    while clashes := tuple(_clashes({action.id: usable.get(action.id, action.keys) for action in ACTIONS}, usable)):
        errors.extend(clashes)
        for clash in clashes:
            usable.pop(clash.path[-1], None)
    return usable, tuple(errors)


def _error_of(action_id: str, keys: str) -> SettingError | None:
    if action_id not in BY_ID:
        all_ids = "The help (?) and docs/keys.md list all ids."
        hint = did_you_mean(action_id, BY_ID)
        return _error(action_id, "is not the id of an action", f"{hint} {all_ids}" if hint else all_ids)
    names = _textual_names(action_id, keys)
    if not names:
        return _error(action_id, "has an empty key", "Set a key, or remove the line.")
    return next((error for name in names if (error := _error_of_key(action_id, name))), None)


def _error_of_key(action_id: str, key: str) -> SettingError | None:
    known = _known_names()
    *modifiers, last = key.split("+")
    if not _MODIFIERS.issuperset(modifiers) or (len(last) > 1 and last not in known):
        meant = did_you_mean("+".join((*modifiers, last)).lower(), {"+".join((*modifiers, name)) for name in known})
        fix = f"{f'{meant} ' if meant else ''}Write keys as a, G, ctrl+k, f5, escape, slash or /."
        return _error(action_id, f"has an unknown key: {inert(key, 40)}", fix)
    if BY_ID[action_id].place in _TYPING_PLACES and len(last) == 1 and not modifiers:
        what = f"would use {inert(key, 40)}, which is a letter to type there"
        return _error(action_id, what, "Choose a key that types nothing, such as ctrl+n.")
    return None


def _clashes(keys: Mapping[str, str], remapped: Mapping[str, str]) -> Iterator[SettingError]:
    """Yield an error for each action whose key was changed to one that another has in the same place."""
    taken: dict[tuple[Place, str], str] = {}
    shared: dict[str, dict[tuple[str, str], None]] = {}
    for action in ACTIONS:
        places = _SHARED_PLACES.get(action.place, (action.place,))
        for place, key in product(places, _textual_names(action.id, keys[action.id])):
            other = taken.setdefault((place, key), action.id)
            if other != action.id:
                changed, kept = (action.id, other) if action.id in remapped else (other, action.id)
                shared.setdefault(changed, {})[key, kept] = None
    for action_id, pairs in shared.items():
        yield _clash(action_id, list(pairs))


def _clash(action_id: str, shared: list[tuple[str, str]]) -> SettingError:
    pairs = " and ".join(f"{inert(key, 40)} with {other}" for key, other in shared)
    others = " or ".join(dict.fromkeys(other for _, other in shared))
    return _error(action_id, f"would share {pairs}", f"Give {action_id} or {others} another key.")


def _error(action_id: str, what: str, fix: str) -> SettingError:
    return SettingError(("keymap", action_id), what, fix)


def _textual_names(action_id: str, keys: str) -> list[str]:
    """Return keys by the one name that Textual has for each: `?` and `question_mark` are the same.

    Empty if one of them is empty.
    """
    try:
        return [binding.key for binding in Binding.make_bindings([Binding(keys, action_id)])]
    except InvalidBinding:
        return []


@cache
def _known_names() -> frozenset[str]:
    marks: Iterable[Binding] = Binding.make_bindings([Binding(mark, "x") for mark in string.punctuation if mark != ","])
    return frozenset(key.value for key in Keys) | {mark.key for mark in marks} | {"comma", "minus", "plus"}
