"""Running a profile's `mfa_process`, the user's command that prints an MFA code."""

from __future__ import annotations

import re
import shlex

from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.system.processes import PrintedTooMuch, TookTooLong, printed_by

_TIMEOUT = 60.0
"""Seconds; the command may wait for a touch on a security key."""

_LARGEST = 4096
"""Bytes; a code has six to eight."""

_FIX = "Run the command by hand and fix it: its first line must be the code."

_IN_GROUPS = re.compile(r"[0-9]{3,4} [0-9]{3,4}")
"""How some apps print a code for people."""


def code_from_process(profile: Profile, timeout: float = _TIMEOUT) -> str | None:
    """Return the first word of the first line that the command prints; None if the profile has no command.

    It doesn't wait for more output, or for a child that the command leaves behind.

    Args:
        profile: The profile with the command.
        timeout: Seconds after which the command is killed.

    Raises:
        UsageError: The command fails, prints nothing or too much, takes too long, or comes from an included file:
            what somebody else writes into a shared file must not run here.
    """
    command = profile.fields.mfa_process
    if not command:
        return None
    name = inert(profile.id)
    if profile.read_only if profile.own.mfa_process else profile.environment.read_only:
        raise UsageError(
            f"{name}: mfa_process comes from an included file, so it is not run.",
            fix="If you trust the command, set it in a profile of your own file.",
        )
    words = _split(command, name)
    program = inert(words[0], 60)
    try:
        done = printed_by(words, within=timeout, largest=_LARGEST, first_line=True)
    except TookTooLong:
        raise UsageError(f"{name}: mfa_process ({program}) printed no code within {timeout:g} s.", fix=_FIX) from None
    except PrintedTooMuch:
        raise UsageError(f"{name}: mfa_process ({program}) prints more than a code.", fix=_FIX) from None
    except FileNotFoundError:
        raise UsageError(
            f"{name}: mfa_process names {program}, but there is no such program.",
            fix="Check its name and the PATH. The command is split as a shell does, but no shell runs it.",
        ) from None
    except (OSError, ValueError) as error:
        reason = inert(getattr(error, "strerror", None) or type(error).__name__)
        raise UsageError(f"{name}: mfa_process ({program}) cannot be run: {reason}.", fix=_FIX) from None
    if done.exit_code:
        raise UsageError(f"{name}: mfa_process ({program}) failed with exit code {done.exit_code}.", fix=_FIX)
    code = _code_in(done.output)
    if not code:
        raise UsageError(f"{name}: mfa_process ({program}) printed no code.", fix=_FIX)
    return code


def _split(command: str, name: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise UsageError(f"{name}: mfa_process contains no command, or unclosed quotes.", fix="Fix it in the profile.")
    return words


def _code_in(output: bytes) -> str:
    line = output.decode("utf-8", "replace").strip().partition("\n")[0].strip()
    return line.replace(" ", "") if _IN_GROUPS.fullmatch(line) else (line.split() or [""])[0]
