"""Starting the emulator: what it is told, and what is said when it does not come up."""

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

from cognitui.demo.server import free_port, guard_command, refuse_where_missing, running_server
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
"""A server that answers as the emulator does."""

WAIT = "import sys; sys.stdin.read()"
"""A server that never answers."""


def running(script: str) -> Callable[[Path], Sequence[str]]:
    return lambda _folder: (sys.executable, "-c", script)


class StrangersHealth(BaseHTTPRequestHandler):
    """Another program's server that answers the same question."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"edition": "light"}).encode())

    def log_message(self, *_arguments: object) -> None:
        """Prints nothing."""


@pytest.fixture
def strangers_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), StrangersHealth) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_missing_emulator_is_told_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match=r"pip install 'cognitui\[demo\]'"):
        refuse_where_missing(find=lambda _name: None)


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


def test_what_a_server_printed_is_inert_in_the_error(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreachable) as raised,
        running_server(tmp_path, launch=running(r"import sys; sys.exit('\x1b[2Jgone')")),
    ):
        pass

    assert r"\x1b[2Jgone" in raised.value.cause
    assert "\x1b" not in raised.value.cause


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreachable, match="it said nothing"),
        running_server(tmp_path, launch=running(WAIT), patience=0.1),
    ):
        pass


def test_a_port_that_was_taken_meanwhile_is_exchanged(tmp_path: Path, strangers_port: int) -> None:
    ports = iter([strangers_port, free_port()])

    with running_server(tmp_path, launch=running(SERVE), choose_port=lambda: next(ports)) as server:
        assert not server.endpoint.endswith(f":{strangers_port}")


def test_a_stranger_on_the_port_is_not_taken_for_ours(tmp_path: Path, strangers_port: int) -> None:
    with (
        pytest.raises(Unreachable),
        running_server(tmp_path, launch=running(WAIT), choose_port=lambda: strangers_port, patience=0.3),
    ):
        pass


def test_nothing_of_the_persons_environment_reaches_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary-token")
    monkeypatch.setenv("HTTPS_PROXY", "http://canary-proxy")
    monkeypatch.setenv("BIND_HOST", "0.0.0.0")
    tell = "import json, os; open('environ.json', 'w').write(json.dumps(dict(os.environ)))"

    with pytest.raises(Unreachable), running_server(tmp_path, launch=running(tell)):
        pass

    told = json.loads((tmp_path / "environ.json").read_text("utf-8"))
    assert "canary" not in json.dumps(told)
    assert (told["BIND_HOST"], told["IOT_MTLS_ENABLED"], told["SFTP_ENABLED"]) == ("127.0.0.1", "0", "0")
    assert {told["HOME"], told["TMPDIR"]} == {str(tmp_path)}


def test_the_key_that_signs_is_not_in_the_repr(tmp_path: Path) -> None:
    with running_server(tmp_path, launch=running(SERVE)) as server:
        assert server.secret_key not in repr(server)


def test_the_guard_is_run_by_this_python(tmp_path: Path) -> None:
    assert guard_command(tmp_path) == (sys.executable, "-P", "-m", "cognitui.demo.guard", os.fspath(tmp_path))
