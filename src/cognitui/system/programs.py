"""Programs of the user: the browser, and the command that prints an MFA code."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Mapping

from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.system.processes import PrintedTooMuch, TookTooLong, run_for_output

_OPEN = "import sys, webbrowser; webbrowser.open(sys.argv[1])"

_TIMEOUT = 60.0
"""Seconds; the command may wait for a touch on a security key."""

_LARGEST = 4096
"""Bytes; a code has six to eight."""

_FIX = "Run the command by hand and fix it: its first line must be the code."

_IN_GROUPS = re.compile(r"[0-9]{3,4} [0-9]{3,4}")
"""How some apps print a code for people."""


def open_browser(url: str, environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Open an address without waiting for the browser; return False if the user must open it.

    Args:
        url: An address without a secret: it is visible in the list of processes.
        environ: The environment of this process.
        platform: As `sys.platform`.
    """
    if not can_open(environ, platform):
        return False
    threading.Thread(target=_run, args=(url, environ), name="cognitui-browser", daemon=True).start()
    return True


def can_open(environ: Mapping[str, str], platform: str) -> bool:
    """Return whether the user would see a browser that is opened here."""
    if environ.get("BROWSER"):
        # The user's choice; editors that run over ssh set it to one that opens on the local machine.
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    # Without a display, Python's webbrowser would fall back to one in this terminal.
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


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
        done = run_for_output(words, within=timeout, largest=_LARGEST, first_line=True)
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


def _run(url: str, environ: Mapping[str, str]) -> None:
    # In a process without our streams: a browser writes to its terminal, and `$(cognitui token ID)` would wait for
    # one that keeps the pipe open.
    subprocess.run(  # noqa: S603 (our own interpreter and arguments)
        (sys.executable, "-P", "-c", _OPEN, url),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # ctrl+c in the terminal is meant for this process.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=False,
    )


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
