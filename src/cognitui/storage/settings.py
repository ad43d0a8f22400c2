"""`config.toml`: how the program looks and behaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, NoReturn, cast, get_args

import tomli
from msgspec import Struct
from msgspec.structs import replace

from cognitui.model.diagnostics import SettingError
from cognitui.model.duration import parse_duration
from cognitui.model.errors import SaveFailed
from cognitui.model.text import did_you_mean
from cognitui.profiles.document import line_in
from cognitui.storage import atomic
from cognitui.storage.paths import reason, shown
from cognitui.storage.permissions import danger_of, danger_on_way
from cognitui.storage.toml_edit import CannotEdit, set_root_key
from cognitui.storage.toml_scan import Toml

ClipboardWay = Literal["auto", "native", "tmux", "osc52"]
"""How a token reaches the clipboard; `auto` takes the first that works here."""

_LARGEST = 1 << 20
_LONGEST = 365 * 86400


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


Rules = Callable[[TomlSettings], Iterable[SettingError]]
"""What else settings must be, such as keys of actions that there are; the faults know no place in a file yet."""


class SettingsReading(Struct, frozen=True):
    """A file as it was read: a value that is none has its default, and is told among the faults."""

    settings: TomlSettings
    faults: tuple[SettingError, ...]
    source: str
    """The path of the file, as it is shown."""
    text: str = ""

    def with_those_of(self, rules: Rules) -> tuple[SettingError, ...]:
        """Returns the faults, and those that others find in what could be read, in the order of the file."""
        placed = (replace(fault, source=self.source, line=self._line_of(fault.path)) for fault in rules(self.settings))
        return tuple(sorted((*self.faults, *placed), key=lambda fault: fault.line))

    def _line_of(self, path: tuple[str, ...]) -> int:
        return _line_of(self.text, path)


def read_settings(path: Path) -> SettingsReading:
    """Returns what a file says, whatever is wrong with it; the defaults where there is none."""
    try:
        return reading_of(path, _read(path))
    except _Unreadable as error:
        return _unreadable(path, error)


def reading_of(path: Path, data: bytes) -> SettingsReading:
    """Returns what a file's content says."""
    try:
        text, tables = _tables(data)
    except _Unreadable as error:
        return _unreadable(path, error)
    values: dict[str, object] = {}
    keymap: dict[str, str] = {}
    faults: list[SettingError] = []
    for place, value in _entries(tables):
        try:
            if len(place) > 1:
                keymap[place[1]] = _keys(value)
            else:
                values[place[0]] = _reader_of(place[0])(value)
        except _Unfit as unfit:
            faults.append(SettingError(place, unfit.what, unfit.fix, shown(path), _line_of(text, place)))
    # Each reader returns what its field holds.
    settings = TomlSettings(**values, keymap=keymap)  # type: ignore[arg-type]
    return SettingsReading(settings, tuple(faults), shown(path), text)


def load_settings(path: Path) -> TomlSettings:
    """Returns the settings of a file; the defaults where there is none.

    Raises:
        UsageError: It cannot be read, is not TOML, or holds a key or a value that is none of the known ones.
    """
    return _faultless(read_settings(path))


def settings_of(path: Path, data: bytes) -> TomlSettings:
    """Returns the settings of a file's content; raises UsageError as `load_settings` does."""
    return _faultless(reading_of(path, data))


def _faultless(reading: SettingsReading) -> TomlSettings:
    for fault in reading.faults:
        raise fault.error()
    return reading.settings


class _Unfit(Exception):
    """A value that a setting cannot have; never leaves this file."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class _Unreadable(Exception):
    """A file that as a whole says nothing; never leaves this file."""

    def __init__(self, what: str, fix: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.line = line


def _unreadable(path: Path, error: _Unreadable) -> SettingsReading:
    fault = SettingError((), error.what, error.fix, shown(path), error.line)
    return SettingsReading(TomlSettings(), (fault,), shown(path))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            danger = danger_of(path, os.fstat(file.fileno())) or danger_on_way(path)
            if danger is None:
                return file.read(_LARGEST + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _Unreadable(f"cannot be read: {reason(error)}", "Make it a file that you may read.") from None
    raise _Unreadable(danger.said_of(path), danger.fix)


def _tables(data: bytes) -> tuple[str, dict[str, object]]:
    if len(data) > _LARGEST:
        raise _Unreadable(f"is larger than {_LARGEST >> 20} MB", "Put a settings file there.")
    try:
        # As tomli reads it: it knows no lines but these.
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        return text, tomli.loads(text)
    except UnicodeDecodeError:
        raise _Unreadable("is not UTF-8", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        # tomli's own words may hold a piece of the file, so that its place alone is told.
        line = line_in(str(error))
        raise _Unreadable("is not TOML", "Mend that line; texts stand in quotes.", line) from None


def _line_of(text: str, path: tuple[str, ...]) -> int:
    # Costs 2 ms, and a file without a fault needs none of it.
    from cognitui.storage.toml_scan import lines_by_path

    try:
        lines = lines_by_path(text)
    except ValueError:  # a shape that the scanner does not know: the fault is told without its line
        return 0
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 0)


def _entries(tables: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yields the settings, and the keys of `[keymap]` one by one: one that is none does not cost the others."""
    for key, value in tables.items():
        if key == "keymap" and isinstance(value, dict):
            yield from (((key, binding), keys) for binding, keys in value.items())
        else:
            yield (key,), value


def _reader_of(key: str) -> Callable[[object], object]:
    if key not in _READERS:
        hint = did_you_mean(key, _READERS)
        raise _Unfit("is no setting", f"{f'{hint} ' if hint else ''}Known are {', '.join(_READERS)}.")
    return _READERS[key]


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


def _keymap(value: object) -> NoReturn:
    raise _Unfit("is not a table", 'Write [keymap], and below it: get_token = "enter"')


def _keys(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("is not a text", 'Write the keys as a text: "ctrl+g"')
    return value


_READERS: Mapping[str, Callable[[object], object]] = {
    "theme": _theme,
    "clear_after": partial(_duration, "clear_after"),
    "clipboard": _clipboard,
    "idle_lock": partial(_duration, "idle_lock"),
    "reduced_motion": partial(_switch, "reduced_motion"),
    "auto_refresh": partial(_switch, "auto_refresh"),
    "keymap": _keymap,
}


def change_settings(path: Path, values: Mapping[str, str | bool]) -> TomlSettings:
    """Writes settings, and returns all as they are now.

    Args:
        path: The file; made where there is none.
        values: By the names of the settings, as `config.toml` has them.

    Raises:
        UsageError: A value is none that the setting can have, or the file is faulty; it is as before.
        SaveFailed: It could not be written; it is as before.
    """
    with atomic.locked(path) as target:
        load_settings(path)
        try:
            seen = target.read_bytes()
        except FileNotFoundError:
            seen = b""
        except OSError as error:
            raise atomic.save_failed(path, error) from None
        toml = Toml(seen.decode("utf-8-sig"))
        try:
            for key, value in values.items():
                toml = set_root_key(toml, key, value)
        except CannotEdit as error:
            raise SaveFailed(
                f"{shown(path)} cannot be changed safely: {error}.", fix="Change it with an editor."
            ) from None
        data = toml.text.encode()
        settings = settings_of(path, data)
        atomic.replace_locked(target, data, seen)
        return settings
