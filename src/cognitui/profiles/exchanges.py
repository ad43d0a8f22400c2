"""Exchanges of tokens: the profiles that a `token_exchange` profile names as its subject and actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from cognitui.model.profile import Profile, SubjectToken, foreign_server
from cognitui.model.text import inert, nearest
from cognitui.model.token import TokenKind
from cognitui.profiles.document import Document, profile_path
from cognitui.profiles.schema import LONGEST_NAME, FieldError

if TYPE_CHECKING:
    from cognitui.storage.toml_scan import KeyPath

Key = tuple[str, str]
"""Environment and name."""

Report = Callable[["Document", "KeyPath", Iterable[FieldError]], object]


class Exchange(NamedTuple):
    """Where a profile that exchanges a token comes from."""

    document: Document
    """The one that defines it."""
    is_own: bool
    """Whether your own file sets all that decides which token goes to which server."""


def join_exchanges(profiles: dict[Key, Profile], exchanges: Mapping[Key, Exchange], report: Report) -> None:
    """Give each profile that exchanges a token its subject and actor; remove those that cannot have one.

    Args:
        profiles: All valid profiles; changed in place.
        exchanges: Those that exchange a token.
        report: Receives the errors of a profile.
    """
    joined = _Joining(profiles, exchanges)
    for key, exchange in exchanges.items():
        profile, errors = joined.profile(key)
        if errors or profile is None:
            report(exchange.document, profile_path(*key), errors)
    for key in exchanges:
        profile, errors = joined.profile(key)
        if errors or profile is None:
            del profiles[key]
        else:
            profiles[key] = profile


def named_profile(reference: str, environment: str, profiles: Mapping[Key, Profile]) -> Key | None:
    """Return what a reference means: `environment/name`, or a name in the same environment or in only one other."""
    if "/" in reference:
        first, _, name = reference.partition("/")
        return (first, name) if (first, name) in profiles else None
    if (environment, reference) in profiles:
        return environment, reference
    found = [key for key in profiles if key[1] == reference]
    return found[0] if len(found) == 1 else None


class _Joining:
    """The profiles that are joined so far; a subject may be an exchange itself."""

    def __init__(self, profiles: Mapping[Key, Profile], exchanges: Mapping[Key, Exchange]) -> None:
        self._profiles = profiles
        self._exchanges = exchanges
        self._done: dict[Key, tuple[Profile | None, tuple[FieldError, ...]]] = {}
        self._open: list[Key] = []

    def profile(self, key: Key) -> tuple[Profile | None, tuple[FieldError, ...]]:
        """Return a profile with its subject and actor, or its errors."""
        if key not in self._exchanges:
            return self._profiles[key], ()
        if key not in self._done:
            self._open.append(key)
            self._done[key] = self._join(self._profiles[key])
            self._open.pop()
        return self._done[key]

    def _join(self, profile: Profile) -> tuple[Profile | None, tuple[FieldError, ...]]:
        found: dict[str, Profile] = {}
        errors: list[FieldError] = []
        for role, reference in (("subject", profile.fields.subject), ("actor", profile.fields.actor)):
            if reference is None:
                continue
            source, error = self._source(profile, role, reference)
            if error is not None:
                errors.append(error)
            elif source is not None:
                found[role] = source
        return (None if errors else msgspec.structs.replace(profile, **found)), tuple(errors)

    def _source(self, profile: Profile, role: str, reference: str) -> tuple[Profile | None, FieldError | None]:
        key = named_profile(reference, profile.environment.name, self._profiles)
        if key is None:
            return None, FieldError(role, "is no profile, or one with an error", self._meant(profile, reference))
        if key in self._open:
            is_self = key == (profile.environment.name, profile.name)
            what = "is the profile itself" if is_self else "leads back to the profile itself"
            return None, FieldError(role, what, "name the profile that signs the user in")
        source, errors = self.profile(key)
        if errors or source is None:
            return None, FieldError(role, "is a profile with an error", "fix that one first")
        is_own = self._exchanges[profile.environment.name, profile.name].is_own
        return source, _unusable(profile, role, source) or (None if is_own else _redirected(profile, role, source))

    def _meant(self, profile: Profile, reference: str) -> str:
        ids = ["/".join(key) for key in self._profiles if key != (profile.environment.name, profile.name)]
        near = nearest(reference, ids) or [one for one in ids if one.partition("/")[2] == reference]
        if near:
            return f"did you mean {' or '.join(inert(one, LONGEST_NAME) for one in near[:3])}?"
        return "write the id of a profile, environment/name"


def _unusable(profile: Profile, role: str, source: Profile) -> FieldError | None:
    """Return why a profile's token cannot be exchanged, or may not be."""
    wants_id = role == "subject" and profile.fields.subject_token is SubjectToken.ID
    if wants_id and TokenKind.ID not in source.kinds:
        return FieldError("subject_token", f"is id, and {source.id} has no ID token", 'write "access", or remove it')
    return None


def _redirected(profile: Profile, role: str, source: Profile) -> FieldError | None:
    """Return the error of an included file that would send a token to another server than the one that issued it.

    Which file the source is in does not matter: one of an included file may have your own user, whose password is
    stored. A source that is an exchange itself has been checked by the same rule.
    """
    server = foreign_server(profile).rstrip("/")
    if not server or server == foreign_server(source).rstrip("/"):
        return None
    what = "would send its token to another server, which an included file names"
    return FieldError(role, what, "define the exchange with its server in your own file")
