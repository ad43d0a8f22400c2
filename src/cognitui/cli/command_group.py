"""Click groups and commands that are imported on demand and never repeat what might be a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cognitui.cli.errors import exit_on_error
from cognitui.cli.registry import ENVIRONMENT, EXAMPLES, EXIT_CODES, SECTIONS
from cognitui.cli.session import with_global_options
from cognitui.model.text import nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_BEGUN = 3
"""Letters that are enough to suggest the commands that begin with them."""

_OTHER_WORDS = {
    "rm": ("remove", "delete", "del", "unset"),
    "add": ("new", "create"),
    "show": ("get", "cat", "view", "describe"),
    "rename": ("mv", "move"),
    "edit": ("change", "update", "modify"),
    "set": ("store", "save"),
    "check": ("test", "verify"),
    "list": ("ls",),
    "login": ("signin", "sign-in"),
    "logout": ("signout", "sign-out"),
    "exec": ("run",),
}
"""What other programs call the same command."""

_ENTRIES = {entry.name: entry for section in SECTIONS for entry in section.entries}

PROGRAM = "cognitui"
"""Name of the program in a shell."""

COMPLETE_VARIABLE = "_COGNITUI_COMPLETE"
"""Environment variable by which a shell asks for completions."""

_NAME = re.compile(r"[a-z][a-z-]{1,15}")
"""What a command name looks like; anything else typed in its place may be a pasted secret."""

_WHOLE = 1000
"""Characters; longer than the first sentence of any command."""


def meant(word: str, known: Sequence[str]) -> str:
    """Return the known commands that a word may mean, as `a` or `a or b`; empty if there is none.

    First those that other programs call so, then those that begin with it, then the closest spelling.
    """
    word = word.lower()
    same = [name for name in known if word in _OTHER_WORDS.get(name, ())]
    begun = [name for name in known if len(word) >= _BEGUN and name.startswith(word)]
    return " or ".join(same or begun or nearest(word, known)[:1])


class Program(click.Group):
    """The group of all commands, each imported only when it runs: `cognitui --help` is as fast as `list`."""

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the program, or complete the line being typed."""
        if COMPLETE_VARIABLE in os.environ:
            # Imported on demand, like every command: only a shell that completes a line needs it.
            import_module("cognitui.cli.commands.completion").register()
        # Also if it is called by another name, such as `python -m cognitui`.
        return super().main(*args, **{"complete_var": COMPLETE_VARIABLE, **settings})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete the name of a command from the registry."""
        from click.shell_completion import CompletionItem

        names = [entry for name, entry in _ENTRIES.items() if name.startswith(incomplete)]
        # Not click's own completion of groups: it imports each command for its help.
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(entry.name, help=entry.summary) for entry in names), *options]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of the help."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; it accepts `--profiles` and `--vault` as well."""
        entry = _ENTRIES.get(cmd_name)
        if entry is None:
            return None
        module, attribute = entry.place.split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return with_global_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a word that cannot be one is not repeated, as it may be a pasted token."""
        # A shell completes half a line: no message belongs there.
        if args[0] not in _ENTRIES and not args[0].startswith("-") and not ctx.resilient_parsing:
            _fail_unknown(ctx, args[0], list(_ENTRIES), repeat=_NAME.fullmatch(args[0]) is not None)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, and turn every exception into a message and an exit code."""
        return exit_on_error(ctx, lambda: super(Program, self).invoke(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, from the registry."""
        for section in SECTIONS:
            with formatter.section(section.title):
                formatter.write_dl([(entry.name, entry.summary) for entry in section.entries])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, the exit codes and the environment variables."""
        with formatter.section("Examples"):
            for line in EXAMPLES.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        with formatter.section("Exit codes"):
            formatter.write_dl(list(EXIT_CODES))
        with formatter.section("Environment variables"):
            formatter.write_dl(list(ENVIRONMENT))


class QuietCommand(click.Command):
    """A command whose arguments may contain a secret by mistake: its usage errors do not repeat them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        return _parse_quietly(ctx, lambda: super(QuietCommand, self).parse_args(ctx, args))


class CommandGroup(click.Group):
    """A group of subcommands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the one that may have been meant."""
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
        """Return whether an error may repeat a word that is not a command."""
        return _NAME.fullmatch(word) is not None


class QuietGroup(CommandGroup):
    """A group of commands whose arguments may contain a secret by mistake: its usage errors do not repeat them."""

    command_class = QuietCommand

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        return _parse_quietly(ctx, lambda: super(QuietGroup, self).parse_args(ctx, args))

    def repeats(self, word: str) -> bool:
        """Return False."""
        return False


def examples(text: str) -> Callable[[click.Command], click.Command]:
    """Add examples to the help of a command, one per line."""
    return listing("Examples", text)


def listing(title: str, text: str) -> Callable[[click.Command], click.Command]:
    """Add lines below a heading to the help of a command; they are not wrapped."""

    def add(command: click.Command) -> click.Command:
        # \b keeps click from joining the lines.
        command.epilog = f"\b\n{title}:\n{_indented(text)}"
        return command

    return add


def _indented(text: str) -> str:
    return indent(dedent(text).strip("\n"), "  ").rstrip()


def _parse_quietly(ctx: click.Context, parse: Callable[[], Any]) -> list[str]:
    try:
        parsed: list[str] = parse()
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        raise  # these repeat no value
    except click.UsageError:
        raise click.UsageError(
            "Wrong arguments. They are not shown, because one of them may be a secret.", ctx=ctx
        ) from None
    return parsed


def _fail_unknown(ctx: click.Context, word: str, known: Sequence[str], *, repeat: bool) -> NoReturn:
    near = meant(word, known)
    if not near and word in _ENTRIES:
        near = f"{PROGRAM} {word}"
    what = f"There is no command {word}." if repeat else "There is no such command."
    ctx.fail(f"{what} {f'Did you mean {near}?' if near else f'{ctx.command_path} --help lists them all.'}")
