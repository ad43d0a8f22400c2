"""From a file to what is written: its text in whatever format, the pools it names, and what they make of a user.

Nothing is run. Of a state of Terraform only outputs and resources of Cognito are read: it holds the secrets of all that
Terraform manages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cognitui.importing.detect import Found, FoundPool, OpenValue, find
from cognitui.importing.file_reader import Format, ReadFile, formats_of, read_as, text_in
from cognitui.importing.found_clients import FoundClient, may_be_client_id
from cognitui.importing.leaf import TooMuch
from cognitui.importing.new_profile import flow_of, needs_user
from cognitui.importing.paths import exists, is_file
from cognitui.model.directory import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen
from cognitui.model.profile import Flow
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
