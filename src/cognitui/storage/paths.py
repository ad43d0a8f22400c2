"""Paths of the program's files on this system, and their permissions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cognitui.model.errors import SaveFailed
from cognitui.model.text import inert

_NAME = "cognitui"

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Paths(Struct, frozen=True):
    """Every file and folder of the program; finding them needs no disk access."""

    config: Path
    """The folder of the user's configuration."""
    state: Path
    """The folder of the program's own state."""
    profiles: Path
    """The profile file that edits go to."""

    @classmethod
    def find(cls, environ: Mapping[str, str], profiles: Path | None = None, state: Path | None = None) -> Paths:
        """Return the paths for a process environment.

        Args:
            environ: `COGNITUI_PROFILES`, `XDG_CONFIG_HOME` and `XDG_STATE_HOME` are used on every system.
            profiles: The value of `--profiles`, which overrides the environment.
            state: Another state folder, such as the demo's, which overrides the environment.
        """
        config = _xdg(environ, "XDG_CONFIG_HOME", ".config") or _platform_folder("user_config_path")
        state = state or _xdg(environ, "XDG_STATE_HOME", ".local/state") or _platform_folder("user_state_path")
        named = profiles or environ.get("COGNITUI_PROFILES")
        return cls(config, state, expanded(Path(named)) if named else config / "profiles.toml")

    @property
    def settings(self) -> Path:
        """The settings, `config.toml`."""
        return self.config / "config.toml"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.state / f"{_NAME}.log"

    @property
    def expiry_index(self) -> Path:
        """The index of token expiry times."""
        return self.state / "expiry.json"

    @property
    def preferences(self) -> Path:
        """The remembered preferences."""
        return self.state / "choices.json"

    @property
    def locks(self) -> Path:
        """The folder of the token locks."""
        return self.state / "locks"


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700, whatever the umask; an existing one is not changed.

    Raises:
        SaveFailed: It cannot be created.
        ProfileFileUnsafe: It belongs to another user, or others can write to it.
    """
    # Imported here because that module imports this one.
    from cognitui.storage.permissions import refuse_unsafe

    try:
        for missing in reversed(_missing(folder)):
            missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            # The umask may have removed permissions from mkdir's mode.
            missing.chmod(PRIVATE_FOLDER)
        status = folder.stat()
    except OSError as error:
        raise SaveFailed(f"Cannot create the folder {shown(folder)}: {reason(error)}.") from None
    refuse_unsafe(folder, status)


def expanded(path: Path) -> Path:
    """Return a path with `~` expanded."""
    try:
        return path.expanduser()
    except RuntimeError:  # `~nobody`: reported as missing when it is read
        return path


def shown(path: Path | str) -> str:
    """Return a path for a message."""
    return inert(str(path))


def pasteable(path: Path) -> str:
    """Return a path for a shell command in a message."""
    # Only an error needs it.
    from shlex import quote

    return quote(shown(path))


def reason(error: OSError) -> str:
    """Return the system's reason for a failure, without the paths that `str(error)` would add."""
    return inert(error.strerror or type(error).__name__)


def _xdg(environ: Mapping[str, str], variable: str, default: str) -> Path | None:
    """XDG specification: relative paths are ignored; on Linux the default is below the home folder."""
    folder = Path(environ.get(variable, ""))
    if not folder.is_absolute() and sys.platform == "linux":
        folder = Path(environ.get("HOME", "")) / default
    return folder / _NAME if folder.is_absolute() else None


def _platform_folder(name: str) -> Path:
    # Costs 5 ms, and the XDG specification usually makes it unnecessary.
    import platformdirs

    folder: Path = getattr(platformdirs, name)(_NAME, appauthor=False)
    return folder


def _missing(folder: Path) -> list[Path]:
    missing = []
    for candidate in (folder, *folder.parents):
        if candidate.exists():
            break
        missing.append(candidate)
    return missing
