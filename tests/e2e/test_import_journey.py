"""From nothing but IAM credentials to the first copied token, and the same import by questions in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from tests.e2e.terminal import Terminal

KEY, KEY_SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PASSWORD = "Canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"

MOST_KEYS = 12
"""Key presses to the first token, not counting the password."""


class Newcomer:
    """Presses only keys that the screen offers, and counts them."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.presses = 0

    def press(self, key: str, offered: str) -> None:
        """Press a key once the screen offers it."""
        self._terminal.see(offered)
        self._terminal.settle(0.1)
        self._terminal.press(key)
        self.presses += 1


@pytest.fixture
def client(strict: StrictServer, home: dict[str, str]) -> AppClient:
    """An account with a pool, an app client with a secret and users, and its credentials in the environment."""
    strict.add_iam_user(KEY, KEY_SECRET)
    pool = strict.add_pool(title="shop-dev")
    client = strict.add_client(pool, name="shop-web", secret=SECRET, flows=frozenset({"USER_SRP_AUTH"}))
    for name in ("alice", "bob"):
        strict.add_user(pool, f"{name}@example.com", PASSWORD, username=name)
    home |= {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY_SECRET,
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": strict.url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return client


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_a_newcomer_with_iam_credentials_copies_a_token_in_under_twelve_presses(
    strict: StrictServer, home: dict[str, str], cognitui: list[str], client: AppClient, size: tuple[int, int]
) -> None:
    with Terminal(cognitui, env=home, size=size) as terminal:
        newcomer = Newcomer(terminal)
        newcomer.press("I", offered="Import from AWS")
        newcomer.press("enter", offered="in your AWS configuration")
        newcomer.press("enter", offered="shop-dev")
        newcomer.press("enter", offered="shop-web")
        newcomer.press("enter", offered="alice")
        newcomer.press("enter", offered="Write (enter)")
        newcomer.press("enter", offered="enter gets one")
        terminal.see("Password needed")
        terminal.press(PASSWORD)
        newcomer.press("enter", offered="(enter)")
        terminal.see("unverified")
        newcomer.press("c", offered="c Copy")
        terminal.see("unconfirmed")

        assert (terminal.clipboard() or "").startswith("eyJ")
        assert newcomer.presses < MOST_KEYS
        terminal.press("q")
        assert terminal.exit_code() == 0
        for secret in (SECRET, PASSWORD, KEY_SECRET):
            assert secret.encode() not in terminal.output
    assert strict.journal.count("InitiateAuth") == 1


def test_the_file_that_is_written_holds_no_secret(
    home: dict[str, str], cognitui: list[str], client: AppClient, tmp_path: Path
) -> None:
    with Terminal([*cognitui, "--vault", "memory", "import", "aws"], env=home) as terminal:
        terminal.see("1) eu-west-1")
        terminal.press("1", "enter")
        terminal.see("User pool: shop-dev")
        terminal.see("App client: shop-web")
        terminal.see("2) bob")
        terminal.press("ali", "enter")
        terminal.see("1) alice")
        terminal.press("1", "enter")
        terminal.see("Environment [dev]")
        terminal.press("enter")
        terminal.see("Name [alice]")
        terminal.press("enter")
        terminal.see("Write it? [Y/n]")
        terminal.press("enter")
        terminal.see("Added dev/alice")

        assert terminal.exit_code() == 0
    written = (tmp_path / "config" / "cognitui" / "profiles.toml").read_text()
    assert f'client_id = "{client.id}"' in written
    assert SECRET not in written


def test_the_content_of_a_file_is_shown_before_any_prompt(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    pool, client = "eu-west-1_AbCdEf123", "1h57kf5cpq17m0eml12exampl0"
    outputs = {
        name: {"sensitive": False, "type": "string", "value": id_} for name, id_ in (("pool", pool), ("client", client))
    }
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))
    with Terminal([*cognitui, "--vault", "memory", "import", "terraform", str(file)], env=home) as terminal:
        terminal.see("Username:")
        shown = terminal.text
        assert "outputs.json contains:" in shown
        assert shown.index(pool) < shown.index(client) < shown.index("Username:")
        terminal.press("carol", "enter")
        terminal.see("Environment [")
        terminal.press("dev", "enter")
        terminal.see("Name [carol]")
        terminal.press("enter")
        terminal.see("Write it? [Y/n]")
        terminal.press("n", "enter")
        terminal.see("Nothing was written.")

        assert terminal.exit_code() == 3


def test_provisioning_asks_for_confirmation_with_account_region_and_pool(
    strict: StrictServer, home: dict[str, str], cognitui: list[str], client: AppClient
) -> None:
    argv = [*cognitui, "provision", "--pool", "shop-dev", "--user", "carol"]
    with Terminal(argv, env=home) as terminal:
        terminal.see("Account 123456789012")
        terminal.see("Region  eu-west-1")
        terminal.see(f"Pool    shop-dev ({client.pool.id})")
        terminal.see("Continue? [y/N]")
        terminal.press("enter")
        terminal.see("Nothing was created.")

        assert terminal.exit_code() == 3
    assert not {"CreateUserPoolClient", "AdminCreateUser"} & {request.operation for request in strict.journal.requests}
