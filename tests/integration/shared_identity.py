"""One identity that several processes share: a vault and a rotating pool in one database; run as a program by a test.

`python -m tests.integration.shared_identity FOLDER ask THREADS` says `ready`, waits for a line, asks for the access
token in that many threads at once, and prints what each got. `… FOLDER die STEP` refreshes and is killed at that step.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.errors import RefreshTokenDead
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretName
from cognitui.model.token import Expiries, TokenSet
from cognitui.storage.atomic import FileLocks
from cognitui.storage.token_index import ExpiryIndex
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import (
    NOW,
    FakeSecretReader,
    FakeVerifier,
    make_profile,
    make_tokens,
    password_challenge,
    providing,
)

ALICE = make_profile()
LATER = NOW + 3600
"""The time at which everyone asks: the stored access token has just expired."""

KILLED = 86
"""The exit code of a process that died at its step."""

_TABLES = """
CREATE TABLE secret (service TEXT, account TEXT, value TEXT, PRIMARY KEY (service, account));
CREATE TABLE live (token TEXT);
CREATE TABLE call (what TEXT);
"""


class Steps:
    """The steps of a refresh; at the one named `fatal` the process ends as by `kill -9`: nothing is cleaned up."""

    def __init__(self, fatal: str = "") -> None:
        self._fatal = fatal

    def reach(self, step: str) -> None:
        if step == self._fatal:
            os._exit(KILLED)


class Database:
    """What outlives a process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "shared.sqlite"

    def create(self, live: str) -> None:
        with closing(sqlite3.connect(self._path)) as connection:
            connection.executescript(_TABLES)
            connection.execute("INSERT INTO live VALUES (?)", (live,))
            connection.commit()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def rows(self, query: str, *values: str) -> list[str]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection:
            return [row[0] for row in connection.execute(query, values)]


class SharedVault:
    """A vault that all processes see, each write of it a step."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps

    def get(self, name: SecretName) -> str | None:
        query = "SELECT value FROM secret WHERE service = ? AND account = ?"
        return next(iter(self._database.rows(query, name.service, name.account)), None)

    def set(self, name: SecretName, value: str) -> None:
        self._steps.reach(f"before saving the {name.kind}")
        with self._database.change() as connection:
            connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?, ?)", (name.service, name.account, value))
        self._steps.reach(f"after saving the {name.kind}")

    def delete(self, name: SecretName) -> bool:
        with self._database.change() as connection:
            where = "DELETE FROM secret WHERE service = ? AND account = ?"
            return connection.execute(where, (name.service, name.account)).rowcount > 0


class RotatingPool:
    """A pool that rotates, without a grace period: a refresh token works once, and is refused ever after."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps

    @property
    def calls(self) -> list[str]:
        """What was asked of the pool, by all processes: `refresh`, `reuse` or `sign-in`."""
        return self._database.rows("SELECT what FROM call ORDER BY rowid")

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        with self._database.change() as connection:
            connection.execute("INSERT INTO call VALUES ('sign-in')")
        return password_challenge(profile)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        raise AssertionError("nobody answers here")

    def wait(self, challenge: Challenge, stop: threading.Event) -> None:
        raise AssertionError("nobody waits here")

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        self._steps.reach("before the refresh")
        tokens = self._rotated(refresh_token)
        if tokens is None:
            raise RefreshTokenDead("It was used before.")
        self._steps.reach("after the rotation")
        # A server takes its time: a process that is not held back by the lock comes in between.
        time.sleep(0.1)
        return tokens

    def _rotated(self, refresh_token: str) -> TokenSet | None:
        with self._database.change() as connection:
            (live,) = connection.execute("SELECT token FROM live").fetchone()
            is_live = refresh_token == live
            connection.execute("INSERT INTO call VALUES (?)", ("refresh" if is_live else "reuse",))
            if not is_live:
                return None
            (count,) = connection.execute("SELECT count(*) FROM call").fetchone()
            tokens = make_tokens(now=LATER, mark=f"rotation-{count}")
            assert tokens.refresh is not None
            connection.execute("UPDATE live SET token = ?", (tokens.refresh.value,))
            return tokens


class SteppedIndex:
    """The real index, each write of it a step."""

    def __init__(self, index: ExpiryIndex, steps: Steps) -> None:
        self._index = index
        self._steps = steps

    def read(self) -> Mapping[str, Expiries]:
        return self._index.read()

    def put(self, token_key: str, expiries: Expiries) -> None:
        self._index.put(token_key, expiries)
        self._steps.reach("after noting the expiry")

    def forget(self, token_key: str) -> None:
        self._index.forget(token_key)

    def stamp(self) -> object:
        return self._index.stamp()


class World:
    """One process's view of what all share in a folder."""

    def __init__(self, folder: Path, fatal: str = "") -> None:
        steps = Steps(fatal)
        self.database = Database(folder)
        self.pool = RotatingPool(self.database, steps)
        self.vault = SharedVault(self.database, steps)
        self.broker = TokenBroker(
            vault=self.vault,
            provider_at=providing(self.pool),
            identity_pools=FakeIdentities(),
            index=SteppedIndex(ExpiryIndex(folder / "expiry.json"), steps),
            locks=FileLocks(folder / "locks"),
            verifier=FakeVerifier(RefreshTokenDead("nobody verifies here")),
            clock=lambda: LATER,
            username_of=lambda _token: "",
            secret_reader=FakeSecretReader(),
        )


def ask(folder: Path, threads: int) -> None:
    """Ask in that many threads at once, and prints a list of what each got: where from, and its value."""
    world = World(folder)
    together = threading.Barrier(threads)

    def one(_number: int) -> list[str]:
        together.wait()
        outcome = world.broker.get(ALICE)
        return [outcome.source.value, outcome.token.value] if isinstance(outcome, TokenResult) else ["asked", ""]

    with ThreadPoolExecutor(threads) as pool:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(json.dumps(list(pool.map(one, range(threads)))))


def main(folder: str, what: str, argument: str) -> None:
    """Do what a test asks of this process."""
    if what == "ask":
        ask(Path(folder), int(argument))
    elif what == "renew":
        World(Path(folder)).broker.get(ALICE, policy=TokenPolicy.REFRESH)
    elif what == "remove":
        World(Path(folder)).broker.forget(ALICE, ())
    else:
        World(Path(folder), fatal=argument).broker.get(ALICE)


if __name__ == "__main__":
    main(*sys.argv[1:])
