"""The help of every command fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cognitui.cli import cognitui
from tests.unit.fakes import services_with


def paths(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    yield above
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from paths(command, *above, name)
        else:
            yield (*above, name)


def helped(*path: str) -> list[str]:
    result = CliRunner().invoke(
        cognitui, [*path, "--help"], obj=lambda _options: services_with(), terminal_width=80, max_content_width=80
    )
    assert result.exit_code == 0
    return result.stdout.splitlines()


@pytest.mark.parametrize("path", list(paths(cognitui)), ids=" ".join)
def test_every_line_fits_a_terminal_of_80_columns(path: tuple[str, ...]) -> None:
    lines = helped(*path)

    assert [line for line in lines if "\b" in line or "\\b" in line] == []
    assert [line for line in lines[1:] if line.endswith("...")] == []
    assert [line for line in lines if len(line) > 80 and not line.startswith("    ")] == [], "but what is to be copied"


def test_the_help_of_completion_has_a_line_for_each_shell() -> None:
    lines = [line.strip() for line in helped("completion")]

    assert 'bash   eval "$(cognitui completion bash)"   in ~/.bashrc' in lines
    assert 'zsh    eval "$(cognitui completion zsh)"    in ~/.zshrc, after compinit' in lines


def test_a_line_of_an_example_that_goes_on_stays_indented() -> None:
    assert "      --user-pool-id eu-west-1_AbCdEf123 --client-id 1h57kf5c" in helped("profile", "add")
