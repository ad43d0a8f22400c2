"""Creation of the sample users in the embedded Cognito."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cognitui.demo.directory import Directory, RegisteredClient
from cognitui.demo.sample_users import AppClient, Person, SavedPassword, Stage
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind

SecretEntry = tuple[str, SecretKind, str]
"""Profile id, kind of secret, and value."""


@dataclass(frozen=True, slots=True)
class SeededStage:
    """An environment after its creation in Cognito."""

    stage: Stage
    pool: str
    clients: Mapping[AppClient, RegisteredClient]
    secrets: tuple[SecretEntry, ...] = field(repr=False)
    identity_pool: str = ""
    """The id of its identity pool; empty if it has none."""


def seed(directory: Directory, stages: Sequence[Stage]) -> tuple[SeededStage, ...]:
    """Create each environment's pool, app clients, groups and users; every secret is new."""
    return tuple(_seeded(directory, stage) for stage in stages)


def new_password() -> str:
    """Return a random password that Cognito's default policy accepts: both cases, a digit, a symbol."""
    return f"Demo-{secrets.token_urlsafe(12)}-7"


def _seeded(directory: Directory, stage: Stage) -> SeededStage:
    groups = dict.fromkeys(group for person in stage.people for group in person.groups)
    pool = directory.make_pool(f"shop-{stage.name}", sign_in_by_email=True, groups=tuple(groups))
    clients = {client: _registered(directory, pool, client) for client in stage.clients}
    if any(person.has_app for person in stage.people):
        directory.allow_app_codes(pool)
    entries = [
        entry
        for person in stage.people
        for entry in _add_person(directory, stage, pool, clients[person.client].id, person)
    ]
    entries += [
        (f"{stage.name}/{one.name}", SecretKind.CLIENT_SECRET, client_secret)
        for one in stage.everyone
        if (client_secret := clients[one.client].secret)
    ]
    identity_pool = ""
    if stage.has_identity_pool:
        identity_pool = directory.make_identity_pool(pool, clients[stage.clients[0]].id, f"shop-{stage.name}")
    return SeededStage(stage, pool, clients, tuple(entries), identity_pool)


def _registered(directory: Directory, pool: str, client: AppClient) -> RegisteredClient:
    if client.flow is None:
        return directory.make_client(pool, client.name, secret=client.has_secret, access_minutes=client.access_minutes)
    grant: Literal["code", "client_credentials"] = (
        "code" if client.flow is Flow.AUTHORIZATION_CODE else "client_credentials"
    )
    return directory.make_oauth_client(pool, client.name, grant=grant, scopes=client.scopes, secret=client.has_secret)


def _add_person(directory: Directory, stage: Stage, pool: str, client: str, person: Person) -> Iterator[SecretEntry]:
    """Create a user, and yield the secrets for the vault."""
    password = person.password or new_password()
    directory.make_user(
        pool,
        person.username,
        password,
        permanent=person.saved is not SavedPassword.TEMPORARY,
        attributes={"email": person.username, "email_verified": "true", "name": person.full_name},
        groups=person.groups,
    )
    if person.client.flow is None:
        saved = new_password() if person.saved is SavedPassword.WRONG else password
        yield f"{stage.name}/{person.name}", SecretKind.PASSWORD, saved
    if person.has_app:
        yield f"{stage.name}/{person.name}", SecretKind.TOTP, directory.set_up_app(client, person.username, password)
