"""The scripts of `cognitui completion` in real shells: the line after pressing tab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from cognitui.cli.commands.token import token
from tests.e2e.terminal import Terminal

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.alice]
username = "alice"
[environments.prod.profiles."bob@example.com"]
username = "bob"
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
"""

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(cognitui completion bash)"; PS1="ready> "'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit && compinit -u; eval "$(cognitui completion zsh)"; PS1="ready> "',
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        'cognitui completion fish | source; function fish_prompt; echo "ready> "; end',
    ),
}


@pytest.fixture
def env(home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A home with two profiles, and the command on the PATH."""
    folder = tmp_path / "config" / "cognitui"
    folder.mkdir(parents=True)
    (folder / "profiles.toml").write_text(PROFILES)
    (folder / "profiles.toml").chmod(0o600)
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "cognitui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cognitui "$@"\n')
    command.chmod(0o755)
    return {**home, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{home['PATH']}"}


def started(shell: str, env: Mapping[str, str]) -> Terminal:
    argv, prepare = SHELLS[shell]
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{shell} is not installed")
    terminal = Terminal(argv, env=env)
    terminal.settle()
    terminal.press(f"{prepare}\r")
    terminal.until(lambda: terminal.text.rstrip().endswith("ready>"), "the shell is not ready")
    return terminal


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("cognitui stat\t", "cognitui status"),
        ("cognitui token d\t", "cognitui token dev/alice"),
        ("cognitui token prod/bob@\t", "cognitui token prod/bob@example.com"),
        ("cognitui token prod/bob@ex\t", "cognitui token prod/bob@example.com"),
        ("cognitui exec al\t", "cognitui exec alice"),
        ("cognitui token bo\t", "cognitui token bob@example.com"),
        ("cognitui diff dev/alice:i\t", "cognitui diff dev/alice:id"),
        ("cognitui diff dev/alice alice:a\t", "cognitui diff dev/alice alice:access"),
        ("cognitui diff prod/bob@example.com:i\t", "cognitui diff prod/bob@example.com:id"),
        ("cognitui secret set dev/alice cl\t", "cognitui secret set dev/alice client-secret"),
        ("cognitui list --env p\t", "cognitui list --env prod"),
    ],
)
def test_tab_completes(shell: str, typed: str, line: str, env: dict[str, str]) -> None:
    with started(shell, env) as terminal:
        terminal.press(typed)

        terminal.see(f"ready> {line}")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("cognitui import file amp\t", "cognitui import file amplify_outputs.json"),
        ("cognitui import env src/aws\t", "cognitui import env src/aws-exports.js"),
        ("cognitui import terraform --env dev my\t", "cognitui import terraform --env dev my\\ outputs.json"),
    ],
)
def test_tab_completes_the_name_of_a_file(
    shell: str, typed: str, line: str, env: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    for name in ("amplify_outputs.json", "src/aws-exports.js", "my outputs.json"):
        (folder / name).write_text("{}")
    with started(shell, env) as terminal:
        terminal.press(f"cd {folder}; clear\r")
        terminal.until(lambda: terminal.text.strip() == "ready>", "the folder is not entered")
        terminal.press(typed)

        terminal.see(f"ready> {line}")


def test_bash_completes_after_an_equals_sign(env: dict[str, str]) -> None:
    with started("bash", env) as terminal:
        terminal.press("cognitui list --env=p\t")

        terminal.see("ready> cognitui list --env=prod")


def test_fish_shows_descriptions_with_commas_in_full(env: dict[str, str]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    script = "cognitui completion fish | source; complete -C 'cognitui token dev/alice --as'"

    offered = subprocess.run(  # the words are the test's own
        ["fish", "--no-config", "-c", script], env=env, capture_output=True, text=True, timeout=30, check=True
    )

    (option,) = (found for found in token.params if found.name == "form")
    assert isinstance(option, click.Option)
    assert offered.stdout.rstrip("\n") == f"--as\t{option.help}"


@pytest.mark.parametrize("shell", SHELLS)
def test_an_invalid_file_leaves_the_line_as_it_is(shell: str, env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config" / "cognitui" / "profiles.toml").write_text("version = ")
    with started(shell, env) as terminal:
        terminal.press("cognitui token d\t")
        terminal.settle(1)
        terminal.press("x")

        terminal.see("ready> cognitui token dx")
        assert "TOML" not in terminal.text
