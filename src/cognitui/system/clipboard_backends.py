"""Clipboard backends: desktop programs, the Windows API, tmux and OSC 52."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

Run = Callable[[Sequence[str], bytes | None], bytes]
"""Runs a program with a text as input, or returns its output if the text is None; raises BackendFailed."""

AT_ONCE = 0.2
"""Seconds for programs that start in milliseconds."""

_SCREEN_PIECE = 500
"""Characters. GNU screen passes a device control string on, and some builds end one after 768 bytes."""


class BackendFailed(Exception):
    """The backend does not work now; `str()` says why and holds nothing of what was copied."""


class Backend(Protocol):
    """A way to reach a clipboard. Every method may raise BackendFailed."""

    @property
    def phrase(self) -> str:
        """As shown after what was copied: `to the clipboard (xclip)`."""
        ...

    @property
    def clears_within(self) -> float:
        """Seconds in which the clipboard is normally read and cleared."""
        ...

    def send(self, text: str) -> None:
        """Copy a text to the clipboard."""
        ...

    def read(self) -> str | None:
        """Return the content of the clipboard, or None if this backend cannot read it."""
        ...

    def clear(self) -> None:
        """Empty the clipboard; only called if it could be read."""
        ...


@dataclass(frozen=True, slots=True)
class Programs:
    """A program that copies its standard input, and one that prints the clipboard."""

    name: str
    run: Run
    copying: tuple[str, ...]
    pasting: tuple[str, ...]
    clearing: tuple[str, ...]
    """Run with an empty input."""
    clears_within: float = AT_ONCE

    @property
    def phrase(self) -> str:
        """`to the clipboard (xclip)`."""
        return f"to the clipboard ({self.name})"

    def send(self, text: str) -> None:
        """Copy a text to the clipboard."""
        self.run(self.copying, text.encode("utf-8", "surrogatepass"))

    def read(self) -> str:
        """Return the content of the clipboard; an image is not ours either."""
        return self.run(self.pasting, None).decode("utf-8", "replace")

    def clear(self) -> None:
        """Empty the clipboard."""
        self.run(self.clearing, b"")


class ClipboardCalls(Protocol):
    """The part of pyperclip that is used."""

    def copy(self, text: str) -> None: ...  # noqa: D102
    def paste(self) -> str: ...  # noqa: D102


def _pyperclip() -> ClipboardCalls:
    # Only for Windows: none of its programs copies a text unchanged, and PowerShell needs a second to start.
    import pyperclip

    calls: ClipboardCalls = pyperclip
    return calls


class WindowsClipboard:
    """The Windows clipboard, through its API."""

    phrase = "to the clipboard"
    clears_within = 0.6
    """pyperclip retries for half a second while another program has the clipboard open."""

    def __init__(self, load: Callable[[], ClipboardCalls] = _pyperclip) -> None:
        self._load = load

    def send(self, text: str) -> None:
        """Copy a text to the clipboard."""
        try:
            self._load().copy(text)
        except (RuntimeError, OSError):
            # PyperclipException is a RuntimeError: another program holds the clipboard open.
            raise BackendFailed("the Windows clipboard is in use") from None

    def read(self) -> str:
        """Return the content of the clipboard."""
        try:
            return self._load().paste()
        except (RuntimeError, OSError):
            raise BackendFailed("the Windows clipboard is in use") from None

    def clear(self) -> None:
        """Empty the clipboard."""
        self.send("")


class Tmux:
    """Tmux, which passes a text on to its terminal, even over ssh."""

    phrase = "by tmux"
    clears_within = AT_ONCE

    def __init__(self, path: str, run: Run) -> None:
        self._path = path
        self._run = run

    def send(self, text: str) -> None:
        """Load a buffer, send it on (`-w`, tmux 3.2), and delete it, because `choose-buffer` would show the secret."""
        buffer = f"cognitui-{secrets.token_hex(4)}"
        try:
            self._run((self._path, "load-buffer", "-w", "-b", buffer, "-"), text.encode("utf-8", "surrogatepass"))
        finally:
            with suppress(BackendFailed):
                self._run((self._path, "delete-buffer", "-b", buffer), b"")

    def read(self) -> None:
        """Return None: tmux cannot read the terminal's clipboard."""

    def clear(self) -> None:
        """Do nothing: never called, because the clipboard cannot be read."""


class Osc52:
    """The terminal's clipboard, by the escape sequence OSC 52, which terminals do not acknowledge."""

    phrase = "over OSC 52"
    clears_within = AT_ONCE

    def __init__(self, write: Callable[[str], None], *, in_gnu_screen: bool = False) -> None:
        """Create a backend for a terminal.

        Args:
            write: Sends an escape sequence to the terminal.
            in_gnu_screen: Whether GNU screen is in between. It drops a long OSC 52 and prints the rest as text, so the
            sequence is passed through it in pieces, each in a device control string.
        """
        self._write = write
        self._in_gnu_screen = in_gnu_screen

    def send(self, text: str) -> None:
        """Write the sequence to the terminal."""
        encoded = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")
        sequence = f"\x1b]52;c;{encoded}\x07"
        try:
            # In one write: any other output between two pieces would end the sequence.
            self._write(_through_gnu_screen(sequence) if self._in_gnu_screen else sequence)
        except (OSError, ValueError):
            # Python raises ValueError for a closed file.
            raise BackendFailed("the terminal is gone") from None

    def read(self) -> None:
        """Return None: reading would make terminals ask the user, or allow misuse."""

    def clear(self) -> None:
        """Do nothing: never called, because the clipboard cannot be read."""


def _through_gnu_screen(sequence: str) -> str:
    pieces = (sequence[start : start + _SCREEN_PIECE] for start in range(0, len(sequence), _SCREEN_PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
