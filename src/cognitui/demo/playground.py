"""The demo's Cognito: the strict server with the sample users, in a separate process.

    python -m cognitui.demo.playground FOLDER

The process writes JSON lines to standard output: first `Contents`, then a `SentCode` for each code that it sends. It
ends when the other end of its standard input closes. In a process of its own it starts while this one loads Textual,
and no password of its users is ever in the memory of the TUI unless the vault has it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from cognitui.demo.accounts import Contents
from cognitui.demo.child_process import child_process, end_with_input, log_excerpt
from cognitui.model.errors import Unreachable

_LOG = "server.log"
_TIMEOUT = 20.0
_ROTATION = 60.0
"""Seconds between two rotations of a client secret; at AWS, a week."""
_GRACE = 5.0
"""Seconds for which the secret before it stays valid, so that a sign-in under way ends well."""
_MEDIA = {"EMAIL": "e-mail", "SMS": "text message"}


class SentCode(msgspec.Struct, frozen=True):
    """The line of output for a code."""

    medium: str
    """`EMAIL` or `SMS`."""
    to: str
    """An e-mail address or phone number."""
    code: str


class Playground:
    """A server process that has been started, as its parent sees it. It may not be ready yet."""

    def __init__(self, lines: IO[bytes], log: Path) -> None:
        """Start to read.

        Args:
            lines: The process's standard output.
            log: The file with its error output.
        """
        self._log = log
        self._contents: Contents | None = None
        self._has_reported = threading.Event()
        self._on_code: Callable[[str], None] | None = None
        threading.Thread(target=self._read, args=(lines,), name="cognitui-playground", daemon=True).start()

    def wait_until_ready(self, timeout: float = _TIMEOUT) -> Contents:
        """Return what the server holds as soon as it is ready.

        Raises:
            Unreachable: The process ended, or was not ready after `timeout` seconds.
        """
        if not self._has_reported.wait(timeout) or self._contents is None:
            raise Unreachable(
                f"The demo's Cognito did not start{log_excerpt(self._log)}",
                fix="Try again; if that does not help, reinstall cognitui.",
            )
        return self._contents

    def on_code(self, report: Callable[[str], None]) -> None:
        """Call `report` with a sentence for every later code, on a background thread."""
        self._on_code = report

    def _read(self, lines: IO[bytes]) -> None:
        # A killed process may leave half a line, and the pipe may be closed here at any time.
        with suppress(OSError, ValueError):
            self._read_all(lines)
        self._has_reported.set()

    def _read_all(self, lines: IO[bytes]) -> None:
        if first := lines.readline():
            self._contents = msgspec.json.decode(first, type=Contents)
        self._has_reported.set()
        for line in lines:
            sent = msgspec.json.decode(line, type=SentCode)
            if self._on_code is not None:
                self._on_code(f"Code {sent.code}: the playground sent it by {_MEDIA[sent.medium]} to {sent.to}.")


@contextmanager
def playground(folder: Path) -> Iterator[Playground]:
    """Run the server while the context is open; it also ends with this process, however that ends.

    Args:
        folder: Holds its log; removed when this process exits.
    """
    # -P: files in the current folder must not replace modules.
    command = (sys.executable, "-P", "-m", "cognitui.demo.playground", str(folder))
    with child_process(command, folder, folder / _LOG, output=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield Playground(process.stdout, folder / _LOG)


def main(folder: str) -> None:
    """Serve until standard input closes."""
    # Only the child needs them: the parent reads its lines.
    from cognitui.demo.playground_users import USERS
    from cognitui.demo.sample_users import STAGES
    from cognitui.demo.seed import seed
    from cognitui.demo.strict.outbox import Message
    from cognitui.demo.strict.server import StrictServer

    def report_code(message: Message) -> None:
        _write(SentCode(message.medium, message.destination, message.code))

    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), folder), daemon=True).start()
    with StrictServer() as server:
        server.outbox.listen(report_code)
        seeded = seed(server, STAGES, USERS)
        _write(seeded.contents)
        while True:
            time.sleep(_ROTATION)
            for client in seeded.rotating:
                server.client_secrets.rotate(client, previous_valid=_GRACE)


def _write(line: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
