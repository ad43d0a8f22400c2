"""Fills the embedded Cognito with its cast."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cognitui.demo.cast import AppClient, Person, SavedPassword, Stage
from cognitui.demo.directory import Directory, RegisteredClient
from cognitui.model.secret import SecretKind

SecretEntry = tuple[str, SecretKind, str]
"""The id of a profile, the kind of a secret of it, and the secret."""


@dataclass(frozen=True, slots=True)
class SeededStage:
    """An environment as it is in Cognito now."""

    stage: Stage
    pool: str
    clients: Mapping[AppClient, RegisteredClient]
    secrets: tuple[SecretEntry, ...] = field(repr=False)


def seed(directory: Directory, stages: Sequence[Stage]) -> tuple[SeededStage, ...]:
    """Makes each environment's pool, app clients, groups and users; every secret is new."""
    return tuple(_seeded(directory, stage) for stage in stages)


def new_password() -> str:
    """Returns a random password that Cognito's default policy takes: both cases, a digit, a symbol."""
    return f"Demo-{secrets.token_urlsafe(12)}-7"


def _seeded(directory: Directory, stage: Stage) -> SeededStage:
    groups = dict.fromkeys(group for person in stage.people for group in person.groups)
    pool = directory.make_pool(f"shop-{stage.name}", sign_in_by_email=True, groups=tuple(groups))
    clients = {
        client: directory.make_client(pool, client.name, secret=client.has_secret, access_minutes=client.access_minutes)
        for client in stage.clients
    }
    entries = [entry for person in stage.people for entry in _joined(directory, stage, pool, person, clients)]
    return SeededStage(stage, pool, clients, tuple(entries))


def _joined(
    directory: Directory, stage: Stage, pool: str, person: Person, clients: Mapping[AppClient, RegisteredClient]
) -> Iterator[SecretEntry]:
    """Makes a user, and yields what the vault is to hold for them."""
    password = new_password()
    directory.make_user(
        pool,
        person.username,
        password,
        permanent=person.saved is not SavedPassword.TEMPORARY,
        attributes={"email": person.username, "email_verified": "true", "name": person.full_name},
        groups=person.groups,
    )
    profile_id = f"{stage.name}/{person.name}"
    yield profile_id, SecretKind.PASSWORD, new_password() if person.saved is SavedPassword.WRONG else password
    if client_secret := clients[person.client].secret:
        yield profile_id, SecretKind.CLIENT_SECRET, client_secret
