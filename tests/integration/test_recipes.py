"""Each recipe of `docs/recipes.md` that can be run is run, exactly as the page has it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tomli

from cognitui.demo.strict.server import StrictServer
from tests.integration.recipes import recipe
from tests.integration.shell import SECRET, Shell

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the recipes are written for a POSIX shell")


class Api:
    """An API that writes down who calls it."""

    def __init__(self) -> None:
        self.authorizations: list[str] = []
        heard = self.authorizations

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.headers.get("Authorization", ""))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/orders"


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def env(ready: Shell, tmp_path: Path) -> dict[str, str]:
    """A shell that has the command, and the one of this environment's Python, on its PATH."""
    return {**ready.service.environ, "PATH": path_with_cognitui(tmp_path)}


def path_with_cognitui(folder: Path) -> str:
    programs = folder / "bin"
    programs.mkdir()
    write_program(programs / "cognitui", f'exec "{sys.executable}" -m cognitui "$@"')
    return os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"]))


def write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def run(script: str, env: Mapping[str, str], folder: Path, shell: str = "sh") -> str:
    done = subprocess.run(
        [shell, "-c", script], env=env, cwd=folder, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("heading", ["curl", "HTTPie"])
def test_a_client_calls_the_api_with_the_token(
    heading: str, ready: Shell, env: dict[str, str], api: Api, tmp_path: Path
) -> None:
    script = recipe(heading, "sh").replace("https://api.example.com/orders", api.url)

    assert "ok" in run(script, env, tmp_path)
    assert api.authorizations == [f"Bearer {ready.done('token', 'dev/alice').strip()}"]


def test_any_command_has_the_tokens(ready: Shell, env: dict[str, str], tmp_path: Path) -> None:
    write_program(tmp_path / "bin" / "npm", 'echo "$* $COGNITO_PROFILE $COGNITO_ACCESS_TOKEN"')

    said = run(recipe("Any command", "sh"), env, tmp_path)

    assert said == f"run e2e dev/alice {ready.done('token', 'dev/alice')}"


def test_newman_is_given_the_token(ready: Shell, env: dict[str, str], tmp_path: Path) -> None:
    write_program(tmp_path / "bin" / "newman", 'printf "%s\\n" "$@"')

    said = run(recipe("Postman", "sh"), env, tmp_path).splitlines()

    assert said[-1] == f"access_token={ready.done('token', 'dev/alice').strip()}"


def test_brunos_file_holds_the_token_and_is_private(ready: Shell, env: dict[str, str], tmp_path: Path) -> None:
    run(recipe("Bruno", "sh"), env, tmp_path)

    assert (tmp_path / ".env").read_text() == f"COGNITO_ACCESS_TOKEN={ready.done('token', 'dev/alice')}"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_an_aws_sdk_has_the_credentials_of_the_identity_pool(ready: Shell, env: dict[str, str], tmp_path: Path) -> None:
    pool = ready.server.add_identity_pool(ready.client.pool, ready.client)
    ready.done("profile", "edit", "dev/alice", "--identity-pool-id", pool.id)
    (tmp_path / "aws-config").write_text(recipe("AWS SDKs", "ini"))
    (tmp_path / "sdk.py").write_text(
        recipe("AWS SDKs", "python") + "print(session.get_credentials().get_frozen_credentials().token)\n"
    )
    away = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}
    kept = {name: value for name, value in env.items() if name not in away}

    token = run("python sdk.py", {**kept, "AWS_CONFIG_FILE": str(tmp_path / "aws-config")}, tmp_path)

    assert token.strip() == json.loads(ready.done("credential-process", "dev/alice"))["SessionToken"]


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_fixture_of_pytest_brings_a_token_or_says_how_to_get_one(
    signed_in: bool, shell: Shell, tmp_path: Path
) -> None:
    shell.add_profile()
    if signed_in:
        shell.store_secrets()
    tests = tmp_path / "project"
    tests.mkdir()
    (tests / "conftest.py").write_text(recipe("pytest", "python"))
    (tests / "test_api.py").write_text("def test_token(access_token):\n    assert access_token.startswith('eyJ')\n")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tests)],
        env={**shell.service.environ, "PATH": path_with_cognitui(tmp_path)},
        cwd=tests,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ("1 passed" in done.stdout) is signed_in, done.stdout + done.stderr
    assert ("cognitui login dev/alice" in done.stdout) is not signed_in


def test_a_ci_job_has_a_token_by_a_secret_from_its_store(strict: StrictServer, tmp_path: Path) -> None:
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"not installed: {program}")
    scope = "orders/read"
    client = strict.add_client(
        strict.add_pool(), secret=SECRET, grants=frozenset({"client_credentials"}), scopes=(scope,)
    )
    profiles = recipe("CI", "toml")
    said = tomli.loads(profiles)["environments"]["ci"]["profiles"]["orders"]
    for name, own in (("user_pool_id", client.pool.id), ("client_id", client.id), ("domain", strict.url)):
        profiles = profiles.replace(said[name], own)
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "profiles.toml").write_text(profiles)
    (tmp_path / "ci" / "profiles.toml").chmod(0o600)
    (tmp_path / "ci" / "api-tests.sh").write_text(recipe("CI", "bash"))
    path = path_with_cognitui(tmp_path)
    write_program(tmp_path / "bin" / "pytest", 'echo "$* $COGNITO_ACCESS_TOKEN ${ORDERS_CLIENT_SECRET-gone}"')
    bare = {name: os.environ[name] for name in ("LANG", "AWS_CA_BUNDLE") if name in os.environ}
    env = {
        **bare,
        "PATH": path,
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "ORDERS_CLIENT_SECRET": SECRET,
    }

    printed = run("dbus-run-session -- bash ci/api-tests.sh", env, tmp_path).split()

    assert printed[0] == "tests/api"
    assert printed[1].count(".") == 2
    assert printed[2] == "gone"
