"""Preparation of the demo: its server, the sample users, and the profiles that lead there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.model.secret import SecretKind

if TYPE_CHECKING:
    from cognitui.demo.playground import Playground


@dataclass(frozen=True, slots=True)
class DemoSet:
    """Files, variables and secrets that let the program run on the demo instead of on the user's own files."""

    profiles: Path
    """The profile file."""
    state: Path
    """The folder for remembered preferences and the token cache."""
    environ: Mapping[str, str]
    """Environment variables for another `cognitui`: the demo's files, a vault in memory, no proxy, and the demo's IAM
    credentials. They replace all of the user's AWS variables."""
    secrets: tuple[tuple[str, SecretKind, str], ...] = field(repr=False)
    """The secrets for the vault in memory: profile id, kind of secret, and value."""
    on_code: Callable[[Callable[[str], None]], None]
    """Registers a function that is called with every code that the playground sends by e-mail or text message."""
    refused: frozenset[str] = frozenset()
    """The ids of the profiles whose sign-in fails on purpose: their saved password is wrong."""


def do_nothing() -> None:
    """Do nothing while the server starts."""


@contextmanager
def prepare(progress: Callable[[str], None], load: Callable[[], None] = do_nothing) -> Iterator[DemoSet]:
    """Run the demo's server while the context is open, and remove everything afterwards.

    The user's profiles, keyring and AWS configuration are neither read nor written.

    Args:
        progress: Called with a message for each step.
        load: Imports what the caller needs next, while the server starts.

    Raises:
        Unreachable: The server did not start.
    """
    from cognitui.demo.playground import playground

    # On Windows a file that the server has just closed may still be busy.
    with tempfile.TemporaryDirectory(prefix="cognitui-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        progress("Starting a Cognito on this machine …")
        with playground(folder) as beside:
            load()
            demo_set = _written(beside, folder)
            progress(f"The demo's Cognito runs at {demo_set.environ['AWS_ENDPOINT_URL']} until you quit.")
            yield demo_set


def _written(beside: Playground, folder: Path) -> DemoSet:
    """Write the files as soon as the server is ready."""
    from cognitui.demo.playground_users import USERS
    from cognitui.demo.profiles import AWS_PROFILE, aws_config_text, aws_credentials_text, profile_text
    from cognitui.demo.sample_users import STAGES, refused_ids
    from cognitui.storage.atomic import write_private

    contents = beside.wait_until_ready()
    texts = {
        "profiles.toml": profile_text(contents, STAGES, USERS),
        "aws-credentials": aws_credentials_text(contents.admin),
        "aws-config": aws_config_text(contents.endpoint),
    }
    for name, text in texts.items():
        write_private(folder / name, text.encode())
    return DemoSet(
        profiles=folder / "profiles.toml",
        state=folder / "state" / "cognitui",
        environ={
            "COGNITUI_PROFILES": str(folder / "profiles.toml"),
            "COGNITUI_VAULT": "memory",
            "XDG_STATE_HOME": str(folder / "state"),
            "NO_PROXY": "127.0.0.1",
            # The user's own files in ~/.aws are not even read.
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "aws-credentials"),
            "AWS_CONFIG_FILE": str(folder / "aws-config"),
            "AWS_PROFILE": AWS_PROFILE,
            "AWS_ENDPOINT_URL": contents.endpoint,
        },
        secrets=tuple((one.profile, one.kind, one.value) for one in contents.secrets),
        on_code=beside.on_code,
        refused=refused_ids(STAGES),
    )
