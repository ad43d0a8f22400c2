"""Profile files become one book: environments joined, profiles checked, faults collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import (
    FIELD_NAMES,
    NO_FIELDS,
    Environment,
    FileStamp,
    Profile,
    ProfileError,
    ProfileFields,
    ProfileSet,
)
from cognitui.model.text import inert
from cognitui.profiles.document import Document, read_document, table_at
from cognitui.profiles.schema import (
    COLORS,
    ENVIRONMENT_KEYS,
    LONGEST_NAME,
    TOP_KEYS,
    Fault,
    meant_key,
    read_fields,
    unknown_key,
    wrong_type,
)
from cognitui.profiles.validation import ProfileRules, name_fault, region_faults, value_faults
from cognitui.storage.paths import expanded, shown

if TYPE_CHECKING:
    from cognitui.storage.toml_scan import KeyPath


class Faults:
    """The faults that were found so far, each with the document and the table that it is in."""

    def __init__(self) -> None:
        self._found: list[tuple[Document, KeyPath, Fault]] = []

    def add(self, document: Document, path: KeyPath, faults: Iterable[Fault | None]) -> bool:
        """Notes faults; returns whether there were any."""
        new = [(document, path, fault) for fault in faults if fault is not None]
        self._found += new
        return bool(new)

    def errors(self) -> tuple[ProfileError, ...]:
        """Returns them in the order of finding, with their lines."""
        documents = {id(document): document for document, _, _ in self._found}
        lines = {key: _lines(document) for key, document in documents.items()}
        return tuple(_problem(*found, lines[id(found[0])]) for found in self._found)


def _problem(document: Document, path: KeyPath, fault: Fault, lines: dict[KeyPath, int]) -> ProfileError:
    place = (*path, fault.key, fault.inside)
    line = next((lines[place[:length]] for length in range(len(place), 0, -1) if place[:length] in lines), 0)
    source, key = inert(str(document.path)), inert(fault.shown, LONGEST_NAME)
    return ProfileError(where=_where(path), key=key, what=fault.what, fix=fault.fix, source=source, line=line)


def _where(path: KeyPath) -> str:
    names = [inert(part, LONGEST_NAME) for part in path]
    return f"{names[1]}/{names[3]}" if len(path) == 4 else ".".join(names)


def _lines(document: Document) -> dict[KeyPath, int]:
    # Costs 2 ms, and a file without a fault needs none of it.
    from cognitui.storage.toml_scan import lines_by_path

    try:
        return lines_by_path(document.text)
    except ValueError:  # a shape that the scanner does not know: the fault is told without its line
        return {}


_HEX_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_KNOWN = (*ENVIRONMENT_KEYS, *FIELD_NAMES)

_NEVER_TAKEN = frozenset({"mfa_process"})
"""Of an included environment: what another person writes into a shared file must not run here."""

_LEADING = frozenset(
    {
        "region",
        "endpoint_url",
        "domain",
        "redirect_uri",
        "identity_provider",
        "identity_pool_id",
        "flow",
        "aws_profile",
        "client_metadata",
        "api_url",
    }
)
"""What says where passwords and tokens go, and how: an included file does not say it of a pool that is named here."""


class _Part(msgspec.Struct, frozen=True):
    """What one file says of an environment; None is "not said"."""

    document: Document
    label: str | None
    color: str | None
    protected: bool | None
    defaults: ProfileFields
    faulty: frozenset[str]

    @property
    def says_where(self) -> bool:
        """Whether it names the pool, or the domain that stands for it."""
        return _says_where(self.defaults)


class _View(msgspec.Struct, frozen=True):
    """An environment as some of its profiles have it."""

    environment: Environment
    rules: ProfileRules


class _Views(msgspec.Struct, frozen=True):
    """What the profiles of an environment inherit: all that its files say, or less."""

    shared: _View
    """For the profiles of included files."""
    apart: _View
    """For a profile of the person's own file that names its pool: an included file does not lead it elsewhere."""
    own: _View
    """For the others of that file: one of both."""

    def for_own(self, fields: ProfileFields) -> _View:
        """Returns what a profile of the person's own file inherits from, that sets these keys itself."""
        return self.apart if _says_where(fields) else self.own


class BuiltBook(msgspec.Struct, frozen=True):
    """The book, and the rules that a profile of each environment must keep."""

    book: ProfileSet
    views: Mapping[str, _Views]

    def rules(self, environment: str, fields: ProfileFields) -> ProfileRules:
        """Returns the rules for a profile of the file that edits go to, that sets these keys itself."""
        views = self.views.get(environment)
        return views.for_own(fields).rules if views else ProfileRules(NO_FIELDS)


def build_book(
    path: Path, documents: tuple[Document, ...], faults: Faults, stamps: tuple[FileStamp, ...] = ()
) -> BuiltBook:
    """Returns the book of the files.

    Args:
        path: The file that edits go to; all other files are read-only.
        documents: In the order of their say: where two files set a thing, the first one wins.
        faults: What was found so far; all that is found here goes in, too.
        stamps: Those of the files.
    """
    parts: dict[str, list[_Part]] = {}
    for document in documents:
        _check_top(document, faults)
        for name in table_at(document.tables, "environments"):
            part = _read_part(document, name, faults)
            if part:
                parts.setdefault(name, []).append(part)
    views = {name: _views(name, of_name, path) for name, of_name in parts.items()}
    profiles: dict[tuple[str, str], Profile] = {}
    faulty: list[Profile] = []
    for name, of_environment in views.items():
        for part in parts[name]:
            faulty += _read_profiles(part.document, of_environment, path, profiles, faults)
    _share_protection(profiles, faulty)
    book = ProfileSet(
        environments=tuple(of_environment.own.environment for of_environment in views.values()),
        profiles=tuple(profiles.values()),
        errors=faults.errors(),
        path=str(path),
        exists=any(document.path == path for document in documents),
        stamps=stamps,
    )
    return BuiltBook(book, views)


def _check_top(document: Document, faults: Faults) -> None:
    unknown = [unknown_key(key, TOP_KEYS) for key in document.tables if key not in TOP_KEYS]
    faults.add(document, (), unknown)
    if not isinstance(document.tables.get("environments", {}), dict):
        faults.add(document, (), [Fault("environments", "is not a table", "write it as [environments.NAME]")])


def _read_part(document: Document, name: str, faults: Faults) -> _Part | None:
    place = ("environments", name)
    table = table_at(document.tables, "environments")[name]
    if not isinstance(table, dict):
        faults.add(document, place, [Fault("", "is not a table", f"write it as [environments.{name}]")])
        return None
    if faults.add(document, place, [name_fault(name, "")]):
        return None
    settings, found = _read_settings(table)
    defaults, field_faults = read_fields({k: v for k, v in table.items() if k not in ENVIRONMENT_KEYS}, _KNOWN)
    found += field_faults
    found += value_faults(defaults, emulated=bool(defaults.endpoint_url)) or region_faults(defaults)
    faults.add(document, place, found)
    faulty = _spoilt(found)
    # An environment that was meant to be protected is, also where the word is misspelt.
    protected = True if "protected" in faulty else settings.get("protected")
    return _Part(
        document=document,
        label=_text(settings.get("label")),
        color=_text(settings.get("color")),
        protected=protected if isinstance(protected, bool) else None,
        defaults=_without(defaults, faulty),
        faulty=faulty,
    )


def _read_settings(table: Mapping[str, object]) -> tuple[dict[str, object], list[Fault]]:
    right: dict[str, object] = {}
    faults = []
    for key, kind in (("label", str), ("color", str), ("protected", bool)):
        value = table.get(key)
        if value is not None and not isinstance(value, kind):
            faults.append(wrong_type(key))
        elif key == "color" and isinstance(value, str) and not _is_color(value):
            faults.append(Fault(key, "is not a color", f"write #rrggbb, or one of {', '.join(sorted(COLORS))}"))
        elif value is not None:
            right[key] = value
    if not isinstance(table.get("profiles", {}), dict):
        faults.append(Fault("profiles", "is not a table", "write each as [environments.NAME.profiles.NAME]"))
    return right, faults


def _is_color(value: str) -> bool:
    return value in COLORS or _HEX_COLOR.fullmatch(value) is not None


def _spoilt(faults: list[Fault]) -> frozenset[str]:
    """The keys that cannot be relied on: those with a fault, and what a misspelt key was meant to be."""
    keys = {fault.key for fault in faults}
    return frozenset(key if key in _KNOWN else meant_key(key, _KNOWN) for key in keys) - {""}


def _without(fields: ProfileFields, keys: frozenset[str]) -> ProfileFields:
    return msgspec.structs.replace(fields, **{key: None for key in keys if key in FIELD_NAMES}) if keys else fields


def _says_where(fields: ProfileFields) -> bool:
    return bool(fields.user_pool_id or fields.domain)


def _views(name: str, parts: list[_Part], path: Path) -> _Views:
    shared, apart = (_view(name, parts, path, apart=apart) for apart in (False, True))
    is_own = any(part.says_where for part in parts if part.document.path == path)
    return _Views(shared, apart, apart if is_own else shared)


def _view(name: str, parts: list[_Part], path: Path, *, apart: bool) -> _View:
    """A faulty key of one file is made good by a right one of a file that comes before."""
    first = parts[0].document.path
    defaults, faulty = NO_FIELDS, frozenset[str]()
    for part in reversed(parts):
        left_out = _NEVER_TAKEN | (_LEADING if apart else frozenset()) if part.document.path != path else frozenset()
        taken = _without(part.defaults, left_out)
        faulty = (faulty - taken.set_values().keys()) | (part.faulty - left_out)
        defaults = taken.merged_into(defaults)
    environment = Environment(
        name=name,
        label=next((part.label for part in parts if part.label is not None), ""),
        color=next((part.color for part in parts if part.color is not None), ""),
        protected=next((part.protected for part in parts if part.protected is not None), False),
        defaults=defaults,
        source=str(first),
        read_only=first != path,
    )
    return _View(environment, ProfileRules(defaults, faulty, name))


def _read_profiles(
    document: Document, views: _Views, path: Path, profiles: dict[tuple[str, str], Profile], faults: Faults
) -> list[Profile]:
    """Adds the profiles of a document to the others; returns those that have a fault, as far as they can be read."""
    source, read_only = str(document.path), document.path != path
    environment, faulty = views.own.environment.name, []
    for name, table in table_at(document.tables, "environments", environment, "profiles").items():
        place = ("environments", environment, "profiles", name)
        if not isinstance(table, dict):
            faults.add(document, place, [Fault("", "is not a table", "write it as [environments.NAME.profiles.NAME]")])
            continue
        own, found = read_fields(table)
        view = views.shared if read_only else views.for_own(own)
        profile = Profile(environment=view.environment, name=name, own=own, source=source, read_only=read_only)
        if faults.add(document, place, [name_fault(name, ""), *(found or view.rules.faults(own))]):
            faulty.append(profile)
        elif (environment, name) in profiles:
            faults.add(
                document, place, [Fault("", "is in another file, too, which wins", "give one of them a new name")]
            )
        else:
            profiles[environment, name] = profile
    return faulty


def _share_protection(profiles: dict[tuple[str, str], Profile], faulty: list[Profile]) -> None:
    """Protects what would hand out a protected token, or sign in with a protected password, under another name.

    Whatever the flow, the scopes and the endpoint are: the pool, the app client and the user tell whose they are. A
    profile that has a fault protects, too.
    """
    protected = {
        _sign_in_of(profile): profile.id for profile in (*faulty, *profiles.values()) if profile.environment.protected
    }
    if not protected:
        return
    for key, profile in profiles.items():
        if not profile.environment.protected and (same := protected.get(_sign_in_of(profile))) is not None:
            profiles[key] = msgspec.structs.replace(profile, shares_with=same)


def _sign_in_of(profile: Profile) -> tuple[str | None, str | None, str | None]:
    """Returns pool, client and user, without laying all keys over each other: there may be thousands."""
    own, defaults = profile.own, profile.environment.defaults
    pool = own.user_pool_id or defaults.user_pool_id or own.domain or defaults.domain
    return pool, own.client_id or defaults.client_id, own.username or defaults.username


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def stamp_of(path: Path) -> FileStamp:
    """Returns the stamp of a file as it is now; that of one that is missing has neither a time nor a size."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # a NUL in its name is no file's
        return FileStamp(str(path))
    return FileStamp(str(path), status.st_mtime_ns, status.st_size)


_DEEPEST = 8
"""Includes of includes that are followed; a team needs one or two."""

_PATTERN = frozenset("*?[")


class Includes(Struct, frozen=True):
    """What a profile file includes."""

    documents: tuple[Document, ...]
    stamps: tuple[FileStamp, ...]
    """Those of all files that are named, also of the ones that cannot be read."""


def read_includes(own: Document, faults: Faults) -> Includes:
    """Returns what a document includes, in order, each file once; one that cannot be read is a fault, not the end."""
    found = _Found({own.path.resolve(): own}, {})
    level = [own]
    for _ in range(_DEEPEST):
        level = [included for document in level for included in _read_level(document, found, faults)]
    for document in level:
        if document.tables.get("include"):
            faults.add(document, (), [Fault("include", "is nested too deeply", "include the file further up")])
    return Includes(tuple(found.documents.values())[1:], tuple(found.stamps.values()))


class _Found(NamedTuple):
    documents: dict[Path, Document]
    stamps: dict[Path, FileStamp]


def _read_level(document: Document, found: _Found, faults: Faults) -> list[Document]:
    named = document.tables.get("include", [])
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        faults.add(document, (), [wrong_type("include")])
        return []
    new = []
    for position, name in enumerate(named, 1):
        # Relative to the file that the link leads to would surprise whoever wrote the link's folder.
        file = document.path.parent / expanded(Path(name))
        included = _read(document, file, position, found, faults)
        if included:
            new.append(included)
    return new


def _read(document: Document, file: Path, position: int, found: _Found, faults: Faults) -> Document | None:
    fix = f"mend it, or take file {position} out of the list"
    try:
        real = file.resolve()
        if real in found.documents:
            return None
        # From before the reading, so that what is written meanwhile is seen as a change.
        found.stamps[file] = stamp_of(file)
        included = read_document(file, any_owner=True)
    except ProfileFileError as error:
        faults.add(document, (), [Fault("include", error.cause.rstrip("."), error.fix or fix)])
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in its name, links in a circle
        if _PATTERN.intersection(file.name):
            fix = f"name each file: patterns such as * are not read (file {position} of the list)"
        faults.add(document, (), [Fault("include", f"{shown(file)} cannot be found", fix)])
    else:
        found.documents[real] = included
        if _says_nothing(included.tables):
            fix = f"write profiles into it, or take file {position} out of the list"
            faults.add(document, (), [Fault("include", f"{shown(file)} is read, and holds no profile", fix)])
        return included
    return None


def _says_nothing(tables: Mapping[str, object]) -> bool:
    """Whether a file is empty but for its version: it may be the wrong one, or not be written yet."""
    said = {key: value for key, value in tables.items() if key != "version"}
    return not any(map(_holds, said.values()))


def _holds(value: object) -> bool:
    """Whether a value is one, or a table or list that has some in it."""
    if isinstance(value, Mapping):
        return any(map(_holds, value.values()))
    return bool(value) if isinstance(value, list) else True
