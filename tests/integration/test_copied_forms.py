"""What is copied, in the hands of those that it is for: shells, curl, HTTPie."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from cognitui.model.token import Lifetime, Token, TokenKind
from cognitui.model.token_formats import TokenFormat, formatted
from tests.unit.fakes import NOW, make_jwt, make_profile, make_token

PROFILE = make_profile("dev/alice")
ODD = "a'b\"c$(id)`id`\\!#;&|<>*?[]{}~%\\\\'"

SHELLS = [
    (TokenFormat.ENV, ("sh", "-c"), 'printf %s "$COGNITO_ACCESS_TOKEN"'),
    (TokenFormat.ENV, ("bash", "-c"), 'printf %s "$COGNITO_ACCESS_TOKEN"'),
    (TokenFormat.ENV, ("zsh", "-f", "-c"), 'printf %s "$COGNITO_ACCESS_TOKEN"'),
    (TokenFormat.FISH, ("fish", "--no-config", "-c"), 'printf %s "$COGNITO_ACCESS_TOKEN"'),
    (TokenFormat.DOTENV, ("bash", "-c"), 'printf %s "$COGNITO_ACCESS_TOKEN"'),
]


class Api(http.server.BaseHTTPRequestHandler):
    """Remembers who called what, and with which header."""

    heard: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.heard.append((self.path, self.headers.get("Authorization", "")))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the base class)
        """A test prints nothing."""


@pytest.fixture
def api() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Its address, and what it has heard."""
    heard: list[tuple[str, str]] = []
    handler = type("Heard", (Api,), {"heard": heard})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def token(value: str) -> Token:
    return Token(TokenKind.ACCESS, value, Lifetime(NOW, NOW + 3600))


@pytest.mark.parametrize("value", [make_token().value, ODD, "~root", "=ls", "-n"], ids=["jwt", "odd", "~", "=", "-"])
@pytest.mark.parametrize(("form", "shell", "then"), SHELLS, ids=lambda part: part[0] if isinstance(part, tuple) else "")
def test_a_shell_sets_the_variable_and_runs_nothing(
    form: TokenFormat, shell: tuple[str, ...], then: str, value: str
) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"needs {shell[0]}")

    ran = subprocess.run(
        [*shell, f"{formatted(PROFILE, token(value), form)}\n{then}"], capture_output=True, text=True, timeout=60
    )

    assert (ran.stdout, ran.stderr) == (value, "")


@pytest.mark.parametrize("path", ["", "/v1/orders", "/{a,b}[1-3]", "/a'b&c;$(id)"])
@pytest.mark.parametrize(
    ("form", "program", "more"),
    [(TokenFormat.CURL, "curl", " -sS"), (TokenFormat.HTTPIE, "https", " --ignore-stdin --check-status")],
    ids=["curl", "httpie"],
)
def test_a_command_calls_the_api_once_with_the_token(
    api: tuple[str, list[tuple[str, str]]], form: TokenFormat, program: str, more: str, path: str
) -> None:
    # HTTPie is installed beside this Python.
    path_with_ours = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    if shutil.which(program, path=path_with_ours) is None:
        pytest.skip(f"needs {program}")
    url, heard = api
    value = make_jwt({"sub": "alice"})

    command = formatted(make_profile("dev/alice", api_url=url + path), token(value), form)
    ran = subprocess.run(
        ["bash", "-c", command + more],
        env={**os.environ, "PATH": path_with_ours},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode == 0, ran.stderr
    # HTTPie escapes what RFC 3986 does not allow; curl sends it as it is.
    assert [(unquote(called), header) for called, header in heard] == [(path or "/", f"Bearer {value}")]


def test_curl_without_an_api_reaches_nobody() -> None:
    command = f"{formatted(PROFILE, token('eyJ.a.b'), TokenFormat.CURL)} -sS --noproxy '*'"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)

    assert ran.returncode == 6, "curl: the host could not be resolved"
    assert "your-api.invalid" in ran.stderr
