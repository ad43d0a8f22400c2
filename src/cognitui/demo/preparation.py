"""Preparation of the demo: its servers, their sample users, and the profiles that lead there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.model.secret import SecretKind

if TYPE_CHECKING:
    from cognitui.demo.playground import Playground, PlaygroundReady
    from cognitui.demo.sample_users import Stage
    from cognitui.demo.server import Server


@dataclass(frozen=True, slots=True)
class DemoSet:
    """Files, variables and secrets that let the program run on the demo instead of on the user's own files."""

    profiles: Path
    """The profile file."""
    state: Path
    """The folder for remembered preferences and the token cache."""
    environ: Mapping[str, str]
    """Environment variables for another `cognitui`: the demo's files, a vault in memory, no proxy, and the IAM
    credentials of the playground."""
    secrets: tuple[tuple[str, SecretKind, str], ...] = field(repr=False)
    """The secrets for the vault in memory: profile id, kind of secret, and value."""
    on_code: Callable[[Callable[[str], None]], None]
    """Registers a function that is called with every code that the playground sends by e-mail or text message."""
    refused: frozenset[str] = frozenset()
    """The ids of the profiles whose sign-in fails on purpose: their saved password is wrong."""


@contextmanager
def prepare(progress: Callable[[str], None]) -> Iterator[DemoSet]:
    """Run the demo's servers while the context is open, and remove everything afterwards.

    The user's profiles, keyring and AWS configuration are neither read nor written.

    Args:
        progress: Called with a message for each step.

    Raises:
        UsageError: The emulator is not installed.
        Unreachable: A server did not start.
        ServiceFault: The emulator refused a sample user.
    """
    from cognitui.demo.playground import playground
    from cognitui.demo.server import running_server

    # On Windows a file that the server has just closed may still be busy.
    with tempfile.TemporaryDirectory(prefix="cognitui-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        progress("Starting an embedded Cognito on this machine …")
        with playground(folder) as beside, running_server(folder) as server:
            progress("Creating pools, app clients and users …")
            demo_set = _filled(server, beside, folder)
            progress(f"The demo's Cognito runs at {server.endpoint} until you quit.")
            yield demo_set


def _filled(server: Server, beside: Playground, folder: Path) -> DemoSet:
    from cognitui.demo.directory import Directory
    from cognitui.demo.profiles import admin_credentials_text, playground_text, profile_text
    from cognitui.demo.sample_users import STAGES
    from cognitui.demo.seed import seed
    from cognitui.storage.atomic import write_private

    seeded = seed(Directory(server), STAGES)
    ready = beside.wait_until_ready()
    profiles, credentials = folder / "profiles.toml", folder / "aws-credentials"
    write_private(profiles, f"{profile_text(server.endpoint, seeded)}\n{playground_text(ready)}".encode())
    write_private(credentials, admin_credentials_text(ready.admin).encode())
    return DemoSet(
        profiles=profiles,
        state=folder / "state" / "cognitui",
        environ={
            "COGNITUI_PROFILES": str(profiles),
            "COGNITUI_VAULT": "memory",
            "XDG_STATE_HOME": str(folder / "state"),
            "NO_PROXY": "127.0.0.1",
            # The user's own files in ~/.aws are not even read.
            "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
            "AWS_CONFIG_FILE": str(folder / "aws-config"),
        },
        secrets=(*(entry for stage in seeded for entry in stage.secrets), *_playground_secrets(ready)),
        on_code=beside.on_code,
        refused=_refused(STAGES),
    )


def _playground_secrets(ready: PlaygroundReady) -> Iterator[tuple[str, SecretKind, str]]:
    from cognitui.demo.playground_users import ENVIRONMENT

    for account in ready.accounts:
        if account.password:
            yield f"{ENVIRONMENT}/{account.name}", SecretKind.PASSWORD, account.password


def _refused(stages: Sequence[Stage]) -> frozenset[str]:
    from cognitui.demo.sample_users import SavedPassword

    return frozenset(
        f"{stage.name}/{person.name}"
        for stage in stages
        for person in stage.people
        if person.saved is SavedPassword.WRONG
    )
