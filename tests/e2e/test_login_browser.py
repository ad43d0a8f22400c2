"""`cognitui login` with the browser, in a real terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import urllib3

from cognitui.demo.strict.server import StrictServer
from tests.e2e.terminal import Terminal
from tests.servers.ports import free_port
from tests.strict.browser import log_in

ALICE = "alice@example.com"
PASSWORD = "Canary-Passw0rd!"


@pytest.fixture
def redirect_uri(strict: StrictServer, home: dict[str, str], tmp_path: Path) -> str:
    """A profile that signs in with the browser, in the file of `home`, and the address that the browser returns to."""
    uri = f"http://127.0.0.1:{free_port()}/callback"
    pool = strict.add_pool()
    client = strict.add_client(pool, redirect_uris=(uri,))
    strict.add_user(pool, ALICE, PASSWORD)
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(
        "version = 1\n[environments.dev.profiles.alice]\n"
        f'username = "{ALICE}"\nuser_pool_id = "{pool.id}"\nclient_id = "{client.id}"\nflow = "authorization_code"\n'
        f'domain = "{strict.url}"\nendpoint_url = "{strict.url}"\nredirect_uri = "{uri}"\n'
    )
    profiles.chmod(0o600)
    home |= {"COGNITUI_PROFILES": str(profiles), "COGNITUI_VAULT": "memory", "SSH_TTY": "/dev/pts/0"}
    return uri


def shown_address(terminal: Terminal) -> str:
    """Return the whole address as printed; the screen wraps it."""
    terminal.see("or paste the address")
    found = re.search(rb"http://127\.0\.0\.1:\d+/oauth2/authorize\?[^\s\x1b]+", terminal.output)
    assert found
    return found[0].decode()


def test_the_browser_returns_automatically(home: dict[str, str], cognitui: list[str], redirect_uri: str) -> None:
    with Terminal([*cognitui, "login", "dev/alice"], env=home) as terminal:
        address = log_in(shown_address(terminal), ALICE, PASSWORD)
        shown = urllib3.request("GET", address, retries=urllib3.Retry(connect=20, backoff_factor=0.1))
        assert b"Done" in shown.data
        terminal.see("Signed in: dev/alice")

        assert terminal.exit_code() == 0


def test_the_address_is_pasted_if_the_browser_is_elsewhere(
    home: dict[str, str], cognitui: list[str], redirect_uri: str
) -> None:
    with Terminal([*cognitui, "login", "dev/alice"], env=home) as terminal:
        address = log_in(shown_address(terminal), ALICE, PASSWORD)
        terminal.press("http://127.0.0.1/callback?code=c&state=other", "enter")
        terminal.see("That is not an answer to this sign-in")
        terminal.press(address, "enter")
        terminal.see("Signed in: dev/alice")

        assert terminal.exit_code() == 0


def test_ctrl_c_ends_the_wait_with_the_terminal_as_it_was(
    home: dict[str, str], cognitui: list[str], redirect_uri: str
) -> None:
    with Terminal([*cognitui, "login", "dev/alice"], env=home) as terminal:
        shown_address(terminal)
        terminal.press("ctrl+c")
        terminal.see("Cancelled.")

        assert terminal.exit_code() == 130
        assert terminal.modes == terminal.modes_before
