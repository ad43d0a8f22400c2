"""A program in a real terminal: keys go in, the screen and every byte come out. POSIX only."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "down": "\x1b[B",
    "up": "\x1b[A",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
}

_OSC_52 = re.compile(rb"\x1b\]52;[^;]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")

_NOT_PYTES = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$[a-z]|\x1b\[\?[0-9;]*u")
"""Sequences that pyte would print as text: the kitty keyboard protocol and mode queries."""

_CHUNK = 65536


class Terminal:
    """Runs a program until it ends or the block is left."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        size: tuple[int, int] = (120, 36),
        draw: bool = True,
        controlling: bool = True,
    ) -> None:
        """Start it.

        Args:
            argv: Program and arguments.
            env: All of its environment, besides TERM and COLORTERM.
            size: Columns and rows.
            draw: False if only the bytes are wanted: keeping the screen costs time that a benchmark would see.
            controlling: False if the program gets no SIGHUP when the terminal is closed.
        """
        self.draw = draw
        self.output = bytearray()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None
        """What the screen shows, until the program writes again: pyte takes milliseconds to say it."""
        self._ended = False
        ours, theirs = pty.openpty()
        self._fd = ours
        self._set_size(theirs, size)
        self.modes_before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self._open: tuple[int, ...] = (ours, theirs)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [*(_in_terminal() if controlling else ["setsid"]), *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **env},
        )
        os.set_blocking(ours, False)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What the screen shows."""
        if self._text is None:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
        return self._text

    @property
    def modes(self) -> list[object]:
        """The terminal's modes now, to be held against `modes_before`."""
        return termios.tcgetattr(self._theirs)

    def press(self, *keys: str) -> None:
        """Press keys by name, or types them."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def click(self, column: int, row: int) -> None:
        """Click a cell, counted from 0, by the SGR mouse protocol."""
        os.write(self._fd, f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m".encode())

    def hang_up(self) -> None:
        """Close the terminal, as its window does."""
        for descriptor in self._open:
            os.close(descriptor)
        self._open = ()
        self._ended = True

    def freeze(self) -> None:
        """Read nothing while the program draws, until there is no room for more."""
        full, before = 0, -1
        end = time.monotonic() + 30
        while full < 6:
            assert time.monotonic() < end, "the program draws nothing"
            self.press("z")  # another layout: all is drawn again
            time.sleep(0.1)
            waiting = struct.unpack("i", fcntl.ioctl(self._fd, termios.FIONREAD, bytes(4)))[0]
            full, before = (full + 1, before) if waiting == before else (0, waiting)

    def point(self, column: int, row: int) -> None:
        """Move the mouse to a cell, counted from 0."""
        os.write(self._fd, f"\x1b[<35;{column + 1};{row + 1}M".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal larger or smaller."""
        self._screen.resize(rows, columns)
        self._text = None
        self._set_size(self._theirs, (columns, rows))
        os.killpg(self.process.pid, signal.SIGWINCH)

    @contextmanager
    def undrawn(self) -> Iterator[None]:
        """Keep only the bytes for a while: pyte takes longer for a page than the program that has drawn it.

        What is drawn again afterwards can be seen again.
        """
        self.draw = False
        yield
        self.settle()
        self.draw = True

    def see(self, words: str, timeout: float = 20.0) -> None:
        """Wait until the words are on the screen."""
        self.until(lambda: words in self.text, f"{words!r} is not on the screen", timeout)

    def miss(self, words: str, timeout: float = 20.0) -> None:
        """Wait until the words are not on the screen any more."""
        self.until(lambda: words not in self.text, f"{words!r} is still on the screen", timeout)

    def until(self, holds: Callable[[], bool], otherwise: str, timeout: float = 20.0) -> None:
        """Wait for something, reading what the program writes."""
        end = time.monotonic() + timeout
        while not holds():
            has_ended = self._ended or self.process.poll() is not None
            if not self.pump(0.02) and has_ended and not holds():
                raise AssertionError(f"{otherwise}, and the program has ended:\n{self.text}")
            if time.monotonic() > end:
                raise AssertionError(f"{otherwise}:\n{self.text}")

    def settle(self, quiet: float = 0.2) -> None:
        """Read until nothing has been written for `quiet` seconds."""
        while self.pump(quiet):
            pass

    def pump(self, timeout: float = 0.0) -> bool:
        """Read what has been written, waiting up to `timeout` seconds; returns whether there was anything."""
        if self._ended or not select.select([self._fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._fd, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        self._ended = not data
        self.output += data
        if self.draw:
            self._text = None
            self._stream.feed(_NOT_PYTES.sub(b"", data))
        return bool(data)

    def exit_code(self, timeout: float = 10.0) -> int:
        """Wait for the end of the program."""
        end = time.monotonic() + timeout
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"the program still runs:\n{self.text}")
            self.pump(0.01)
        self.settle(0.05)
        return self.process.returncode

    def clipboard(self) -> str | None:
        """Return what was last sent to the terminal's clipboard by OSC 52, or None."""
        found = _OSC_52.findall(bytes(self.output))
        return base64.b64decode(found[-1]).decode() if found else None

    @staticmethod
    def _set_size(descriptor: int, size: tuple[int, int]) -> None:
        columns, rows = size
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _in_terminal() -> list[str]:
    """Return what makes the pty the controlling terminal, so that ctrl+c is a key, and becomes the program."""
    if setsid := shutil.which("setsid"):
        return [setsid, "--ctty"]
    become = "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    return [sys.executable, "-c", become + "os.execvpe(sys.argv[1], sys.argv[1:], os.environ)"]
