"""Rotation of a client secret: a second one, its proof, and the removal of the old one.

An app client has at most two secrets (AWS, AddUserPoolClientSecret), and both work. Whatever fails on the way, the
stored one works afterwards, and the error says what is left to do.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import ClassVar

from cognitui.model.aws import AppClientSecret, ClientDetails, NewAppClientSecret
from cognitui.model.errors import ClientSecretWrong, CognituiError, SecretStoreError, Unreachable, UsageError
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.tokens.cache import TokenCache
from cognitui.tokens.client_secret import named_source
from cognitui.tokens.interfaces import AppClientSecrets

_TRIES = 3
_PAUSE = 2.0
"""Seconds between tries: a new secret may take a moment to be known everywhere."""

_SHOWN = 128


class Rotation(Frozen, frozen=True):
    """What a rotation will do, before anything is changed."""

    hidden: ClassVar[tuple[str, ...]] = ("client",)

    profile: Profile
    client: ClientDetails
    pool_name: str
    """Empty if it is not known."""
    old: AppClientSecret
    """The secret that is removed in the end."""
    newer: AppClientSecret | None = None
    """The secret that is stored already: an earlier rotation has stopped before it removed the old one."""
    others: tuple[Profile, ...] = ()
    """Other profiles of the same app client."""


class Rotated(Frozen, frozen=True):
    """What a rotation has done."""

    stored: str
    """The id of the secret that is stored now."""
    removed: str = ""
    """The id of the one that no longer works; empty if it still does."""
    kept: str = ""
    """The id of the old one if it still works."""


class SecretRotation:
    """Rotates client secrets that are stored in the vault."""

    def __init__(
        self,
        cache: TokenCache,
        clients: AppClientSecrets,
        prove: Callable[[Profile, str], None],
        sleep: Callable[[float], None],
    ) -> None:
        """Store the parts.

        Args:
            cache: Stores the secret.
            clients: The secrets of app clients in AWS.
            prove: Makes a call with a secret; raises ClientSecretWrong if Cognito refuses it.
            sleep: Waits, in seconds.
        """
        self._cache = cache
        self._clients = clients
        self._prove = prove
        self._sleep = sleep

    def plan(self, profile: Profile, others: Iterable[Profile] = ()) -> Rotation:
        """Return what a rotation would do; changes nothing.

        Args:
            profile: The profile whose stored client secret is rotated.
            others: Other profiles, of any app client.

        Raises:
            UsageError: There is nothing to rotate here: no pool, no secret, one in Secrets Manager, or two of which it
                is not clear which one is stored.
            CognituiError: A call failed.
        """
        if not profile.user_pool_id:
            raise UsageError(
                f"{inert(profile.id)} names no user pool, and only a pool's admin can rotate a client secret.",
                fix=f"Name it: cognitui profile edit {inert(profile.id)} --user-pool-id ID",
            )
        if (source := named_source(profile)) is not None:
            raise _kept_elsewhere(profile, source.shown, source.name)
        client = self._clients.describe(profile)
        if client.secret_source:
            arn = client.secret_source.partition(":")[2]
            raise _kept_elsewhere(profile, f"the secret {inert(arn, 200)} in Secrets Manager", arn, missing=True)
        entries, pool_name = self._clients.secrets(profile), self._clients.pool_name(profile)
        same = tuple(other for other in others if _is_same_client(other, profile))
        match entries:
            case ():
                raise UsageError(
                    f"The app client of {inert(profile.id)} has no client secret, so there is nothing to rotate.",
                    fix="An app client cannot get one later: create another app client with a secret.",
                )
            case (old,):
                return Rotation(profile, client, pool_name, old, others=same)
            case (old, newer) if self._is_newer_stored(profile, client):
                return Rotation(profile, client, pool_name, old, newer, same)
        raise _two_secrets(profile, entries)

    def carry_out(self, rotation: Rotation, *, keep_old: bool = False) -> Rotated:
        """Add a secret, store and prove it, and remove the old one; or only the last, if the rest is done.

        Args:
            rotation: What to do.
            keep_old: Leave the old secret valid, for other programs that use it.

        Raises:
            CognituiError: A step failed; the cause says what was done, and the fix what is left to do.
        """
        profile = rotation.profile
        newer = rotation.newer.id if rotation.newer is not None else self._switch(rotation)
        if keep_old:
            return Rotated(newer, kept=rotation.old.id)
        try:
            self._clients.remove(profile, rotation.old.id)
        except CognituiError as error:
            both = f"{inert(newer, _SHOWN)} is stored and works. So does the old one, {inert(rotation.old.id, _SHOWN)}."
            error.cause = f"{error.cause} The new client secret {both}"
            error.fix = f"{error.fix} Then remove the old one: {_again(profile)}"
            raise
        return Rotated(newer, removed=rotation.old.id)

    def _switch(self, rotation: Rotation) -> str:
        """Add a secret, store it and prove it; return its id."""
        profile = rotation.profile
        # Before the call: a keyring that fails must not cost a secret whose value is shown only once.
        before = self._cache.vault.get(profile.secret_name(SecretKind.CLIENT_SECRET))
        holders = (profile, *self._with_same_secret(rotation, before))
        try:
            new = self._clients.add(profile)
        except Unreachable as error:
            error.cause = f"{error.cause} A second client secret may have been added all the same."
            raise
        try:
            self._store(holders, new.value)
            self._proved(profile, new.value)
        except (ClientSecretWrong, SecretStoreError) as error:
            # What was stored is not changed by a keyring that fails, unless it fails between two profiles.
            with suppress(SecretStoreError):
                self._store(holders, before)
            self._take_back(profile, new, error)
            raise
        except CognituiError as error:
            name = inert(new.id, _SHOWN)
            error.cause = f"{error.cause} The new client secret {name} is stored, but not proved; the old one works."
            error.fix = f"{error.fix} Then prove the new one and remove the old one: {_again(profile)}"
            raise
        return new.id

    def _with_same_secret(self, rotation: Rotation, secret: str | None) -> Iterator[Profile]:
        """Yield other profiles that hold the same secret under another name, such as those of a custom domain."""
        seen = {rotation.profile.secret_name(SecretKind.CLIENT_SECRET)}
        for other in rotation.others:
            name = other.secret_name(SecretKind.CLIENT_SECRET)
            if secret is not None and name not in seen and self._cache.vault.get(name) == secret:
                yield other
            seen.add(name)

    def _store(self, holders: Iterable[Profile], value: str | None) -> None:
        for holder in holders:
            if value is None:
                self._cache.remove_secret(holder, SecretKind.CLIENT_SECRET)
            else:
                self._cache.set_secret(holder, SecretKind.CLIENT_SECRET, value)

    def _proved(self, profile: Profile, value: str) -> None:
        for attempt in range(1, _TRIES + 1):
            try:
                self._prove(profile, value)
            except ClientSecretWrong:
                if attempt == _TRIES:
                    raise
                self._sleep(_PAUSE)
            else:
                return

    def _take_back(self, profile: Profile, new: NewAppClientSecret, error: CognituiError) -> None:
        """Remove a secret that is of no use, and complete the error."""
        why = "could not be stored" if isinstance(error, SecretStoreError) else "is not accepted"
        words = f"The new client secret {inert(new.id, _SHOWN)} {why}"
        try:
            self._clients.remove(profile, new.id)
        except CognituiError:
            error.cause = f"{error.cause} {words} and could not be removed; the old one works and is stored as before."
            error.fix = f"Remove the new one: {_by_hand(profile, new.id)}"
        else:
            error.cause = f"{error.cause} {words} and was removed; the old one works and is stored as before."

    def _is_newer_stored(self, profile: Profile, client: ClientDetails) -> bool:
        """Return whether the stored secret is the newer of two: it works, and is not the one that AWS shows."""
        stored = self._cache.vault.get(profile.secret_name(SecretKind.CLIENT_SECRET))
        if stored is None or not client.secret:
            return False
        if hmac.compare_digest(stored.encode(), client.secret.encode()):
            return False
        try:
            self._prove(profile, stored)
        except ClientSecretWrong:
            return False
        return True


def _is_same_client(one: Profile, other: Profile) -> bool:
    return one.id != other.id and (one.user_pool_id, one.client_id) == (other.user_pool_id, other.client_id)


def _again(profile: Profile) -> str:
    return f"cognitui secret rotate {inert(profile.id)}"


def _by_hand(profile: Profile, secret_id: str) -> str:
    return (
        f"aws cognito-idp delete-user-pool-client-secret --user-pool-id {inert(profile.user_pool_id, _SHOWN)} "
        f"--client-id {inert(profile.client_id, _SHOWN)} --client-secret-id {inert(secret_id, _SHOWN)}"
    )


def _kept_elsewhere(profile: Profile, shown: str, name: str, *, missing: bool = False) -> UsageError:
    """Return the error for a secret that AWS rotates, or that somebody else keeps."""
    set_it = f' Set client_secret_from = "secretsmanager:{inert(name, 200)}" in {inert(profile.id)}.' if missing else ""
    return UsageError(
        f"The client secret of {inert(profile.id)} is {shown}: this command rotates one that is stored in the keyring.",
        fix=f"To rotate it now: aws secretsmanager rotate-secret --secret-id {inert(name, 200)}. The next sign-in or "
        f"refresh reads the new one.{set_it}",
    )


def _two_secrets(profile: Profile, entries: tuple[AppClientSecret, ...]) -> UsageError:
    ids = " and ".join(inert(entry.id, _SHOWN) for entry in entries)
    commands = "\n".join(_by_hand(profile, entry.id) for entry in entries)
    return UsageError(
        f"The app client of {inert(profile.id)} has two client secrets already, which is the most: {ids}. "
        "It is not certain that the stored one is the newer one.",
        fix=f"Store the one that programs use now (cognitui secret set {inert(profile.id)} "
        f"{SecretKind.CLIENT_SECRET.value}), and remove the other one:\n{commands}",
    )
