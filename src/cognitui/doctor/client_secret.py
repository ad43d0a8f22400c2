"""Checks of the client secret: what is stored or named, what Cognito answers to it, and what AWS shows of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import ClassVar

from cognitui.model.aws import HIDDEN_SECRET
from cognitui.model.diagnostics import ClientSettings, Finding, failed, noted, passed, warned
from cognitui.model.errors import ClientSecretUnwanted, ClientSecretWrong, CognituiError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.tokens.client_secret import SourcedSecrets, named_source
from cognitui.tokens.interfaces import SecretReader

SOURCE_CHECK = "client secret source"

_CHECK = "client secret"


class ClientSecretFound(Frozen, frozen=True):
    """The client secret of a profile, and what Cognito says about it."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    value: str | None = None
    place: str = "stored"
    """Its place as an adjective: `stored`; inert."""
    needed: bool | None = None
    """Whether the app client has one, by an unsigned call; None if Cognito does not say."""
    accepted: bool = False
    """Whether Cognito accepts this one."""
    refused: bool = False
    """Whether Cognito refuses this one."""


def find_secret(
    profile: Profile, stored: str | None, reader: SecretReader
) -> Generator[Finding, None, ClientSecretFound]:
    """Yield the origin of the client secret if the profile names a source; return the secret."""
    source = named_source(profile)
    if source is None:
        return ClientSecretFound(stored)
    if stored is not None:
        yield noted(
            SOURCE_CHECK,
            f"The stored client secret comes before {source.shown}.",
            f"To use the source: cognitui secret rm {profile.id} client-secret",
        )
        return ClientSecretFound(stored)
    try:
        value = SourcedSecrets(reader).get(profile)
    except CognituiError as error:
        yield failed(SOURCE_CHECK, error)
        value = None
    else:
        yield passed(SOURCE_CHECK, f"It is read from {source.shown}.")
    return ClientSecretFound(value, "one from Secrets Manager")


def missing(check: str, profile: Profile, fix: str) -> Finding:
    """Return the finding for an app client whose secret is needed and not there; `fix` gives it to the profile."""
    lacks = "cannot be read" if named_source(profile) is not None else "none is stored"
    return warned(check, f"Cognito knows it. It has a secret, but {lacks}.", fix)


def compared(profile: Profile, settings: ClientSettings, found: ClientSecretFound, store: str) -> Finding:
    """Return how the client secret compares with what AWS shows of it.

    An app client may have two secrets, and one in Secrets Manager: AWS shows at most the first, so the answer to an
    unsigned call counts for more. `store` is how to give the profile its client secret.
    """
    if settings.secret_source:
        return _in_secrets_manager(profile, settings.secret_source)
    if found.accepted:
        return passed(_CHECK, f"{_begin(found)} is correct.")
    if found.refused:
        return failed(_CHECK, ClientSecretWrong(f"{_begin(found)} is wrong.", fix=store))
    if settings.has_secret:
        if not found.value:
            return warned(_CHECK, f"The app client has one, but {_lack(profile)}.", store)
        if settings.secret_matches:
            return passed(_CHECK, f"{_begin(found)} is correct.")
        return failed(_CHECK, ClientSecretWrong(f"{_begin(found)} is wrong.", fix=store))
    if found.needed:
        return passed(_CHECK, HIDDEN_SECRET) if found.value else warned(_CHECK, HIDDEN_SECRET, store)
    if not found.value:
        return passed(_CHECK, "The app client has none.")
    if named_source(profile) is not None and found.place != "stored":
        fix = f"Remove client_secret_from from {profile.id}."
    else:
        fix = f"Remove the stored one: cognitui secret rm {profile.id} client-secret"
    return failed(_CHECK, ClientSecretUnwanted(f"The app client has none, but there is {_one(found)}.", fix=fix))


def _in_secrets_manager(profile: Profile, source: str) -> Finding:
    named = named_source(profile)
    if named is None:
        return warned(
            _CHECK,
            "Cognito keeps it in Secrets Manager and replaces it every 7 days: a stored one then stops working.",
            f'Set client_secret_from = "{source}" in the profile, and remove a stored one: cognitui secret rm '
            f"{profile.id} client-secret",
        )
    where = source.partition(":")[2]
    if not where.startswith("arn:") or named.name == where or not named.name.startswith("arn:"):
        return passed(_CHECK, f"Cognito keeps it in Secrets Manager: {where}.")
    return warned(
        _CHECK,
        f"Cognito keeps it in another secret than the profile names: {where}.",
        f'Set client_secret_from = "{source}" in the profile.',
    )


def _begin(found: ClientSecretFound) -> str:
    return "The stored one" if found.place == "stored" else f"The {found.place}"


def _one(found: ClientSecretFound) -> str:
    return "one stored" if found.place == "stored" else found.place


def _lack(profile: Profile) -> str:
    return "it cannot be read" if named_source(profile) is not None else "none is stored"
