"""Drafts become profiles, and their client secrets entries of the vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from cognitui.importing.new_profile import NewProfile
from cognitui.model.errors import CognituiError, ProfileFileError, SecretStoreError, UsageError
from cognitui.model.given_secret import given_secret
from cognitui.model.profile import DEFAULT_FLOW, NO_FIELDS, Environment, Profile, ProfileBook, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.text import inert
from cognitui.ports import ProfileStore

_PLACE = ("region", "user_pool_id", "client_id", "domain", "endpoint_url", "identity_pool_id")

KeepSecret = Callable[[Profile, SecretKind, str], None]
"""Puts a secret into the vault; may raise a SecretStoreError."""


def check(drafts: Sequence[NewProfile], store: ProfileStore) -> ProfileBook:
    """Looks whether all drafts can be written, before the first one is; returns the book as it is.

    Raises:
        ProfileFileError: A name is taken or cannot be, or a value cannot be in its environment.
        UsageError: An environment would lead a profile elsewhere, or a client secret is none.
    """
    book = store.load()
    ids = [draft.id for draft in drafts]
    for draft in drafts:
        if draft.id in book.by_id:
            raise ProfileFileError(
                f"There is a profile {inert(draft.id, 120)} already{_same(book.by_id[draft.id], draft)}; "
                "nothing was written.",
                fix="Choose another name or another environment.",
            )
        if ids.count(draft.id) > 1:
            raise ProfileFileError(
                f"Two of the profiles would be named {inert(draft.id, 120)}; nothing was written.",
                fix="Import them one by one, each with a name of its own.",
            )
        if draft.client_secret:
            given_secret(SecretKind.CLIENT_SECRET, draft.client_secret)
        fields = fitted(draft.fields, book.environment(draft.environment))
        store.check(draft.environment, draft.name, fields, protected=draft.protected)
    return book


def write(drafts: Sequence[NewProfile], store: ProfileStore, keep_secret: KeepSecret) -> ProfileBook:
    """Adds profiles to the file, then keeps their client secrets; returns the book afterwards.

    Raises:
        ProfileFileError: A name is taken, or a value cannot be; no profile is overwritten.
        SaveFailed: The file could not be written.
        SecretStoreError: The profiles are written, and a client secret is not stored.
    """
    book = check(drafts, store)
    written: list[str] = []
    for draft in drafts:
        try:
            environment = book.environment(draft.environment)
            shared = (
                NO_FIELDS
                if environment
                else shared_by([each for each in drafts if each.environment == draft.environment])
            )
            fields = _without(fitted(draft.fields, environment), shared)
            book = store.add(draft.environment, draft.name, fields, protected=draft.protected, shared=shared)
        except CognituiError as error:
            if written:
                error.cause = f"{error.cause} Written before that: {inert(', '.join(written), 400)}."
            raise
        written.append(draft.id)
    _keep_secrets(drafts, book, keep_secret)
    return book


def shared_by(drafts: Sequence[NewProfile]) -> ProfileFields:
    """Returns what profiles of a new environment have in common, which belongs into the environment.

    Only what leads to the pool and its client: how somebody signs in is each profile's own.
    """
    first, *others = (draft.fields for draft in drafts)
    common = {
        key: value
        for key in _PLACE
        if (value := getattr(first, key)) is not None and all(getattr(other, key) == value for other in others)
    }
    return ProfileFields(**common)


def fitted(fields: ProfileFields, environment: Environment | None) -> ProfileFields:
    """Returns the keys without those that the environment gives anyway.

    Raises:
        UsageError: The environment leads to an emulator, and the profile would follow.
    """
    defaults = environment.defaults if environment else NO_FIELDS
    if defaults.endpoint_url and not fields.endpoint_url:
        raise UsageError(
            f"The environment {inert(environment.name if environment else '', 60)} leads to an emulator "
            f"({inert(defaults.endpoint_url, 100)}), and the imported profile would, too.",
            fix="Choose another environment.",
        )
    same = {key: None for key, value in fields.set_values().items() if getattr(defaults, key) == value}
    if fields.flow is DEFAULT_FLOW and defaults.flow is None:
        same["flow"] = None
    return msgspec.structs.replace(fields, **same)


def _without(fields: ProfileFields, shared: ProfileFields) -> ProfileFields:
    return msgspec.structs.replace(fields, **dict.fromkeys(shared.set_values()))


def _keep_secrets(drafts: Sequence[NewProfile], book: ProfileBook, keep_secret: KeepSecret) -> None:
    kept = set()
    for draft in drafts:
        profile = book.by_id.get(draft.id)
        if profile is None or not draft.client_secret:
            continue
        name = profile.secret_name(SecretKind.CLIENT_SECRET)
        if name in kept:
            continue
        try:
            keep_secret(profile, SecretKind.CLIENT_SECRET, draft.client_secret)
        except SecretStoreError as error:
            error.cause = f"The profiles are written, but the client secret is not stored. {error.cause}"
            raise
        kept.add(name)


def _same(profile: Profile, draft: NewProfile) -> str:
    meant = (draft.fields.user_pool_id, draft.fields.client_id, draft.fields.username)
    there = (profile.fields.user_pool_id, profile.fields.client_id, profile.fields.username)
    return ", with the same pool, client and user" if meant == there else ""
