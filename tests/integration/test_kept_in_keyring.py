"""`cognitui login` in a real terminal on a real keyring: what is in it once a temporary password was replaced."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import UserStatus
from tests.e2e.terminal import Terminal
from tests.integration.conftest import SecretService

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pty")

TEMPORARY = "Canary-Passw0rd!"
CHOSEN = "Str0nger!pass"
COGNITUI = [sys.executable, "-m", "cognitui"]


@pytest.fixture
def environ(strict: StrictServer, secret_service: SecretService, tmp_path: Path) -> dict[str, str]:
    """The environment of a person whose keyring holds the temporary password of their one profile."""
    pool = strict.add_pool()
    client = strict.add_client(pool)
    strict.add_user(pool, "alice@example.com", TEMPORARY, status=UserStatus.FORCE_CHANGE_PASSWORD)
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(
        "version = 1\n[environments.dev.profiles.alice]\n"
        f'username = "alice@example.com"\nuser_pool_id = "{pool.id}"\nclient_id = "{client.id}"\n'
        f'endpoint_url = "{strict.url}"\n'
    )
    profiles.chmod(0o600)
    found = {**secret_service.environ, "COGNITUI_PROFILES": str(profiles)}
    run("secret", "set", "dev/alice", "password", environ=found, typed=TEMPORARY)
    return found


def run(*args: str, environ: dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COGNITUI, *args], env=environ, input=typed, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(("keeps", "code", "needed"), [("y", 0, ""), ("n", 3, "password is needed")])
def test_the_next_login_uses_the_new_password_or_asks_for_it(
    environ: dict[str, str], keeps: str, code: int, needed: str
) -> None:
    with Terminal([*COGNITUI, "login", "dev/alice"], env=environ) as terminal:
        terminal.see("New password:")
        terminal.press(CHOSEN, "enter")
        terminal.see("Repeat it:")
        terminal.press(CHOSEN, "enter")
        terminal.see("Keep it in the keyring?")
        terminal.press(keeps, "enter")
        terminal.see("Signed in: dev/alice")
        assert terminal.exit_code() == 0

    again = run("login", "dev/alice", "--no-input", environ=environ)

    assert again.returncode == code, again.stderr
    assert needed in again.stderr
