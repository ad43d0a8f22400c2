"""The profile file: TOML that a person writes, comments and shares; an edit changes the lines it is about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cognitui.model.errors import ProfileConflict, ProfileFileError
from cognitui.model.profile import NO_FIELDS, FileStamp, Profile, ProfileError, ProfileFields, ProfileSet
from cognitui.model.text import inert
from cognitui.profiles import editing as profile_edit
from cognitui.profiles.document import Document, parse_document, read_document, table_at
from cognitui.profiles.editing import profile_path
from cognitui.profiles.loader import BuiltBook, Faults, build_book, stamp_of
from cognitui.profiles.schema import LONGEST_NAME, Fault, read_fields
from cognitui.profiles.validation import name_fault
from cognitui.storage import atomic
from cognitui.storage.paths import shown


class ProfileFile:
    """Implements `ports.ProfileStore`."""

    def __init__(self, path: Path) -> None:
        """Takes the file that edits go to; it need not exist, and a link to it stays a link."""
        self._path = path

    @property
    def path(self) -> Path:
        """The file that edits go to."""
        return self._path

    def load(self) -> ProfileSet:
        """Reads the file and what it includes; an empty book with `exists=False` where there is no file.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        stamp = stamp_of(self._path)
        try:
            document = read_document(self._path)
        except FileNotFoundError:
            return ProfileSet(path=str(self._path), exists=False, stamps=(stamp,))
        return built(document, stamp).book

    def stamps(self, book: ProfileSet | None) -> tuple[FileStamp, ...]:
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
    ) -> ProfileSet:
        """Adds a profile behind the others of its environment; see `ports.ProfileStore.add`."""
        return self._changes.add(environment, name, fields, protected=protected, shared=shared)

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileSet:
        """Changes, renames or moves a profile; see `ports.ProfileStore.change`."""
        return self._changes.change(seen, environment, name, fields)

    def remove(self, seen: Profile) -> ProfileSet:
        """Takes a profile out, with the comments directly above it; see `ports.ProfileStore.remove`."""
        return self._changes.remove(seen)

    @property
    def _changes(self) -> ProfileChanges:
        # Costs 5 ms, and the list needs none of it.

        return ProfileChanges(self._path)


def built(document: Document, stamp: FileStamp | None = None) -> BuiltBook:
    """Returns what a document and what it includes say, with their faults; `stamp` is the document's own."""
    faults, own = Faults(), stamp or stamp_of(document.path)
    if "include" not in document.tables:
        return build_book(document.path, (document,), faults, (own,))
    # Costs 1 ms, which only those pay who include a file.
    from cognitui.profiles.loader import read_includes

    includes = read_includes(document, faults)
    return build_book(document.path, (document, *includes.documents), faults, (own, *includes.stamps))


class ProfileChanges:
    """Adds, changes and removes profiles of one file; the methods are those of `ports.ProfileStore`."""

    def __init__(self, path: Path) -> None:
        """Takes the file; it need not exist, and a link to it stays a link."""
        self._path = path

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
        self._with_added(self._read()[1], environment, name, fields, protected=protected, shared=shared)

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileSet:
        """Adds a profile behind the others of its environment; see `ports.ProfileStore.add`."""
        with atomic.locked(self._path) as target:
            seen, document = self._read()
            after = self._with_added(document, environment, name, fields, protected=protected, shared=shared)
            return _saved(target, seen, after)

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileSet:
        """Changes, renames or moves a profile; see `ports.ProfileStore.change`."""
        _refuse_read_only(seen)
        with atomic.locked(self._path) as target:
            content, document = self._read()
            _refuse_changed(document, seen)
            before = built(document)
            self._check(before, environment, name, fields)
            if (environment, name) != (seen.environment.name, seen.name):
                _refuse_taken(document, before, environment, name)
            path = profile_path(seen.environment.name, seen.name)
            after = profile_edit.with_changed(document, path, profile_path(environment, name), fields)
            return _saved(target, content, after)

    def remove(self, seen: Profile) -> ProfileSet:
        """Takes a profile out, with the comments directly above it; see `ports.ProfileStore.remove`."""
        _refuse_read_only(seen)
        with atomic.locked(self._path) as target:
            content, document = self._read()
            _refuse_changed(document, seen)
            path = profile_path(seen.environment.name, seen.name)
            return _saved(target, content, profile_edit.with_removed(document, path))

    def _with_added(
        self,
        document: Document,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool,
        shared: ProfileFields,
    ) -> Document:
        before, path = built(document), profile_path(environment, name)
        whole = fields.merged_into(shared)
        self._check(before, environment, name, whole)
        _refuse_taken(document, before, environment, name)
        if before.book.environment(environment) is not None or environment in table_at(document.tables, path[0]):
            # What its other profiles mean stays as it is.
            return profile_edit.with_added(document, path, whole, protected=protected)
        return profile_edit.with_added(document, path, fields, protected=protected, shared=shared)

    def _read(self) -> tuple[bytes, Document]:
        """Returns what the file holds, byte for byte, and its document; those of a new file where there is none."""
        try:
            document = read_document(self._path)
        except FileNotFoundError:
            return b"", parse_document(self._path, profile_edit.NEW_FILE.encode())
        return document.encoded(document.text), document

    def _check(self, before: BuiltBook, environment: str, name: str, fields: ProfileFields) -> None:
        rules = before.rules(environment, fields)
        _, faults = read_fields(profile_edit.values(fields))
        found = faults or [*_unwritable(fields), *rules.faults(fields)]
        problems = self._problems(
            inert(f"{environment}/{name}", LONGEST_NAME),
            [name_fault(environment, "environment"), name_fault(name), *found],
        )
        if problems:
            first = problems[0]
            what = _named(first, environment, name)
            fix = f"{first.fix[:1].upper()}{first.fix[1:]}."
            raise ProfileFileError(f"Not saved: {what} {first.what}.", fix=fix, errors=problems)

    def _problems(self, where: str, faults: Iterable[Fault | None]) -> tuple[ProfileError, ...]:
        source = str(self._path)
        found = [fault for fault in faults if fault]
        return tuple(ProfileError(where=where, key=f.shown, what=f.what, fix=f.fix, source=source) for f in found)


def _named(problem: ProfileError, environment: str, name: str) -> str:
    """What an error is about: of two names, which one."""
    names = {"environment": ("environment name", environment), "name": ("profile name", name)}
    if problem.key in names:
        kind, value = names[problem.key]
        return f"the {kind} '{inert(value, LONGEST_NAME)}'" if value else f"the {kind}"
    return f"{problem.key} of {problem.where}" if problem.key else problem.where


def _saved(target: Path, seen: bytes, document: Document) -> ProfileSet:
    atomic.replace_locked(target, document.encoded(document.text), seen)
    return built(document).book


def _unwritable(fields: ProfileFields) -> list[Fault]:
    """A lone surrogate, which a terminal can paste, is a character that no UTF-8 file holds."""
    what, fix = "holds a character that no text file can hold", "type it again"
    return [
        Fault(key, what, fix)
        for key, value in profile_edit.values(fields).items()
        if any(0xD800 <= ord(character) <= 0xDFFF for character in str(value))
    ]


def _refuse_read_only(seen: Profile) -> None:
    if seen.read_only:
        raise ProfileFileError(
            f"{seen.id} comes from {shown(seen.source)}, which is included and only read.",
            fix="Edit it in that file, or add a profile of your own.",
        )


def _refuse_changed(document: Document, seen: Profile) -> None:
    table = table_at(document.tables, *profile_path(seen.environment.name, seen.name)[:3]).get(seen.name)
    if not isinstance(table, dict):
        raise ProfileConflict(
            f"{seen.id} is no longer in {shown(document.path)}.", fix="Reload, and add it anew if you want it back."
        )
    own, faults = read_fields(table)
    if faults or own != seen.own:
        raise ProfileConflict(f"{seen.id} was changed in {shown(document.path)} since it was read.")


def _refuse_taken(document: Document, before: BuiltBook, environment: str, name: str) -> None:
    # A profile with a fault is not in the book, and must not be overwritten either.
    in_file = name in table_at(document.tables, *profile_path(environment, name)[:3])
    if in_file or f"{environment}/{name}" in before.book.by_id:
        raise ProfileFileError(f"There is a profile {environment}/{name} already.", fix="Choose another name.")
