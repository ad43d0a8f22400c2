"""Runs a profile's `mfa_process`: a command of the person's own that prints the code of a second factor."""

from __future__ import annotations

import shlex
import subprocess

from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.text import inert

_TIMEOUT = 60
"""Seconds: the command may ask a person to touch a key."""


def code_from_process(profile: Profile) -> str | None:
    """Returns the first line that the command prints; None where the profile names none.

    Raises:
        UsageError: It fails, prints nothing, takes too long, or comes from an included file: what another person
            writes into a shared file must not run here.
    """
    command = profile.fields.mfa_process
    if not command:
        return None
    name = inert(profile.id)
    if profile.read_only if profile.own.mfa_process else profile.environment.read_only:
        raise UsageError(
            f"{name}: mfa_process comes from an included file, and is not run.",
            fix="Set it in a profile of your own file, if you trust the command.",
        )
    try:
        # What it says on stderr is not taken over: it may hold the code, or more.
        done = subprocess.run(  # noqa: S603 (the person's own command, without a shell)
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(
            f"{name}: mfa_process could not be run ({type(error).__name__}).",
            fix="Run the command by hand and mend it.",
        ) from None
    lines = done.stdout.decode("utf-8", "replace").split()
    if done.returncode or not lines:
        raise UsageError(
            f"{name}: mfa_process printed no code (exit code {done.returncode}).",
            fix="Run the command by hand and mend it.",
        )
    return lines[0]
