"""The profile file: TOML that a person writes, comments and shares; an edit changes the lines it is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.model.profile import NO_FIELDS, FileStamp, Profile, ProfileBook, ProfileFields
from cognitui.store.file_stamps import stamp_of
from cognitui.store.profile_book import BuiltBook, build_book
from cognitui.store.profile_document import Document, read_document
from cognitui.store.profile_problems import Faults

if TYPE_CHECKING:
    from cognitui.store.profile_changes import ProfileChanges


class ProfileFile:
    """Implements `ports.ProfileStore`."""

    def __init__(self, path: Path) -> None:
        """Takes the file that edits go to; it need not exist, and a link to it stays a link."""
        self._path = path

    @property
    def path(self) -> Path:
        """The file that edits go to."""
        return self._path

    def load(self) -> ProfileBook:
        """Reads the file and what it includes; an empty book with `exists=False` where there is no file.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        stamp = stamp_of(self._path)
        try:
            document = read_document(self._path)
        except FileNotFoundError:
            return ProfileBook(path=str(self._path), exists=False, stamps=(stamp,))
        return built(document, stamp).book

    def stamps(self, book: ProfileBook | None) -> tuple[FileStamp, ...]:
        """Returns the stamps of a book's files as they are now; see `ports.ProfileStore.stamps`."""
        files = [Path(stamp.path) for stamp in book.stamps] if book else []
        return tuple(map(stamp_of, files or [self._path]))

    def check(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> None:
        """Looks whether a profile could be added; see `ports.ProfileStore.check`."""
        self._changes.check(environment, name, fields, protected=protected, shared=shared)

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileBook:
        """Adds a profile behind the others of its environment; see `ports.ProfileStore.add`."""
        return self._changes.add(environment, name, fields, protected=protected, shared=shared)

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileBook:
        """Changes, renames or moves a profile; see `ports.ProfileStore.change`."""
        return self._changes.change(seen, environment, name, fields)

    def remove(self, seen: Profile) -> ProfileBook:
        """Takes a profile out, with the comments directly above it; see `ports.ProfileStore.remove`."""
        return self._changes.remove(seen)

    @property
    def _changes(self) -> ProfileChanges:
        # Costs 5 ms, and the list needs none of it.
        from cognitui.store.profile_changes import ProfileChanges

        return ProfileChanges(self._path)


def built(document: Document, stamp: FileStamp | None = None) -> BuiltBook:
    """Returns what a document and what it includes say, with their faults; `stamp` is the document's own."""
    faults, own = Faults(), stamp or stamp_of(document.path)
    if "include" not in document.tables:
        return build_book(document.path, (document,), faults, (own,))
    # Costs 1 ms, which only those pay who include a file.
    from cognitui.store.profile_includes import read_includes

    includes = read_includes(document, faults)
    return build_book(document.path, (document, *includes.documents), faults, (own, *includes.stamps))
