"""The embedded Cognito: ministack in a process of its own, on a loopback port, gone when we are."""

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
_SHOWN_OF_LOG = 400

_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a Python needs to start at all; nothing else of the person's environment reaches the server."""

_SETTINGS = {
    "SERVICES": "cognito-idp,cognito-identity",
    # Makes it as strict as AWS: signatures of admin calls, SECRET_HASH, enabled flows, the life of a token.
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
    """Signs admin calls; made for this run alone."""


Launch = Callable[[Path], Sequence[str]]
"""Returns the command that serves, for the folder of its files."""


def guard_command(folder: Path) -> Sequence[str]:
    """Returns the command of the emulator under its guard."""
    # -P: what lies in the current folder is no module of ours.
    return (sys.executable, "-P", "-m", "cognitui.demo.guard", str(folder))


def refuse_where_missing(find: Callable[[str], object] = importlib.util.find_spec) -> None:
    """Raises UsageError where the emulator is not installed."""
    if find("ministack") is None:
        raise UsageError("The demo needs its extra: pip install 'cognitui[demo]'", fix="Install it, then try again.")


def free_port() -> int:
    """Returns a loopback port that is free now; another program may take it before we do."""
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
    patience: float = 20.0,
) -> Iterator[Server]:
    """Runs the emulator while the context is open; it ends with this process, too, however that ends.

    Args:
        folder: Holds its files; must exist, belong to nobody else, and may be removed when this process dies.
        launch: The command to run.
        choose_port: Names a port that is free; asked again where it has been taken meanwhile.
        patience: Seconds after which a server that does not answer is given up.

    Raises:
        UsageError: The emulator is not installed.
        Unreachable: It did not start.
    """
    refuse_where_missing()
    for _ in range(_PORTS_TRIED):
        starting = _Starting(folder, choose_port())
        with child_process(launch(folder), folder, folder / _LOG, environ=starting.environ) as process:
            if _answers(process, starting, time.monotonic() + patience):
                yield Server(starting.endpoint, process.pid, starting.access_key, starting.secret_key)
                return
            alive = process.poll() is None
        if alive or not _taken(starting.port):
            break
    raise Unreachable(
        f"The embedded Cognito did not start{last_words(folder / _LOG)}",
        fix="Try again; if that does not help, reinstall it: pip install --force-reinstall 'cognitui[demo]'",
    )


class _Starting:
    """A server that is about to run: where, and by what it is told from another."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.endpoint = f"http://{_HOST}:{port}"
        self.access_key = "demo"
        self.secret_key = secrets.token_hex(20)
        # It says this of itself: whoever took our port meanwhile does not.
        self.mark = secrets.token_hex(8)
        self.environ = {
            **python_environ(folder),
            **_SETTINGS,
            "BIND_HOST": _HOST,
            "GATEWAY_PORT": str(port),
            "MINISTACK_EDITION": self.mark,
            # It would look for containers of its own to remove.
            "DOCKER_HOST": f"unix://{folder / 'no-docker'}",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


def python_environ(folder: Path) -> dict[str, str]:
    """Returns the variables for a Python of ours that keeps its files in a folder: none of the person's own."""
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "STATE_DIR"), str(folder)),
        # The child finds the packages that we found, wherever they are.
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


@contextmanager
def child_process(
    command: Sequence[str],
    folder: Path,
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    output: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a command while the context is open; it is guarded by its standard input.

    Args:
        command: Of a Python of ours.
        folder: Where it works.
        log: Where it writes what went wrong, and all else without `output`.
        environ: Its variables, where they are not those of `python_environ`.
        output: Where its standard output goes, where that is not the log.
    """
    with (
        log.open("wb") as told,
        subprocess.Popen(  # noqa: S603 (our own interpreter, with arguments of ours)
            command,
            env=python_environ(folder) if environ is None else environ,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=told if output is None else output,
            stderr=told,
            # A ctrl+c in the terminal is meant for us.
            start_new_session=True,
            creationflags=_creation_flags(),
        ) as process,
    ):
        try:
            yield process
        finally:
            # It keeps nothing that a gentle end could save.
            process.kill()


def _creation_flags() -> int:
    """On Windows: out of reach of our ctrl+c, and without a console window. Zero elsewhere."""
    return getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)


def _answers(process: subprocess.Popen[bytes], starting: _Starting, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        if _mark_of(starting.port) == starting.mark:
            return True
        time.sleep(_POLL)
    return False


def _mark_of(port: int) -> str:
    """Returns by what the server on a port tells itself from others; empty where none answers."""
    # Not urllib: it would ask the proxy of the environment.
    connection = http.client.HTTPConnection(_HOST, port, timeout=1)
    try:
        connection.request("GET", "/_ministack/health")
        return str(json.loads(connection.getresponse().read(65536)).get("edition", ""))
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return ""
    finally:
        connection.close()


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0


def last_words(log: Path) -> str:
    """Returns the end of a server's log as the end of a sentence."""
    try:
        lines = log.read_text("utf-8", "replace").split("\n")
    except OSError:
        return "."
    said = " | ".join(line.strip() for line in lines if line.strip())
    return f": {inert(said[-_SHOWN_OF_LOG:])}" if said else "; it said nothing."
