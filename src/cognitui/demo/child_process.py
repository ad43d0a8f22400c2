"""Python processes that end with this one, however it ends.

The child's standard input is a pipe. The system closes it when the parent process ends, even by SIGKILL, and so does
Windows. `end_with_input` makes the child end then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cognitui.model.text import inert

_LOG_EXCERPT_LENGTH = 400

_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Python needs these to start; the child gets nothing else of the user's environment."""


@contextmanager
def child_process(
    command: Sequence[str],
    folder: Path,
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    output: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python process while the context is open; its standard input is a pipe that guards it.

    Args:
        command: The command to run.
        folder: Its working directory.
        log: File for its error output, and for standard output unless `output` is given.
        environ: Its environment variables; those of `python_environ` by default.
        output: Destination of its standard output, if not the log.
    """
    with (
        log.open("wb") as log_file,
        subprocess.Popen(  # noqa: S603 (our own interpreter and arguments)
            command,
            env=python_environ(folder) if environ is None else environ,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log_file if output is None else output,
            stderr=log_file,
            # Ctrl+C in the terminal is for the parent only.
            start_new_session=True,
            creationflags=_creation_flags(),
        ) as process,
    ):
        try:
            yield process
        finally:
            # It has nothing to save, so it needs no graceful stop.
            process.kill()


def python_environ(folder: Path) -> dict[str, str]:
    """Return the environment variables for a child Python that keeps its files in a folder."""
    return {
        **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder)),
        # The child finds the same packages as this process.
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


def log_excerpt(log: Path) -> str:
    """Return the end of a server's log, phrased as the end of a sentence."""
    try:
        lines = log.read_text("utf-8", "replace").split("\n")
    except OSError:
        return "."
    text = " | ".join(line.strip() for line in lines if line.strip())
    return f": {inert(text[-_LOG_EXCERPT_LENGTH:])}" if text else "; its log is empty."


def end_with_input(descriptor: int, folder: str) -> None:
    """In the child: wait until standard input closes, remove the folder, and end this process."""
    # Not sys.stdin.read(): a thread that waits in it holds a lock that Python needs to exit.
    # Windows may report the end of a broken pipe as an error.
    with contextlib.suppress(OSError):
        while os.read(descriptor, 1024):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    # Not sys.exit(): it would end only this thread, and others wait for open connections.
    os._exit(0)


def _creation_flags() -> int:
    """Return flags that keep Ctrl+C from the child and hide its console window on Windows; zero elsewhere."""
    return getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
