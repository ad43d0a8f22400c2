"""Profiles from a file: which of the pools and app clients that it names, and who signs in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cognitui.cli.choosing import choose, searching
from cognitui.cli.import_end import Ends, drafts_of, ends_of, finish
from cognitui.cli.import_found import not_taken, told_by
from cognitui.cli.output import tell
from cognitui.cli.session import Session
from cognitui.cli.terminal import Person, person_at_terminal
from cognitui.importing.detect import Found, FoundPool
from cognitui.importing.file_reader import text_in
from cognitui.importing.found_clients import FoundClient
from cognitui.importing.from_file import (
    FoundFile,
    client_named,
    client_of,
    flow_for,
    found_in_text,
    note_of,
    open_client,
    place_of,
    pool_of,
    text_of,
    without_client,
)
from cognitui.importing.new_profile import flow_of, needs_user
from cognitui.model.directory import ClientDetails, Page
from cognitui.model.errors import PersonNeeded, UsageError
from cognitui.model.profile import Flow
from cognitui.model.text import inert


def import_file(session: Session, file: str, options: dict[str, object]) -> None:
    """Writes the profiles that a file names.

    Raises:
        UsageError: The file cannot be read, or names several pools or clients and no option says which.
        PersonNeeded: Nothing says who signs in.
        CognituiError: As `finish` does.
    """
    name = "standard input" if file == "-" else inert(file, 200)
    read = _read(file, name)
    unfilled = open_client(read.found)
    for note in read.notes(unfilled):
        tell(note)
    person, ends = person_at_terminal(), ends_of(session, options)
    wanted = str(options["client"] or "")
    found = _pool(read.found, name, str(options["pool"] or ""), wanted, person)
    if unfilled is not None and (wanted or found.clients):
        tell(note_of(unfilled))
    client = _client(read.found, found, name, wanted, person)
    pool = pool_of(found)
    given = options["users"]
    users = [str(user) for user in given] if isinstance(given, Sequence) else []
    users = users or [user for user in (found.username,) if user]
    if person is not None:
        for line in told_by(name, found, client):
            person.hear(line)
    flow, logins = _flow_and_users(client, ends, users, person)
    source = (place_of(found), pool, client)
    hint = f"{found.environment} {Path(file).name}"
    drafts = drafts_of(session, person, ends, source, flow, logins, hint=hint)
    finish(session, person, ends, drafts)
    for line in not_taken(found, drafts, can_store=not session.services.secrets_in_memory):
        tell(line)


def _read(file: str, name: str) -> FoundFile:
    if not file:
        raise UsageError("No file is named.", fix="Name a file, or - for standard input.")
    if file != "-":
        return found_in_text(text_of(Path(file), name), name, file)
    return found_in_text(text_in(sys.stdin.buffer, name) if sys.stdin else "", name)


def _pool(found: Found, name: str, wanted: str, client: str, person: Person | None) -> FoundPool:
    labels = {pool.id: pool.label for pool in found.pools}
    if wanted and wanted not in labels:
        raise UsageError(f"{name} does not name the pool {inert(wanted, 60)}.", fix=f"It has {_listed(labels)}.")
    if wanted or len(labels) == 1:
        return found.pool(wanted or found.pools[0].id)
    # Choosing the client chooses the pool, if only one of them has it.
    owners = [pool for pool in found.pools if client and any(client in (each.id, each.label) for each in pool.clients)]
    if len(owners) == 1:
        return owners[0]
    if person is None:
        raise UsageError(f"{name} names several pools.", fix=f"Add --pool with one of: {_listed(labels)}.")
    return choose(person, "User pool", searching(lambda _: Page(found.pools), _pool_label), _pool_label)


def _client(found: Found, pool: FoundPool, name: str, wanted: str, person: Person | None) -> ClientDetails:
    matching = [client for client in pool.clients if wanted in ("", client.id, client.label)]
    if wanted and not matching:
        _refuse_client_of_another(found, pool, wanted)
        if pool.clients:
            listed = _listed({client.id: client.label for client in pool.clients})
            raise UsageError(f"{name} does not name the app client {inert(wanted, 60)}.", fix=f"It has {listed}.")
        # A file that names only the pool is no dead end.
        matching = [client_named(wanted)]
    if not matching:
        raise without_client(name, found)
    if len(matching) > 1:
        if person is None:
            listed = _listed({client.id: client.label for client in matching})
            raise UsageError(f"{name} names several app clients.", fix=f"Add --client with one of: {listed}.")
        every = Page(tuple(matching))
        matching = [choose(person, "App client", searching(lambda _: every, _label), _label)]
    return client_of(pool, matching[0])


def _refuse_client_of_another(found: Found, pool: FoundPool, wanted: str) -> None:
    owner = next((each for each in found.pools if any(wanted in (own.id, own.label) for own in each.clients)), None)
    if owner is not None:
        raise UsageError(
            f"The app client {inert(wanted, 128)} belongs to the pool {inert(owner.id, 128)} in this file, "
            f"and not to {inert(pool.id, 128)}.",
            fix="Name the pool and the app client of one stack.",
        )


def _flow_and_users(
    client: ClientDetails, ends: Ends, users: list[str], person: Person | None
) -> tuple[Flow, list[str]]:
    if not users and needs_user(ends.flow or flow_of(client)):
        users = _asked_user(ends, client, person)
    return ends.flow or flow_for(client, users), users


def _asked_user(ends: Ends, client: ClientDetails, person: Person | None) -> list[str]:
    by_browser = ends.flow is None and "code" in client.grants
    if person is None:
        if by_browser:
            return []
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    said = person.answer(f"Username{' (empty: signs in by the browser)' if by_browser else ''}").strip()
    if said or by_browser:
        return [said] if said else []
    raise PersonNeeded(f"{(ends.flow or flow_of(client)).value} needs a user.", fix="Name one, or add --flow.")


def _listed(labels: dict[str, str]) -> str:
    return ", ".join(f"{inert(id_, 128)} ({inert(label, 100)})" for id_, label in labels.items())


def _label(client: FoundClient) -> str:
    return f"{client.label}  {client.id}"


def _pool_label(pool: FoundPool) -> str:
    return f"{pool.label}  {pool.id}"
