"""Promise 1: a run with a canary in every secret leaves none of them anywhere."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.demo.strict import errors
from cognitui.demo.strict.server import StrictServer
from tests.e2e.robot_browser import COMMAND
from tests.e2e.terminal import Terminal
from tests.servers.ports import free_port
from tests.unit.fakes import make_jwt

PASSWORD = "canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"

PROFILE = """
version = 1
[environments.dev]
endpoint_url = "{url}"
user_pool_id = "{pool}"
client_id = "{client}"
flow = "USER_PASSWORD_AUTH"
[environments.dev.profiles.alice]
username = "alice@example.com"
"""

TALKATIVE = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, filename="debug.log")
from cognitui.__main__ import main
sys.exit(main())
"""
"""The program with every logger turned on, as an embedding program or a debugging person would."""

BROWSING = """
version = 1
[environments.dev.profiles.alice]
endpoint_url = "{url}"
domain = "{url}"
user_pool_id = "{pool}"
client_id = "{client}"
flow = "authorization_code"
redirect_uri = "{redirect_uri}"
"""

CRASHING = """
from cognitui.cli import cognitui
from cognitui.services import wire

def crashing(options):
    services = wire(options)
    def boom(profile, token):
        held = token
        raise RuntimeError(f"verification of {token.value} broke")
    services.broker.verify = boom
    return services

cognitui(obj=crashing)
"""


@pytest.fixture
def server(strict: StrictServer) -> StrictServer:
    return strict


@pytest.fixture
def file(server: StrictServer, tmp_path: Path) -> str:
    pool = server.add_pool()
    client = server.add_client(pool, secret=SECRET)
    server.add_user(pool, "alice@example.com", PASSWORD)
    path = tmp_path / "profiles.toml"
    path.write_text(PROFILE.format(url=server.url, pool=pool.id, client=client.id))
    path.chmod(0o600)
    return str(path)


def sign_in(terminal: Terminal) -> None:
    terminal.see("alice")
    terminal.press("enter")
    terminal.see("Password needed")
    terminal.press(PASSWORD)
    terminal.settle()
    terminal.press("enter")
    terminal.see("Client secret needed")
    terminal.press(SECRET)
    terminal.settle()
    terminal.press("enter")
    terminal.see("unverified")


def tokens(server: StrictServer) -> Iterator[str]:
    """What the server has issued: an answer's tokens, by their signatures, which no other text has."""
    for request in server.journal.requests:
        body = request.answer.body.decode() if request.answer else ""
        for word in body.replace('"', " ").split():
            if len(word) > 200:
                yield word[-60:]


def leaks(where: bytes, server: StrictServer) -> list[str]:
    issued = list(tokens(server))
    assert issued
    return [secret for secret in (PASSWORD, SECRET, *issued) if secret.encode() in where]


def files(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_session_on_the_screen_leaves_no_secret(
    home: dict[str, str], server: StrictServer, file: str, tmp_path: Path
) -> None:
    env = {**home, "TEXTUAL_LOG": str(tmp_path / "textual.log"), "PYTHONFAULTHANDLER": "1"}
    argv = ["sh", "-c", f'cd {tmp_path} && exec "$0" "$@"', sys.executable, "-c", TALKATIVE]
    with Terminal([*argv, "--profiles", file, "--vault", "memory"], env=env) as terminal:
        sign_in(terminal)
        arguments = Path(f"/proc/{terminal.process.pid}/cmdline").read_bytes() if sys.platform == "linux" else b""
        terminal.press("t", "t", "v")
        terminal.settle()
        terminal.press("q")
        assert terminal.exit_code() == 0

    assert (tmp_path / "debug.log").exists()
    assert leaks(files(tmp_path), server) == []
    assert leaks(bytes(terminal.output), server) == []
    assert leaks(arguments, server) == []


@pytest.mark.parametrize("script", [TALKATIVE, CRASHING], ids=["quit", "crash"])
def test_a_pasted_token_leaves_no_secret(home: dict[str, str], file: str, tmp_path: Path, script: str) -> None:
    client = tomllib.loads(Path(file).read_text())["environments"]["dev"]["client_id"]
    token = make_jwt({"client_id": client, "email": "pasted@example.com"})
    env = {**home, "TEXTUAL_LOG": str(tmp_path / "textual.log")}
    argv = ["sh", "-c", f'cd {tmp_path} && exec "$0" "$@"', sys.executable, "-c", script]
    with Terminal([*argv, "--profiles", file, "--vault", "memory"], env=env) as terminal:
        terminal.see("alice")
        terminal.press("i")
        terminal.see("paste it here")
        terminal.press(f"\x1b[200~Authorization: Bearer {token[:50]}\r\n{token[50:]}\x1b[201~")
        if script == TALKATIVE:
            terminal.see("pasted@example.com")
            terminal.see("not verified")
            terminal.press("q")
            terminal.settle()
            terminal.press("q")
        assert terminal.exit_code() == (0 if script == TALKATIVE else 1)

    for place in (files(tmp_path), bytes(terminal.output)):
        assert not [part for part in token.split(".")[1:] if part.encode() in place]


def test_a_session_in_the_browser_leaves_no_secret(home: dict[str, str], server: StrictServer, tmp_path: Path) -> None:
    redirect_uri = f"http://localhost:{free_port()}/callback"
    pool = server.add_pool()
    client = server.add_client(pool, secret=SECRET, redirect_uris=(redirect_uri,))
    server.add_user(pool, "alice@example.com", PASSWORD)
    path = tmp_path / "profiles.toml"
    path.write_text(BROWSING.format(url=server.url, pool=pool.id, client=client.id, redirect_uri=redirect_uri))
    path.chmod(0o600)
    env = {**home, "TEXTUAL_LOG": str(tmp_path / "textual.log"), "BROWSER": COMMAND}
    env |= {"ROBOT_USER": "alice@example.com", "ROBOT_PASSWORD": PASSWORD}
    argv = ["sh", "-c", f'cd {tmp_path} && exec "$0" "$@"', sys.executable, "-c", TALKATIVE]
    with Terminal([*argv, "--profiles", str(path), "--vault", "memory"], env=env) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Client secret needed", timeout=20)
        terminal.press(SECRET)
        terminal.settle()
        terminal.press("enter")
        terminal.see("unverified")
        terminal.press("q")
        assert terminal.exit_code() == 0

    assert (tmp_path / "debug.log").exists()
    exchange = server.journal.last("oauth2/token").parameters
    for place in (files(tmp_path), bytes(terminal.output)):
        assert leaks(place, server) == []
        assert [name for name in ("code", "code_verifier") if str(exchange[name]).encode() in place] == []


def test_a_crash_with_a_token_in_hand_leaves_no_secret(
    home: dict[str, str], server: StrictServer, file: str, tmp_path: Path
) -> None:
    argv = [sys.executable, "-c", CRASHING, "--profiles", file, "--vault", "memory"]
    with Terminal(argv, env=home) as terminal:
        sign_in(terminal)
        terminal.press("v")

        assert terminal.exit_code() == 1

    assert b"RuntimeError" in files(tmp_path)
    assert leaks(files(tmp_path), server) == []
    assert leaks(bytes(terminal.output), server) == []


def test_a_failing_command_prints_no_secret(home: dict[str, str], server: StrictServer, file: str) -> None:
    server.errors.always("InitiateAuth", errors.html_page())
    argv = [sys.executable, "-m", "cognitui", "--profiles", file, "--vault", "memory", "token", "dev/alice"]
    with Terminal(argv, env=home) as terminal:
        terminal.until(lambda: b"Password:" in terminal.output, "the password was never asked for")
        terminal.press(*PASSWORD, "enter")
        terminal.until(lambda: b"Try again?" in terminal.output, "it was not asked whether to try again")
        terminal.press("n", "enter")

        assert terminal.exit_code() == 5

    assert server.journal.count("InitiateAuth") == 3
    assert PASSWORD.encode() not in terminal.output
