"""Drafts of the profile file: copies that are edited as a whole and replace the file once they have no errors."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from cognitui.model.errors import ProfileFileError, SaveFailed
from cognitui.model.profile import Draft, ProfileError
from cognitui.profiles.document import NEW_FILE, file_content, parse_document, profile_path
from cognitui.profiles.store import built
from cognitui.storage import atomic
from cognitui.storage.paths import DRAFT_PREFIX, PRIVATE_FILE, private_folder, reason, shown
from cognitui.storage.toml_scan import lines_by_path

if sys.platform != "win32":
    import fcntl

KEPT_PREFIX = "unfinished-edit-"

COPY = "profiles.toml"

ORIGINAL = ".original"
"""The content that the draft started with."""

_OWNER = ".owner"
"""Locked while the copy is edited; the system releases the lock with the process."""


class ProfileDrafts:
    """The drafts of a profile file, each in a private folder of its own."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._owned: dict[Path, int] = {}
        """The descriptors that mark the drafts of this process as in use, by folder."""

    def begin(self, profile_id: str) -> Draft:
        """Return a draft, at the line of a profile or of the error that makes the file unreadable."""
        try:
            seen = file_content(self._path)
            written = seen
        except FileNotFoundError:
            seen, written = b"", NEW_FILE.encode()
        except OSError as error:
            raise ProfileFileError(f"{shown(self._path)} cannot be read: {reason(error)}.") from None
        return Draft(self._copied(written), _line_of(written, profile_id), seen, written)

    def has_changed(self, draft: Draft) -> bool:
        """Return whether the draft was edited."""
        return self._content(draft) != draft.written

    def errors(self, draft: Draft) -> tuple[ProfileError, ...]:
        """Return the errors that the draft has and the file did not have."""
        known = {_known_by(error) for error in self._errors(draft.seen)}
        found = self._errors(self._content(draft))
        # A draft that is not TOML is never saved, even if the file was not TOML either.
        return tuple(new for new in found if _known_by(new) not in known or not (new.where or new.key))

    def save(self, draft: Draft) -> None:
        """Replace the file with the draft."""
        content = self._content(draft)
        with atomic.locked(self._path) as target:
            atomic.replace_locked(target, content, draft.seen)

    def drop(self, draft: Draft) -> None:
        """Remove the draft, and what an editor left beside it."""
        self._disown(draft)
        shutil.rmtree(draft.path.parent, ignore_errors=True)

    def keep(self, draft: Draft) -> Path:
        """Keep the draft for its owner and return its path; later runs ignore it."""
        self._disown(draft)
        try:
            return set_aside(draft.path.parent) / draft.path.name
        except OSError:
            return draft.path

    def _copied(self, content: bytes) -> Path:
        private_folder(self._folder)
        try:
            # Its own folder (0700) also holds the editor's swap and backup files. The editor needs the .toml name.
            made = Path(tempfile.mkdtemp(prefix=f".{DRAFT_PREFIX}", dir=self._folder))
            for name in (COPY, ORIGINAL):
                (made / name).touch(PRIVATE_FILE)
                (made / name).write_bytes(content)
            # Renamed only once it is in use, because another run that starts now would remove an unused draft.
            descriptor = mark_in_use(made)
            folder = made.with_name(made.name.removeprefix("."))
            made.rename(folder)
        except OSError as error:
            raise SaveFailed(f"Cannot create a draft in {shown(self._folder)}: {reason(error)}.") from None
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

    def _errors(self, content: bytes) -> tuple[ProfileError, ...]:
        try:
            # Parsed at the path of the file itself, so that its includes are found.
            document = parse_document(self._path, content)
        except ProfileFileError as error:
            return error.errors or (ProfileError(where="", key="", what=error.cause, fix=error.fix),)
        return built(document).profile_set.errors


def sweep(state: Path, profiles: Path) -> tuple[Path, ...]:
    """Clean up the drafts of earlier runs.

    Args:
        state: The folder of the drafts.
        profiles: The profile file.

    Returns:
        The folders of drafts with changes; later sweeps ignore them.
    """
    try:
        names = [entry.name for entry in os.scandir(state) if entry.name.startswith(DRAFT_PREFIX)]
    except OSError:
        return ()
    left = (_swept(state / name, profiles) for name in sorted(names))
    return tuple(folder for folder in left if folder is not None)


def mark_in_use(folder: Path) -> int:
    """Mark a draft as in use, and return the descriptor that holds the mark.

    The editor inherits it, so the draft is in use while either process runs.
    """
    descriptor = os.open(folder / _OWNER, os.O_RDWR | os.O_CREAT, 0o600)
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.set_inheritable(descriptor, True)
    return descriptor


def set_aside(folder: Path) -> Path:
    """Rename a draft's folder so that sweeps ignore it, and return the new path.

    Raises:
        OSError: It could not be renamed.
    """
    target = folder.with_name(KEPT_PREFIX + folder.name.removeprefix(DRAFT_PREFIX))
    folder.rename(target)
    return target


def _swept(folder: Path, profiles: Path) -> Path | None:
    try:
        if not _is_ours(folder) or _is_owned(folder):
            return None
        if _has_changes(folder, profiles):
            return set_aside(folder)
    except OSError:
        return None  # the next start tries again
    shutil.rmtree(folder, ignore_errors=True)
    return None


def _is_owned(folder: Path) -> bool:
    if sys.platform == "win32":
        # Windows does not remove a file that a process has open.
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
    """Return whether there is content that is neither in the profile file nor in the original copy.

    That includes files of the editor: nano saves to `profiles.toml.save` when its terminal is closed.
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
    """Check Vim's swap file, which exists even without changes: byte 1007 of its first block is `b0_dirty`."""
    content = _content(path) or b""
    return content[:2] == b"b0" and content[1007:1008] == b"\0"


def _known_by(error: ProfileError) -> tuple[str, str, str]:
    """Return what identifies an error; its line may have moved."""
    return (error.where, error.key, error.what)


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
    """Return the line of a TOML error, or 0."""
    try:
        parse_document(Path(), content)
    except ProfileFileError as error:
        return (error.errors[0].line or 1) if error.errors else 0
    return 0
