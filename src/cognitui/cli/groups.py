"""Click groups and commands of this program: imported late, and silent about what might be a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cognitui.cli.commands import ENVIRONMENT, EXAMPLES, EXIT_CODES, SECTIONS
from cognitui.cli.edge import at_the_edge
from cognitui.cli.places import with_places
from cognitui.cli.suggestions import meant

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_ENTRIES = {entry.name: entry for section in SECTIONS for entry in section.entries}

PROGRAM = "cognitui"
"""How the program is called in a shell."""

COMPLETE_VARIABLE = "_COGNITUI_COMPLETE"
"""What is looked for at the start: the shell asks for completions."""

_NAME = re.compile(r"[a-z][a-z-]{1,15}")
"""What a command may be named; whatever else was typed in its place may be a secret that was pasted."""


_WHOLE = 1000
"""Characters of a command's first sentence: more than any has."""


class Program(click.Group):
    """The group of all commands. One that is not run is not imported: `cognitui --help` takes what `list` takes."""

    def main(self, *args: Any, **settings: Any) -> Any:
        """Runs the program, or completes a line that is being typed."""
        if COMPLETE_VARIABLE in os.environ:
            from cognitui.cli.shell_completion import register

            register()
        # By this name also where the program is called by another, such as `python -m cognitui`.
        return super().main(*args, **{"complete_var": COMPLETE_VARIABLE, **settings})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Completes the name of a command from the registry alone."""
        from click.shell_completion import CompletionItem

        names = [entry for name, entry in _ENTRIES.items() if name.startswith(incomplete)]
        # Not what click has of groups: that imports each command for its help.
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(entry.name, help=entry.summary) for entry in names), *options]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of the commands in the order of the help."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports a command; where the files and the secrets are may be said behind it, too."""
        entry = _ENTRIES.get(cmd_name)
        if entry is None:
            return None
        module, attribute = entry.place.split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return with_places(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command; a word that cannot be one is not repeated, as it may be a pasted token."""
        # A shell that completes asks of half a line, and is told nothing.
        if args[0] not in _ENTRIES and not args[0].startswith("-") and not ctx.resilient_parsing:
            _fail_unknown(ctx, args[0], list(_ENTRIES), repeat=_NAME.fullmatch(args[0]) is not None)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command, and turns whatever ends it into words and an exit code."""
        return at_the_edge(ctx, lambda: super(Program, self).invoke(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands by section, from the registry alone."""
        for section in SECTIONS:
            with formatter.section(section.title):
                formatter.write_dl([(entry.name, entry.summary) for entry in section.entries])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples, the exit codes and the environment variables."""
        with formatter.section("Examples"):
            for line in EXAMPLES.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        with formatter.section("Exit codes"):
            formatter.write_dl(list(EXIT_CODES))
        with formatter.section("Environment variables"):
            formatter.write_dl(list(ENVIRONMENT))


class Discreet(click.Command):
    """A command whose arguments may hold a secret by mistake: what it cannot read, it does not repeat."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments."""
        return _discreetly(ctx, lambda: super(Discreet, self).parse_args(ctx, args))


class Family(click.Group):
    """A group of commands below one of the program's."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command, or names the one that may have been meant."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            _fail_unknown(ctx, args[0], list(self.commands), repeat=self.repeats(args[0]))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete the name of a command, with its whole first sentence: click cuts it after 45 characters."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [(name, self.commands[name]) for name in names if not self.commands[name].hidden]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [
            *(CompletionItem(name, help=command.get_short_help_str(_WHOLE)) for name, command in commands),
            *options,
        ]

    def repeats(self, word: str) -> bool:
        """Returns whether a word that is no command may be said again."""
        return _NAME.fullmatch(word) is not None


class DiscreetGroup(Family):
    """A group of commands whose arguments may hold a secret by mistake: no word of theirs is repeated."""

    command_class = Discreet

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments."""
        return _discreetly(ctx, lambda: super(DiscreetGroup, self).parse_args(ctx, args))

    def repeats(self, word: str) -> bool:
        """Returns False."""
        return False


def examples(text: str) -> Callable[[click.Command], click.Command]:
    """Adds examples to the help of a command, one a line."""
    return listing("Examples", text)


def listing(title: str, text: str) -> Callable[[click.Command], click.Command]:
    """Adds lines below a heading to the help of a command; they stay lines."""

    def add(command: click.Command) -> click.Command:
        # \b keeps click from joining the lines.
        command.epilog = f"\b\n{title}:\n{_indented(text)}"
        return command

    return add


def _indented(text: str) -> str:
    return indent(dedent(text).strip("\n"), "  ").rstrip()


def _discreetly(ctx: click.Context, parse: Callable[[], Any]) -> list[str]:
    try:
        parsed: list[str] = parse()
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        raise  # there is no value that they could repeat
    except click.UsageError:
        raise click.UsageError(
            "Wrong arguments; they are not repeated here, as a secret may be among them.", ctx=ctx
        ) from None
    return parsed


def _fail_unknown(ctx: click.Context, word: str, known: Sequence[str], *, repeat: bool) -> NoReturn:
    near = meant(word, known)
    if not near and word in _ENTRIES:
        near = f"{PROGRAM} {word}"
    what = f"There is no command {word}." if repeat else "There is no such command."
    ctx.fail(f"{what} {f'Did you mean {near}?' if near else f'{ctx.command_path} --help lists all.'}")
