"""The outermost edge: whatever ends a command becomes words on stderr and an exit code."""

from __future__ import annotations

import io
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from cognitui import __version__
from cognitui.cli.output import tell, tell_error
from cognitui.cli.session import Session
from cognitui.model.errors import CognituiError
from cognitui.model.text import inert, nearest

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


_LONGEST_CHAIN = 20
_LONGEST_TRACE = 200


def tell_crash(ctx: click.Context, error: BaseException) -> None:
    """Writes the report and says where it lies."""
    try:
        path = write_report(error, _state_folder(ctx), datetime.now(UTC))
    except OSError:
        tell("Error: cognitui failed by a fault of its own; the report could not be written.")
        return
    tell(f"Error: cognitui failed by a fault of its own; the report without any secret is {inert(str(path))}")


def write_report(error: BaseException, folder: Path, now: datetime) -> Path:
    """Returns the path of a new report, 0600, in `folder`, which is made 0700 where it is missing.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    # O_EXCL: a link that waits under this name is not followed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report_of(error, now))
    return path


def report_of(error: BaseException, now: datetime) -> str:
    """Returns the report: versions, and for each exception of the chain its type and frames."""
    head = (
        f"cognitui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "Types and places alone: no values, no messages, no locals.",
    )
    return "\n".join((*head, *_of_chain(error))) + "\n"


def _of_chain(error: BaseException) -> Iterator[str]:
    """The exception and what led to it, the last one first; of a group, its members too."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < _LONGEST_CHAIN:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield ""
        yield f"{type(current).__module__}.{type(current).__qualname__}"
        yield from _of_frames(current.__traceback__)
        waiting.extend(before for before in (current.__cause__, current.__context__) if before is not None)
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)


def _of_frames(trace: TracebackType | None) -> Iterator[str]:
    frames = list(traceback.walk_tb(trace))
    # The ends of an endless recursion tell it all.
    for frame, line in frames[-_LONGEST_TRACE:]:
        yield f"  {inert(frame.f_code.co_filename)}:{line} in {inert(frame.f_code.co_qualname)}"


def _state_folder(ctx: click.Context) -> Path:
    """The folder of the log; where even that cannot be told, a private one among the temporary files."""
    try:
        session = ctx.find_object(Session)
        places = session.services.locations() if session else ()
        return next(place.path.parent for place in places if place.name == "log")
    except Exception:  # noqa: BLE001 (whatever broke the program may break this, and the report must still be written)
        return Path(tempfile.mkdtemp(prefix="cognitui-"))
