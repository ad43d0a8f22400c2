"""The person at the terminal. Questions go to stderr, so that stdout stays the result's alone."""

from __future__ import annotations

import sys
import threading
import time
from typing import Protocol, TextIO

import click

from cognitui.cli.output import tell
from cognitui.model.errors import UsageError

_LONGEST = 1 << 20
"""Bytes that are read of standard input: more than any secret or token has, so that one that is too long is told."""

_GLANCE = 0.1
"""Seconds after which it is looked whether an answer is needed any more."""


class Person(Protocol):
    """Whoever answers."""

    def hear(self, text: str) -> None:
        """Is told something."""
        ...

    def answer(self, question: str, *, masked: bool = False) -> str:
        """Returns one line, as it was typed."""
        ...

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        """Returns one line that is not empty, or None once `over` is set: nothing need be typed any more."""
        ...


class AtTerminal:
    """A person at the terminal of this process."""

    def hear(self, text: str) -> None:
        """Is told something on stderr."""
        tell(text)

    def answer(self, question: str, *, masked: bool = False) -> str:
        """Returns one line, as it was typed; where it is masked the terminal shows nothing.

        Raises:
            EOFError: ctrl+d.
            UsageError: It is not in the terminal's encoding.
        """
        try:
            return _typed_unseen(question) if masked else _typed(question)
        except UnicodeDecodeError:
            raise UsageError("What was typed is not text in the terminal's encoding.") from None

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        """Returns one line that is not empty, or None once `over` is set; raises as `answer` does."""
        click.echo(f"{question}: ", err=True, nl=False)
        while not over.is_set():
            if _is_typed(_GLANCE) and (line := _line().strip()):
                return line
        click.echo("", err=True)
        return None


def read_unseen(question: str) -> str:
    """Returns what a person types at a hidden prompt; where standard input is no terminal, all that it holds.

    Raises:
        UsageError: It is not UTF-8.
    """
    if is_terminal(sys.stdin):
        return AtTerminal().answer(question, masked=True)
    if sys.stdin is None:  # a process may have been started without it
        return ""
    try:
        return sys.stdin.buffer.read(_LONGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("Standard input is not UTF-8.", fix="Pipe it as UTF-8 text.") from None


def person_at_terminal() -> Person | None:
    """Returns the person, or None where standard input or the words for people are no terminal's."""
    return AtTerminal() if is_terminal(sys.stdin) and is_terminal(sys.stderr) else None


def is_terminal(stream: TextIO | None) -> bool:
    """Returns whether a person reads or writes there; a process may also have been started without the stream."""
    return stream is not None and not stream.closed and stream.isatty()


def agrees(person: Person, question: str, *, default: bool = False) -> bool:
    """Returns whether a person says yes; a bare enter is the default."""
    while True:
        said = person.answer(f"{question} [{'Y/n' if default else 'y/N'}]").strip().lower()
        if not said:
            return default
        if said in ("y", "yes", "n", "no"):
            return said in ("y", "yes")
        person.hear("Answer y or n.")


def _typed(question: str) -> str:
    # Not input(): readline would write to stdout, where the token goes.
    click.echo(f"{question}: ", err=True, nl=False)
    return _line()


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def _is_typed(patience: float) -> bool:
    """Whether something is typed, after so many seconds at the most; a thread that reads could not be ended."""
    if sys.platform == "win32":
        import msvcrt

        if not msvcrt.kbhit():
            time.sleep(patience)
        return msvcrt.kbhit()
    from select import select

    return bool(select([sys.stdin], [], [], patience)[0])


def _typed_unseen(question: str) -> str:
    # Costs 2 ms, and most runs ask nothing.
    from getpass import getpass

    from cognitui.ending import ended_in_order

    # The terminal shows nothing of what is typed, and must do so again afterwards.
    with ended_in_order():
        return getpass(f"{question}: ", stream=sys.stderr)
