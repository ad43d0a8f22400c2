"""The profile file edited whole: in a copy, which takes the file's place once it is in order."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from cognitui.model.draft import Draft
from cognitui.model.errors import ProfileFileError, SaveFailed
from cognitui.model.profile import Problem
from cognitui.store import atomic
from cognitui.store.left_drafts import COPY, ORIGINAL, PREFIX, kept, own
from cognitui.store.paths import PRIVATE_FILE, private_folder, reason, shown
from cognitui.store.profile_document import Document, file_content, parse_document
from cognitui.store.profile_edit import NEW_FILE, profile_path
from cognitui.store.profile_file import built
from cognitui.store.toml_scan import lines_by_path


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

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
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

    def _problems(self, content: bytes) -> tuple[Problem, ...]:
        try:
            # As the file itself, so that what it includes is found.
            document: Document = parse_document(self._path, content)
        except ProfileFileError as error:
            return error.problems or (Problem(where="", key="", what=error.cause, fix=error.fix),)
        return built(document).book.problems


def _known_by(problem: Problem) -> tuple[str, str, str]:
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
        return (error.problems[0].line or 1) if error.problems else 0
    return 0
