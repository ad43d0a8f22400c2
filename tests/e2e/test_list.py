"""`cognitui list` in a narrow terminal, and in a pipe."""

from __future__ import annotations

import subprocess

import pytest

from cognitui.storage.paths import Paths
from tests.e2e.terminal import Terminal

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
tags = ["web", "admin"]
[environments.dev.profiles.alice]
username = "alice.of.a.long.name@subsidiary.example.com"
[environments.dev.profiles.a-service-with-quite-a-long-name]
username = "bob"
"""


@pytest.fixture
def env(home: dict[str, str]) -> dict[str, str]:
    profiles = Paths.find(home).profiles
    profiles.parent.mkdir(parents=True)
    profiles.write_text(PROFILES)
    profiles.chmod(0o600)
    return home


@pytest.mark.parametrize("columns", [80, 60])
def test_each_profile_is_one_line_of_the_terminal(env: dict[str, str], cognitui: list[str], columns: int) -> None:
    with Terminal([*cognitui, "list"], env=env, size=(columns, 24)) as terminal:
        assert terminal.exit_code() == 0

        lines = [line for line in terminal.text.splitlines() if line]
        assert [line[:5] for line in lines] == ["PROFI", "dev/a", "dev/a"]
        assert "…" in lines[1]


def test_a_pipe_gets_everything(env: dict[str, str], cognitui: list[str]) -> None:
    said = subprocess.run([*cognitui, "list"], env=env, capture_output=True, text=True, check=True).stdout

    assert "alice.of.a.long.name@subsidiary.example.com" in said
    assert "web, admin" in said
