"""The playground beside the embedded Cognito: a process of its own, and the post that it sends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from cognitui.demo.playground import Letter, Opened
from cognitui.demo.server import child_process, last_words
from cognitui.model.errors import Unreachable

_LOG = "playground.log"
_PATIENCE = 20.0
_MEDIA = {"EMAIL": "e-mail", "SMS": "text message"}


class Playground:
    """A process that has been started; it gets ready while something else is done."""

    def __init__(self, lines: IO[bytes], log: Path) -> None:
        """Takes what the process writes, and where it tells what went wrong."""
        self._log = log
        self._opened: Opened | None = None
        self._has_spoken = threading.Event()
        self._hear: Callable[[str], None] | None = None
        threading.Thread(target=self._read, args=(lines,), name="cognitui-playground", daemon=True).start()

    def opened(self, patience: float = _PATIENCE) -> Opened:
        """Returns what there is, waiting for it.

        Raises:
            Unreachable: It ended before that, or takes longer than `patience` seconds.
        """
        if not self._has_spoken.wait(patience) or self._opened is None:
            raise Unreachable(
                f"The playground did not start{last_words(self._log)}",
                fix="Try again; if that does not help, reinstall cognitui.",
            )
        return self._opened

    def tell_letters(self, hear: Callable[[str], None]) -> None:
        """Tells every code that is sent from now on, in words, from a thread of its own."""
        self._hear = hear

    def _read(self, lines: IO[bytes]) -> None:
        # Killed in the middle of a line, or closed under our hands: it is over.
        with suppress(OSError, ValueError):
            self._read_all(lines)
        self._has_spoken.set()

    def _read_all(self, lines: IO[bytes]) -> None:
        if first := lines.readline():
            self._opened = msgspec.json.decode(first, type=Opened)
        self._has_spoken.set()
        for line in lines:
            letter = msgspec.json.decode(line, type=Letter)
            if self._hear is not None:
                self._hear(f"Code {letter.code}: the playground sent it by {_MEDIA[letter.medium]} to {letter.to}.")


@contextmanager
def playground(folder: Path) -> Iterator[Playground]:
    """Runs it while the context is open; it ends with this process, too, however that ends.

    Args:
        folder: Holds its log; removed when this process dies.
    """
    # -P: what lies in the current folder is no module of ours.
    command = (sys.executable, "-P", "-m", "cognitui.demo.playground", str(folder))
    with child_process(command, folder, folder / _LOG, output=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield Playground(process.stdout, folder / _LOG)
