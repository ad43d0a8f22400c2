"""`config.toml`: how the program looks and behaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, cast, get_args

import tomli
from msgspec import Struct

from cognitui.model.duration import parse_duration
from cognitui.model.errors import UsageError
from cognitui.model.text import inert
from cognitui.store.paths import reason, shown
from cognitui.store.tomli_says import line_in

ClipboardWay = Literal["auto", "native", "tmux", "osc52"]
"""How a token reaches the clipboard; `auto` takes the first that works here."""

_LARGEST = 1 << 20
_LONGEST = 365 * 86400
_LONGEST_SHOWN = 60


class TomlSettings(Struct, frozen=True):
    """What `config.toml` says, or the default for what it leaves out."""

    theme: str = "cognitui"
    """Name of the Textual theme."""
    clear_after: float = 30.0
    """Seconds after which a copied token is cleared from the clipboard; 0 is never."""
    clipboard: ClipboardWay = "auto"
    idle_lock: float = 600.0
    """Seconds without a key or a click after which tokens and secrets are dropped from memory; 0 is never."""
    reduced_motion: bool = False
    """Whether nothing on the screen moves by itself but the countdowns."""
    auto_refresh: bool = False
    """Whether every token that was got is kept alive, except in protected environments."""
    keymap: Mapping[str, str] = {}
    """Keys by the id of the binding, as written: whether there is such a binding, the screen knows."""


def load_settings(path: Path) -> TomlSettings:
    """Returns the settings of a file; the defaults where there is none.

    Raises:
        UsageError: It cannot be read, is not TOML, or holds a key or a value that is none of the known ones.
    """
    return settings_of(path, _read(path))


def settings_of(path: Path, data: bytes) -> TomlSettings:
    """Returns the settings of a file's content; raises UsageError as `load_settings` does."""
    values: dict[str, object] = {}
    for key, value in _tables(path, data).items():
        if key not in _READERS:
            raise _fault(path, inert(key, _LONGEST_SHOWN), "is no setting", f"Known are {', '.join(_READERS)}.")
        try:
            values[key] = _READERS[key](value)
        except _Unfit as unfit:
            raise _fault(path, unfit.key or key, unfit.what, unfit.fix) from None
    return TomlSettings(**values)  # type: ignore[arg-type]  # each reader returns what its field holds


class _Unfit(Exception):
    """A value that a setting cannot have; never leaves this file."""

    def __init__(self, what: str, fix: str, key: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.key = key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be read: {reason(error)}.") from None


def _tables(path: Path, data: bytes) -> dict[str, object]:
    if len(data) > _LARGEST:
        raise UsageError(f"{shown(path)} is larger than {_LARGEST >> 20} MB.", fix="Put a settings file there.")
    try:
        return tomli.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{shown(path)} is not UTF-8.", fix="Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        # tomli's own words may hold a piece of the file, so that its place alone is told.
        line = line_in(str(error))
        place = f"{shown(path)}:{line}" if line else shown(path)
        raise UsageError(f"{place}: is not TOML.", fix="Mend that line; texts stand in quotes.") from None


def _fault(path: Path, key: str, what: str, fix: str) -> UsageError:
    return UsageError(f"{shown(path)}: {key} {what}.", fix=fix)


def _theme(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("is not a text", 'Write the name of a theme: theme = "cognitui"')
    return value


def _clipboard(value: object) -> ClipboardWay:
    ways = get_args(ClipboardWay)
    if value not in ways:
        raise _Unfit("is no way to a clipboard", f"Use one of {', '.join(ways)}.")
    return cast(ClipboardWay, value)


def _duration(setting: str, value: object) -> float:
    seconds: object = value
    if isinstance(value, str):
        try:
            seconds = parse_duration(value)
        except ValueError:
            seconds = None
    # True is an int to Python, and TOML knows nan and inf.
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= _LONGEST:
        return float(seconds)
    raise _Unfit("is not a duration of at most a year", f'Write {setting} = "30s", or the seconds; 0 is never.')


def _switch(setting: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("is not true or false", f"Write {setting} = true, without quotes.")
    return value


def _keymap(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _Unfit("is not a table", 'Write [keymap], and below it: get_token = "enter"')
    for binding, keys in value.items():
        if not isinstance(keys, str) or not keys:
            raise _Unfit(
                "is not a text", 'Write the keys as a text: "ctrl+g"', f"keymap.{inert(binding, _LONGEST_SHOWN)}"
            )
    return dict(value)


_READERS: Mapping[str, Callable[[object], object]] = {
    "theme": _theme,
    "clear_after": partial(_duration, "clear_after"),
    "clipboard": _clipboard,
    "idle_lock": partial(_duration, "idle_lock"),
    "reduced_motion": partial(_switch, "reduced_motion"),
    "auto_refresh": partial(_switch, "auto_refresh"),
    "keymap": _keymap,
}
