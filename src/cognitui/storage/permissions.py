"""Ownership checks: another user who controls a file could send a password to a server of their choice.

A file is safe if it, its folder and every link on its path belong to this user or root, and neither the group nor
others can write to them. In a folder with the sticky bit, such as /tmp, others can add files but not replace them.

Windows has no such permission bits.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from cognitui.model.diagnostics import InsecurePath
from cognitui.model.errors import ProfileFileUnsafe
from cognitui.storage.paths import Paths, pasteable, shown

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_ROOT = 0
_MOST_LINKS = 40
"""Links in a row that Linux follows."""


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

    def said_of(self, path: Path) -> str:
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
        for place in (step.parent, step) if _is_link(step) else (step.parent,):
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


def _steps(path: Path) -> Iterator[Path]:
    """Yield the path, the target of its link, the target of that link, and so on."""
    for _ in range(_MOST_LINKS):
        yield path
        try:
            path = path.parent / os.readlink(path)  # noqa: PTH115 (it may be relative to the link's folder)
        except OSError:  # not a link, or missing
            return


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 (`Path.is_symlink` raises on a broken disk)


_OTHERS = stat.S_IRWXG | stat.S_IRWXO


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
