"""Import from a file: its text in any format, the pools in it, and how their app clients sign in.

Nothing is executed. From a Terraform state only outputs and Cognito resources are read, because it contains the secrets
of everything that Terraform manages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cognitui.importing.app_clients import FoundClient, may_be_client_id
from cognitui.importing.detect import Found, FoundPool, OpenValue, find
from cognitui.importing.file_reader import Format, ReadFile, exists, formats_of, is_file, read_as, text_in
from cognitui.importing.from_aws import Row
from cognitui.importing.naming import Login, name_without_user, names_for
from cognitui.importing.profiles import NewProfile, fields_for, flow_of, needs_user
from cognitui.importing.values import TooMuch
from cognitui.model.aws import CLIENT_TOKEN_AUTH, AwsPlace, ClientDetails, Page, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert

_SHOWN = 60

_MOST_NAMED = 8

_LONGEST_GUESSED = 1 << 17
"""Characters of a text that is also read in unlikely formats."""

_FIXES = {
    "Amplify": "Run amplify pull or npx ampx generate outputs, and import the file that it writes.",
    "Terraform": "Add an output with the pool id, then run terraform output -json again.",
    Format.LINES: "Add the variable COGNITO_USER_POOL_ID with the pool id.",
}

_FILL_IN_CLIENT = "Enter the client id there, or add --client with it."

_ALWAYS = (
    "amplify_outputs.json",
    "aws-exports.js",
    "src/aws-exports.js",
    "amplifyconfiguration.json",
    "src/amplifyconfiguration.json",
)
"""Files that Amplify writes; also offered if they cannot be read, to report why."""

_OF_AMPLIFY = frozenset(map(os.path.basename, _ALWAYS))

_PATTERNS = (
    *(".env", ".env.*", ".env-*", ".envrc", "*outputs*.json", "*output.json", "*postman_environment.json"),
    *("appsettings*.json", "application*.yml", "application*.yaml", "src/main/resources/application*.yml"),
    *("config.js", "config.ts", "src/config.js", "src/config.ts"),
)
"""Offered if they contain a pool."""

_MOST_FOLDERS = 8

_MOST_FILES = 40
"""Files to look into; a folder may contain any number."""


class FoundFile(Frozen, frozen=True):
    """A file and its pools."""

    path: str
    writer: str
    """`Amplify` or `Terraform` if one of them did, otherwise the format: `JSON`, `.env`, `YAML`."""
    found: Found
    skipped: tuple[int, ...] = ()
    """Lines that don't set a variable, from 1."""

    def notes(self, without: OpenValue | None = None) -> Iterator[str]:
        """Yield notes for the user: what was skipped, and what is still to be filled in.

        Args:
            without: A value to leave out, because an error reports it.
        """
        if self.skipped:
            yield f"{_lines(self.skipped)} skipped: {'it sets' if len(self.skipped) == 1 else 'they set'} no variable."
        for value in self.found.open_values:
            if value is not without:
                yield note_of(value)


def found_in(path: Path, shown: str = "") -> FoundFile:
    """Read a file of any format.

    Args:
        path: The file.
        shown: Its name in errors; the path if it is empty.

    Raises:
        UsageError: It cannot be read, has an unknown format, or contains no pool; with the line if possible.
    """
    name = inert(shown or str(path), 200)
    # If this is unknown, opening it reports the error.
    if exists(path) and not is_file(path):
        # A named pipe would block the program.
        raise UsageError(f"{name} is not a file.", fix="Name a file.")
    return found_in_text(text_of(path, name), name, str(path))


def found_in_text(text: str, name: str, path: str = "") -> FoundFile:
    """Read a text of any format: the first one in which it contains a pool.

    Args:
        text: The text.
        name: Its name in errors.
        path: The file; empty for standard input.

    Raises:
        UsageError: It has an unknown format, or contains no pool; with the line if possible.
    """
    if not text.strip():
        raise UsageError(f"{name} is empty.", fix="Name the file that contains the pool id, or pipe it in.")
    likely = formats_of(text, path)
    unlikely = tuple(Format) if len(text) <= _LONGEST_GUESSED else ()
    wrong: UsageError | None = None
    for format_ in dict.fromkeys((*likely, *unlikely)):
        try:
            read = read_as(format_, text, name)
            file = FoundFile(path, read.writer or read.format, find(read.entries), read.skipped)
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
            f"{name} has an unknown format.",
            fix="Use JSON, a .env or shell file, YAML, TOML, INI, or a script with an object of the pool's values.",
        )
    assert wrong is not None
    raise wrong


def text_of(path: Path, name: str) -> str:
    """Return the text of a file.

    Raises:
        UsageError: It does not exist, cannot be read, or is not text.
    """
    try:
        with path.open("rb") as stream:
            return text_in(stream, name)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.", fix="Check the path.") from None
    except ValueError:  # a zero byte in the path
        raise UsageError(f"{name} is not a path.", fix="Check the path.") from None


def note_of(value: OpenValue) -> str:
    """Return the note about a value that is still to be filled in."""
    return f"{inert(value.label, _SHOWN)} {value.state}."


def open_client(found: Found) -> OpenValue | None:
    """Return the first app client that is still to be filled in, which `without_client` reports."""
    return next((value for value in found.open_values if value.is_client), None)


def without_client(name: str, found: Found) -> UsageError:
    """Return the error for a file without an app client; it reports an empty value."""
    value = open_client(found)
    if value is not None:
        return UsageError(f"{_at(name, value.line)}{note_of(value)}", fix=_FILL_IN_CLIENT)
    return UsageError(f"{name} contains no app client.", fix="Add --client with its id.")


def place_of(pool: FoundPool) -> AwsPlace:
    """Return the region and endpoint of a pool."""
    return AwsPlace(region=pool.region, endpoint_url=pool.endpoint_url)


def pool_of(pool: FoundPool) -> PoolDetails:
    """Return what a file contains for a pool."""
    return PoolDetails(pool.id, domain=pool.domain, identity_pool_id=pool.identity_pool_id)


def client_named(client_id: str) -> FoundClient:
    """Return an app client that is not in the file.

    Raises:
        UsageError: The id is invalid.
    """
    if not may_be_client_id(client_id):
        raise UsageError(
            f"{inert(client_id, _SHOWN)} is not an app client id.",
            fix="Copy the client id from AWS: letters and digits, such as 1h57kf5cpq17m0eml12example.",
        )
    return FoundClient(client_id, client_id)


def client_of(pool: FoundPool, chosen: FoundClient) -> ClientDetails:
    """Return what a file contains for an app client.

    Without a domain, a client that only gets tokens for itself can get them only by GetClientToken.
    """
    by_api = not pool.domain and chosen.grants == ("client_credentials",) and not chosen.flows
    return ClientDetails(
        chosen.id,
        secret=chosen.secret,
        flows=(CLIENT_TOKEN_AUTH,) if by_api else chosen.flows,
        grants=chosen.grants if pool.domain else (),
        scopes=chosen.scopes,
        callback_urls=chosen.callback_urls,
    )


def flow_for(client: ClientDetails, users: Sequence[str]) -> Flow:
    """Return the flow; if the file doesn't say what the app client allows, it depends on whether a user is given."""
    flow = flow_of(client)
    if users:
        return Flow.USER_SRP_AUTH if not needs_user(flow) and not client.flows else flow
    return Flow.AUTHORIZATION_CODE if needs_user(flow) and "code" in client.grants else flow


class FileChoice(Frozen, frozen=True):
    """A file with its pools and their app clients."""

    path: str
    writer: str
    pools: tuple[FoundPool, ...]
    """The clients in them have no secrets."""
    with_secret: frozenset[tuple[str, str]] = frozenset()
    """The ids of the pools and clients whose secret the file contains."""
    notes: tuple[str, ...] = ()
    """Notes on the file, a sentence each; inert."""

    @classmethod
    def of(cls, file: FoundFile) -> FileChoice:
        """Return the choices that a file offers."""
        pools = file.found.pools
        return cls(
            file.path,
            file.writer,
            tuple(
                replace(pool, clients=tuple(replace(client, secret="") for client in pool.clients)) for pool in pools
            ),
            frozenset((pool.id, client.id) for pool in pools for client in pool.clients if client.secret),
            tuple(file.notes()),
        )

    def pool(self, pool_id: str) -> FoundPool:
        """Return one of its pools."""
        return next(pool for pool in self.pools if pool.id == pool_id)

    def client(self, pool_id: str, client_id: str) -> ClientDetails:
        """Return an app client of a pool with its name in the file; only the id if the file doesn't contain it."""
        pool = self.pool(pool_id)
        found = next((client for client in pool.clients if client.id == client_id), None)
        return replace(client_of(pool, found or FoundClient(client_id, client_id)), name=found.label if found else "")

    def flow(self, pool_id: str, client_id: str, users: Sequence[str]) -> Flow:
        """Return how an app client signs in, with or without a user."""
        return flow_for(self.client(pool_id, client_id), users)

    def needs_user(self, pool_id: str, client_id: str) -> bool:
        """Return whether a user must be named."""
        return needs_user(self.flow(pool_id, client_id, ()))

    def names(self, pool_id: str, client_id: str, users: Sequence[str]) -> tuple[str, ...]:
        """Return the default names of the profiles; an empty text if a user is still missing."""
        flow = self.flow(pool_id, client_id, users)
        logins = users if needs_user(flow) else ()
        if logins:
            return names_for(logins)
        return ("",) if self.needs_user(pool_id, client_id) else (name_without_user("", client_id, flow),)

    def drafts(
        self, pool_id: str, client_id: str, users: Sequence[str], environment: str, names: Sequence[str]
    ) -> tuple[NewProfile, ...]:
        """Return the profiles to write; it reads the file again for the secret, and may block.

        Raises:
            UsageError: The app client or the user is missing, the client id is invalid, the flow needs a domain, or the
                file can no longer be read.
        """
        if not client_id:
            raise UsageError("Enter an app client.", fix="Type its id.")
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
            NewProfile(environment, name, fields_for(place, pool, client, flow, Login(login)), secret)
            for name, login in zip(names, logins, strict=True)
        )

    def _secret_of(self, pool_id: str, client_id: str) -> str:
        if (pool_id, client_id) not in self.with_secret:
            return ""
        clients = found_in(Path(self.path)).found.pool(pool_id).clients
        return next((client.secret for client in clients if client.id == client_id), "")


def discover_files(folder: Path) -> Page[Row]:
    """Return the files as rows to choose from, the nearest first; it reads them and may block."""
    rows = (_row(path, folder) for path in _candidates(folder))
    return Page(tuple(row for row in rows if row))


def _poolless(name: str, file: FoundFile, read: ReadFile) -> UsageError:
    value = next((value for value in file.found.open_values if value.is_pool), None)
    if value is not None:
        return UsageError(
            f"{_at(name, value.line)}{note_of(value)}",
            fix="Enter the pool id there, such as eu-west-1_AbCdEf123.",
        )
    fix = _FIXES.get(read.writer) or _FIXES.get(read.format, "Add the pool id, such as eu-west-1_AbCdEf123.")
    return UsageError(f"{name} contains no user pool.", fix=fix)


def _at(name: str, line: int) -> str:
    return f"{name}:{line}: " if line else f"{name}: "


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]} was"
    if len(numbers) > _MOST_NAMED:
        return f"{len(numbers)} lines (the first is line {numbers[0]}) were"
    *others, last = map(str, numbers)
    return f"Lines {', '.join(others)} and {last} were"


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
            # A folder without permission has nothing to offer.
            return


def _row(path: Path, folder: Path) -> Row | None:
    shown = os.path.relpath(path, folder)
    try:
        file = found_in(path)
    except UsageError:
        return Row(str(path), shown, "choose it to see why it cannot be used") if path.name in _OF_AMPLIFY else None
    pools = [pool.id for pool in file.found.pools]
    more = f" and {len(pools) - 1} more" if len(pools) > 1 else ""
    return Row(str(path), shown, f"{file.writer}  {pools[0]}{more}")
