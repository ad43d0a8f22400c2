"""From a file to what is written: its kind by name and content, its text, and what its pool and client make of a user.

Nothing is run, and a state of Terraform is not read: it holds the secrets of all that Terraform manages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from cognitui.importing.files import Read, read_amplify, read_env, read_terraform, too_long
from cognitui.importing.found import Found
from cognitui.importing.found_clients import FoundClient
from cognitui.importing.kind import FileKind, is_json, told_by
from cognitui.importing.new_profile import flow_of, needs_user
from cognitui.importing.paths import exists, is_file
from cognitui.model.directory import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen
from cognitui.model.profile import Flow
from cognitui.model.text import inert

_LONGEST = 1 << 21
"""Bytes: more than any of these files has."""

_OF_AMPLIFY = (".json", ".js", ".mjs", ".cjs", ".ts", ".dart")


_READERS: Mapping[FileKind, Read] = {
    FileKind.AMPLIFY: read_amplify,
    FileKind.TERRAFORM: read_terraform,
    FileKind.ENV: read_env,
}
_SHORT = {FileKind.AMPLIFY: "Amplify", FileKind.TERRAFORM: "Terraform", FileKind.ENV: ".env"}


class FoundFile(Frozen, frozen=True):
    """A file and what it tells."""

    path: str
    wrote_it: str
    """`Amplify`, `Terraform`, `.env`."""
    found: Found


def found_in(path: Path, shown: str = "") -> FoundFile:
    """Reads a file of whichever kind it is.

    Args:
        path: The file.
        shown: How errors call it; the path where it is empty.

    Raises:
        UsageError: It cannot be read, is of no such kind, or tells of no pool; the place is named.
    """
    name = inert(shown or str(path), 200)
    if path.name.endswith((".tfstate", ".tfstate.backup")):
        raise UsageError(
            f"{name} is a state of Terraform, which holds secrets of its own and is not read.",
            fix="Run terraform output -json > outputs.json beside it, and choose that file.",
        )
    # What cannot be looked at is opened, and told with that fault.
    if exists(path) and not is_file(path):
        # A named pipe would hold the program up.
        raise UsageError(f"{name} is not a file.", fix="Name a file.")
    text = text_of(path, name)
    kind = kind_of(path.name, text)
    return FoundFile(str(path), _SHORT[kind], _READERS[kind](text, name))


def kind_of(name: str, text: str) -> FileKind:
    """Returns the kind of a file: by its content where that is certain, else by its name."""
    if told := told_by(text):
        return told
    return FileKind.AMPLIFY if name.endswith(_OF_AMPLIFY) or is_json(text) else FileKind.ENV


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


def text_in(stream: BinaryIO, name: str) -> str:
    """Returns the text of an open file; raises UsageError where it is too long, or with the line where it is none."""
    data = stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        # Before it is read as a text: it may be cut inside of a character.
        raise too_long(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"{name}:{line}: is not UTF-8.", fix="Save the file as UTF-8.") from None


def place_of(found: Found) -> AwsPlace:
    """Returns where the pools of a file are."""
    return AwsPlace(region=found.region, endpoint_url=found.endpoint_url)


def pool_of(found: Found, pool_id: str) -> PoolDetails:
    """Returns what a file tells of one of its pools."""
    return PoolDetails(pool_id, domain=found.domain, identity_pool_id=found.identity_pool_id)


def client_of(found: Found, chosen: FoundClient) -> ClientDetails:
    """Returns what a file tells of one of its app clients."""
    grants = found.grants or (("client_credentials",) if _is_program(found, chosen) else ())
    return ClientDetails(
        chosen.id,
        secret=chosen.secret,
        flows=found.flows,
        grants=grants if found.domain else (),
        scopes=found.scopes,
        callback_urls=found.callback_urls,
    )


def flow_for(found: Found, client: ClientDetails, users: Sequence[str]) -> Flow:
    """Returns the flow; where a file does not tell what the app client allows, who is to sign in decides."""
    told = flow_of(client)
    if users:
        return Flow.USER_SRP_AUTH if not needs_user(told) and not found.flows else told
    return Flow.AUTHORIZATION_CODE if needs_user(told) and "code" in client.grants else told


def _is_program(found: Found, client: FoundClient) -> bool:
    """A secret and scopes of a resource server alone: no user can be meant."""
    return bool(client.secret and found.scopes) and all("/" in scope for scope in found.scopes)
