"""Promise 6: a core image of the locked program holds no token, no password and no claim, typed or read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.demo.strict import errors
from cognitui.demo.strict.server import StrictServer
from tests.e2e.memory_image import first_held_by
from tests.e2e.terminal import Terminal
from tests.integration.conftest import SecretService, missing_programs, running_secret_service
from tests.unit.fakes import make_jwt

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="/proc/PID/mem"),
    pytest.mark.xdist_group("locked memory"),
]

PASSWORD = "canary-Passw0rd!stored"
SECRET = "canary9drv7kalt3vq0ssexamplesecret"
TYPED = "canary-typed-and-never-sent"

PROFILE = """
version = 1
[environments.dev]
endpoint_url = "{url}"
user_pool_id = "{pool}"
client_id = "{client}"
flow = "{flow}"
[environments.dev.profiles.alice]
username = "alice@example.com"
"""


class Desk:
    """A program with a real keyring and a strict Cognito; it locks after five seconds."""

    def __init__(self, service: SecretService, server: StrictServer, folder: Path, cognitui: list[str]) -> None:
        self.server = server
        self._pool = server.add_pool()
        self._client = server.add_client(self._pool, secret=SECRET)
        server.add_user(self._pool, "alice@example.com", PASSWORD)
        self._file = folder / "profiles.toml"
        self.environ = {**service.environ, "COGNITUI_PROFILES": str(self._file)}
        settings = folder / "config" / "cognitui" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text('idle_lock = "5s"\n')
        self.cognitui = cognitui
        self.use("USER_PASSWORD_AUTH")

    def use(self, flow: str) -> None:
        """Has the profile sign in by that flow."""
        text = PROFILE.format(url=self.server.url, pool=self._pool.id, client=self._client.id, flow=flow)
        self._file.write_text(text)
        self._file.chmod(0o600)

    def store(self, kind: str, value: str) -> None:
        """Put a secret into the keyring, in a process of its own."""
        argv = [*self.cognitui, "secret", "set", "dev/alice", kind]
        subprocess.run(argv, input=value, text=True, env=self.environ, check=True, capture_output=True)

    @property
    def issued(self) -> list[str]:
        """What the tokens that were issued are known by: their signatures, the ids in their claims."""
        found: list[str] = []
        for request in self.server.journal.requests:
            answer = json.loads(request.answer.body or b"{}") if request.answer else {}
            for name, token in answer.get("AuthenticationResult", {}).items():
                if name.endswith("Token"):
                    found.append(token[-60:])
                if name in ("AccessToken", "IdToken"):
                    payload = token.split(".")[1]
                    found.append(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["jti"])
        return found


@pytest.fixture
def desk(tmp_path: Path, strict: StrictServer, cognitui: list[str]) -> Iterator[Desk]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: gnome-keyring, dbus, libsecret-tools)")
    with running_secret_service(tmp_path) as service:
        yield Desk(service, strict, tmp_path, cognitui)


def in_memory(terminal: Terminal, secrets: list[str]) -> str:
    """Return the first of these secrets that is in memory, or an empty text."""
    return first_held_by(terminal.process.pid, secrets)


def is_clean_behind_the_lock(terminal: Terminal, secrets: list[str]) -> None:
    """Wait until the lock is up and the memory is overwritten, which takes some seconds."""
    terminal.see("Locked after")
    assert secrets
    end = time.monotonic() + 20
    while left := in_memory(terminal, secrets):
        assert time.monotonic() < end, left
        terminal.settle(0.5)


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"])
def test_tokens_that_were_read_shown_and_copied_are_gone(desk: Desk, flow: str) -> None:
    desk.use(flow)
    desk.store("password", PASSWORD)
    desk.store("client-secret", SECRET)
    with Terminal(desk.cognitui, env=desk.environ) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("unverified")
        # Verified, raw and as claims, every tab; each key as a person presses it.
        for key in ("v", "o", "t", "t", "o", "t", "t", "c"):
            terminal.press(key)
            terminal.settle(0.1)
        terminal.see("Sent to the terminal")
        secrets = [*desk.issued, PASSWORD, SECRET]
        assert in_memory(terminal, desk.issued), "what is shown is in memory: the search finds nothing"
        is_clean_behind_the_lock(terminal, secrets)

        # Everything is there again once somebody is.
        terminal.press("x")
        terminal.miss("Locked after")
        terminal.press("enter")
        terminal.see("unverified")
        assert in_memory(terminal, desk.issued)


def test_what_was_typed_and_never_sent_is_gone(desk: Desk) -> None:
    with Terminal(desk.cognitui, env=desk.environ) as terminal:
        terminal.see("alice")
        terminal.press("p")
        terminal.see("Client secret")
        for letter in TYPED:
            terminal.press(letter)
        terminal.settle()
        assert in_memory(terminal, [TYPED])

        is_clean_behind_the_lock(terminal, [TYPED])


def test_a_password_that_was_refused_is_gone(desk: Desk) -> None:
    desk.store("client-secret", SECRET)
    with Terminal(desk.cognitui, env=desk.environ) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Password needed")
        terminal.press(TYPED)
        terminal.settle()
        terminal.press("enter")
        terminal.until(lambda: desk.server.journal.count("InitiateAuth") > 0, "nothing was sent")

        is_clean_behind_the_lock(terminal, [TYPED, SECRET])


def test_a_token_that_was_pasted_is_gone(desk: Desk) -> None:
    token = make_jwt({"sub": "canary-subject-of-a-pasted-token", "filler": "x" * 900})
    with Terminal(desk.cognitui, env=desk.environ) as terminal:
        terminal.see("alice")
        terminal.press("i")
        terminal.see("Inspect")
        terminal.press(f"\x1b[200~{token}\x1b[201~")
        terminal.see("canary-subject")

        is_clean_behind_the_lock(terminal, [token[-40:], token, "canary-subject-of-a-pasted-token"])


def test_a_token_that_comes_behind_the_lock_is_gone(desk: Desk) -> None:
    desk.store("password", PASSWORD)
    desk.store("client-secret", SECRET)
    desk.server.errors.add("InitiateAuth", errors.hang(6))
    with Terminal(desk.cognitui, env=desk.environ) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Locked after")
        terminal.until(lambda: bool(desk.issued), "no token came")

        is_clean_behind_the_lock(terminal, [*desk.issued, PASSWORD, SECRET])
