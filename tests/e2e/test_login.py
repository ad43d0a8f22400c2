"""`cognitui login` in a real terminal: prompts, output and leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, User
from tests.e2e.terminal import Terminal

PASSWORD = "Canary-Passw0rd!"


@pytest.fixture
def user(strict: StrictServer, home: dict[str, str], tmp_path: Path) -> User:
    """A user with MFA by email, and a profile in the file of `home`."""
    pool = strict.add_pool(mfa=MfaConfiguration.OPTIONAL)
    client = strict.add_client(pool)
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(
        "version = 1\n[environments.dev.profiles.alice]\n"
        f'username = "alice@example.com"\nuser_pool_id = "{pool.id}"\nclient_id = "{client.id}"\n'
        f'endpoint_url = "{strict.url}"\n'
    )
    profiles.chmod(0o600)
    home |= {"COGNITUI_PROFILES": str(profiles), "COGNITUI_VAULT": "memory"}
    return strict.add_user(pool, "alice@example.com", PASSWORD, mfa=(Mfa.EMAIL,))


def test_a_password_and_a_code_lead_to_tokens_and_the_password_is_never_shown(
    strict: StrictServer, home: dict[str, str], cognitui: list[str], user: User
) -> None:
    with Terminal([*cognitui, "login", "dev/alice"], env=home) as terminal:
        terminal.see("which is not AWS")
        terminal.see("Password:")
        terminal.press(PASSWORD, "enter")
        terminal.see("Sent to")
        terminal.press("0000000", "enter")
        terminal.until(lambda: strict.journal.count("RespondToAuthChallenge") == 2, "the wrong code was not sent")
        terminal.press(strict.outbox.last(user.username).code, "enter")
        terminal.see(f"Signed in: dev/alice as {user.username}")
        terminal.see("refresh token until about")

        assert terminal.exit_code() == 0
        assert PASSWORD.encode() not in terminal.output


def test_ctrl_c_leaves_it_with_the_terminal_as_it_was(home: dict[str, str], cognitui: list[str], user: User) -> None:
    with Terminal([*cognitui, "login", "dev/alice"], env=home) as terminal:
        terminal.see("Password")
        terminal.press("ctrl+c")

        assert terminal.exit_code() == 130
        assert terminal.modes == terminal.modes_before
