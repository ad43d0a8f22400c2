"""Prompts in the terminal. They go to stderr, because stdout is only for the result."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Protocol, TextIO, TypeVar

import click

from cognitui.cli.output import print_message
from cognitui.model.aws import Page
from cognitui.model.errors import PersonNeeded, UsageError
from cognitui.model.text import inert

_LONGEST = 1 << 20
"""Bytes to read from standard input: more than any secret or token, so that one that is too long is reported."""

_GLANCE = 0.1
"""Seconds between two checks whether an answer is still needed."""

_AT_A_TIME = 15
"""Rows; a terminal of 24 lines shows them with the question."""

Item = TypeVar("Item")

Search = Callable[[str], Iterator[Item]]
"""Yields what a list contains for some letters (everything if there are none), fetched as it is read."""


class Prompter(Protocol):
    """What a command uses to show messages and ask questions."""

    def show(self, text: str) -> None:
        """Show a message."""
        ...

    def answer(self, question: str, *, masked: bool = False) -> str:
        """Return one line as typed."""
        ...

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        """Return one line that is not empty, or None once `over` is set, as no answer is needed then."""
        ...


class TerminalPrompter:
    """Prompts in the terminal of this process."""

    def show(self, text: str) -> None:
        """Print a message on stderr."""
        print_message(text)

    def answer(self, question: str, *, masked: bool = False) -> str:
        """Return one line as typed; if it is masked, the terminal shows nothing.

        Raises:
            EOFError: The user pressed ctrl+d.
            UsageError: The line is not in the terminal's encoding.
        """
        try:
            return _typed_unseen(question) if masked else _typed(question)
        except UnicodeDecodeError:
            raise UsageError("The input is not text in the terminal's encoding.") from None

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        """Return one line that is not empty, or None once `over` is set; raise as `answer` does."""
        click.echo(f"{question}: ", err=True, nl=False)
        while not over.is_set():
            if _is_typed(_GLANCE) and (line := _line().strip()):
                return line
        click.echo("", err=True)
        return None


def read_unseen(question: str) -> str:
    """Return a line from a hidden prompt or, if standard input is not a terminal, all of standard input.

    Raises:
        UsageError: Standard input is not UTF-8.
    """
    if is_terminal(sys.stdin):
        return TerminalPrompter().answer(question, masked=True)
    if sys.stdin is None:  # a process may have been started without it
        return ""
    try:
        return sys.stdin.buffer.read(_LONGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("Standard input is not UTF-8.", fix="Pipe it as UTF-8 text.") from None


def terminal_prompter() -> Prompter | None:
    """Return the prompter of the terminal, or None if standard input or stderr is not one."""
    return TerminalPrompter() if is_terminal(sys.stdin) and is_terminal(sys.stderr) else None


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; a process may also have been started without the stream."""
    return stream is not None and not stream.closed and stream.isatty()


def confirms(prompter: Prompter, question: str, *, default: bool = False) -> bool:
    """Return whether the user confirms; enter means the default."""
    while True:
        answer = prompter.answer(f"{question} [{'Y/n' if default else 'y/N'}]").strip().lower()
        if not answer:
            return default
        if answer in ("y", "yes", "n", "no"):
            return answer in ("y", "yes")
        prompter.show("Answer y or n.")


def items_of(fetch: Callable[[str], Page[Item]]) -> Iterator[Item]:
    """Yield the items of a list; the next page is fetched when it is needed."""
    page = fetch("")
    yield from page.items
    while page.after:
        page = fetch(page.after)
        yield from page.items


def searching(fetch: Callable[[str], Page[Item]], label: Callable[[Item], str]) -> Search[Item]:
    """Return a search for letters anywhere in the label, for a list that the server cannot narrow."""

    def search(letters: str) -> Iterator[Item]:
        wanted = letters.casefold()
        return (item for item in items_of(fetch) if wanted in label(item).casefold())

    return search


def choose(prompter: Prompter, what: str, search: Search[Item], label: Callable[[Item], str]) -> Item:
    """Return the item that the user chooses, or the only one.

    Raises:
        PersonNeeded: The list is empty.
    """
    return _chosen(prompter, what, search, label, several=False)[0]


def choose_several(prompter: Prompter, what: str, search: Search[Item], label: Callable[[Item], str]) -> list[Item]:
    """Return the items that the user chooses by number; raise as `choose` does."""
    return _chosen(prompter, what, search, label, several=True)


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
    """Return whether something is typed within so many seconds; a thread that reads could not be stopped."""
    if sys.platform == "win32":
        import msvcrt

        if not msvcrt.kbhit():
            time.sleep(patience)
        return msvcrt.kbhit()
    from select import select

    return bool(select([sys.stdin], [], [], patience)[0])


def _typed_unseen(question: str) -> str:
    # Takes 2 ms, and most runs prompt for nothing.
    from getpass import getpass

    from cognitui.system.processes import exit_on_signals

    # The terminal's echo is off, and must be on again afterwards.
    with exit_on_signals():
        return getpass(f"{question}: ", stream=sys.stderr)


def _chosen(
    prompter: Prompter, what: str, search: Search[Item], label: Callable[[Item], str], *, several: bool
) -> list[Item]:
    letters, rest, shown = "", search(""), []
    while True:
        fresh = list(islice(rest, _AT_A_TIME))
        shown += fresh
        if not letters and len(shown) < 2:
            return _only(prompter, what, shown, label)
        _show(prompter, what if len(shown) == len(fresh) else "", fresh, label, first=len(shown) - len(fresh) + 1)
        answer = prompter.answer(_question(len(fresh), several=several)).strip()
        numbers = list(map(int, re.findall(r"\d+", answer))) if re.fullmatch(r"[\d,\s]+", answer) else []
        if numbers and all(1 <= number <= len(shown) for number in numbers) and (several or len(numbers) == 1):
            return [shown[number - 1] for number in dict.fromkeys(numbers)]
        if answer:
            found = search(answer)
            first = list(islice(found, _AT_A_TIME))
            if not several and (only := _meant(first, answer, label)) is not None:
                return _only(prompter, what, [only], label)
            letters, rest, shown = answer, chain(first, found), []


def _meant(found: list[Item], answer: str, label: Callable[[Item], str]) -> Item | None:
    """Return the only item found, or the one named in full; None if it is unclear which is meant."""
    named = [item for item in found if answer.casefold() in label(item).casefold().split()]
    return next((items[0] for items in (found, named) if len(items) == 1), None)


def _only(prompter: Prompter, what: str, shown: list[Item], label: Callable[[Item], str]) -> list[Item]:
    if not shown:
        raise PersonNeeded(
            f"No {what[:1].lower()}{what[1:]} found.", fix="Use another region, pool or client, or create one."
        )
    prompter.show(f"{what}: {inert(label(shown[0]), 120)}")
    return shown


def _show(prompter: Prompter, what: str, items: list[Item], label: Callable[[Item], str], *, first: int) -> None:
    if what:
        prompter.show(f"{what}:")
    for number, item in enumerate(items, start=first):
        prompter.show(f"{number:>4}) {inert(label(item), 120)}")
    if not items:
        prompter.show("      End of the list." if first > 1 else "      No matches.")


def _question(count: int, *, several: bool) -> str:
    numbers = "Numbers" if several else "Number"
    more = ", or enter for more" if count == _AT_A_TIME else ""
    return f"{numbers}, or letters to search{more}"
