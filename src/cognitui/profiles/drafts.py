"""The profile file edited whole: in a copy, which takes the file's place once it is in order."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from cognitui.model.errors import ProfileFileError, SaveFailed
from cognitui.model.profile import Draft, ProfileError
from cognitui.profiles.document import Document, file_content, parse_document
from cognitui.profiles.editing import NEW_FILE, profile_path
from cognitui.profiles.store import built
from cognitui.storage import atomic
from cognitui.storage.paths import PRIVATE_FILE, private_folder, reason, shown
from cognitui.storage.toml_scan import lines_by_path

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


class ProfileDrafts:
    """Implements `ports.ProfileDrafts`."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Takes the profile file and the folder in which copies of it are made."""
        self._path = path
        self._folder = folder
        self._owned: dict[Path, int] = {}
        """By folder, the descriptors that tell other runs which copies are being edited."""

    def begin(self, profile_id: str) -> Draft:
        """Returns a copy, at the line of a profile or of the fault for which the file cannot be read."""
        try:
            seen = file_content(self._path)
            written = seen
        except FileNotFoundError:
            seen, written = b"", NEW_FILE.encode()
        except OSError as error:
            raise ProfileFileError(f"{shown(self._path)} cannot be read: {reason(error)}.") from None
        return Draft(self._copied(written), _line_of(written, profile_id), seen, written)

    def has_changed(self, draft: Draft) -> bool:
        """Returns whether the copy is another than at first."""
        return self._content(draft) != draft.written

    def errors(self, draft: Draft) -> tuple[ProfileError, ...]:
        """Returns the faults of the copy that the file did not have."""
        known = {_known_by(problem) for problem in self._problems(draft.seen)}
        found = self._problems(self._content(draft))
        # What is no TOML as a whole is never taken, also where the file was none.
        return tuple(new for new in found if _known_by(new) not in known or not (new.where or new.key))

    def save(self, draft: Draft) -> None:
        """Puts the copy in the place of the file."""
        content = self._content(draft)
        with atomic.locked(self._path) as target:
            atomic.replace_locked(target, content, draft.seen)

    def drop(self, draft: Draft) -> None:
        """Removes the copy, and what an editor left beside it."""
        self._disown(draft)
        shutil.rmtree(draft.path.parent, ignore_errors=True)

    def keep(self, draft: Draft) -> Path:
        """Puts the copy aside for its owner and returns where; no later run touches it."""
        self._disown(draft)
        try:
            return kept(draft.path.parent) / draft.path.name
        except OSError:
            return draft.path

    def _copied(self, content: bytes) -> Path:
        private_folder(self._folder)
        try:
            # A folder of its own, 0700: an editor's swap and backup files go there, too. The name tells it the format.
            made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=self._folder))
            for name in (COPY, ORIGINAL):
                (made / name).touch(PRIVATE_FILE)
                (made / name).write_bytes(content)
            # Another run that starts now would remove a copy that nobody owns: it sees the name once it is owned.
            descriptor = own(made)
            folder = made.with_name(made.name.removeprefix("."))
            made.rename(folder)
        except OSError as error:
            raise SaveFailed(f"No copy to edit can be made in {shown(self._folder)}: {reason(error)}.") from None
        self._owned[folder] = descriptor
        return folder / COPY

    def _disown(self, draft: Draft) -> None:
        descriptor = self._owned.pop(draft.path.parent, None)
        if descriptor is not None:
            os.close(descriptor)

    def _content(self, draft: Draft) -> bytes:
        try:
            return draft.path.read_bytes()
        except OSError as error:
            raise ProfileFileError(f"{shown(draft.path)} cannot be read: {reason(error)}.") from None

    def _problems(self, content: bytes) -> tuple[ProfileError, ...]:
        try:
            # As the file itself, so that what it includes is found.
            document: Document = parse_document(self._path, content)
        except ProfileFileError as error:
            return error.errors or (ProfileError(where="", key="", what=error.cause, fix=error.fix),)
        return built(document).book.errors


def _known_by(problem: ProfileError) -> tuple[str, str, str]:
    """A line may have moved."""
    return (problem.where, problem.key, problem.what)


def _line_of(content: bytes, profile_id: str) -> int:
    if broken := _broken_at(content):
        return broken
    try:
        lines = lines_by_path(content.decode("utf-8-sig"))
    except ValueError:
        return 1
    environment, _, name = profile_id.partition("/")
    return lines.get(profile_path(environment, name), 1)


def _broken_at(content: bytes) -> int:
    """The line of what is not TOML; 0 where all is."""
    try:
        parse_document(Path(), content)
    except ProfileFileError as error:
        return (error.errors[0].line or 1) if error.errors else 0
    return 0
