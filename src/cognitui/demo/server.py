"""The embedded Cognito: ministack in a separate process, on a loopback port, for as long as this one runs."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cognitui.model.errors import Unreachable, UsageError
from cognitui.model.text import inert

_HOST = "127.0.0.1"
_LOG = "server.log"
_PORTS_TRIED = 3
_POLL = 0.02
_LOG_EXCERPT_LENGTH = 400

_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Python needs these to start; the server gets nothing else of the user's environment."""

_SETTINGS = {
    "SERVICES": "cognito-idp,cognito-identity",
    # Makes it as strict as AWS: signatures of admin calls, SECRET_HASH, enabled flows, token lifetimes.
    "AUTH": "true",
    # These two would listen on all interfaces.
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    pid: int
    access_key: str
    secret_key: str = field(repr=False)
    """Signs admin calls; new for each run."""


Launch = Callable[[Path], Sequence[str]]
"""Returns the command of a server that keeps its files in a folder."""


def guard_command(folder: Path) -> Sequence[str]:
    """Return the command of the emulator with its guard."""
    # -P: files in the current folder must not replace modules.
    return (sys.executable, "-P", "-m", "cognitui.demo.guard", str(folder))


def free_port() -> int:
    """Return a loopback port that is free now; another program may take it before the server does."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(
    folder: Path,
    *,
    launch: Launch = guard_command,
    choose_port: Callable[[], int] = free_port,
    timeout: float = 20.0,
) -> Iterator[Server]:
    """Run the emulator while the context is open; it also ends with this process, however that ends.

    Args:
        folder: Holds its files; must exist, have no other use, and may be removed when this process exits.
        launch: The command to run.
        choose_port: Names a free port; called again if another program takes the port.
        timeout: Seconds to wait for the server.

    Raises:
        UsageError: The emulator is not installed.
        Unreachable: It did not start.
    """
    check_installed()
    for _ in range(_PORTS_TRIED):
        starting = _Starting(folder, choose_port())
        with child_process(launch(folder), folder, folder / _LOG, environ=starting.environ) as process:
            if _becomes_ready(process, starting, time.monotonic() + timeout):
                yield Server(starting.endpoint, process.pid, starting.access_key, starting.secret_key)
                return
            alive = process.poll() is None
        if alive or not _in_use(starting.port):
            break
    raise Unreachable(
        f"The embedded Cognito did not start{log_excerpt(folder / _LOG)}",
        fix="Try again; if that does not help, reinstall it: pip install --force-reinstall 'cognitui[demo]'",
    )


def check_installed(find: Callable[[str], object] = importlib.util.find_spec) -> None:
    """Raise UsageError if the emulator is not installed."""
    if find("ministack") is None:
        raise UsageError("The demo needs its extra: pip install 'cognitui[demo]'", fix="Install it, then try again.")


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
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "STATE_DIR"), str(folder)),
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


class _Starting:
    """A server that is about to start, with its port and settings."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.endpoint = f"http://{_HOST}:{port}"
        self.access_key = "demo"
        self.secret_key = secrets.token_hex(20)
        # The server reports this as its edition; another program on the same port does not.
        self.marker = secrets.token_hex(8)
        self.environ = {
            **python_environ(folder),
            **_SETTINGS,
            "BIND_HOST": _HOST,
            "GATEWAY_PORT": str(port),
            "MINISTACK_EDITION": self.marker,
            # Otherwise it looks for containers of its own to remove.
            "DOCKER_HOST": f"unix://{folder / 'no-docker'}",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


def _creation_flags() -> int:
    """Return flags that keep Ctrl+C from the child and hide its console window on Windows; zero elsewhere."""
    return getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)


def _becomes_ready(process: subprocess.Popen[bytes], starting: _Starting, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        if _marker_of(starting.port) == starting.marker:
            return True
        time.sleep(_POLL)
    return False


def _marker_of(port: int) -> str:
    """Return the marker of the server on a port; empty if none answers."""
    # Not urllib, which would use the proxy of the environment.
    connection = http.client.HTTPConnection(_HOST, port, timeout=1)
    try:
        connection.request("GET", "/_ministack/health")
        return str(json.loads(connection.getresponse().read(65536)).get("edition", ""))
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return ""
    finally:
        connection.close()


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0
