"""Changes to `config.toml`, line by line: comments and the keymap stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cognitui.model.errors import SaveFailed
from cognitui.store import atomic
from cognitui.store.paths import shown
from cognitui.store.settings import TomlSettings, load_settings, settings_of
from cognitui.store.toml_edit import CannotEdit, set_root_key
from cognitui.store.toml_scan import Toml


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
