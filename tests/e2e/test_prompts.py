"""The prompts of `docs/recipes.md` in real shells and in tmux."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cognitui.model.token import Expiries, Lifetime
from cognitui.profiles.store import ProfileFile
from cognitui.storage.paths import Paths
from cognitui.storage.token_index import ExpiryIndex
from tests.e2e.terminal import Terminal
from tests.integration.recipes import recipe

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.alice]
username = "alice"
[environments.dev.profiles.bob]
username = "bob"
"""


@pytest.fixture
def env(home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A home with a token valid for another 49 minutes, and the command on the PATH."""
    paths = Paths.find(home)
    paths.profiles.parent.mkdir(parents=True)
    paths.profiles.write_text(PROFILES)
    paths.profiles.chmod(0o600)
    alice = ProfileFile(paths.profiles).load().profiles[0]
    now = time.time()
    ExpiryIndex(paths.expiry_index).put(alice.token_key, Expiries(access=Lifetime(now - 600, now + 2999)))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "cognitui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cognitui "$@"\n')
    command.chmod(0o755)
    return {**home, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{home['PATH']}"}


def needed(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize(
    ("shell", "language", "sign"),
    [
        (["zsh", "-f", "-i"], "zsh", "● alice 49m"),
        (["bash", "--norc", "--noprofile", "-i"], "bash", "● 49m"),
        (["fish", "--no-config", "-i"], "fish", "● alice 49m"),
    ],
    ids=["zsh", "bash", "fish"],
)
def test_the_prompt_of_a_shell_shows_what_is_left(
    shell: list[str], language: str, sign: str, env: dict[str, str], tmp_path: Path
) -> None:
    needed(shell[0])
    (tmp_path / "prompt").write_text(recipe("Prompt", language))
    with Terminal(shell, env=env) as terminal:
        terminal.settle()
        terminal.press(f"source {tmp_path / 'prompt'}\r")

        terminal.see(sign)


def test_the_status_line_of_tmux_counts_live_profiles(env: dict[str, str], tmp_path: Path) -> None:
    needed("tmux")
    (tmp_path / "tmux.conf").write_text(recipe("Prompt", "tmux"))
    socket = str(tmp_path / "tmux.sock")
    tmux = ["tmux", "-S", socket, "-f", str(tmp_path / "tmux.conf")]
    with Terminal([*tmux, "new", "sleep 60"], env=env) as terminal:
        try:
            terminal.see("1 of 2 live", timeout=40)
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)
