"""The scripts of `cognitui completion` in real shells: the line after pressing tab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from cognitui.cli.commands.token import token
from tests.e2e.conftest import home_in
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
def env(tmp_path: Path) -> dict[str, str]:
    """A person with two profiles, who has the command on the PATH."""
    return a_person(tmp_path)


@pytest.fixture(scope="module")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shells]:
    """Shells that are started once: what completes a line changes nothing in them."""
    with Shells(a_person(tmp_path_factory.mktemp("person"))) as shells:
        yield shells


def a_person(folder: Path) -> dict[str, str]:
    """Return the environment of a person with two profiles in this folder, who has the command on the PATH."""
    settings = folder / "config" / "cognitui"
    settings.mkdir(parents=True)
    (settings / "profiles.toml").write_text(PROFILES)
    (settings / "profiles.toml").chmod(0o600)
    (folder / "bin").mkdir()
    command = folder / "bin" / "cognitui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cognitui "$@"\n')
    command.chmod(0o755)
    home = home_in(folder)
    return {**home, "PATH": f"{folder / 'bin'}{os.pathsep}{home['PATH']}"}


class Shells:
    """One terminal for each kind of shell."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._started: dict[str, Terminal] = {}

    def __enter__(self) -> Shells:
        return self

    def __exit__(self, *_error: object) -> None:
        for terminal in self._started.values():
            terminal.__exit__()

    @contextmanager
    def at_prompt(self, shell: str) -> Iterator[Terminal]:
        """Yield a terminal that shows an empty prompt and nothing else; after a failure the next one is another."""
        terminal = self._started.pop(shell, None) or started(shell, self._env)
        try:
            terminal.press("clear\r")
            terminal.until(lambda: terminal.text.strip() == "ready>", "the screen is not empty")
            yield terminal
            terminal.press("\x15")  # ctrl+u drops the line; ctrl+c would swallow what is typed next
        except BaseException:
            terminal.__exit__()
            raise
        self._started[shell] = terminal


def started(shell: str, env: Mapping[str, str]) -> Terminal:
    argv, prepare = SHELLS[shell]
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{shell} is not installed")
    terminal = Terminal(argv, env=env)
    terminal.settle()
    terminal.press(f"{prepare}\r")
    terminal.until(lambda: terminal.text.rstrip().endswith("ready>"), "the shell is not ready")
    return terminal


@pytest.mark.parametrize("shell", [pytest.param(shell, marks=pytest.mark.xdist_group(shell)) for shell in SHELLS])
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
def test_tab_completes(shell: str, typed: str, line: str, shells: Shells) -> None:
    with shells.at_prompt(shell) as terminal:
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
