"""The playground: a strict Cognito in a separate process, beside the embedded one.

    python -m cognitui.demo.playground FOLDER

The process writes JSON lines to standard output: first `PlaygroundReady`, then a `SentCode` for each code that it
sends. It ends when the other end of its standard input closes.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from cognitui.demo.guard import end_with_input
from cognitui.demo.playground_users import USERS, PlaygroundUser
from cognitui.demo.seed import new_password
from cognitui.demo.server import child_process, log_excerpt
from cognitui.demo.strict.outbox import Message
from cognitui.demo.strict.pools import Pool
from cognitui.demo.strict.server import StrictServer
from cognitui.model.errors import Unreachable

_LOG = "playground.log"
_TIMEOUT = 20.0
_MEDIA = {"EMAIL": "e-mail", "SMS": "text message"}


class Account(msgspec.Struct, frozen=True):
    """The pool and app client of a playground user, and the password for the vault."""

    name: str
    pool: str
    client: str
    password: str = ""

    def __repr__(self) -> str:
        """Leave out the password."""
        return f"Account({self.name!r})"


class AdminKey(msgspec.Struct, frozen=True):
    """The access key of the playground's IAM user; no other server knows it."""

    id: str
    secret: str

    def __repr__(self) -> str:
        """Leave out the secret."""
        return f"AdminKey({self.id!r})"


class PlaygroundReady(msgspec.Struct, frozen=True):
    """The first line of output."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    accounts: tuple[Account, ...]
    admin: AdminKey


class SentCode(msgspec.Struct, frozen=True):
    """The line of output for a code."""

    medium: str
    """`EMAIL` or `SMS`."""
    to: str
    """An e-mail address or phone number."""
    code: str


class Playground:
    """A playground process that has been started, as its parent sees it. It may not be ready yet."""

    def __init__(self, lines: IO[bytes], log: Path) -> None:
        """Start to read.

        Args:
            lines: The process's standard output.
            log: The file with its error output.
        """
        self._log = log
        self._ready: PlaygroundReady | None = None
        self._has_reported = threading.Event()
        self._on_code: Callable[[str], None] | None = None
        threading.Thread(target=self._read, args=(lines,), name="cognitui-playground", daemon=True).start()

    def wait_until_ready(self, timeout: float = _TIMEOUT) -> PlaygroundReady:
        """Return the playground's accounts as soon as it is ready.

        Raises:
            Unreachable: The process ended, or was not ready after `timeout` seconds.
        """
        if not self._has_reported.wait(timeout) or self._ready is None:
            raise Unreachable(
                f"The playground did not start{log_excerpt(self._log)}",
                fix="Try again; if that does not help, reinstall cognitui.",
            )
        return self._ready

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
            self._ready = msgspec.json.decode(first, type=PlaygroundReady)
        self._has_reported.set()
        for line in lines:
            sent = msgspec.json.decode(line, type=SentCode)
            if self._on_code is not None:
                self._on_code(f"Code {sent.code}: the playground sent it by {_MEDIA[sent.medium]} to {sent.to}.")


@contextmanager
def playground(folder: Path) -> Iterator[Playground]:
    """Run the playground while the context is open; it also ends with this process, however that ends.

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
    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), folder), daemon=True).start()
    with StrictServer() as server:
        server.outbox.listen(_write_code)
        _write(PlaygroundReady(server.url, tuple(_add_accounts(server)), _add_admin(server)))
        threading.Event().wait()


def _add_accounts(server: StrictServer) -> Iterator[Account]:
    """Create the pools, app clients and users; every secret is new."""
    pools = {pool: server.add_pool(**pool.settings) for pool in dict.fromkeys(user.pool for user in USERS)}
    for user in USERS:
        yield _add_account(server, pools[user.pool], user)


def _add_account(server: StrictServer, pool: Pool, user: PlaygroundUser) -> Account:
    password = new_password()
    client = server.add_client(pool, **user.client)
    server.add_user(pool, user.username, password, attributes=user.attributes, **user.user)
    return Account(user.name, pool.id, client.id, password if user.saves_password else "")


def _add_admin(server: StrictServer) -> AdminKey:
    user = server.add_iam_user("AKIAPLAYGROUND", secrets.token_hex(20))
    return AdminKey(user.access_key_id, user.secret_access_key)


def _write_code(message: Message) -> None:
    _write(SentCode(message.medium, message.destination, message.code))


def _write(line: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
