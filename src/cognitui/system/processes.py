"""Child processes: a program run for its output, a command that replaces this process, and signals.

A program that is run for its output is bounded in time and size. It gets no terminal, as it could take over the one
that the TUI draws on. Its stderr is discarded, as it may contain a secret.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Any

from cognitui.model.errors import CommandNotFound, CommandNotRun
from cognitui.model.text import inert

_LOOK = 0.05
"""Seconds between two checks of whether it is still running."""

_GRACE = 1.0
"""Seconds to exit after the first line, if no more is wanted."""

_SHUTDOWN = 0.3
"""Seconds between asking a program to exit and killing it."""

_PIECE = 65_536

_LONGEST_SHOWN = 60

_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")
"""Signals that Python ignores; a program started by exec would inherit that."""

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")


class TookTooLong(Exception):
    """The program took too long, and was killed with its children."""


class PrintedTooMuch(Exception):
    """The program printed too much, and was killed with its children."""


@dataclass(frozen=True, slots=True)
class ProgramOutput:
    """Output and exit code of a program."""

    output: bytes = field(repr=False)
    exit_code: int = 0
    """0 also for a program that was stopped after its first line."""


def run_for_output(
    command: Sequence[str],
    *,
    within: float,
    largest: int,
    given: bytes = b"",
    first_line: bool = False,
    prints: bool = True,
    environ: Mapping[str, str] | None = None,
) -> ProgramOutput:
    """Return what a program prints, without waiting for a child that inherits its output.

    Args:
        command: The program and its arguments; no shell reads them.
        within: Seconds that it may take.
        largest: Bytes that it may print.
        given: Its standard input.
        first_line: Whether only the first line that is not blank is wanted. The rest is dropped without waiting for it.
        prints: False if its output is not wanted; it is discarded then.
        environ: Its environment; by default that of this process.

    Raises:
        TookTooLong: It was still running, and was killed with its process group.
        PrintedTooMuch: It printed too much, and was killed with its process group.
        OSError: It cannot be started.
        ValueError: An argument cannot be passed on.
    """
    end = time.monotonic() + within
    process = subprocess.Popen(  # noqa: S603 (the user's own command, without a shell)
        command,
        stdin=subprocess.PIPE if given else subprocess.DEVNULL,
        stdout=subprocess.PIPE if prints else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environ,
        # ctrl+c in this terminal is meant for this process, which kills the program then.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        if sys.platform == "win32":
            return _on_windows(process, given, within, largest)
        with _closing_pipes(process):
            exchange = _Exchange(process, given, end, largest, first_line=first_line)
            output = exchange.run()
            return ProgramOutput(output, _exit_code(process, exchange.end, taken=exchange.has_line))
    except BaseException:
        _end(process)
        raise


def become(command: Sequence[str], environ: Mapping[str, str], *, core_limit: int | None = None) -> int:
    """Replace this process by a command; on Windows, which cannot, run it and return its exit code.

    Args:
        command: The program, looked up on the PATH of `environ`, and its arguments.
        environ: Its whole environment.
        core_limit: Bytes of a core dump that it may write; None if this process hasn't changed that limit.

    Raises:
        CommandNotFound: There is no such program.
        CommandNotRun: There is one, but the system cannot run it.
    """
    name = inert(command[0], _LONGEST_SHOWN)
    try:
        if sys.platform == "win32":
            return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603 (the user's own command)
        _give_signals_back()
        _give_limit_back(core_limit)
        os.execvpe(command[0], tuple(command), environ)  # noqa: S606 (no shell is wanted)
    except (FileNotFoundError, NotADirectoryError):
        raise CommandNotFound(f"There is no program {name}.") from None
    except (OSError, ValueError) as error:
        reason = inert(getattr(error, "strerror", None) or type(error).__name__)
        raise CommandNotRun(f"{name} cannot be run: {reason}.") from None


@contextmanager
def exit_on_signals(*, left_to_child: tuple[str, ...] = ()) -> Iterator[None]:
    """Raise SystemExit with 128 plus the signal's number, as shells do, if a signal arrives within the block.

    Args:
        left_to_child: Names of signals that the keyboard also sends to a child, and that only the child handles.
    """
    before: dict[int, Any] = {}
    for name in {*_ENDING, *left_to_child}:
        number = getattr(signal, name, None)
        handler = _leave_to_child if name in left_to_child else _exit_by_signal
        if number is not None:
            with suppress(ValueError, OSError):  # only the main thread may
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Exchange:
    """Writes the input and reads the output, until there is nothing left."""

    def __init__(
        self, process: subprocess.Popen[bytes], given: bytes, end: float, largest: int, *, first_line: bool
    ) -> None:
        self._process = process
        self._given = given
        self._largest = largest
        self._first_line = first_line
        self.end = end
        """When the program must be done, by `time.monotonic`: soon after its first line, if no more is wanted."""
        self._output = bytearray()
        self.has_line = False
        """Whether the first line is here, and no more is wanted."""

    def run(self) -> bytes:
        with selectors.DefaultSelector() as selector:
            for pipe, event in (
                (self._process.stdin, selectors.EVENT_WRITE),
                (self._process.stdout, selectors.EVENT_READ),
            ):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
                    selector.register(pipe, event)
            while selector.get_map():
                ended = self._process.poll() is not None
                ready = selector.select(_LOOK)
                for key, _events in ready:
                    self._serve(key.fileobj, selector)  # type: ignore[arg-type]  # the pipes registered above
                if ended and (self.has_line or not ready):
                    break  # a child has inherited the pipe: the program's own output is complete
                if time.monotonic() >= self.end:
                    if self.has_line:
                        break
                    raise TookTooLong
        return bytes(self._output)

    def _serve(self, pipe: IO[bytes], selector: selectors.BaseSelector) -> None:
        if pipe is self._process.stdin:
            try:
                self._given = self._given[os.write(pipe.fileno(), self._given[:_PIECE]) :]
            except BrokenPipeError:
                self._given = b""  # it has closed its input
            if not self._given:
                selector.unregister(pipe)
                pipe.close()
            return
        piece = os.read(pipe.fileno(), _PIECE)
        if not piece:
            selector.unregister(pipe)
        if self.has_line:
            return  # read and dropped, because a program whose pipe is closed fails
        self._output += piece
        if self._first_line and (length := _length_of_line(self._output)):
            del self._output[length:]
            self.has_line = True
            self.end = min(self.end, time.monotonic() + _GRACE)
        if len(self._output) > self._largest:
            raise PrintedTooMuch


@contextmanager
def _closing_pipes(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _exit_code(process: subprocess.Popen[bytes], end: float, *, taken: bool) -> int:
    left = max(0.0, end - time.monotonic())
    try:
        return process.wait(left)
    except subprocess.TimeoutExpired:
        if not taken:
            raise TookTooLong from None
    _end(process)
    return 0


def _length_of_line(output: bytearray) -> int:
    """Return the bytes up to the end of the first line that is not blank; 0 if it is not complete."""
    blank = len(output) - len(output.lstrip())
    return output.find(b"\n", blank) + 1


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program with its process group."""
    if sys.platform == "win32":
        process.kill()
        process.wait()
        return
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_SHUTDOWN)
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _on_windows(process: subprocess.Popen[bytes], given: bytes, within: float, largest: int) -> ProgramOutput:
    # Windows cannot wait for a pipe with a time-out.
    try:
        output, _ = process.communicate(given or None, timeout=within)
    except subprocess.TimeoutExpired:
        raise TookTooLong from None
    if len(output or b"") > largest:
        raise PrintedTooMuch
    return ProgramOutput(output or b"", process.returncode)


def _give_signals_back() -> None:
    for name in _IGNORED_BY_PYTHON:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _give_limit_back(core_limit: int | None) -> None:
    if core_limit is not None:
        # It exists, as the previous limit was read.
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (core_limit, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _exit_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _leave_to_child(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; SIG_IGN would be inherited by the child."""
