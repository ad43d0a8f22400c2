"""The ways to a clipboard: programs of the desktop, Windows itself, tmux, the terminal."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

Run = Callable[[Sequence[str], bytes | None], bytes]
"""Runs a program on a text, or where that is None returns what the program prints; raises WayFailed."""


AT_ONCE = 0.2
"""Seconds: programs that start in milliseconds."""


class WayFailed(Exception):
    """This way does not work now; `str()` says why, and holds nothing of what was copied."""


class Way(Protocol):
    """One way to a clipboard. Every method may raise WayFailed."""

    @property
    def phrase(self) -> str:
        """As it reads behind what was copied: `to the clipboard (xclip)`."""
        ...

    @property
    def clears_within(self) -> float:
        """Seconds that a look at the clipboard and its clearing may take where all is well."""
        ...

    def send(self, text: str) -> None:
        """Gives the clipboard a text."""
        ...

    def read(self) -> str | None:
        """Returns what the clipboard holds, or None where this way cannot know."""
        ...

    def clear(self) -> None:
        """Empties the clipboard; called only where it was read before."""
        ...


@dataclass(frozen=True, slots=True)
class Programs:
    """A program that takes a text on its standard input, and one that prints the clipboard."""

    name: str
    run: Run
    copying: tuple[str, ...]
    pasting: tuple[str, ...]
    clearing: tuple[str, ...]
    """Is given an empty text."""
    clears_within: float = AT_ONCE

    @property
    def phrase(self) -> str:
        """`to the clipboard (xclip)`."""
        return f"to the clipboard ({self.name})"

    def send(self, text: str) -> None:
        """Gives the clipboard a text."""
        self.run(self.copying, text.encode("utf-8", "surrogatepass"))

    def read(self) -> str:
        """Returns what the clipboard holds; an image is not ours either."""
        return self.run(self.pasting, None).decode("utf-8", "replace")

    def clear(self) -> None:
        """Empties the clipboard."""
        self.run(self.clearing, b"")


class ClipboardCalls(Protocol):
    """The part of pyperclip that is used."""

    def copy(self, text: str) -> None: ...  # noqa: D102
    def paste(self) -> str: ...  # noqa: D102


def _pyperclip() -> ClipboardCalls:
    # Only Windows needs it: no program there takes a text as it is, and starting PowerShell takes a second.
    import pyperclip

    calls: ClipboardCalls = pyperclip
    return calls


class WindowsClipboard:
    """The clipboard of Windows, through its own API."""

    phrase = "to the clipboard"
    clears_within = 0.6
    """pyperclip tries for half a second where another program has the clipboard open."""

    def __init__(self, load: Callable[[], ClipboardCalls] = _pyperclip) -> None:
        self._load = load

    def send(self, text: str) -> None:
        """Gives the clipboard a text."""
        try:
            self._load().copy(text)
        except (RuntimeError, OSError):
            # PyperclipException is a RuntimeError: another program holds the clipboard open.
            raise WayFailed("the clipboard of Windows is in use") from None

    def read(self) -> str:
        """Returns what the clipboard holds."""
        try:
            return self._load().paste()
        except (RuntimeError, OSError):
            raise WayFailed("the clipboard of Windows is in use") from None

    def clear(self) -> None:
        """Empties the clipboard."""
        self.send("")


class Tmux:
    """Tmux, which passes a text on to the terminal that it runs in, also over ssh."""

    phrase = "by tmux"
    clears_within = AT_ONCE

    def __init__(self, path: str, run: Run) -> None:
        self._path = path
        self._run = run

    def send(self, text: str) -> None:
        """Loads a buffer, has it sent on (`-w`, tmux 3.2), and deletes it: `choose-buffer` would show the secret."""
        buffer = f"cognitui-{secrets.token_hex(4)}"
        try:
            self._run((self._path, "load-buffer", "-w", "-b", buffer, "-"), text.encode("utf-8", "surrogatepass"))
        finally:
            with suppress(WayFailed):
                self._run((self._path, "delete-buffer", "-b", buffer), b"")

    def read(self) -> None:
        """Tmux does not tell what the terminal's clipboard holds."""

    def clear(self) -> None:
        """Never called, as it cannot be read."""


_SCREEN_PIECE = 500
"""Characters. GNU screen passes a device control string on, and some builds end one after 768 bytes."""


class Osc52:
    """The terminal's own clipboard, by the escape sequence OSC 52, which no terminal acknowledges."""

    phrase = "over OSC 52"
    clears_within = AT_ONCE

    def __init__(self, write: Callable[[str], None], *, in_gnu_screen: bool = False) -> None:
        """Create the way to the clipboard of a terminal.

        Args:
            write: Sends an escape sequence to the terminal.
            in_gnu_screen: Whether GNU screen is in between. It drops a long OSC 52 and prints the rest as text, so the
                sequence is passed through it in pieces, each in a device control string.
        """
        self._write = write
        self._in_gnu_screen = in_gnu_screen

    def send(self, text: str) -> None:
        """Writes the sequence to the terminal."""
        encoded = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")
        sequence = f"\x1b]52;c;{encoded}\x07"
        try:
            # In one write: anything else that reached the terminal between two pieces would end the sequence.
            self._write(_through_gnu_screen(sequence) if self._in_gnu_screen else sequence)
        except (OSError, ValueError):
            # ValueError is what Python raises for a closed file.
            raise WayFailed("the terminal is gone") from None

    def read(self) -> None:
        """Terminals that would tell ask the person first, or are misused: it is never asked for."""

    def clear(self) -> None:
        """Never called, as it cannot be read."""


def _through_gnu_screen(sequence: str) -> str:
    pieces = (sequence[start : start + _SCREEN_PIECE] for start in range(0, len(sequence), _SCREEN_PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
