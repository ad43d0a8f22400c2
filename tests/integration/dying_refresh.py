"""A refresh that is killed at a step, with all real parts but the keyring's backend; run as a program by a test.

`python -m tests.integration.dying_refresh FOLDER STEP` refreshes the identity that FOLDER holds, and is gone at STEP as
by `kill -9`: nothing is cleaned up. The keyring's entries are too short for a token, so each is stored in parts.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.claims import username_of
from cognitui.model.errors import VerificationFailed
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.token import Expiries, TokenSet
from cognitui.storage.atomic import FileLocks
from cognitui.storage.token_index import ExpiryIndex
from cognitui.tokens.broker import TokenBroker
from cognitui.vault.keyring_backend import ChosenKeyring
from cognitui.vault.vault import KeyringVault
from tests.integration.shared_identity import Steps
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import FakeSecretReader, FakeVerifier, providing

ENTRY = 500
"""Characters that an entry of the keyring holds: less than Windows' 1,280, so that every token is stored in parts."""

AN_HOUR_LATER = 3601.0
"""Seconds that all clocks are ahead: the access token of the sign-in has just expired."""

_PART = re.compile(r" part [ab](\d+)$")


class Entries:
    """A keyring in a database, each write of it a step."""

    def __init__(self, folder: Path, steps: Steps) -> None:
        self._path = folder / "keyring.sqlite"
        self._steps = steps
        with closing(self._open()) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS entry (service TEXT, name TEXT, value TEXT, PRIMARY KEY (service, name))"
            )

    def get_password(self, service: str, username: str) -> str | None:
        with closing(self._open()) as connection:
            found = connection.execute(
                "SELECT value FROM entry WHERE service = ? AND name = ?", (service, username)
            ).fetchone()
        return str(found[0]) if found else None

    def set_password(self, service: str, username: str, password: str) -> None:
        kind, part = service.removeprefix("cognitui/"), _PART.search(username)
        what = f"part {part[1]} of the {kind}" if part else f"the head of the {kind}"
        self._steps.reach(f"before {what}")
        with closing(self._open()) as connection:
            connection.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", (service, username, password))
        self._steps.reach(f"after {what}")

    def delete_password(self, service: str, username: str) -> None:
        with closing(self._open()) as connection:
            connection.execute("DELETE FROM entry WHERE service = ? AND name = ?", (service, username))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30, isolation_level=None)


class SteppedSignIn:
    """The real sign-in; a refresh has a step before its call and one after its answer."""

    def __init__(self, signin: UserPoolProvider, steps: Steps) -> None:
        self._signin = signin
        self._steps = steps

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        return self._signin.start(profile, secrets, fresh=fresh)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        return self._signin.answer(challenge, answers)

    def wait(self, challenge: Challenge, stop: threading.Event) -> None:
        self._signin.wait(challenge, stop)

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        self._steps.reach("before the call")
        tokens = self._signin.refresh(profile, refresh_token, client_secret, username, device_key)
        self._steps.reach("after the answer")
        return tokens


class SteppedIndex:
    """The real index, with a step before each write."""

    def __init__(self, index: ExpiryIndex, steps: Steps) -> None:
        self._index = index
        self._steps = steps

    def read(self) -> Mapping[str, Expiries]:
        return self._index.read()

    def put(self, token_key: str, expiries: Expiries) -> None:
        self._steps.reach("before the index")
        self._index.put(token_key, expiries)

    def forget(self, token_key: str) -> None:
        self._index.forget(token_key)

    def stamp(self) -> object:
        return self._index.stamp()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the identity belongs; written into its folder for the process that is killed."""

    url: str
    pool: str
    client: str

    def profile(self) -> Profile:
        fields = ProfileFields(
            user_pool_id=self.pool,
            client_id=self.client,
            username="alice@example.com",
            flow=Flow.USER_PASSWORD_AUTH,
            endpoint_url=self.url,
        )
        return Profile(environment=Environment(name="dev"), name="alice", own=fields)


def start(folder: Path, clock: Callable[[], float], fatal: str = "") -> TokenBroker:
    """Return what a new start of the program has; at the step `fatal` it ends."""
    steps = Steps(fatal)
    chosen = ChosenKeyring(Entries(folder, steps), ENTRY)
    signin = UserPoolProvider(UserPoolApi(clock), clock)
    return TokenBroker(
        vault=KeyringVault(lambda _on_prompt: chosen, lambda _text: None),
        provider_at=providing(SteppedSignIn(signin, steps)),
        identity_pools=FakeIdentities(),
        index=SteppedIndex(ExpiryIndex(folder / "expiry.json"), steps),
        locks=FileLocks(folder / "locks"),
        verifier=FakeVerifier(VerificationFailed("nobody verifies here")),
        clock=clock,
        username_of=username_of,
        secret_reader=FakeSecretReader(),
    )


def main(folder: str, fatal: str) -> None:
    """Refresh, and get killed on the way."""
    place = Place(**json.loads((Path(folder) / "place.json").read_text()))
    broker = start(Path(folder), lambda: time.time() + AN_HOUR_LATER, fatal)
    broker.get(place.profile())


if __name__ == "__main__":
    main(*sys.argv[1:])
