"""Becomes another program, as a shell's `exec` does: its signals and its exit code are its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from cognitui.model.errors import CommandNotFound, CommandNotRun
from cognitui.model.text import inert

_LONGEST_SHOWN = 60

_PYTHON_IGNORES = ("SIGPIPE", "SIGXFSZ")
"""Python ignores these for itself, and whoever is started by exec would go on ignoring them."""


def become(command: Sequence[str], environ: Mapping[str, str], *, core_limit: int | None = None) -> int:
    """Replaces this process by a command; on Windows, which cannot, runs it and returns its exit code.

    Args:
        command: The program, looked for on the PATH of `environ`, and its arguments.
        environ: All of its environment.
        core_limit: Bytes of a core dump that it may write, where this process has set itself another limit.

    Raises:
        CommandNotFound: There is no such program.
        CommandNotRun: There is one, and the system does not run it.
    """
    name = inert(command[0], _LONGEST_SHOWN)
    try:
        if sys.platform == "win32":
            return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603 (the person's own command)
        _give_signals_back()
        _give_limit_back(core_limit)
        os.execvpe(command[0], tuple(command), environ)  # noqa: S606 (no shell is wanted)
    except (FileNotFoundError, NotADirectoryError):
        raise CommandNotFound(f"There is no program {name}.") from None
    except (OSError, ValueError) as error:
        reason = inert(getattr(error, "strerror", None) or type(error).__name__)
        raise CommandNotRun(f"{name} cannot be run: {reason}.") from None


def _give_signals_back() -> None:
    for name in _PYTHON_IGNORES:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _give_limit_back(core_limit: int | None) -> None:
    if core_limit is not None:
        # There, as the former limit was read.
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (core_limit, resource.getrlimit(resource.RLIMIT_CORE)[1]))
