"""Profiles from a file: which pool and app client of those that it tells of, and who signs in."""

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
from cognitui.importing.files import Read
from cognitui.importing.found import Found
from cognitui.importing.found_clients import FoundClient
from cognitui.importing.from_file import client_of, flow_for, place_of, pool_of, text_in, text_of
from cognitui.importing.new_profile import flow_of, needs_user
from cognitui.model.directory import ClientDetails, Page, PoolDetails
from cognitui.model.errors import PersonNeeded, UsageError
from cognitui.model.profile import Flow
from cognitui.model.text import inert


def import_file(session: Session, file: str, read: Read, options: dict[str, object]) -> None:
    """Writes the profiles that a file tells of.

    Raises:
        UsageError: The file cannot be read, or tells of several pools or clients and no option says which.
        PersonNeeded: Nothing says who signs in.
        CognituiError: As `finish` does.
    """
    name = "standard input" if file == "-" else inert(file, 200)
    found = read(_text(file, name), name)
    person, ends = person_at_terminal(), ends_of(session, options)
    pool = _pool(found, name, str(options["pool"] or ""), person)
    client = _client(found, name, str(options["client"] or ""), person)
    given = options["users"]
    users = [str(user) for user in given] if isinstance(given, Sequence) else []
    users = users or [user for user in (found.username,) if user]
    if person is not None:
        for line in told_by(name, found, pool, client):
            person.hear(line)
    flow, logins = _flow_and_users(found, client, ends, users, person)
    source = (place_of(found), pool, client)
    drafts = drafts_of(session, person, ends, source, flow, logins, hint=Path(file).name)
    finish(session, person, ends, drafts)
    for line in not_taken(found, drafts, can_store=not session.services.secrets_in_memory):
        tell(line)


def _text(file: str, name: str) -> str:
    if file != "-":
        return text_of(Path(file), name)
    return text_in(sys.stdin.buffer, name) if sys.stdin else ""


def _pool(found: Found, name: str, wanted: str, person: Person | None) -> PoolDetails:
    labels = dict(found.pools)
    if wanted and wanted not in labels:
        raise UsageError(f"{name} does not tell of the pool {inert(wanted, 60)}.", fix=f"It has {_listed(labels)}.")
    if wanted or len(labels) == 1:
        return pool_of(found, wanted or next(iter(labels)))
    if person is None:
        raise UsageError(f"{name} tells of several pools.", fix=f"Add --pool with one of: {_listed(labels)}.")
    chosen = choose(person, "User pool", searching(lambda _: Page(tuple(labels)), str), lambda pool: labels[pool])
    return pool_of(found, chosen)


def _client(found: Found, name: str, wanted: str, person: Person | None) -> ClientDetails:
    matching = [client for client in found.clients if wanted in ("", client.id, client.label)]
    if wanted and not matching:
        # A file that tells of the pool alone is no dead end.
        matching = [FoundClient(wanted, wanted)]
    if not matching:
        raise UsageError(f"{name} tells of no app client.", fix="Add --client with its id.")
    if len(matching) > 1:
        if person is None:
            listed = _listed({client.id: client.label for client in matching})
            raise UsageError(f"{name} tells of several app clients.", fix=f"Add --client with one of: {listed}.")
        every = Page(tuple(matching))
        matching = [choose(person, "App client", searching(lambda _: every, _label), _label)]
    return client_of(found, matching[0])


def _flow_and_users(
    found: Found, client: ClientDetails, ends: Ends, users: list[str], person: Person | None
) -> tuple[Flow, list[str]]:
    if not users and needs_user(ends.flow or flow_of(client)):
        users = _asked_user(ends, client, person)
    return ends.flow or flow_for(found, client, users), users


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
