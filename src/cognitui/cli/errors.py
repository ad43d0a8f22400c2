"""Exception boundary of the command line: every exception becomes a message on stderr and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from cognitui import __version__
from cognitui.cli.output import print_error, print_message
from cognitui.cli.session import Session
from cognitui.model.errors import CognituiError
from cognitui.model.text import inert, nearest

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""

PIPE_CLOSED = 141
"""128 + SIGPIPE, as shells have it."""

_LONGEST_CHAIN = 20

_LONGEST_TRACE = 200


def exit_on_error(ctx: click.Context, run: Callable[[], Any]) -> object:
    """Return what `run` returns; report any error and turn it into an exit code.

    Raises:
        click.exceptions.Exit: The command exits with this code.
        click.ClickException: Wrong usage; click reports it.
    """
    _print_what_can_be_printed()
    try:
        result = run()
        # Not left to the interpreter's exit: here a closed pipe is no error.
        sys.stdout.flush()
        return result
    except CognituiError as error:
        print_error(error)
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
        print_message("\nCancelled.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _close_stdout_quietly()
        raise click.exceptions.Exit(PIPE_CLOSED) from None
    except Exception as error:  # noqa: BLE001 (the outermost boundary: the report says what to fix)
        report_crash(ctx, error)
        raise click.exceptions.Exit(1) from None


def report_crash(ctx: click.Context, error: BaseException) -> None:
    """Write the report and say where it is."""
    try:
        path = write_report(error, _state_folder(ctx), datetime.now(UTC))
    except OSError:
        print_message("Error: cognitui failed with an internal error. The report could not be written.")
        return
    print_message(f"Error: cognitui failed with an internal error. A report without secrets is in {inert(str(path))}")


def write_report(error: BaseException, folder: Path, now: datetime) -> Path:
    """Return the path of a new report (0600) in `folder`, which is created (0700) if it is missing.

    Raises:
        OSError: The report cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    # O_EXCL: a link of this name is not followed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report_of(error, now))
    return path


def report_of(error: BaseException, now: datetime) -> str:
    """Return the report: versions, and for each exception of the chain its type and frames."""
    # Only a crash needs it.
    import platform

    head = (
        f"cognitui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "Types and places only: no values, no messages, no locals.",
    )
    return "\n".join((*head, *_of_chain(error))) + "\n"


def _close_options(error: click.NoSuchOption) -> list[str]:
    """Return click's suggestions without far-fetched ones, such as `--vault` for `--all`."""
    typed = error.option_name.lstrip("-")
    by_name = {option.lstrip("-"): option for option in error.possibilities or ()}
    near = [name for name in by_name if typed and name.startswith(typed)] or nearest(typed, by_name)
    return [by_name[name] for name in near]


def _words(message: str) -> str:
    """Return click's message without the values of unexpected arguments."""
    if message.startswith("Got unexpected extra argument"):
        return "Too many arguments."
    return "\n".join(inert(line) for line in message.expandtabs(4).split("\n"))


def _print_what_can_be_printed() -> None:
    """Replace what stdout cannot encode: on Windows or in the C locale, a question mark beats a crash on `●`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _close_stdout_quietly() -> None:
    """Point stdout at the null device, as the interpreter flushes it once more (Python docs, "Note on SIGPIPE")."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a test's stdout has none
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _of_chain(error: BaseException) -> Iterator[str]:
    """Yield the exception and its causes, the last one first, and the members of groups."""
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
    # Takes 3 ms, and only a crash needs it.
    from traceback import walk_tb

    frames = list(walk_tb(trace))
    # The last frames of an endless recursion are enough.
    for frame, line in frames[-_LONGEST_TRACE:]:
        yield f"  {inert(frame.f_code.co_filename)}:{line} in {inert(frame.f_code.co_qualname)}"


def _state_folder(ctx: click.Context) -> Path:
    """Return the folder of the log, or a private temporary one if that cannot be found out."""
    try:
        session = ctx.find_object(Session)
        places = session.services.locations() if session else ()
        return next(place.path.parent for place in places if place.name == "log")
    except Exception:  # noqa: BLE001 (what broke the program may break this too, and the report must still be written)
        from tempfile import mkdtemp

        return Path(mkdtemp(prefix="cognitui-"))
