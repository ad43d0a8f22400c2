"""Settings in `config.toml`."""

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
from cognitui.storage.paths import danger_of, danger_on_way, reason, shown

ClipboardBackend = Literal["auto", "native", "tmux", "osc52"]
"""How a token reaches the clipboard; `auto` uses the first backend that works."""

_LARGEST = 1 << 20

_LONGEST = 365 * 86400


class TomlSettings(Struct, frozen=True):
    """The settings, with defaults for what `config.toml` leaves out."""

    theme: str = "cognitui"
    """Name of the Textual theme."""
    clear_after: float = 30.0
    """Seconds after which a copied token is cleared from the clipboard; 0 means never."""
    clipboard: ClipboardBackend = "auto"
    idle_lock: float = 600.0
    """Seconds without input after which the TUI locks and drops tokens and secrets from memory; 0 means never."""
    reduced_motion: bool = False
    """Whether nothing on the screen is animated except the countdowns."""
    auto_refresh: bool = False
    """Whether every token is kept alive, except in protected environments."""
    keymap: Mapping[str, str] = {}
    """Keys by binding id, unchecked: only the TUI knows the bindings."""


Rules = Callable[[TomlSettings], Iterable[SettingError]]
"""Further checks of the settings, such as keys of existing actions; their errors have no line yet."""


class SettingsReading(Struct, frozen=True):
    """The result of reading the file: an invalid value has its default, and its error is in `errors`."""

    settings: TomlSettings
    errors: tuple[SettingError, ...]
    source: str
    """The path of the file for messages."""
    text: str = ""

    def with_those_of(self, rules: Rules) -> tuple[SettingError, ...]:
        """Return the errors with those of further checks, in the order of the file."""
        placed = (replace(error, source=self.source, line=self._line_of(error.path)) for error in rules(self.settings))
        return tuple(sorted((*self.errors, *placed), key=lambda error: error.line))

    def _line_of(self, path: tuple[str, ...]) -> int:
        return _line_of(self.text, path)


def read_settings(path: Path) -> SettingsReading:
    """Return the content of a file with its errors; the defaults if there is no file."""
    try:
        return reading_of(path, _read(path))
    except _Unreadable as error:
        return _unreadable(path, error)


def reading_of(path: Path, data: bytes) -> SettingsReading:
    """Return the settings in a file's content, with its errors."""
    try:
        text, tables = _tables(data)
    except _Unreadable as error:
        return _unreadable(path, error)
    values: dict[str, object] = {}
    keymap: dict[str, str] = {}
    errors: list[SettingError] = []
    for place, value in _entries(tables):
        try:
            if len(place) > 1:
                keymap[place[1]] = _keys(value)
            else:
                values[place[0]] = _reader_of(place[0])(value)
        except _Unfit as unfit:
            errors.append(SettingError(place, unfit.what, unfit.fix, shown(path), _line_of(text, place)))
    # Each reader returns the type of its field.
    settings = TomlSettings(**values, keymap=keymap)  # type: ignore[arg-type]
    return SettingsReading(settings, tuple(errors), shown(path), text)


def load_settings(path: Path) -> TomlSettings:
    """Return the settings of a file; the defaults if there is no file.

    Raises:
        UsageError: It cannot be read, is not TOML, or has an unknown key or an invalid value.
    """
    return _without_errors(read_settings(path))


def settings_of(path: Path, data: bytes) -> TomlSettings:
    """Return the settings in a file's content; raises UsageError as `load_settings` does."""
    return _without_errors(reading_of(path, data))


def change_settings(path: Path, values: Mapping[str, str | bool]) -> TomlSettings:
    """Write settings, and return all settings.

    Args:
        path: The file; it is created if needed.
        values: By setting, as in `config.toml`.

    Raises:
        UsageError: A value is invalid, or the file has an error; the file is unchanged.
        SaveFailed: It could not be written; the file is unchanged.
    """
    # Costs 10 ms, and reading does not need it.
    from cognitui.storage import atomic
    from cognitui.storage.toml_edit import CannotEdit, set_root_key
    from cognitui.storage.toml_scan import Toml

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
                f"{shown(path)} cannot be changed safely: {error}.", fix="Change it in an editor."
            ) from None
        data = toml.text.encode()
        settings = settings_of(path, data)
        atomic.replace_locked(target, data, seen)
        return settings


def _without_errors(reading: SettingsReading) -> TomlSettings:
    for error in reading.errors:
        raise error.error()
    return reading.settings


class _Unfit(Exception):
    """An invalid value; never leaves this module."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class _Unreadable(Exception):
    """A file that cannot be read as a whole; never leaves this module."""

    def __init__(self, what: str, fix: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.line = line


def _unreadable(path: Path, error: _Unreadable) -> SettingsReading:
    whole = SettingError((), error.what, error.fix, shown(path), error.line)
    return SettingsReading(TomlSettings(), (whole,), shown(path))


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
    raise _Unreadable(danger.described(path), danger.fix)


def _tables(data: bytes) -> tuple[str, dict[str, object]]:
    if len(data) > _LARGEST:
        raise _Unreadable(f"is larger than {_LARGEST >> 20} MB", "Put a settings file there.")
    try:
        # Line ends as tomli counts them.
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        return text, tomli.loads(text)
    except UnicodeDecodeError:
        raise _Unreadable("is not UTF-8", "Save the file as UTF-8.") from None
    except tomli.TOMLDecodeError as error:
        # Its message may contain a piece of the file, so only the line is used.
        raise _Unreadable("is not TOML", "Fix that line; strings need quotes.", error.lineno) from None
    except (ValueError, RecursionError):  # a number with too many digits, or too many levels
        raise _Unreadable("is not TOML", "Fix the file; strings need quotes.") from None


def _line_of(text: str, path: tuple[str, ...]) -> int:
    # Costs 2 ms, and a file without errors does not need it.
    from cognitui.storage.toml_scan import lines_by_path

    try:
        lines = lines_by_path(text)
    except ValueError:  # a form that the scanner does not know: the error has no line
        return 0
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 0)


def _entries(tables: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the settings, and the entries of `[keymap]` one by one, so that an invalid one does not affect the rest."""
    for key, value in tables.items():
        if key == "keymap" and isinstance(value, dict):
            yield from (((key, binding), keys) for binding, keys in value.items())
        else:
            yield (key,), value


def _reader_of(key: str) -> Callable[[object], object]:
    if key not in _READERS:
        hint = did_you_mean(key, _READERS)
        raise _Unfit("is not a setting", f"{f'{hint} ' if hint else ''}The settings are {', '.join(_READERS)}.")
    return _READERS[key]


def _theme(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("is not a string", 'Write the name of a theme: theme = "cognitui"')
    return value


def _clipboard(value: object) -> ClipboardBackend:
    backends = get_args(ClipboardBackend)
    if value not in backends:
        raise _Unfit("is not a clipboard backend", f"Use one of {', '.join(backends)}.")
    return cast(ClipboardBackend, value)


def _duration(setting: str, value: object) -> float:
    seconds: object = value
    if isinstance(value, str):
        try:
            seconds = parse_duration(value)
        except ValueError:
            seconds = None
    # Python counts True as an int, and TOML has nan and inf.
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= _LONGEST:
        return float(seconds)
    raise _Unfit("is not a duration of at most a year", f'Write {setting} = "30s", or seconds; 0 means never.')


def _switch(setting: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("is not true or false", f"Write {setting} = true, without quotes.")
    return value


def _keymap(value: object) -> NoReturn:
    raise _Unfit("is not a table", 'Write [keymap], and below it: get_token = "enter"')


def _keys(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("is not a string", 'Write the keys as a string: "ctrl+g"')
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
