"""Client secrets from a source: read when needed, kept in memory for the run, and read again once if refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from cognitui.model.errors import ClientSecretUnwanted, ClientSecretWrong, SourcedSecretWrong
from cognitui.model.profile import Profile
from cognitui.model.secret_source import SecretSource, client_secret_in, source_of
from cognitui.model.text import inert
from cognitui.tokens.interfaces import SecretReader

Result = TypeVar("Result")

_Place = tuple[str | None, ...]
"""What a reading depends on: the source, whose credentials, and the server and app client that it is for."""


class SourcedSecrets:
    """The client secrets of profiles with `client_secret_from`. Threads may share it.

    Callers that need the same secret at the same time read it once. The methods raise what `SecretReader.read` raises,
    and SecretSourceUnusable if what was read is no client secret of the profile's app client.
    """

    def __init__(self, reader: SecretReader) -> None:
        self._reader = reader
        self._guard = threading.Lock()
        self._reading: dict[_Place, threading.Lock] = {}
        self._values: dict[_Place, str] = {}

    def get(self, profile: Profile) -> str | None:
        """Return the profile's client secret; None if the profile names no source."""
        source = named_source(profile)
        return self._newest(profile, source, None) if source is not None else None

    def other_than(self, profile: Profile, refused: str | None) -> str | None:
        """Return a client secret other than a refused one, read again if needed; None if there is no other."""
        source = named_source(profile)
        if source is None:
            return None
        newest = self._newest(profile, source, refused)
        return newest if newest != refused else None

    def drop(self, profile: Profile) -> None:
        """Drop a client secret that Cognito refused: the next caller reads it again."""
        if (source := named_source(profile)) is not None:
            with self._guard:
                self._values.pop(_place(profile, source), None)

    def clear(self) -> None:
        """Drop all that was read."""
        with self._guard:
            self._values.clear()

    def _newest(self, profile: Profile, source: SecretSource, refused: str | None) -> str:
        """Return what is in memory unless that is the refused one, else what is read now."""
        place = _place(profile, source)
        with self._guard:
            reading = self._reading.setdefault(place, threading.Lock())
        with reading:
            held = self._values.get(place)
            if held is not None and held != refused:
                return held
            text = self._reader.read(profile, source)
            value = client_secret_in(text, source, profile.user_pool_id, profile.client_id)
            with self._guard:
                self._values[place] = value
            return value


def named_source(profile: Profile) -> SecretSource | None:
    """Return the source that the profile names for its client secret, or None."""
    text = profile.fields.client_secret_from
    return source_of(text) if text else None


def _place(profile: Profile, source: SecretSource) -> _Place:
    fields = profile.fields
    return str(source), fields.aws_profile, profile.region, fields.endpoint_url, fields.user_pool_id, fields.client_id


class ClientSecretUse:
    """Calls with a client secret that is read again once if Cognito refuses it."""

    def __init__(self, sourced: SourcedSecrets, refuse: Callable[[Profile, str], bool]) -> None:
        """Store the parts; `refuse` notes that a secret no longer works, and returns whether the keyring holds it."""
        self._sourced = sourced
        self._refuse = refuse
        self._outdated: set[str] = set()
        """The token keys of profiles whose stored secret gave way to the one of the source."""

    def warning(self, profile: Profile) -> str:
        """Return once what the user should know of a call that worked; empty for nothing."""
        if profile.token_key not in self._outdated:
            return ""
        self._outdated.discard(profile.token_key)
        return (
            "The client secret in the keyring no longer works: the one in Secrets Manager was used. To remove it: "
            f"cognitui secret rm {inert(profile.id)} client-secret"
        )

    def call(self, profile: Profile, secret: str | None, work: Callable[[str | None], Result]) -> Result:
        """Return the result of `work` with a secret or, if Cognito refuses that, with a newer one from the source.

        Args:
            profile: The profile; without `client_secret_from` there is only one try.
            secret: What is stored, typed or in memory.
            work: The call; it is made once more only after it has raised ClientSecretWrong.

        Raises:
            ClientSecretWrong: Cognito refuses the newest secret too, or there is no newer one.
        """
        try:
            return work(secret)
        except ClientSecretUnwanted as error:
            raise _unwanted(profile, error) from None
        except ClientSecretWrong as error:
            refusal = error
        source = named_source(profile)
        if source is None:
            raise refusal
        is_stored = secret is not None and self._refuse(profile, secret)
        newer = self._sourced.other_than(profile, secret)
        if newer is None:
            self._sourced.drop(profile)
            raise _without_newer(profile, source, refusal)
        result = self._last(profile, source, newer, work)
        if is_stored:
            self._outdated.add(profile.token_key)
        return result

    def call_again(self, profile: Profile, refusal: ClientSecretWrong, work: Callable[[str], Result]) -> Result:
        """Return the result of `work` with the secret that the source has now, after a refusal midway."""
        source = named_source(profile)
        if source is None:
            raise refusal
        self._sourced.drop(profile)
        newest = self._sourced.get(profile)
        assert newest is not None, "a named source has a secret, or raises"
        return self._last(profile, source, newest, work)

    def _last(self, profile: Profile, source: SecretSource, secret: str, work: Callable[[str], Result]) -> Result:
        try:
            return work(secret)
        except ClientSecretWrong as error:
            # Kept, it would be sent first at the next try.
            self._sourced.drop(profile)
            raise _refused_again(profile, source, error) from None


_SOON = "After a rotation the new secret is readable within a minute: try again then."


def _without_newer(profile: Profile, source: SecretSource, refusal: ClientSecretWrong) -> SourcedSecretWrong:
    return SourcedSecretWrong(
        f"{_words(refusal)} It comes from {source.shown}, which was read again and has no other.",
        fix=f"{_SOON} If it stays so, check client_secret_from and client_id of {inert(profile.id)}.",
    )


def _refused_again(profile: Profile, source: SecretSource, refusal: ClientSecretWrong) -> SourcedSecretWrong:
    return SourcedSecretWrong(
        f"{_words(refusal)} It was just read from {source.shown}.",
        fix=f"{_SOON} If it stays so, check client_secret_from and client_id of {inert(profile.id)}.",
    )


def _unwanted(profile: Profile, error: ClientSecretUnwanted) -> ClientSecretUnwanted:
    if named_source(profile) is None:
        return error
    return ClientSecretUnwanted(
        error.cause, fix=f"Remove client_secret_from from {inert(profile.id)}, or check its client_id."
    )


def _words(refusal: ClientSecretWrong) -> str:
    return f"{refusal.cause.rstrip('.')}."
