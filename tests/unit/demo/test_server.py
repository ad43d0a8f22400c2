"""Start of the emulator: its environment, and the errors if it does not start."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cognitui.demo.server import check_installed, free_port, guard_command, running_server
from cognitui.model.errors import Unreachable, UsageError

SERVE = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"edition": os.environ["MINISTACK_EDITION"]}).encode())

class Alone(HTTPServer):
    allow_reuse_address = False

Alone((os.environ["BIND_HOST"], int(os.environ["GATEWAY_PORT"])), Health).serve_forever()
"""
"""A server with the emulator's health check."""

WAIT = "import sys; sys.stdin.read()"
"""A server that never answers."""


def running(script: str) -> Callable[[Path], Sequence[str]]:
    return lambda _folder: (sys.executable, "-c", script)


class OtherHealth(BaseHTTPRequestHandler):
    """The server of another program, with the same health check."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"edition": "light"}).encode())

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def other_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), OtherHealth) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_missing_emulator_is_reported_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match=r"pip install 'cognitui\[demo\]'"):
        check_installed(find=lambda _name: None)


def test_a_server_is_ready_once_it_answers(tmp_path: Path) -> None:
    with running_server(tmp_path, launch=running(SERVE)) as server, socket.socket() as probe:
        port = int(server.endpoint.rpartition(":")[2])
        assert probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_that_ends_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreachable, match="no such module"),
        running_server(tmp_path, launch=running("import sys; sys.exit('no such module')")),
    ):
        pass


def test_the_log_of_a_server_is_inert_in_the_error(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreachable) as raised,
        running_server(tmp_path, launch=running(r"import sys; sys.exit('\x1b[2Jgone')")),
    ):
        pass

    assert r"\x1b[2Jgone" in raised.value.cause
    assert "\x1b" not in raised.value.cause


def test_a_server_that_never_answers_times_out(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreachable, match="its log is empty"),
        running_server(tmp_path, launch=running(WAIT), timeout=0.1),
    ):
        pass


def test_a_port_that_another_program_took_is_replaced(tmp_path: Path, other_port: int) -> None:
    ports = iter([other_port, free_port()])

    with running_server(tmp_path, launch=running(SERVE), choose_port=lambda: next(ports)) as server:
        assert not server.endpoint.endswith(f":{other_port}")


def test_another_program_on_the_port_is_not_mistaken_for_the_emulator(tmp_path: Path, other_port: int) -> None:
    with (
        pytest.raises(Unreachable),
        running_server(tmp_path, launch=running(WAIT), choose_port=lambda: other_port, timeout=0.3),
    ):
        pass


def test_the_users_environment_does_not_reach_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary-token")
    monkeypatch.setenv("HTTPS_PROXY", "http://canary-proxy")
    monkeypatch.setenv("BIND_HOST", "0.0.0.0")
    script = "import json, os; open('environ.json', 'w').write(json.dumps(dict(os.environ)))"

    with pytest.raises(Unreachable), running_server(tmp_path, launch=running(script)):
        pass

    environ = json.loads((tmp_path / "environ.json").read_text("utf-8"))
    assert "canary" not in json.dumps(environ)
    assert (environ["BIND_HOST"], environ["IOT_MTLS_ENABLED"], environ["SFTP_ENABLED"]) == ("127.0.0.1", "0", "0")
    assert {environ["HOME"], environ["TMPDIR"]} == {str(tmp_path)}


def test_the_secret_key_is_not_in_the_repr(tmp_path: Path) -> None:
    with running_server(tmp_path, launch=running(SERVE)) as server:
        assert server.secret_key not in repr(server)


def test_the_guard_runs_in_the_same_python(tmp_path: Path) -> None:
    assert guard_command(tmp_path) == (sys.executable, "-P", "-m", "cognitui.demo.guard", os.fspath(tmp_path))
