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
from cognitui.importing.found import Found, FoundClient
from cognitui.importing.new_profile import flow_of, needs_user
from cognitui.model.directory import AwsPlace, ClientDetails, Page, PoolDetails
from cognitui.model.errors import PersonNeeded, UsageError
from cognitui.model.profile import Flow
from cognitui.model.text import inert

_LONGEST = 1 << 21
"""Bytes that are read: more than any of these files has."""


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
    place = AwsPlace(region=found.region, endpoint_url=found.endpoint_url)
    drafts = drafts_of(session, person, ends, (place, pool, client), flow, logins)
    finish(session, person, ends, drafts)
    for line in not_taken(found, drafts, can_store=not session.services.secrets_in_memory):
        tell(line)


def _text(file: str, name: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_LONGEST) if sys.stdin else b""
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(_LONGEST)
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.", fix="Check the path.") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"{name}:{line}: is not UTF-8.", fix="Save the file as UTF-8.") from None


def _pool(found: Found, name: str, wanted: str, person: Person | None) -> PoolDetails:
    labels = dict(found.pools)
    if wanted and wanted not in labels:
        raise UsageError(f"{name} does not tell of the pool {inert(wanted, 60)}.", fix=f"It has {_listed(labels)}.")
    if wanted or len(labels) == 1:
        return _details(found, wanted or next(iter(labels)))
    if person is None:
        raise UsageError(f"{name} tells of several pools.", fix=f"Add --pool with one of: {_listed(labels)}.")
    chosen = choose(person, "User pool", searching(lambda _: Page(tuple(labels)), str), lambda pool: labels[pool])
    return _details(found, chosen)


def _details(found: Found, pool: str) -> PoolDetails:
    return PoolDetails(pool, domain=found.domain, identity_pool_id=found.identity_pool_id)


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
    chosen = matching[0]
    grants = found.grants or (("client_credentials",) if _is_program(found, chosen) else ())
    return ClientDetails(
        chosen.id,
        secret=chosen.secret,
        flows=found.flows,
        grants=grants if found.domain else (),
        scopes=found.scopes,
        callback_urls=found.callback_urls,
    )


def _is_program(found: Found, client: FoundClient) -> bool:
    """A secret and scopes of a resource server alone: no user can be meant."""
    return bool(client.secret and found.scopes) and all("/" in scope for scope in found.scopes)


def _flow_and_users(
    found: Found, client: ClientDetails, ends: Ends, users: list[str], person: Person | None
) -> tuple[Flow, list[str]]:
    """A file seldom tells what the app client allows: who is to sign in decides where it does not."""
    told = flow_of(client)
    flow = ends.flow or (Flow.USER_SRP_AUTH if users and not needs_user(told) and not found.flows else told)
    if not needs_user(flow) or users:
        return flow, users
    by_browser = ends.flow is None and "code" in client.grants
    if person is None:
        if by_browser:
            return Flow.AUTHORIZATION_CODE, []
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    said = person.answer(f"Username{' (empty: signs in by the browser)' if by_browser else ''}").strip()
    if said:
        return flow, [said]
    if by_browser:
        return Flow.AUTHORIZATION_CODE, []
    raise PersonNeeded(f"{flow.value} needs a user.", fix="Name one, or add --flow.")


def _listed(labels: dict[str, str]) -> str:
    return ", ".join(f"{inert(id_, 128)} ({inert(label, 100)})" for id_, label in labels.items())


def _label(client: FoundClient) -> str:
    return f"{client.label}  {client.id}"
