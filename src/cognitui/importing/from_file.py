"""From a file to what is written: its text in whatever format, the pools it names, and what they make of a user.

Nothing is run. Of a state of Terraform only outputs and resources of Cognito are read: it holds the secrets of all that
Terraform manages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cognitui.importing.app_clients import FoundClient, may_be_client_id
from cognitui.importing.detect import Found, FoundPool, OpenValue, find
from cognitui.importing.file_reader import Format, ReadFile, exists, formats_of, is_file, read_as, text_in
from cognitui.importing.from_aws import Row
from cognitui.importing.naming import name_without_user, names_for
from cognitui.importing.profiles import NewProfile, fields_of, flow_of, needs_user
from cognitui.importing.values import TooMuch
from cognitui.model.aws import AwsPlace, ClientDetails, Page, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert

_SHOWN = 60
_MOST_NAMED = 8

_LONGEST_GUESSED = 1 << 17
"""Characters of a text that is read in formats for which nothing speaks."""

_FIXES = {
    "Amplify": "Run amplify pull or npx ampx generate outputs, and import what it writes.",
    "Terraform": "Add an output with the pool's id, then run terraform output -json again.",
    Format.LINES: "Add the variable COGNITO_USER_POOL_ID with the pool's id.",
}


class FoundFile(Frozen, frozen=True):
    """A file and what it says."""

    path: str
    wrote_it: str
    """`Amplify` or `Terraform` if one of them did, otherwise the format: `JSON`, `.env`, `YAML`."""
    found: Found
    skipped: tuple[int, ...] = ()
    """Lines that set nothing, from 1."""

    def notes(self, without: OpenValue | None = None) -> Iterator[str]:
        """Yield what a person should know of the file: what was skipped, and what is still to be filled in.

        Args:
            without: A value that an error may report, so that it is not reported twice.
        """
        if self.skipped:
            yield f"{_lines(self.skipped)} skipped: {'it sets' if len(self.skipped) == 1 else 'they set'} no variable."
        for value in self.found.open_values:
            if value is not without:
                yield note_of(value)


def found_in(path: Path, shown: str = "") -> FoundFile:
    """Reads a file of whichever format.

    Args:
        path: The file.
        shown: How errors call it; the path where it is empty.

    Raises:
        UsageError: It cannot be read, is in no known format, or names no pool; the place is named.
    """
    name = inert(shown or str(path), 200)
    # What cannot be looked at is opened, and told with that fault.
    if exists(path) and not is_file(path):
        # A named pipe would hold the program up.
        raise UsageError(f"{name} is not a file.", fix="Name a file.")
    return found_in_text(text_of(path, name), name, str(path))


def found_in_text(text: str, name: str, path: str = "") -> FoundFile:
    """Reads a text of whichever format: the first in which it names a pool.

    Args:
        text: The text.
        name: How errors call it.
        path: Where it comes from; empty for standard input.

    Raises:
        UsageError: It is in no known format, or names no pool; the place is named.
    """
    if not text.strip():
        raise UsageError(f"{name} is empty.", fix="Name the file that contains the pool's id, or pipe it in.")
    likely = formats_of(text, path)
    unlikely = tuple(Format) if len(text) <= _LONGEST_GUESSED else ()
    wrong: UsageError | None = None
    for format_ in dict.fromkeys((*likely, *unlikely)):
        try:
            read = read_as(format_, text, name)
            file = FoundFile(path, read.writer or read.format, find(read.leaves), read.skipped)
        except UsageError as error:
            wrong = wrong or error
            continue
        except TooMuch as error:
            if format_ in likely:
                raise UsageError(f"{name} {error}.", fix="Name a file with the pool's values only.") from None
            continue
        if file.found.pools:
            return file
        if format_ in likely:
            wrong = wrong or _poolless(name, file, read)
    if not likely:
        raise UsageError(
            f"{name} is in no format that is known here.",
            fix="Name JSON, a .env or shell file, YAML, TOML, INI, or a script with an object of the pool's values.",
        )
    assert wrong is not None
    raise wrong


def text_of(path: Path, name: str) -> str:
    """Returns the text of a file.

    Raises:
        UsageError: It is not there, cannot be read, or is no text.
    """
    try:
        with path.open("rb") as stream:
            return text_in(stream, name)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.", fix="Check the path.") from None
    except ValueError:  # a zero in the path
        raise UsageError(f"{name} is no path.", fix="Check the path.") from None


def note_of(value: OpenValue) -> str:
    """Return the note about a value that is still to be filled in."""
    return f"{inert(value.label, _SHOWN)} {value.state}."


def open_client(found: Found) -> OpenValue | None:
    """Return the first app client that is still to be filled in: the one that `without_client` reports."""
    return next((value for value in found.open_values if value.is_client), None)


def without_client(name: str, found: Found) -> UsageError:
    """Returns the error for a file that names no app client: an empty value is named."""
    value = open_client(found)
    if value is not None:
        return UsageError(f"{_at(name, value.line)}{note_of(value)}", fix=_FILL_IN_CLIENT)
    return UsageError(f"{name} names no app client.", fix="Add --client with its id.")


_FILL_IN_CLIENT = "Write the app client's id there, or add --client with it."


def place_of(pool: FoundPool) -> AwsPlace:
    """Returns where a pool of a file is."""
    return AwsPlace(region=pool.region, endpoint_url=pool.endpoint_url)


def pool_of(pool: FoundPool) -> PoolDetails:
    """Returns what a file says of one of its pools."""
    return PoolDetails(pool.id, domain=pool.domain, identity_pool_id=pool.identity_pool_id)


def client_named(client_id: str) -> FoundClient:
    """Return an app client that the file does not name.

    Raises:
        UsageError: No app client can have that id.
    """
    if not may_be_client_id(client_id):
        raise UsageError(
            f"{inert(client_id, _SHOWN)} is not the id of an app client.",
            fix="Copy the client ID from AWS: letters and digits, such as 1h57kf5cpq17m0eml12example.",
        )
    return FoundClient(client_id, client_id)


def client_of(pool: FoundPool, chosen: FoundClient) -> ClientDetails:
    """Returns what a file says of one of its app clients."""
    return ClientDetails(
        chosen.id,
        secret=chosen.secret,
        flows=chosen.flows,
        grants=chosen.grants if pool.domain else (),
        scopes=chosen.scopes,
        callback_urls=chosen.callback_urls,
    )


def flow_for(client: ClientDetails, users: Sequence[str]) -> Flow:
    """Returns the flow; if a file does not say what the app client allows, who is to sign in decides."""
    told = flow_of(client)
    if users:
        return Flow.USER_SRP_AUTH if not needs_user(told) and not client.flows else told
    return Flow.AUTHORIZATION_CODE if needs_user(told) and "code" in client.grants else told


def _poolless(name: str, file: FoundFile, read: ReadFile) -> UsageError:
    value = next((value for value in file.found.open_values if value.is_pool), None)
    if value is not None:
        return UsageError(
            f"{_at(name, value.line)}{note_of(value)}",
            fix="Write the pool's id there, such as eu-west-1_AbCdEf123.",
        )
    fix = _FIXES.get(read.writer) or _FIXES.get(read.format, "Add the pool's id, such as eu-west-1_AbCdEf123.")
    return UsageError(f"{name} names no user pool.", fix=fix)


def _at(name: str, line: int) -> str:
    return f"{name}:{line}: " if line else f"{name}: "


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]} was"
    if len(numbers) > _MOST_NAMED:
        return f"{len(numbers)} lines (the first is line {numbers[0]}) were"
    *others, last = map(str, numbers)
    return f"Lines {', '.join(others)} and {last} were"


class FileChoice(Frozen, frozen=True):
    """A file, and what is known of its pools and their app clients."""

    path: str
    wrote_it: str
    pools: tuple[FoundPool, ...]
    """Their clients without their secrets."""
    with_secret: frozenset[tuple[str, str]] = frozenset()
    """The ids of the pools and clients whose secret stands in the file."""
    notes: tuple[str, ...] = ()
    """What a person should know of the file, a sentence each; inert."""

    @classmethod
    def of(cls, file: FoundFile) -> FileChoice:
        """Returns what a file offers."""
        pools = file.found.pools
        return cls(
            file.path,
            file.wrote_it,
            tuple(
                replace(pool, clients=tuple(replace(client, secret="") for client in pool.clients)) for pool in pools
            ),
            frozenset((pool.id, client.id) for pool in pools for client in pool.clients if client.secret),
            tuple(file.notes()),
        )

    def pool(self, pool_id: str) -> FoundPool:
        """Returns one of its pools."""
        return next(pool for pool in self.pools if pool.id == pool_id)

    def client(self, pool_id: str, client_id: str) -> ClientDetails:
        """Returns an app client of a pool, named as the file names it; of another one only the id is known."""
        pool = self.pool(pool_id)
        found = next((client for client in pool.clients if client.id == client_id), None)
        return replace(client_of(pool, found or FoundClient(client_id, client_id)), name=found.label if found else "")

    def flow(self, pool_id: str, client_id: str, users: Sequence[str]) -> Flow:
        """Returns how an app client signs in, with or without a user."""
        return flow_for(self.client(pool_id, client_id), users)

    def needs_user(self, pool_id: str, client_id: str) -> bool:
        """Returns whether nobody can sign in where no user is named."""
        return needs_user(self.flow(pool_id, client_id, ()))

    def names(self, pool_id: str, client_id: str, users: Sequence[str]) -> tuple[str, ...]:
        """Returns what the profiles are called, where nobody says; an empty text where a user is still to be named."""
        flow = self.flow(pool_id, client_id, users)
        logins = users if needs_user(flow) else ()
        if logins:
            return names_for(logins)
        return ("",) if self.needs_user(pool_id, client_id) else (name_without_user("", client_id, flow),)

    def drafts(
        self, pool_id: str, client_id: str, users: Sequence[str], environment: str, names: Sequence[str]
    ) -> tuple[NewProfile, ...]:
        """Returns the profiles to be; reads the file once more for the secret, and may block.

        Raises:
            UsageError: No app client or no user is named, no client can have that id, the flow lacks a domain, or the
                file cannot be read any more.
        """
        if not client_id:
            raise UsageError("No app client is named.", fix="Type its id.")
        if not self.pool(pool_id).clients:
            client_named(client_id)
        flow = self.flow(pool_id, client_id, users)
        if needs_user(flow) and not users:
            raise UsageError(f"{flow.value} needs a user.", fix="Type a username.")
        found = self.pool(pool_id)
        place, pool, client = place_of(found), pool_of(found), self.client(pool_id, client_id)
        secret = self._secret_of(pool_id, client_id)
        logins = users if needs_user(flow) else ("",)
        return tuple(
            NewProfile(environment, name, fields_of(place, pool, client, flow, login), secret)
            for name, login in zip(names, logins, strict=True)
        )

    def _secret_of(self, pool_id: str, client_id: str) -> str:
        if (pool_id, client_id) not in self.with_secret:
            return ""
        clients = found_in(Path(self.path)).found.pool(pool_id).clients
        return next((client.secret for client in clients if client.id == client_id), "")


_ALWAYS = (
    "amplify_outputs.json",
    "aws-exports.js",
    "src/aws-exports.js",
    "amplifyconfiguration.json",
    "src/amplifyconfiguration.json",
)
"""Where Amplify writes: offered also where they cannot be read, as the reason is told then."""
_OF_AMPLIFY = frozenset(map(os.path.basename, _ALWAYS))
_PATTERNS = (
    *(".env", ".env.*", ".env-*", ".envrc", "*outputs*.json", "*output.json", "*postman_environment.json"),
    *("appsettings*.json", "application*.yml", "application*.yaml", "src/main/resources/application*.yml"),
    *("config.js", "config.ts", "src/config.js", "src/config.ts"),
)
"""Offered where they tell of a pool."""

_MOST_FOLDERS = 8
_MOST_FILES = 40
"""That are looked into: a folder may hold any number."""


def rows_nearby(folder: Path) -> Page[Row]:
    """Returns the files as rows to choose from, the nearest first; reads them, and may block."""
    rows = (_row(path, folder) for path in _candidates(folder))
    return Page(tuple(row for row in rows if row))


def _candidates(folder: Path) -> list[Path]:
    found: dict[Path, None] = {}
    for place in (folder, *folder.parents)[:_MOST_FOLDERS]:
        for path in _in(place):
            if len(found) < _MOST_FILES:
                found.setdefault(path)
    return list(found)


def _in(place: Path) -> Iterator[Path]:
    for name in _ALWAYS:
        if is_file(place / name):
            yield place / name
    for pattern in _PATTERNS:
        try:
            yield from sorted(path for path in place.glob(pattern) if is_file(path))
        except OSError:
            # A folder that is closed has nothing to offer.
            return


def _row(path: Path, folder: Path) -> Row | None:
    shown = os.path.relpath(path, folder)
    try:
        file = found_in(path)
    except UsageError:
        return Row(str(path), shown, "choose it to see why it cannot be used") if path.name in _OF_AMPLIFY else None
    pools = [pool.id for pool in file.found.pools]
    more = f" and {len(pools) - 1} more" if len(pools) > 1 else ""
    return Row(str(path), shown, f"{file.wrote_it}  {pools[0]}{more}")
