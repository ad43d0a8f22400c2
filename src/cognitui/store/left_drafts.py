"""Copies of the profile file that an editor left behind: its terminal was closed, or the program was killed.

A copy in which nothing was typed is removed. One with changes is kept, and its new place is reported once.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "edit-"
"""What the folder of a copy begins with."""

KEPT_PREFIX = "unfinished-edit-"

COPY = "profiles.toml"
ORIGINAL = ".original"
"""What the copy held at first."""

_OWNER = ".owner"
"""Held for as long as the copy is edited; the system frees it with the process."""


def sweep(state: Path, profiles: Path) -> tuple[Path, ...]:
    """Clears what earlier runs left in the state folder.

    Args:
        state: The folder in which copies are made.
        profiles: The profile file.

    Returns:
        The folders that are kept because they have changes; the next sweep leaves them alone.
    """
    try:
        names = [entry.name for entry in os.scandir(state) if entry.name.startswith(PREFIX)]
    except OSError:
        return ()
    left = (_swept(state / name, profiles) for name in sorted(names))
    return tuple(folder for folder in left if folder is not None)


def own(folder: Path) -> int:
    """Marks a copy as being edited, and returns the descriptor that frees it when it is closed.

    The editor inherits it: a copy is in use for as long as either of the two runs.
    """
    descriptor = os.open(folder / _OWNER, os.O_RDWR | os.O_CREAT, 0o600)
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.set_inheritable(descriptor, True)
    return descriptor


def kept(folder: Path) -> Path:
    """Gives the folder of a copy a name that no sweep looks at, and returns it.

    Raises:
        OSError: It keeps its name.
    """
    target = folder.with_name(KEPT_PREFIX + folder.name.removeprefix(PREFIX))
    folder.rename(target)
    return target


def _swept(folder: Path, profiles: Path) -> Path | None:
    try:
        if not _is_ours(folder) or _is_owned(folder):
            return None
        if _has_changes(folder, profiles):
            return kept(folder)
    except OSError:
        return None  # the next start looks again
    shutil.rmtree(folder, ignore_errors=True)
    return None


def _is_owned(folder: Path) -> bool:
    if sys.platform == "win32":
        # Windows removes no file that a process has open.
        try:
            (folder / _OWNER).unlink(missing_ok=True)
        except OSError:
            return True
        return False
    descriptor = os.open(folder / _OWNER, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_ours(folder: Path) -> bool:
    try:
        found, copy = folder.lstat(), (folder / COPY).lstat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and stat.S_ISDIR(found.st_mode) and stat.S_ISREG(copy.st_mode)


def _has_changes(folder: Path, profiles: Path) -> bool:
    """Whether anything is there that is in neither the profile file nor the copy as it was made.

    That may also be a file of the editor's: nano saves to `profiles.toml.save` when its terminal is closed.
    """
    known = {_content(profiles), _content(folder / ORIGINAL)} - {None}
    others = [path for path in folder.iterdir() if path.name not in (_OWNER, ORIGINAL)]
    return not all(_content(path) in known or _is_swap_without_changes(path) for path in others)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _is_swap_without_changes(path: Path) -> bool:
    """Vim leaves a swap file whether or not anything was typed; byte 1007 of its first block tells (`b0_dirty`)."""
    content = _content(path) or b""
    return content[:2] == b"b0" and content[1007:1008] == b"\0"
