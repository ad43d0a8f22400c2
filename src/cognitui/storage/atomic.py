"""Files that the program writes: replaced in one step, with one writer at a time, or appended to (the log).

To replace a file, the new content is written to a temporary file beside the old one, synced to disk, read back, and
renamed over the old one. Whenever the process exits, the file is either the old one or the new one.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cognitui.model.errors import ProfileConflict, ProfileFileUnsafe, SaveFailed, Throttled
from cognitui.storage.paths import PRIVATE_FILE, is_link, pasteable, private_folder, reason, refuse_unsafe, shown

_SAVE_PATIENCE = 10.0
"""Seconds to wait for another process; a save takes milliseconds."""

_POLL = 0.01
"""Seconds between two attempts at the lock: filelock's default is longer than a save."""

_ABANDONED = 60.0
"""Seconds after which a temporary file counts as left behind, if no lock proves it."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_FIXES = {
    errno.ENOSPC: "Free some space on the disk, then save again.",
    errno.EDQUOT: "Your quota is used up: free some space, then save again.",
    errno.EROFS: "The disk is read-only: use another place, or mount it for writing.",
    errno.EACCES: "Fix the permissions of the file and its folder, then save again.",
    errno.EPERM: "Fix the permissions of the file and its folder, then save again.",
    errno.EIO: "The disk reports an error: save to another disk, and check this one.",
}

_LOCK_PATIENCE = 60.0
"""Seconds to wait for another process that signs in, which may wait for its user or a slow network."""


def write_private(path: Path, data: bytes) -> None:
    """Replace a private file (0600); a new folder is created with 0700.

    Raises:
        SaveFailed: It could not be written; the old content is unchanged.
    """
    private_folder(path.parent)
    _replace(resolved(path), data, mode=PRIVATE_FILE, seen=None, sweep_older_than=_ABANDONED)


def replace_locked(target: Path, data: bytes, seen: bytes) -> None:
    """Replace a file whose lock is held; its mode is kept, and a new one is 0600.

    Args:
        target: The file itself, as `resolved` returns it.
        data: The new content.
        seen: The content that the new content was made from; empty if there was no file.

    Raises:
        SaveFailed: It could not be written; the old content is unchanged.
        ProfileConflict: A program without the lock, such as an editor, wrote to it in between.
        ProfileFileUnsafe: It belongs to another user, or others can write to it.
    """
    try:
        status = target.stat()
    except FileNotFoundError:
        mode = PRIVATE_FILE
    except OSError as error:
        raise save_failed(target, error) from None
    else:
        refuse_unsafe(target, status)
        mode = stat.S_IMODE(status.st_mode)
    if not mode & stat.S_IWUSR:
        # Replacing needs no write permission on the file itself, but somebody removed it on purpose.
        raise SaveFailed(f"{shown(target)} is read-only.", fix=f"Make it writable: chmod u+w {pasteable(target)}")
    # The lock makes this the only writer: any other temporary file was left behind by a process that died.
    _replace(target, data, mode=mode, seen=seen, sweep_older_than=0)


@contextmanager
def locked(path: Path, patience: float = _SAVE_PATIENCE) -> Iterator[Path]:
    """Hold the lock of a file across threads and processes, and yield the file that `path` links to.

    Raises:
        SaveFailed: Another process holds it for more than `patience` seconds, or it cannot be created.
        ProfileFileUnsafe: The lock is a symbolic link, which could lead to another user's file. Or the folder belongs
            to another user, or others can write to it.
    """
    # Costs 38 ms, and only a save needs it.
    from filelock import FileLock, Timeout

    target = resolved(path)
    private_folder(target.parent)
    file = target.with_name(f"{target.name}.lock")
    if is_link(file):
        raise ProfileFileUnsafe(f"The lock {shown(file)} is a symbolic link.", fix=f"Remove it: rm {pasteable(file)}")
    lock = FileLock(file, timeout=patience, mode=PRIVATE_FILE, thread_local=False)
    try:
        lock.acquire(poll_interval=_POLL)
    except Timeout:
        raise SaveFailed(
            f"Another process has held the lock {shown(file)} for {patience:.0f} s.",
            fix="Close the other program, then save again.",
        ) from None
    except OSError as error:
        raise save_failed(target, error) from None
    try:
        yield target
    finally:
        # The save is complete, so an error here does not matter; the lock is freed when the process ends.
        with suppress(OSError):
            lock.release()


def resolved(path: Path) -> Path:
    """Return the file that a path leads to, so that a link stays a link.

    Raises:
        SaveFailed: The links form a loop.
    """
    target = Path(os.path.realpath(path))
    if is_link(target):
        raise SaveFailed(f"{shown(path)} is a link that leads back to itself.", fix="Point the link at a file.")
    return target


def save_failed(path: Path, error: OSError) -> SaveFailed:
    """Return the error for a failed write."""
    fix = _FIXES.get(error.errno or 0, "")
    return SaveFailed(f"{shown(path)} was not saved: {reason(error)}.", fix=fix)


class FileLocks:
    """Locks by key; each is a file in one private folder, which is created at the first lock."""

    def __init__(self, folder: Path, patience: float = _LOCK_PATIENCE) -> None:
        self._folder = folder
        self._is_private = False
        self._patience = patience
        self._guard = threading.Lock()
        self._threads: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Hold the lock of `key`, which must be a valid file name.

        Raises:
            Throttled: Another process holds it for more than `patience` seconds.
            SaveFailed: The lock file cannot be created, or is a symbolic link.
        """
        # Costs 38 ms, and a cached token needs no lock.
        from filelock import FileLock, Timeout

        # Threads queue here, because filelock polls: 50 of them would poll at the same time.
        with self._of_threads(key):
            if not (self._is_private and self._folder.is_dir()):
                private_folder(self._folder)
                self._is_private = True
            file = self._folder / f"{key}.lock"
            lock = FileLock(file, timeout=self._patience, thread_local=False, mode=PRIVATE_FILE)
            try:
                lock.acquire()
            except Timeout:
                raise Throttled(
                    f"Another cognitui has been signing in with this profile for {self._patience:.0f} s.",
                    fix="Check for a prompt that is waiting for an answer, or try again.",
                ) from None
            except OSError as error:
                raise SaveFailed(f"Cannot acquire the lock {shown(file)}: {reason(error)}.") from None
            try:
                yield
            finally:
                # The renewal is complete, so an error here does not matter; the lock is freed when the process ends.
                with suppress(OSError):
                    lock.release()

    def _of_threads(self, key: str) -> threading.Lock:
        with self._guard:
            return self._threads.setdefault(key, threading.Lock())


def _replace(target: Path, data: bytes, *, mode: int, seen: bytes | None, sweep_older_than: float) -> None:
    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}.tmp")
    try:
        written_at = _write(temporary, data, mode)
        if temporary.read_bytes() != data:
            raise SaveFailed(f"{shown(target)} was not saved: the disk returned different content.")
        if seen is not None and _content(target) != seen:
            raise ProfileConflict(f"{shown(target)} was written by another program during the save.")
        os.replace(temporary, target)  # noqa: PTH105 (the atomic call)
    except OSError as error:
        raise save_failed(target, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    # The file is complete: an error from here on does no harm.
    _sync_folder(target.parent)
    _sweep(target, written_at - sweep_older_than)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _write(file: Path, data: bytes, mode: int) -> float:
    """Write a file and return its modification time."""
    descriptor = os.open(file, _NEW_FILE, PRIVATE_FILE)
    try:
        if os.name == "posix":
            os.fchmod(descriptor, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        return os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Sync a folder, because a power cut could otherwise bring the old file back."""
    if os.name != "posix":
        return  # Windows cannot open a folder, and NTFS keeps a journal of names
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(target: Path, written_before: float) -> None:
    ours = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{12}}\.tmp")
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime <= written_before:
                Path(entry.path).unlink()


_LARGEST_LOG = 256 * 1024
"""Maximum bytes of the log; the previous one is kept beside it."""


class RunLog:
    """Log of the calls to Cognito; it contains no secret, no response and no text from outside.

    The file is created at the first line; it does no harm if it cannot be written.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._safe: tuple[int, ...] = ()

    def note(self, text: str) -> None:
        """Append a line with its time in UTC."""
        now = datetime.fromtimestamp(int(self._clock()), UTC)
        line = f"{now:%Y-%m-%dT%H:%M:%SZ} {os.getpid()} {text}\n".encode("utf-8", "backslashreplace")
        try:
            if not self._safe:
                private_folder(self._path.parent)
            self._rotate_if_long()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
            with os.fdopen(descriptor, "ab") as file:
                self._refuse_if_unsafe(os.fstat(descriptor))
                file.write(line)
        except (OSError, SaveFailed, ProfileFileUnsafe):
            self._safe = ()

    def _refuse_if_unsafe(self, status: os.stat_result) -> None:
        """Check the opened file; one that was found safe is checked again once it is another one or has changed."""
        state = (status.st_dev, status.st_ino, status.st_uid, status.st_mode)
        if state != self._safe:
            self._safe = ()
            refuse_unsafe(self._path, status)
            self._safe = state

    def _rotate_if_long(self) -> None:
        if self._path.exists() and self._path.stat().st_size > _LARGEST_LOG:
            self._path.replace(self._path.with_suffix(".log.1"))
