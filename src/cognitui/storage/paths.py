"""Paths of the program's files on this system, and their permissions."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from cognitui.model.diagnostics import InsecurePath
from cognitui.model.errors import ProfileFileUnsafe, SaveFailed
from cognitui.model.text import inert

_NAME = "cognitui"

PRIVATE_FOLDER = 0o700

PRIVATE_FILE = 0o600

DRAFT_PREFIX = "edit-"
"""The prefix of the folder of a draft of the profile file, in the state folder."""

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

_ROOT = 0

_MOST_LINKS = 40
"""Links in a row that Linux follows."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


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

    def has_drafts(self) -> bool:
        """Return whether there are drafts of the profile file, in use or left behind."""
        try:
            return any(folder.name.startswith(DRAFT_PREFIX) for folder in self.state.iterdir())
        except OSError:
            return False


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700, whatever the umask; an existing one is not changed.

    Raises:
        SaveFailed: It cannot be created.
        ProfileFileUnsafe: It belongs to another user, or others can write to it.
    """
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


class Danger(Struct, frozen=True):
    """The reason why a file is not safe."""

    path: Path
    """The file, its folder, or a link on its path."""
    what: str
    fix: str
    """Contains the command to run."""

    def error(self) -> ProfileFileUnsafe:
        """Return it as an exception."""
        return ProfileFileUnsafe(f"{shown(self.path)} {self.what}.", fix=self.fix)

    def described(self, path: Path) -> str:
        """Return the rest of a sentence that begins with a file."""
        return self.what if path == self.path else f"is not safe: {shown(self.path)} {self.what}"


def danger_of(path: Path, status: os.stat_result, me: int | None = None) -> Danger | None:
    """Return why a file or folder is not safe, or None.

    Args:
        path: The path that the user knows.
        status: The status of the file itself.
        me: The user id of this process, unless a test sets another.
    """
    return danger_of_owner(path, status, me) or danger_of_writers(path, status)


def danger_of_owner(path: Path, status: os.stat_result, me: int | None = None) -> Danger | None:
    """Return the danger of a file, folder or link that belongs to another user who is not root."""
    if os.name != "posix":
        return None
    me = os.geteuid() if me is None else me
    if status.st_uid in (me, _ROOT):
        return None
    sudo = "" if me == _ROOT else "sudo "
    link = "-h " if stat.S_ISLNK(status.st_mode) else ""
    fix = f"If you trust it, run: {sudo}chown {link}{me} {pasteable(path)}"
    if me == _ROOT:
        # In a container this is the host's file, and the command would take it away from its owner there.
        fix = f"Run cognitui as that user. {fix}"
    return Danger(path, f"belongs to another user (uid {status.st_uid})", fix)


def danger_of_writers(path: Path, status: os.stat_result) -> Danger | None:
    """Return the danger of a file or folder that the group or others can write to."""
    if os.name != "posix" or not status.st_mode & _OTHERS_WRITE:
        return None
    if stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX:
        return None
    return Danger(path, "is writable by others", f"Run: chmod go-w {pasteable(path)}")


def danger_on_way(path: Path, me: int | None = None, *, any_owner: bool = False) -> Danger | None:
    """Return why the file's folder, a link on its path, or the folder of such a link is not safe.

    Args:
        path: The file; missing parts of its path are no danger.
        me: As for `danger_of`.
        any_owner: Whether folders and links may belong to another user.
    """
    if os.name != "posix":
        return None
    for step in _steps(path):
        for place in (step.parent, step) if is_link(step) else (step.parent,):
            try:
                status = place.stat(follow_symlinks=place is not step)
            except OSError:
                continue
            danger = None if any_owner else danger_of_owner(place, status, me)
            # The mode of a link has no meaning.
            if danger := danger or (None if place is step else danger_of_writers(place, status)):
                return danger
    return None


def refuse_unsafe(path: Path, status: os.stat_result, me: int | None = None) -> None:
    """Raise ProfileFileUnsafe if a file or folder is not safe."""
    if danger := danger_of(path, status, me):
        raise danger.error()


def insecure_permissions(paths: Paths) -> tuple[InsecurePath, ...]:
    """Return the files and folders that others own or can write, and the state files that they can read.

    The profile file holds no secret, so others may read it. Windows has no such permission bits.
    """
    if os.name != "posix":
        return ()
    written = _open_to(_OTHERS_WRITE, (paths.config, paths.profiles, paths.settings), "go-w")
    noted = _open_to(_OTHERS, (paths.state, paths.expiry_index, paths.log, paths.locks), "go=")
    # Several files may share a folder.
    return tuple({place.path: place for place in (*written, *noted)}.values())


def is_link(path: Path) -> bool:
    """Return whether a path is a symbolic link; opening it reports a broken disk."""
    return os.path.islink(path)  # noqa: PTH114 (`Path.is_symlink` raises on a broken disk)


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


def _steps(path: Path) -> Iterator[Path]:
    """Yield the path, the target of its link, the target of that link, and so on."""
    for _ in range(_MOST_LINKS):
        yield path
        try:
            path = path.parent / os.readlink(path)  # noqa: PTH115 (it may be relative to the link's folder)
        except OSError:  # not a link, or missing
            return


def _open_to(others: int, places: Iterable[Path], mode: str) -> Iterator[InsecurePath]:
    for place in places:
        try:
            status = place.stat()
        except OSError:  # a missing file is open to nobody
            continue
        if danger := danger_of_owner(place, status):
            yield InsecurePath(shown(danger.path), danger.fix)
        elif stat.S_IMODE(status.st_mode) & others:
            yield InsecurePath(shown(place), f"Run: chmod {mode} {pasteable(place)}")
        if danger := danger_on_way(place):
            yield InsecurePath(shown(danger.path), danger.fix)
