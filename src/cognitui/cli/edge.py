"""The outermost edge: whatever ends a command becomes words on stderr and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from cognitui.cli.output import tell, tell_error
from cognitui.model.errors import CognituiError
from cognitui.model.near import nearest
from cognitui.model.text import inert

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""

PIPE_CLOSED = 141
"""128 + SIGPIPE, as shells have it."""


def at_the_edge(ctx: click.Context, run: Callable[[], Any]) -> object:
    """Returns what `run` returns; every error leaves as an exit code, its words told.

    Raises:
        click.exceptions.Exit: The command ended with a code of its own.
        click.ClickException: Wrong usage; click tells it.
    """
    _print_what_can_be_printed()
    try:
        result = run()
        # Not left to the interpreter's end: a reader that has gone is met here, where it is no error.
        sys.stdout.flush()
        return result
    except CognituiError as error:
        tell_error(error)
        raise click.exceptions.Exit(error.exit_code) from None
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        if isinstance(error, click.NoSuchOption):
            error = click.NoSuchOption(error.option_name, possibilities=_close_options(error), ctx=error.ctx)
        raise click.UsageError(_words(error.format_message()), ctx=error.ctx) from None
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (KeyboardInterrupt, EOFError, click.Abort):
        tell("\nCancelled.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _close_stdout_quietly()
        raise click.exceptions.Exit(PIPE_CLOSED) from None
    except Exception as error:  # noqa: BLE001 (the outermost edge: the report says what is ours to mend)
        # Costs 5 ms, and only a crash needs it.
        from cognitui.cli.crash import tell_crash

        tell_crash(ctx, error)
        raise click.exceptions.Exit(1) from None


def _close_options(error: click.NoSuchOption) -> list[str]:
    """Return click's suggestions without those that are hardly like what was typed: `--vault` for `--all`."""
    typed = error.option_name.lstrip("-")
    by_name = {option.lstrip("-"): option for option in error.possibilities or ()}
    near = [name for name in by_name if typed and name.startswith(typed)] or nearest(typed, by_name)
    return [by_name[name] for name in near]


def _words(message: str) -> str:
    """Click's words without the values that it repeats of arguments it did not expect."""
    if message.startswith("Got unexpected extra argument"):
        return "There are more arguments than the command takes."
    return "\n".join(inert(line) for line in message.expandtabs(4).split("\n"))


def _print_what_can_be_printed() -> None:
    """A pipe of Windows or a bare locale has no `●`: a question mark is better than a crash."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _close_stdout_quietly() -> None:
    """The interpreter flushes stdout once more at its end; the way of Python's documentation, "Note on SIGPIPE"."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a stdout of a test has none
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
