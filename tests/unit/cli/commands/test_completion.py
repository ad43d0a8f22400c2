"""Shell completion: what a shell gets for half a line, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from cognitui.cli import cognitui
from cognitui.cli.command_group import COMPLETE_VARIABLE
from cognitui.model.errors import ProfileFileError, UsageError
from cognitui.model.profile import Flow
from cognitui.services import Options
from tests.unit.cli.harness import run
from tests.unit.fakes import FakeProfileStore, FakeServices, make_profile, services_with

ALICE = make_profile("dev/alice")
ALIAS = make_profile("dev/al@example.com")
BOSS = make_profile("prod/boss", protected=True)

BREAKS = " \t\n\"'><=;|&(:@"
"""Characters at which bash splits a line."""


def complete(line: str, services: FakeServices | None = None) -> Result:
    used = services or services_with(ALICE, ALIAS, BOSS)
    asked = {COMPLETE_VARIABLE: "bash_complete", "COMP_LINE": line, "COMP_WORDBREAKS": BREAKS}
    return CliRunner().invoke(cognitui, [], obj=lambda _options: used, env=asked)


def completed(line: str, services: FakeServices | None = None) -> list[str]:
    result = complete(line, services)
    assert result.stderr == ""
    return [item.partition(",")[2] for item in result.stdout.splitlines() if item]


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


TAKES_ID = [
    path
    for path, command in commands(cognitui)
    if any(isinstance(param, click.Argument) and param.metavar in ("ID", "[ID]") for param in command.params)
]


@pytest.mark.parametrize("command", [path for path in TAKES_ID if path != "profile add"])
def test_every_command_that_takes_a_profile_completes_it(command: str) -> None:
    assert completed(f"cognitui {command} p") == ["prod/boss"]


@pytest.mark.parametrize("line", ["cognitui --env ", "cognitui list --env ", "cognitui status --env "])
def test_an_environment_is_completed(line: str) -> None:
    assert completed(line) == ["dev", "prod"]
    assert completed(f"{line}p") == ["prod"]


def test_bare_names_are_completed_if_an_environment_is_given() -> None:
    assert completed("cognitui --env prod token ") == ["boss", "dev/alice", "dev/al@example.com", "prod/boss"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a", ["alice", "al@example.com"]),
        ("alice", ["alice"]),
        ("b", []),
        ("dev/b", ["dev/bob"]),
        ("", ["dev/alice", "dev/al@example.com", "dev/bob", "prod/bob"]),
    ],
)
def test_unique_names_are_completed(typed: str, words: list[str]) -> None:
    services = services_with(ALICE, ALIAS, make_profile("dev/bob"), make_profile("prod/bob"))

    assert completed(f"cognitui exec {typed}", services) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dev/alice:", ["access", "id"]),
        ("dev/alice:i", ["id"]),
        ("alice:", ["access", "id"]),
        ("dev/alice dev/al@example.com:a", ["access"]),
        ("m2m/orders:", ["access"]),
        ("dev/nobody:", []),
        ("boss:", []),
    ],
)
def test_the_tokens_that_can_be_compared_are_completed_after_a_colon(typed: str, words: list[str]) -> None:
    orders = make_profile("m2m/orders", username=None, flow=Flow.CLIENT_CREDENTIALS)
    services = services_with(ALICE, ALIAS, BOSS, make_profile("dev/boss"), orders)

    assert completed(f"cognitui diff {typed}", services) == words


def test_a_bare_name_in_the_given_environment_has_tokens_too() -> None:
    services = services_with(ALICE, make_profile("prod/alice"))

    assert completed("cognitui --env prod diff alice:", services) == ["access", "id"]


def test_a_name_with_an_at_is_completed_from_the_start_of_the_word_for_bash() -> None:
    assert completed("cognitui token dev/al@ex") == ["@example.com"]


def test_commands_are_completed_without_importing_them() -> None:
    assert completed("cognitui st") == ["status"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cognitui token dev/alice --ty", ["--type"]),
        ("cognitui token dev/alice --type ", ["access", "id", "refresh"]),
        ("cognitui secret set dev/alice ", ["password", "client-secret", "totp"]),
        ("cognitui completion ", ["bash", "zsh", "fish"]),
        ("cognitui secret no-such x", []),
    ],
)
def test_the_rest_of_a_line_is_completed(line: str, words: list[str]) -> None:
    assert completed(line) == words


def test_a_tag_is_completed() -> None:
    services = services_with(make_profile("dev/alice", tags=("web", "admin")), make_profile("dev/bob", tags=("web",)))

    assert completed("cognitui list --tag ", services) == ["web", "admin"]
    assert completed("cognitui list --tag a", services) == ["admin"]


@pytest.mark.parametrize("family", ["import", "profile", "secret"])
def test_a_subcommand_is_described_by_its_whole_first_sentence(family: str) -> None:
    asked = {COMPLETE_VARIABLE: "fish_complete", "COMP_WORDS": f"cognitui {family} ", "COMP_CWORD": ""}
    lines = CliRunner().invoke(cognitui, [], obj=lambda _options: services_with(), env=asked).stdout.splitlines()

    assert len(lines) > 2
    assert [line for line in lines if line.endswith("...")] == []


def test_the_shell_completes_what_follows_the_dashes_of_exec() -> None:
    assert complete("cognitui exec dev/alice -- ./ru").stdout.startswith("file,")


@pytest.mark.parametrize("name", ["file", "amplify", "terraform", "env"])
def test_the_shell_completes_file_names(name: str) -> None:
    assert complete(f"cognitui import {name} src/aw").stdout == "file,src/aw\n"


@pytest.mark.parametrize("error", [ProfileFileError("profiles.toml: is not TOML."), UsageError("no such vault")])
def test_an_invalid_file_completes_nothing_and_reports_nothing(error: Exception) -> None:
    class Broken(FakeProfileStore):
        def load(self) -> None:  # type: ignore[override]
            raise error

    result = complete("cognitui token ", FakeServices(profiles=Broken()))

    assert result.stdout.strip() == ""
    assert result.stderr == ""


def test_the_file_given_in_the_line_is_read() -> None:
    used: list[Options] = []

    def wire(options: Options) -> FakeServices:
        used.append(options)
        return services_with(ALICE)

    for line in ("cognitui --profiles a.toml token ", "cognitui token --profiles a.toml "):
        asked = {COMPLETE_VARIABLE: "bash_complete", "COMP_LINE": line}
        CliRunner().invoke(cognitui, [], obj=wire, env=asked)

    assert [str(options.profiles) for options in used] == ["a.toml", "a.toml"]


def test_neither_keyring_nor_network_is_asked() -> None:
    services = services_with(ALICE)
    complete("cognitui token ", services)

    assert services.vault.calls == []
    assert services.signin.started == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_program_and_its_variable(shell: str) -> None:
    result = run(services_with(), "completion", shell)

    assert result.exit_code == 0
    assert f"{COMPLETE_VARIABLE}={shell}_complete" in result.stdout
    assert "cognitui" in result.stdout


def test_another_shell_is_wrong_usage() -> None:
    assert run(services_with(), "completion", "tcsh").exit_code == 2


@pytest.mark.parametrize(("message", "shell"), [("/bin/bash", "bash"), ("/usr/local/bin/zsh", "zsh"), ("fish", "fish")])
def test_without_a_name_it_is_for_the_login_shell(message: str, shell: str) -> None:
    result = CliRunner().invoke(cognitui, ["completion"], obj=lambda _options: services_with(), env={"SHELL": message})

    assert result.exit_code == 0
    assert result.stdout == run(services_with(), "completion", shell).stdout
    assert result.stderr == "", "a shell that starts says nothing"


@pytest.mark.parametrize(
    ("message", "words"),
    [("/bin/tcsh", "There is no completion for tcsh"), ("", "$SHELL is not set")],
)
def test_an_unsupported_login_shell_lists_the_choices(message: str, words: str) -> None:
    result = CliRunner().invoke(cognitui, ["completion"], obj=lambda _options: services_with(), env={"SHELL": message})

    assert result.exit_code == 2
    assert words in result.stderr
    assert "cognitui completion bash|zsh|fish" in result.stderr


@pytest.mark.parametrize("role", ["--subject", "--actor"])
def test_the_profiles_of_an_exchange_are_completed(role: str) -> None:
    assert "dev/alice" in completed(f"cognitui profile add dev/for-alice {role} dev/al")
