"""Store of the profile file; an edit changes only the lines that it is about, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cognitui.model.errors import ProfileConflict, ProfileFileError
from cognitui.model.profile import NO_FIELDS, FileStamp, Profile, ProfileError, ProfileFields, ProfileSet
from cognitui.model.text import inert
from cognitui.profiles.document import (
    NEW_FILE,
    Document,
    parse_document,
    profile_path,
    read_document,
    table_at,
    values,
    with_added,
    with_changed,
    with_removed,
)
from cognitui.profiles.loader import BuiltProfiles, ProfileErrors, build_profiles, read_includes, stamp_of
from cognitui.profiles.schema import LONGEST_NAME, FieldError, read_fields
from cognitui.profiles.validation import name_error
from cognitui.storage.paths import shown

if TYPE_CHECKING:
    from cognitui.storage.toml_edit import Value


_FOUND_BY_LOADER = ("subject", "actor", "subject_token")
"""Keys whose errors are only found beside the other profiles."""


class ProfileFile:
    """The profile file, which need not exist; a link to it stays a link."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """The file that edits go to."""
        return self._path

    def load(self) -> ProfileSet:
        """Read the file and its includes; return an empty set with `exists=False` if there is no file.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        stamp = stamp_of(self._path)
        try:
            document = read_document(self._path)
        except FileNotFoundError:
            return ProfileSet(path=str(self._path), exists=False, stamps=(stamp,))
        return built(document, stamp).profile_set

    def stamps(self, profile_set: ProfileSet | None) -> tuple[FileStamp, ...]:
        """Return the current stamps of the files that a set was read from; if one differs, its file has changed."""
        files = [Path(stamp.path) for stamp in profile_set.stamps] if profile_set else []
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
        """Check whether a profile could be added; see `importing.interfaces.ProfileStore.check`."""
        document = self._read()[1]
        after = _with_added(document, environment, name, fields, protected=protected, shared=shared)
        _refuse_new_errors(document, built(after).profile_set)

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileSet:
        """Add a profile after the others of its environment; see `importing.interfaces.ProfileStore.add`."""
        # Costs 5 ms, and the profile list does not need it.
        from cognitui.storage import atomic

        with atomic.locked(self._path) as target:
            content, document = self._read()
            after = _with_added(document, environment, name, fields, protected=protected, shared=shared)
            return _saved(target, content, document, after)

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileSet:
        """Change, rename or move a profile; return the profiles afterwards.

        Profiles of the file that exchange its token follow a new name.

        Raises:
            ProfileFileError: It is read-only or invalid, or the new name is taken; nothing is written.
            ProfileConflict: The profile or the file was changed since it was read.
            SaveFailed: The file could not be written; it is as before.
        """
        from cognitui.storage import atomic

        _refuse_read_only(seen)
        with atomic.locked(self._path) as target:
            content, document = self._read()
            _refuse_changed(document, seen)
            before = built(document)
            _check(document, before, environment, name, fields)
            if (environment, name) != (seen.environment.name, seen.name):
                _refuse_taken(document, before, environment, name)
            path = profile_path(seen.environment.name, seen.name)
            new_path = profile_path(environment, name)
            after = with_changed(document, path, new_path, fields)
            if path != new_path:
                after = _following(after, before.profile_set, seen.id, f"{environment}/{name}")
            return _saved(target, content, document, after)

    def remove(self, seen: Profile) -> ProfileSet:
        """Remove a profile with the comments directly above it; return the profiles afterwards.

        Raises:
            ProfileFileError: It is read-only, or written in a way that cannot be edited; nothing is written.
            ProfileConflict: The profile or the file was changed since it was read.
            SaveFailed: The file could not be written; it is as before.
        """
        from cognitui.storage import atomic

        _refuse_read_only(seen)
        with atomic.locked(self._path) as target:
            content, document = self._read()
            _refuse_changed(document, seen)
            path = profile_path(seen.environment.name, seen.name)
            return _saved(target, content, document, with_removed(document, path))

    def _read(self) -> tuple[bytes, Document]:
        """Return the exact content of the file and its document; a new file's document if there is none."""
        try:
            document = read_document(self._path)
        except FileNotFoundError:
            return b"", parse_document(self._path, NEW_FILE.encode())
        return document.encoded(document.text), document


def built(document: Document, stamp: FileStamp | None = None) -> BuiltProfiles:
    """Return the profiles of a document and its includes, with their errors; `stamp` is the document's own."""
    errors, own = ProfileErrors(), stamp or stamp_of(document.path)
    if "include" not in document.tables:
        return build_profiles(document.path, (document,), errors, (own,))
    includes = read_includes(document, errors)
    return build_profiles(document.path, (document, *includes.documents), errors, (own, *includes.stamps))


def _with_added(
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
    _check(document, before, environment, name, whole)
    _refuse_taken(document, before, environment, name)
    if before.profile_set.environment(environment) is not None or environment in table_at(document.tables, path[0]):
        # The other profiles of the environment must not change.
        return with_added(document, path, whole, protected=protected)
    return with_added(document, path, fields, protected=protected, shared=shared)


def _saved(target: Path, seen: bytes, before: Document, after: Document) -> ProfileSet:
    from cognitui.storage import atomic

    profile_set = built(after).profile_set
    _refuse_new_errors(before, profile_set)
    atomic.replace_locked(target, after.encoded(after.text), seen)
    return msgspec.structs.replace(profile_set, stamps=(stamp_of(after.path), *profile_set.stamps[1:]))


def _refuse_new_errors(before: Document, after: ProfileSet) -> None:
    """Refuse an edit that leaves a profile without its subject or actor: this one, or another that names it."""
    found = [error for error in after.errors if error.key in _FOUND_BY_LOADER]
    if not found:
        return
    known = {(error.where, error.key, error.what) for error in built(before).profile_set.errors}
    new = [error for error in found if (error.where, error.key, error.what) not in known]
    if new:
        first = new[0]
        raise ProfileFileError(
            f"Not saved: {first.key} of {first.where} {first.what}.",
            fix=f"{first.fix[:1].upper()}{first.fix[1:]}.",
            errors=tuple(new),
        )


def _following(document: Document, before: ProfileSet, old_id: str, new_id: str) -> Document:
    """Return the document with a profile's new id where others name it as their subject or actor."""
    for profile in before.profiles:
        if profile.read_only or profile.id == old_id:
            continue
        roles = (("subject", profile.subject), ("actor", profile.actor))
        named = {role: new_id for role, source in roles if source is not None and source.id == old_id}
        own = {role: new for role, new in named.items() if getattr(profile.own, role) is not None}
        if own:
            path = profile_path(profile.environment.name, profile.name)
            fields = msgspec.structs.replace(profile.own, **own)
            document = with_changed(document, path, path, fields)
    return document


def _check(document: Document, before: BuiltProfiles, environment: str, name: str, fields: ProfileFields) -> None:
    written = values(fields)
    _, wrong = read_fields(written)
    wrong = wrong or [*_unwritable(written), *before.rules(environment, fields).errors(fields)]
    found = [name_error(environment, "environment"), name_error(name), *wrong]
    if any(found):
        errors = _profile_errors(str(document.path), inert(f"{environment}/{name}", LONGEST_NAME), found)
        first = errors[0]
        fix = f"{first.fix[:1].upper()}{first.fix[1:]}."
        raise ProfileFileError(f"Not saved: {_named(first, environment, name)} {first.what}.", fix=fix, errors=errors)


def _profile_errors(source: str, where: str, found: Iterable[FieldError | None]) -> tuple[ProfileError, ...]:
    return tuple(
        ProfileError(where=where, key=error.shown, what=error.what, fix=error.fix, source=source)
        for error in found
        if error
    )


def _named(error: ProfileError, environment: str, name: str) -> str:
    """Return the subject of an error message: the key, or one of the two names."""
    names = {"environment": ("environment name", environment), "name": ("profile name", name)}
    if error.key in names:
        kind, value = names[error.key]
        return f"the {kind} '{inert(value, LONGEST_NAME)}'" if value else f"the {kind}"
    return f"{error.key} of {error.where}" if error.key else error.where


def _unwritable(written: dict[str, Value]) -> list[FieldError]:
    """Return the values with a lone surrogate, which a terminal can paste and no UTF-8 file can hold."""
    what, fix = "holds a character that no text file can hold", "type it again"
    return [
        FieldError(key, what, fix)
        for key, value in written.items()
        if any(0xD800 <= ord(character) <= 0xDFFF for character in str(value))
    ]


def _refuse_read_only(seen: Profile) -> None:
    if seen.read_only:
        raise ProfileFileError(
            f"{seen.id} comes from the included file {shown(seen.source)}, which is read-only.",
            fix="Edit it in that file, or add your own profile.",
        )


def _refuse_changed(document: Document, seen: Profile) -> None:
    table = _profiles_in(document, seen.environment.name).get(seen.name)
    if not isinstance(table, dict):
        raise ProfileConflict(
            f"{seen.id} is no longer in {shown(document.path)}.", fix="Reload, and add it again if you want it back."
        )
    own, errors = read_fields(table)
    if errors or own != seen.own:
        raise ProfileConflict(f"{seen.id} was changed in {shown(document.path)} since it was read.")


def _refuse_taken(document: Document, before: BuiltProfiles, environment: str, name: str) -> None:
    # A profile with an error is not in the set, and must not be overwritten either.
    in_file = name in _profiles_in(document, environment)
    if in_file or f"{environment}/{name}" in before.profile_set.by_id:
        raise ProfileFileError(f"Profile {environment}/{name} already exists.", fix="Choose another name.")


def _profiles_in(document: Document, environment: str) -> Mapping[str, object]:
    return table_at(document.tables, "environments", environment, "profiles")
