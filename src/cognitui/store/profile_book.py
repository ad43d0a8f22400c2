"""Profile files become one book: environments joined, profiles checked, faults collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from cognitui.model.profile import FIELD_NAMES, NO_FIELDS, Environment, FileStamp, Profile, ProfileBook, ProfileFields
from cognitui.store.profile_document import Document, table_at
from cognitui.store.profile_keys import (
    COLORS,
    ENVIRONMENT_KEYS,
    TOP_KEYS,
    Fault,
    meant_key,
    read_fields,
    unknown_key,
    wrong_type,
)
from cognitui.store.profile_problems import Faults
from cognitui.store.profile_rules import ProfileRules, name_fault, region_faults, value_faults

_HEX_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_KNOWN = (*ENVIRONMENT_KEYS, *FIELD_NAMES)


class BuiltBook(msgspec.Struct, frozen=True):
    """The book, and the rules that a new profile of each environment must keep."""

    book: ProfileBook
    rules: Mapping[str, ProfileRules]


class _Part(msgspec.Struct, frozen=True):
    """What one file says of an environment; None is "not said"."""

    document: Document
    label: str | None
    color: str | None
    protected: bool | None
    defaults: ProfileFields
    faulty: frozenset[str]


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
    environments = {name: _joined(name, of_name, path) for name, of_name in parts.items()}
    rules = {name: _rules(environments[name], of_name) for name, of_name in parts.items()}
    profiles: dict[tuple[str, str], Profile] = {}
    for name, environment in environments.items():
        for part in parts[name]:
            _read_profiles(part.document, environment, rules[name], profiles, faults)
    book = ProfileBook(
        environments=tuple(environments.values()),
        profiles=tuple(profiles.values()),
        problems=faults.problems(),
        path=str(path),
        exists=any(document.path == path for document in documents),
        stamps=stamps,
    )
    return BuiltBook(book, rules)


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
    if faults.add(document, place, [name_fault(name)]):
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


def _joined(name: str, parts: list[_Part], path: Path) -> Environment:
    first = parts[0].document.path
    defaults = NO_FIELDS
    for part in reversed(parts):
        defaults = part.defaults.merged_into(defaults)
    return Environment(
        name=name,
        label=next((part.label for part in parts if part.label is not None), ""),
        color=next((part.color for part in parts if part.color is not None), ""),
        protected=next((part.protected for part in parts if part.protected is not None), False),
        defaults=defaults,
        source=str(first),
        read_only=first != path,
    )


def _rules(environment: Environment, parts: list[_Part]) -> ProfileRules:
    """A faulty key of one file is made good by a right one of a file that comes before."""
    faulty: frozenset[str] = frozenset()
    for part in reversed(parts):
        faulty = (faulty - part.defaults.set_values().keys()) | part.faulty
    return ProfileRules(environment.defaults, faulty, environment.name)


def _read_profiles(
    document: Document,
    environment: Environment,
    rules: ProfileRules,
    profiles: dict[tuple[str, str], Profile],
    faults: Faults,
) -> None:
    source = str(document.path)
    # The environment's own file is the first; only the file that edits go to is not read-only.
    read_only = environment.read_only or source != environment.source
    for name, table in table_at(document.tables, "environments", environment.name, "profiles").items():
        place = ("environments", environment.name, "profiles", name)
        own = _read_profile(document, place, table, rules, faults)
        if own is None:
            continue
        key = (environment.name, name)
        if key in profiles:
            faults.add(
                document, place, [Fault("", "is in another file, too, which wins", "give one of them a new name")]
            )
            continue
        profiles[key] = Profile(environment=environment, name=name, own=own, source=source, read_only=read_only)


def _read_profile(
    document: Document, place: tuple[str, str, str, str], table: object, rules: ProfileRules, faults: Faults
) -> ProfileFields | None:
    """Returns the profile's own keys, or None where it has a fault."""
    if not isinstance(table, dict):
        faults.add(document, place, [Fault("", "is not a table", "write it as [environments.NAME.profiles.NAME]")])
        return None
    own, found = read_fields(table)
    found = found or list(rules.faults(own))
    wrong_name = name_fault(place[3])
    if not found and wrong_name is None:
        return own
    faults.add(document, place, [wrong_name, *found])
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
