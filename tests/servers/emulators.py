"""Other people's Cognito: emulators from environments of their own, each started once for the tests that ask for it."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.child_process import child_process, log_excerpt, python_environ
from tests.integration.flow_world import IAM
from tests.servers.directory import Directory, Server
from tests.servers.environments import FOLDER, SCRIPTS, python_of
from tests.servers.ports import free_port

_PATIENCE = 60.0
"""Seconds: moto takes 3 on an idle machine."""


@dataclass(frozen=True)
class Emulator:
    """A server that can be started."""

    name: str
    version: str
    command: tuple[str, ...]
    """`{port}` stands for the port."""
    health: str
    """A path that answers 200 once it serves."""
    settings: Mapping[str, str]
    environment: str
    """The name of its environment; see `tests.servers.environments`."""

    @property
    def group(self) -> str:
        """The xdist group of its tests, which share one server."""
        return f"oracle-{self.name}"


def _python(environment: str) -> tuple[str, ...]:
    return (python_of(environment), "-P", str(SCRIPTS / "guarded.py"))


MOTO = Emulator(
    "moto",
    "5.2.5",
    (*_python("moto"), "moto.server", "-H", "127.0.0.1", "-p", "{port}"),
    "/moto-api/data.json",
    {},
    "moto",
)
COGNITO_LOCAL = Emulator(
    "cognito-local",
    "5.3.0",
    ("node", str(SCRIPTS / "cognito-local.cjs")),
    "/health",
    {"HOST": "127.0.0.1", "PORT": "{port}", "ORACLES": str(FOLDER / "node")},
    "node",
)
MINISTACK = Emulator(
    "ministack",
    "1.5.33",
    (*_python("ministack"), "ministack"),
    "/_ministack/health",
    {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "{port}",
        "SERVICES": "cognito-idp,cognito-identity",
        # As strict as it can be: signatures, SECRET_HASH, enabled flows, the lifetime of a token.
        "AUTH": "true",
        # These two would listen on all interfaces.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    },
    "ministack",
)
EMULATORS = (MOTO, COGNITO_LOCAL, MINISTACK)


class EmulatedDirectory(Directory):
    """The pools, app clients and users of an emulator that runs.

    Attributes:
        server: The address, process and keys.
        endpoint: `http://127.0.0.1:PORT`.
        pid: Its process.
        api: Our calls to it, which repeat without a pause; making their client costs 100 ms.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        # What an emulator lacks it answers with a 500, which botocore would ask for four times more, for 10 seconds.
        service = self._calls.meta.service_model.service_id.hyphenize()
        self._calls.meta.events.unregister(f"needs-retry.{service}", unique_id=f"retry-config-{service}")
        self.server, self.endpoint, self.pid = server, server.endpoint, server.pid
        self.api = UserPoolApi(time.time, sleep=lambda _seconds: None)


@contextmanager
def running(emulator: Emulator, folder: Path) -> Iterator[EmulatedDirectory]:
    """Run an emulator on a loopback port while the context is open; yield what fills it.

    Args:
        emulator: Which one; see `environments.need`.
        folder: For its files.
    """
    port = free_port()
    environ = {
        # Not the modules of this process: an emulator has an environment of its own.
        **{name: value for name, value in python_environ(folder).items() if name != "PYTHONPATH"},
        **IAM,
        **{name: value.format(port=port) for name, value in emulator.settings.items()},
    }
    command = [part.format(port=port) for part in emulator.command]
    log = folder / f"{emulator.name}.log"
    with child_process(command, folder, log, environ=environ) as process:
        deadline = time.monotonic() + _PATIENCE
        while not _serves(port, emulator.health):
            said = f"{emulator.name} did not start{log_excerpt(log)}"
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        yield EmulatedDirectory(Server(f"http://127.0.0.1:{port}", process.pid, *IAM.values()))


def _serves(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
