"""A team's file, included and read-only: its profiles become one's own, and ask for the secrets that it cannot hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.demo.strict.server import StrictServer
from cognitui.profiles.store import ProfileFile
from tests.e2e.terminal import Terminal

PASSWORD = "Canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"


@pytest.fixture
def team(strict: StrictServer, home: dict[str, str], tmp_path: Path) -> Path:
    """A file of one's own that includes the team's, with Alice in it; her app client has a secret."""
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=SECRET, flows=frozenset({"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"}))
    strict.add_user(pool, "alice@example.com", PASSWORD)
    team = tmp_path / "team.toml"
    team.write_text(
        "version = 1\n[environments.dev]\n"
        f'user_pool_id = "{pool.id}"\nclient_id = "{client.id}"\nendpoint_url = "{strict.url}"\n'
        '[environments.dev.profiles.alice]\nusername = "alice@example.com"\ntags = ["web"]\n'
    )
    own = tmp_path / "profiles.toml"
    own.write_text('version = 1\ninclude = ["team.toml"]   # in the repository\n')
    for file in (team, own):
        file.chmod(0o600)
    home |= {"COGNITUI_PROFILES": str(own), "COGNITUI_VAULT": "memory"}
    return team


def test_d_makes_an_own_copy_of_a_teams_profile(
    home: dict[str, str], cognitui: list[str], team: Path, tmp_path: Path
) -> None:
    before = team.read_bytes()
    with Terminal(cognitui, env=home) as terminal:
        terminal.see("alice")
        terminal.press("e")
        terminal.see("comes from an included file")
        terminal.press("D")
        terminal.see("Duplicate dev/alice")
        terminal.settle()
        terminal.press("enter")
        terminal.see("Added dev/alice-2")
        terminal.press("q")
        assert terminal.exit_code() == 0

    own = tmp_path / "profiles.toml"
    copy = ProfileFile(own).load().by_id["dev/alice-2"]
    assert (copy.read_only, copy.username, copy.fields.tags) == (False, "alice@example.com", ("web",))
    assert team.read_bytes() == before
    assert "# in the repository" in own.read_text()


def test_the_secrets_that_a_teams_file_cannot_hold_are_asked_for_at_the_first_token(
    home: dict[str, str], cognitui: list[str], team: Path
) -> None:
    with Terminal(cognitui, env=home) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Password needed")
        terminal.press(PASSWORD, "enter")
        terminal.see("Client secret needed")
        terminal.settle()
        terminal.press(SECRET, "enter")
        terminal.see("unverified")
        terminal.press("q")

        assert terminal.exit_code() == 0
        for secret in (PASSWORD, SECRET):
            assert secret.encode() not in terminal.output
