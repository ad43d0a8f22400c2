"""Terminal driver: a terminal that stops reading or is gone neither blocks the program nor keeps it alive. POSIX only.

Textual's own driver waits for a terminal that does not read, which blocks the event loop and everything else.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import queue
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver

from cognitui.system.free_memory import overwrite_cached_blocks

if TYPE_CHECKING:
    from textual.app import App

_ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")

_EXIT_SECONDS = 4.0
"""Seconds in which the program can exit on its own before it is forced to."""

_MAX_WAITING_WRITES = 20
"""Writes that may wait for the terminal; Textual's thread accepts 30 before it blocks the loop."""

_LAST_OUTPUT_SECONDS = 1.0
"""Seconds that the terminal has to read the rest at the end."""

_HANGUP = 128 + signal.SIGHUP

_FAREWELL = (
    "\x1b\\"  # ends a sequence that was cut off
    "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l"  # synchronised output, bracketed paste, line wrap, resize reports
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l"  # mouse and focus
    "\x1b[<u\x1b[?1049l\x1b[?25h"  # keys, screen, cursor
)
"""All that Textual's driver sends when it stops, for a terminal that did not read it."""


class TerminalDriver(LinuxDriver):
    """Textual's driver, which never waits for the terminal."""

    def __init__(
        self, app: App[int], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert self._file is not None, "the screen is opened in a terminal only"
        self._output = _Output(self._file, self._caught_up, self._lose)
        self._file = self._output  # type: ignore[assignment]  # as much of a file as the writer needs
        self._guard = threading.Lock()
        self._sent = 0
        self._behind = False
        self._has_terminal = False
        self._modes: list[str] | None = None
        """The sequences that set the terminal's modes, while they are collected."""
        self._signals: EndingSignals | None = None
        self.exit_event = self._pulse = _Pulse()

    # Memory

    def clean_memory(self) -> None:
        """Let the two terminal threads overwrite what they have freed: typed keys and drawn text."""
        self._pulse.cleans = self._output.cleans = True
        self.write("")

    # Output

    def write(self, data: str) -> None:
        """Send what the terminal has room for. The rest is dropped, and all is drawn again once there is room."""
        if self._modes is not None:
            self._modes.append(data)
        elif self._has_room():
            super().write(data)
        else:
            self._behind = True
            # The writer's thread may have caught up since the check: it would not check here again.
            if self._output.written >= self._sent:
                self._caught_up()

    def deliver(self, sequence: str) -> None:
        """Send a sequence that is of no use later.

        Raises:
            OSError: The terminal does not read.
        """
        if not self._has_room():
            raise OSError("the terminal does not read")
        super().write(sequence)

    def _has_room(self) -> bool:
        with self._guard:
            if self._sent - self._output.written >= _MAX_WAITING_WRITES:
                return False
            self._sent += 1
            return True

    def _caught_up(self) -> None:
        """Handle that the writer's thread has written everything."""
        if self._behind:
            self._behind = False
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._app.refresh)

    # A terminal that is gone

    def look_for_hangup(self) -> None:
        """End the program if the terminal is gone; not every program that loses one gets a SIGHUP."""
        looking = select.poll()
        looking.register(self.fileno, 0)
        if any(found & select.POLLHUP for _, found in looking.poll(0)):
            self._lose()

    def run_input_thread(self) -> None:
        """Read keys; a terminal that cannot be read is gone."""
        try:
            super().run_input_thread()
        except OSError:
            self._lose()

    def _lose(self) -> None:
        if self._signals is not None:
            self._signals.end(_HANGUP)

    # Beginning and end

    def start_application_mode(self) -> None:
        """Take over the terminal; from here on, it is restored however the program ends."""
        if self._signals is None:
            self._signals = EndingSignals(self._app.exit, self._end_now)
            self._signals.install()
            with suppress(ValueError):  # only the main thread may
                signal.signal(signal.SIGURG, _do_nothing)
        self._output.is_open = self._has_terminal = True
        with self._in_one_write():
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Restore the terminal."""
        self._has_terminal = False
        with self._in_one_write():
            super().stop_application_mode()

    @contextmanager
    def _in_one_write(self) -> Iterator[None]:
        """Write the modes, which are set once and must not be dropped: Textual's thread has room for one more write."""
        self._modes = []
        try:
            yield
        finally:
            modes, self._modes = "".join(self._modes or []), None
            if modes and self._writer_thread is not None:
                with self._guard:
                    self._sent += 1
                super().write(modes)

    def resume_application_mode(self) -> None:
        """Take over the terminal again after a stop; nothing is drawn before the idle time was checked."""
        self._app.call_later(getattr(self._app, "look_for_idle", _do_nothing))
        if self._has_terminal:
            # SIGSTOP left no time to restore it: what a shell has set since is what must be restored later.
            self.suspend_application_mode()
        super().resume_application_mode()

    def close(self) -> None:
        """Wait for a short time until the terminal has read everything."""
        writer = self._writer_thread
        if writer is not None:
            # Its own `stop` waits for the terminal.
            threading.Thread(target=writer.stop, name="cognitui-last-output", daemon=True).start()
            writer.join(_LAST_OUTPUT_SECONDS)
            if writer.is_alive():
                self._discard(writer)
            self._sent = self._output.written = 0
        if self._signals is not None:
            if writer is not None and writer.is_alive():
                # It holds the stream: a flush would wait for it.
                self._signals.end(self._app.return_code or 0)
            self._signals.restore()
            self._signals = None

    def _discard(self, writer: threading.Thread) -> None:
        """Drop what the terminal has not read, which frees the thread that waits for it."""
        self._output.is_open = False
        for _ in range(50):
            with suppress(termios.error, OSError, ValueError):
                termios.tcflush(self._output.fileno(), termios.TCOFLUSH)
            # Linux does not wake it: a signal makes it try again.
            with suppress(OSError, ValueError):
                signal.pthread_kill(writer.ident or 0, signal.SIGURG)
            writer.join(0.02)
            if not writer.is_alive():
                break
        self._say_farewell()

    def _say_farewell(self) -> None:
        with suppress(OSError, ValueError, termios.error):
            descriptor = self._output.fileno()
            for _ in range(5):
                if select.select([], [descriptor], [], 0.1)[1]:
                    os.write(descriptor, _FAREWELL.encode())
                    break
                termios.tcflush(descriptor, termios.TCOFLUSH)

    def _end_now(self, code: int) -> None:
        """End the process from a thread, after its own way has failed."""
        # A program in the background may only set the terminal's modes while this signal is blocked.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        if self.attrs_before is not None:
            with suppress(termios.error, OSError):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        if self._writer_thread is not None:
            # In a thread, as the terminal may make even this wait.
            threading.Thread(target=self._discard, args=[self._writer_thread], daemon=True).start()
            time.sleep(_LAST_OUTPUT_SECONDS)
        os._exit(code)


class EndingSignals:
    """Handles the signals that end a program while it uses the terminal.

    Uses Python's handlers, because the loop's only run while the loop does.
    """

    def __init__(
        self, leave: Callable[[int], object], force: Callable[[int], object], patience: float = _EXIT_SECONDS
    ) -> None:
        """Create the handlers without installing them.

        Args:
            leave: Called in the loop with the exit code: 128 plus the signal's number, as in shells.
            force: Called with the code in a thread if the program still runs after that; ends it.
            patience: Seconds until then.
        """
        self._leave = leave
        self._force = force
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._codes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._before: dict[int, Any] = {}

    def install(self) -> None:
        """Install the handlers. Windows lacks most of the signals, and only the main thread may install handlers."""
        for name in _ENDING_SIGNALS:
            if (number := getattr(signal, name, None)) is not None:
                with suppress(ValueError, OSError):
                    self._before[number] = signal.signal(number, self._take)
        threading.Thread(target=self._force_exit_later, name="cognitui-ending", daemon=True).start()

    def restore(self) -> None:
        """Restore the previous handling of the signals; a program that is already ending still ends."""
        self._codes.put(None)
        for number, handler in self._before.items():
            with suppress(ValueError, OSError, TypeError):
                signal.signal(number, handler)
        self._before = {}

    def end(self, code: int) -> None:
        """End the program as a signal does; works in any thread, and in a handler."""
        # A SimpleQueue can be used in a handler that interrupts another use of it.
        self._codes.put(code)
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._leave, code)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self.end(128 + number)

    def _force_exit_later(self) -> None:
        code = self._codes.get()
        if code is not None:
            time.sleep(self._patience)
            self._force(code)


def _do_nothing(*_ignored: object) -> None:
    """Interrupt a system call; does nothing else as a signal handler."""


class _Pulse(threading.Event):
    """The flag that stops reading keys; the reading thread checks it ten times a second."""

    cleans = False

    def is_set(self) -> bool:
        if self.cleans:
            self.cleans = False
            _forget_paste(inspect.currentframe())
            overwrite_cached_blocks()
        return super().is_set()


def _forget_paste(asking: FrameType | None) -> None:
    """Replace the text that was pasted last: the parser keeps it in a local variable of the reading function.

    Args:
        asking: The frame that the reading function has called.
    """
    reading = asking.f_back if asking is not None else None
    if reading is not None and isinstance(parser := reading.f_locals.get("parser"), XTermParser):
        for _ in parser.feed(BRACKETED_PASTE_START + BRACKETED_PASTE_END):
            pass


class _Output:
    """The terminal's file, as Textual's writer thread sees it."""

    def __init__(self, file: IO[str], caught_up: Callable[[], None], lost: Callable[[], None]) -> None:
        self._file = file
        self._caught_up = caught_up
        self._lost = lost
        self.is_open = True
        self.cleans = False
        self.written = 0
        """The number of writes so far."""

    def write(self, text: str) -> None:
        try:
            if self.is_open:
                self._file.write(text)
        except OSError:
            self._lost()
        finally:
            self.written += 1

    def flush(self) -> None:
        try:
            if self.is_open:
                self._file.flush()
        except OSError:
            self._lost()
        else:
            self._caught_up()
        if self.cleans:
            self.cleans = False
            overwrite_cached_blocks()

    def fileno(self) -> int:
        return self._file.fileno()
