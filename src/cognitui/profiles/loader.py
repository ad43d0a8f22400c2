"""Loader that builds the profile set from its files: joins environments, checks profiles, collects errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from cognitui.model.aws import is_aws
from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import (
    FIELD_NAMES,
    NO_FIELDS,
    Environment,
    FileStamp,
    Flow,
    Profile,
    ProfileError,
    ProfileFields,
    ProfileSet,
    is_loopback,
)
from cognitui.model.text import inert
from cognitui.profiles.document import Document, read_document, table_at
from cognitui.profiles.exchanges import Exchange, join_exchanges
from cognitui.profiles.schema import (
    COLORS,
    ENVIRONMENT_KEYS,
    LONGEST_NAME,
    TOP_KEYS,
    FieldError,
    meant_key,
    read_fields,
    unknown_key,
    wrong_type,
)
from cognitui.profiles.validation import ProfileRules, name_error, region_errors, value_errors
from cognitui.storage.paths import expanded, shown

if TYPE_CHECKING:
    from cognitui.storage.toml_scan import KeyPath

_HEX_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

_KNOWN = (*ENVIRONMENT_KEYS, *FIELD_NAMES)

_SOURCE_AND_SERVERS = ("client_secret_from", "endpoint_url", "domain")
"""Keys that decide which secret is read, and who gets it."""

_NEVER_TAKEN = frozenset({"mfa_process"})
"""Never taken from an included environment: another person's file must not run a program here."""

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
        "issuer",
        "resource",
        "client_secret_from",
        "subject",
        "subject_token",
        "actor",
        "audiences",
    }
)
"""Keys that decide where passwords and tokens go; an include cannot set them for a pool that your own file names."""

_OF_EXCHANGE = ("flow", "subject", "subject_token", "actor", "endpoint_url", "domain")
"""Keys that decide which token an exchange sends to which server."""

_DEEPEST = 8
"""Levels of includes; a team needs one or two."""

_PATTERN = frozenset("*?[")


class ProfileErrors:
    """The errors so far, each with its document and table."""

    def __init__(self) -> None:
        self._found: list[tuple[Document, KeyPath, FieldError]] = []

    def add(self, document: Document, path: KeyPath, errors: Iterable[FieldError | None]) -> bool:
        """Add errors; return whether there were any."""
        new = [(document, path, error) for error in errors if error is not None]
        self._found += new
        return bool(new)

    def errors(self) -> tuple[ProfileError, ...]:
        """Return the errors in order, with their lines."""
        documents = {id(document): document for document, _, _ in self._found}
        lines = {key: _lines(document) for key, document in documents.items()}
        return tuple(_profile_error(*found, lines[id(found[0])]) for found in self._found)


class BuiltProfiles(msgspec.Struct, frozen=True):
    """The profile set, and the rules of each environment."""

    profile_set: ProfileSet
    views: Mapping[str, _Views]

    def rules(self, environment: str, fields: ProfileFields) -> ProfileRules:
        """Return the rules for a profile with these keys in the file that edits go to."""
        views = self.views.get(environment)
        return views.for_own(fields).rules if views else ProfileRules(NO_FIELDS)


def build_profiles(
    path: Path, documents: tuple[Document, ...], errors: ProfileErrors, stamps: tuple[FileStamp, ...] = ()
) -> BuiltProfiles:
    """Return the profile set of the files.

    Args:
        path: The file that edits go to; all other files are read-only.
        documents: In order of priority: if two files set the same key, the first one wins.
        errors: The errors so far; new ones are added.
        stamps: The stamps of the files.
    """
    parts: dict[str, list[_Part]] = {}
    for document in documents:
        _check_top(document, errors)
        for name in table_at(document.tables, "environments"):
            part = _read_part(document, name, errors)
            if part:
                parts.setdefault(name, []).append(part)
    views = {name: _views(name, of_name, path) for name, of_name in parts.items()}
    profiles: dict[tuple[str, str], Profile] = {}
    invalid: list[Profile] = []
    exchanges: dict[tuple[str, str], Exchange] = {}
    for name, of_environment in views.items():
        for part in parts[name]:
            invalid += _read_profiles(part.document, of_environment, path, profiles, exchanges, errors)
    _share_protection(profiles, invalid)
    if exchanges:
        join_exchanges(profiles, exchanges, errors.add)
    profile_set = ProfileSet(
        environments=tuple(of_environment.own.environment for of_environment in views.values()),
        profiles=tuple(profiles.values()),
        errors=errors.errors(),
        path=str(path),
        exists=any(document.path == path for document in documents),
        stamps=stamps,
    )
    return BuiltProfiles(profile_set, views)


def stamp_of(path: Path) -> FileStamp:
    """Return the current stamp of a file; a missing file has neither a time nor a size."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # no file name contains a NUL
        return FileStamp(str(path))
    return FileStamp(str(path), status.st_mtime_ns, status.st_size)


class Includes(Struct, frozen=True):
    """The included files."""

    documents: tuple[Document, ...]
    stamps: tuple[FileStamp, ...]
    """The stamps of all named files, including those that cannot be read."""


def read_includes(own: Document, errors: ProfileErrors) -> Includes:
    """Return the distinct included documents in order; one that cannot be read is an error of the including file."""
    found = _Found({own.path.resolve(): own}, {})
    level = [own]
    for _ in range(_DEEPEST):
        level = [included for document in level for included in _read_level(document, found, errors)]
    for document in level:
        if document.tables.get("include"):
            errors.add(document, (), [FieldError("include", "is nested too deeply", "include the file further up")])
    return Includes(tuple(found.documents.values())[1:], tuple(found.stamps.values()))


def _profile_error(document: Document, path: KeyPath, error: FieldError, lines: dict[KeyPath, int]) -> ProfileError:
    place = (*path, error.key, error.inside)
    line = next((lines[place[:length]] for length in range(len(place), 0, -1) if place[:length] in lines), 0)
    source, key = inert(str(document.path)), inert(error.shown, LONGEST_NAME)
    return ProfileError(where=_where(path), key=key, what=error.what, fix=error.fix, source=source, line=line)


def _where(path: KeyPath) -> str:
    names = [inert(part, LONGEST_NAME) for part in path]
    return f"{names[1]}/{names[3]}" if len(path) == 4 else ".".join(names)


def _lines(document: Document) -> dict[KeyPath, int]:
    # Costs 2 ms, and a file without errors does not need it.
    from cognitui.storage.toml_scan import lines_by_path

    try:
        return lines_by_path(document.text)
    except ValueError:  # a form that the scanner does not know: the error has no line
        return {}


class _Part(msgspec.Struct, frozen=True):
    """What one file sets of an environment; None means "not set"."""

    document: Document
    label: str | None
    color: str | None
    protected: bool | None
    defaults: ProfileFields
    invalid: frozenset[str]

    @property
    def names_pool(self) -> bool:
        """Whether it names the pool, or the domain in its place."""
        return _names_pool(self.defaults)


class _View(msgspec.Struct, frozen=True):
    """An environment as some of its profiles see it."""

    environment: Environment
    rules: ProfileRules


class _Views(msgspec.Struct, frozen=True):
    """What the profiles of an environment inherit: everything from all files, or less."""

    shared: _View
    """For profiles of included files."""
    apart: _View
    """For a profile of the user's own file that names its pool, which an include must not redirect."""
    own: _View
    """For the other profiles of that file: one of the two above."""

    def for_own(self, fields: ProfileFields) -> _View:
        """Return the view for a profile of the user's own file that sets these keys itself."""
        return self.apart if _names_pool(fields) else self.own


def _check_top(document: Document, errors: ProfileErrors) -> None:
    unknown = [unknown_key(key, TOP_KEYS) for key in document.tables if key not in TOP_KEYS]
    errors.add(document, (), unknown)
    if not isinstance(document.tables.get("environments", {}), dict):
        errors.add(document, (), [FieldError("environments", "is not a table", "write it as [environments.NAME]")])


def _read_part(document: Document, name: str, errors: ProfileErrors) -> _Part | None:
    place = ("environments", name)
    table = table_at(document.tables, "environments")[name]
    if not isinstance(table, dict):
        errors.add(document, place, [FieldError("", "is not a table", f"write it as [environments.{name}]")])
        return None
    if errors.add(document, place, [name_error(name, "")]):
        return None
    settings, found = _read_settings(table)
    defaults, field_errors = read_fields({k: v for k, v in table.items() if k not in ENVIRONMENT_KEYS}, _KNOWN)
    found += field_errors
    found += value_errors(defaults, emulated=bool(defaults.endpoint_url)) or region_errors(defaults)
    errors.add(document, place, found)
    invalid = _unreliable_keys(found)
    # An environment that was meant to be protected is protected, even if the key is misspelled.
    protected = True if "protected" in invalid else settings.get("protected")
    return _Part(
        document=document,
        label=_text(settings.get("label")),
        color=_text(settings.get("color")),
        protected=protected if isinstance(protected, bool) else None,
        defaults=_without(defaults, invalid),
        invalid=invalid,
    )


def _read_settings(table: Mapping[str, object]) -> tuple[dict[str, object], list[FieldError]]:
    right: dict[str, object] = {}
    errors = []
    for key, kind in (("label", str), ("color", str), ("protected", bool)):
        value = table.get(key)
        if value is not None and not isinstance(value, kind):
            errors.append(wrong_type(key))
        elif key == "color" and isinstance(value, str) and not _is_color(value):
            errors.append(FieldError(key, "is not a color", f"write #rrggbb, or one of {', '.join(sorted(COLORS))}"))
        elif value is not None:
            right[key] = value
    if not isinstance(table.get("profiles", {}), dict):
        errors.append(FieldError("profiles", "is not a table", "write each as [environments.NAME.profiles.NAME]"))
    return right, errors


def _is_color(value: str) -> bool:
    return value in COLORS or _HEX_COLOR.fullmatch(value) is not None


def _unreliable_keys(errors: list[FieldError]) -> frozenset[str]:
    """Return the unreliable keys: those with an error, and the ones that misspelled keys were meant to be."""
    keys = {error.key for error in errors}
    return frozenset(key if key in _KNOWN else meant_key(key, _KNOWN) for key in keys) - {""}


def _without(fields: ProfileFields, keys: frozenset[str]) -> ProfileFields:
    return msgspec.structs.replace(fields, **{key: None for key in keys if key in FIELD_NAMES}) if keys else fields


def _names_pool(fields: ProfileFields) -> bool:
    return bool(fields.user_pool_id or fields.domain)


def _views(name: str, parts: list[_Part], path: Path) -> _Views:
    shared, apart = (_view(name, parts, path, apart=apart) for apart in (False, True))
    is_own = any(part.names_pool for part in parts if part.document.path == path)
    return _Views(shared, apart, apart if is_own else shared)


def _view(name: str, parts: list[_Part], path: Path, *, apart: bool) -> _View:
    """Merge the files; a valid key of an earlier file replaces an invalid one of a later file."""
    first = parts[0].document.path
    defaults, invalid = NO_FIELDS, frozenset[str]()
    for part in reversed(parts):
        left_out = _NEVER_TAKEN | (_LEADING if apart else frozenset()) if part.document.path != path else frozenset()
        taken = _without(part.defaults, left_out)
        invalid = (invalid - taken.set_values().keys()) | (part.invalid - left_out)
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
    return _View(environment, ProfileRules(defaults, invalid, name))


def _read_profiles(
    document: Document,
    views: _Views,
    path: Path,
    profiles: dict[tuple[str, str], Profile],
    exchanges: dict[tuple[str, str], Exchange],
    errors: ProfileErrors,
) -> list[Profile]:
    """Add the profiles of a document to the others; return those with an error, as far as they can be read.

    Those that exchange a token are added to `exchanges` too.
    """
    source, read_only = str(document.path), document.path != path
    environment, invalid = views.own.environment.name, []
    for name, table in table_at(document.tables, "environments", environment, "profiles").items():
        place = ("environments", environment, "profiles", name)
        if not isinstance(table, dict):
            errors.add(
                document, place, [FieldError("", "is not a table", "write it as [environments.NAME.profiles.NAME]")]
            )
            continue
        own, found = read_fields(table)
        view = views.shared if read_only else views.for_own(own)
        profile = Profile(environment=view.environment, name=name, own=own, source=source, read_only=read_only)
        found = list(found or view.rules.errors(own)) or _shared_source_errors(profile, views)
        if errors.add(document, place, [name_error(name, ""), *found]):
            invalid.append(profile)
        elif (environment, name) in profiles:
            errors.add(
                document, place, [FieldError("", "is also in another file, which wins", "give one of them a new name")]
            )
        else:
            profiles[environment, name] = profile
            if (own.flow or view.environment.defaults.flow) is Flow.TOKEN_EXCHANGE:
                exchanges[environment, name] = Exchange(document, is_own=_is_own_exchange(profile, views))
    return invalid


def _is_own_exchange(profile: Profile, views: _Views) -> bool:
    """Return whether your own file sets all that decides which token an exchange sends to which server."""
    of_own_file = profile.own.merged_into(views.apart.environment.defaults)
    same = (getattr(profile.fields, key) == getattr(of_own_file, key) for key in _OF_EXCHANGE)
    return not profile.read_only and all(same)


def _shared_source_errors(profile: Profile, views: _Views) -> list[FieldError]:
    """Return the error of a secret source that another person's file names, or whose secret such a file would redirect.

    The source is read with the user's own IAM credentials: the secret may go to AWS or to this machine, and nowhere
    else. Your own file may send it anywhere.
    """
    own, defaults = profile.own, profile.environment.defaults
    if not (own.client_secret_from or defaults.client_secret_from):
        return []
    fields, of_own_file = profile.fields, own.merged_into(views.apart.environment.defaults)
    is_own = all(getattr(fields, key) == getattr(of_own_file, key) for key in _SOURCE_AND_SERVERS)
    servers = (fields.endpoint_url, fields.domain if profile.signs_in_at_domain else None)
    if (is_own and not profile.read_only) or all(is_aws(url) or _is_here(url) for url in servers if url):
        return []
    what = "comes with an included file, and the profile signs in at a server that is neither AWS nor this machine"
    return [FieldError("client_secret_from", what, "write the profile with its server in your own file")]


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def _share_protection(profiles: dict[tuple[str, str], Profile], invalid: list[Profile]) -> None:
    """Protect profiles that share their sign-in with a protected one under another name.

    The pool, the app client and the user decide, whatever the flow, scopes and endpoint. A protected profile with an
    error protects too.
    """
    protected = {
        _sign_in_of(profile): profile.id for profile in (*invalid, *profiles.values()) if profile.environment.protected
    }
    if not protected:
        return
    for key, profile in profiles.items():
        if not profile.environment.protected and (same := protected.get(_sign_in_of(profile))) is not None:
            profiles[key] = msgspec.structs.replace(profile, shares_with=same)


def _sign_in_of(profile: Profile) -> tuple[str | None, str | None, str | None]:
    """Return pool, client and user without merging all keys, as there may be thousands of profiles."""
    own, defaults = profile.own, profile.environment.defaults
    pool = own.user_pool_id or defaults.user_pool_id or own.domain or defaults.domain
    return pool, own.client_id or defaults.client_id, own.username or defaults.username


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


class _Found(NamedTuple):
    documents: dict[Path, Document]
    stamps: dict[Path, FileStamp]


def _read_level(document: Document, found: _Found, errors: ProfileErrors) -> list[Document]:
    named = document.tables.get("include", [])
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        errors.add(document, (), [wrong_type("include")])
        return []
    new = []
    for position, name in enumerate(named, 1):
        # Relative to the link, not to its target, which would surprise the author of the folder.
        file = document.path.parent / expanded(Path(name))
        included = _read(document, file, position, found, errors)
        if included:
            new.append(included)
    return new


def _read(document: Document, file: Path, position: int, found: _Found, errors: ProfileErrors) -> Document | None:
    fix = f"fix it, or remove file {position} from the list"
    try:
        real = file.resolve()
        if real in found.documents:
            return None
        # From before the read, so that a write in between counts as a change.
        found.stamps[file] = stamp_of(file)
        included = read_document(file, any_owner=True)
    except ProfileFileError as error:
        errors.add(document, (), [FieldError("include", error.cause.rstrip("."), error.fix or fix)])
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in its name, a loop of links
        if _PATTERN.intersection(file.name):
            fix = f"name each file: patterns such as * do not work (file {position} of the list)"
        errors.add(document, (), [FieldError("include", f"{shown(file)} cannot be found", fix)])
    else:
        found.documents[real] = included
        if _is_without_profiles(included.tables):
            fix = f"add profiles to it, or remove file {position} from the list"
            errors.add(document, (), [FieldError("include", f"{shown(file)} contains no profile", fix)])
        return included
    return None


def _is_without_profiles(tables: Mapping[str, object]) -> bool:
    """Return whether a file has nothing but a version: it may be the wrong file, or not written yet."""
    content = {key: value for key, value in tables.items() if key != "version"}
    return not any(map(_holds, content.values()))


def _holds(value: object) -> bool:
    """Return whether a value is set, or a table or list contains one that is."""
    if isinstance(value, Mapping):
        return any(map(_holds, value.values()))
    return bool(value) if isinstance(value, list) else True
