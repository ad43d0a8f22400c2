"""Prepares the demo: a server, its cast, and the profiles that lead to them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.model.secret import SecretKind

if TYPE_CHECKING:
    from cognitui.demo.playground_server import Playground
    from cognitui.demo.server import Server


@dataclass(frozen=True, slots=True)
class DemoSet:
    """What the program needs to run on the demo instead of on the person's own files."""

    profiles: Path
    """The profile file."""
    state: Path
    """The folder for what the program notes for itself."""
    environ: Mapping[str, str]
    """Variables that lead another `cognitui` here: to these files, to a vault in memory, past every proxy, to the
    playground's IAM credentials."""
    secrets: tuple[tuple[str, SecretKind, str], ...] = field(repr=False)
    """The id of a profile, the kind of a secret of it, and the secret: what the vault in memory is to hold."""
    tell_letters: Callable[[Callable[[str], None]], None]
    """Is handed whom to tell the codes that the playground sends by e-mail and text message."""
    refused: frozenset[str] = frozenset()
    """The ids of the profiles that are there to be refused: their saved password is wrong."""


@contextmanager
def prepare(progress: Callable[[str], None]) -> Iterator[DemoSet]:
    """Runs the demo's Cognito while the context is open; nothing of it is left afterwards.

    The person's profiles, keyring and AWS configuration are neither read nor written.

    Args:
        progress: Is told what is being done, in a line for people.

    Raises:
        UsageError: The emulator is not installed.
        Unreachable: It did not start, or refused to be filled.
    """
    from cognitui.demo.playground_server import playground
    from cognitui.demo.server import running_server

    # On Windows a file that the server has just let go of may still be busy.
    with tempfile.TemporaryDirectory(prefix="cognitui-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        progress("Starting an embedded Cognito on this machine …")
        with playground(folder) as beside, running_server(folder) as server:
            progress("Filling it with pools, app clients and users …")
            demo_set = _filled(server, beside, folder)
            progress(f"The demo's Cognito answers at {server.endpoint} until you leave.")
            yield demo_set


def _filled(server: Server, beside: Playground, folder: Path) -> DemoSet:
    from cognitui.demo.cast import STAGES, SavedPassword
    from cognitui.demo.directory import Directory
    from cognitui.demo.playground_cast import NAME
    from cognitui.demo.profiles import admin_credentials_text, playground_text, profile_text
    from cognitui.demo.seed import seed
    from cognitui.storage.atomic import write_private

    seeded = seed(Directory(server), STAGES)
    profiles = folder / "profiles.toml"
    opened = beside.opened()
    text = f"{profile_text(server.endpoint, seeded)}\n{playground_text(opened)}"
    write_private(profiles, text.encode())
    credentials = folder / "aws-credentials"
    write_private(credentials, admin_credentials_text(opened.admin).encode())
    return DemoSet(
        profiles=profiles,
        state=folder / "state" / "cognitui",
        environ={
            "COGNITUI_PROFILES": str(profiles),
            "COGNITUI_VAULT": "memory",
            "XDG_STATE_HOME": str(folder / "state"),
            "NO_PROXY": "127.0.0.1",
            # The person's own files in ~/.aws are not even read.
            "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
            "AWS_CONFIG_FILE": str(folder / "aws-config"),
        },
        secrets=(
            *(entry for stage in seeded for entry in stage.secrets),
            *(
                (f"{NAME}/{place.name}", SecretKind.PASSWORD, place.password)
                for place in opened.places
                if place.password
            ),
        ),
        tell_letters=beside.tell_letters,
        refused=frozenset(
            f"{stage.name}/{person.name}"
            for stage in STAGES
            for person in stage.people
            if person.saved is SavedPassword.WRONG
        ),
    )
