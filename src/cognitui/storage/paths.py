"""Where files belong on this system, and who may read and write them."""

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
    """Every file and folder that the program uses; finding them touches no disk."""

    config: Path
    """The folder of what a person writes."""
    state: Path
    """The folder of what the program notes for itself."""
    profiles: Path
    """The profile file that edits go to."""

    @classmethod
    def find(cls, environ: Mapping[str, str], profiles: Path | None = None, state: Path | None = None) -> Paths:
        """Returns the paths for a process environment.

        Args:
            environ: `COGNITUI_PROFILES`, `XDG_CONFIG_HOME` and `XDG_STATE_HOME` are looked at, on every system.
            profiles: What `--profiles` says; it wins over the environment.
            state: A state folder that is not the person's own, such as the demo's; it wins over the environment.
        """
        config = _xdg(environ, "XDG_CONFIG_HOME", ".config") or _platform_folder("user_config_path")
        state = state or _xdg(environ, "XDG_STATE_HOME", ".local/state") or _platform_folder("user_state_path")
        named = profiles or environ.get("COGNITUI_PROFILES")
        return cls(config, state, expanded(Path(named)) if named else config / "profiles.toml")

    @property
    def settings(self) -> Path:
        """`config.toml`: how the program looks and behaves."""
        return self.config / "config.toml"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.state / f"{_NAME}.log"

    @property
    def expiry_index(self) -> Path:
        """What is known of expiry without opening the keyring."""
        return self.state / "expiry.json"

    @property
    def preferences(self) -> Path:
        """What is remembered of how a person uses the program."""
        return self.state / "choices.json"

    @property
    def locks(self) -> Path:
        """The folder of the locks between processes."""
        return self.state / "locks"


def private_folder(folder: Path) -> None:
    """Makes a folder and those above it that are missing, each 0700 whatever the umask; one that exists stays as it is.

    Raises:
        SaveFailed: It cannot be made.
        ProfileFileUnsafe: It belongs to another user, or others may write it.
    """
    # Here, because that file imports this one.
    from cognitui.storage.permissions import refuse_unsafe

    try:
        for missing in reversed(_missing(folder)):
            missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            # The umask has cut the mode of mkdir, perhaps to nothing.
            missing.chmod(PRIVATE_FOLDER)
        status = folder.stat()
    except OSError as error:
        raise SaveFailed(f"The folder {shown(folder)} cannot be made: {reason(error)}.") from None
    refuse_unsafe(folder, status)


def expanded(path: Path) -> Path:
    """Returns a path with `~` written out."""
    try:
        return path.expanduser()
    except RuntimeError:  # `~nobody`: taken as it is written, and reported as missing where it is read
        return path


def shown(path: Path | str) -> str:
    """Returns a path as it may stand in a message."""
    return inert(str(path))


def pasteable(path: Path) -> str:
    """Returns a path as it may stand in a command that a message proposes."""
    # Only a fault needs it.
    from shlex import quote

    return quote(shown(path))


def reason(error: OSError) -> str:
    """Returns what the system says of a failure, without the paths that `str(error)` would add."""
    return inert(error.strerror or type(error).__name__)


def _xdg(environ: Mapping[str, str], variable: str, default: str) -> Path | None:
    """The XDG specification: a relative path is to be ignored, and on Linux the default lies below the home."""
    folder = Path(environ.get(variable, ""))
    if not folder.is_absolute() and sys.platform == "linux":
        folder = Path(environ.get("HOME", "")) / default
    return folder / _NAME if folder.is_absolute() else None


def _platform_folder(name: str) -> Path:
    # Costs 5 ms, which nobody pays where the XDG specification tells the folder.
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
