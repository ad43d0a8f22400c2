"""Each kind of row of `docs/flows.md` by `cognitui login` in a real terminal: from the first question to the tokens."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import tomli_w
import urllib3

from cognitui.demo.strict.server import StrictServer
from tests.e2e.terminal import Terminal
from tests.integration.conftest import SecretService, missing_programs, running_secret_service
from tests.integration.flow_cases import SAMPLES, Case, one_column
from tests.integration.flow_cells import BY_ITSELF
from tests.integration.flow_world import IAM, PASSWORD, WORDS, World, a_server, a_world
from tests.integration.flows_page import asked_in
from tests.strict.browser import log_in

NEEDS_A_KEYRING = tuple(case for case in SAMPLES if case.twice or case.totp == "stored")
"""Rows in which something is known from before."""

_STORABLE = ("password", "client secret")
_AGAIN = "repeat it"
_QUESTION = re.compile(r"(?:^|\n)([^\r\n]+): $")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/oauth2/authorize\?\S+")


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    """One server for all rows, each of which makes a pool of its own."""
    with a_server() as server:
        yield server
    assert not server.crashes, "\n".join(server.crashes)


def beside_a_keyring(folder: Path, act: Callable[[SecretService, Path], None]) -> None:
    """Do it beside a keyring of its own, in a folder of its own.

    gnome-keyring itself crashes now and then: what failed by that, and by nothing of ours, is done once more
    beside another one.
    """
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: gnome-keyring, dbus, libsecret-tools)")
    for is_last in (False, True):
        place = folder / ("last" if is_last else "first")
        place.mkdir()
        with running_secret_service(place) as service:
            try:
                act(service, place)
            except (AssertionError, subprocess.CalledProcessError):
                if is_last or not service.has_died:
                    raise
            else:
                return


@pytest.mark.parametrize("case", [case for case in SAMPLES if case not in NEEDS_A_KEYRING], ids=lambda case: case.row)
def test_login_asks_what_the_page_says_and_for_each_secret_once(
    server: StrictServer, home: dict[str, str], cognitui: list[str], tmp_path: Path, case: Case
) -> None:
    world = a_world(server, case, *one_column(case))
    env = {**home, **surroundings(world, tmp_path), "COGNITUI_VAULT": "memory"}

    asked = sign_in(world, [*cognitui, "login", "dev/alice"], env)

    assert others(asked) == questions_of(case)
    secrets = [label for label in asked if label in _STORABLE]
    assert len(secrets) == len(set(secrets)), "asked twice"


@pytest.mark.parametrize("case", NEEDS_A_KEYRING, ids=lambda case: case.row)
def test_login_asks_what_the_page_says_with_a_keyring_that_knows_the_rest(
    server: StrictServer, cognitui: list[str], tmp_path: Path, case: Case
) -> None:
    def log_in(keyring: SecretService, folder: Path) -> None:
        world = a_world(server, case, *one_column(case))
        env = {**keyring.environ, **surroundings(world, folder)}
        if seed := world.given.totp_seed:
            command = [*cognitui, "secret", "set", "dev/alice", "totp"]
            subprocess.run(command, input=seed, env=env, text=True, check=True, capture_output=True)

        asked = sign_in(world, [*cognitui, "login", "dev/alice"], env)
        if case.twice:
            asked = sign_in(world, [*cognitui, "login", "dev/alice"], env)
            assert others(asked) == asked, "what was kept is asked for again"

        assert others(asked) == questions_of(case)

    beside_a_keyring(tmp_path, log_in)


def surroundings(world: World, folder: Path) -> dict[str, str]:
    """Write the profile file, and return the environment that leads to it; no browser is there to be opened."""
    profiles = {one.name: {"endpoint_url": world.server.url, **one.own.set_values()} for one in world.profiles}
    path = folder / "profiles.toml"
    path.write_text(tomli_w.dumps({"version": 1, "environments": {"dev": {"profiles": profiles}}}))
    path.chmod(0o600)
    return {**IAM, "COGNITUI_PROFILES": str(path), "SSH_TTY": "/dev/pts/0"}


def questions_of(case: Case) -> list[str]:
    """Return what the page says, one question after the other."""
    asked = asked_in(case)
    return [] if asked == BY_ITSELF else re.split(r", then | and ", asked)


def others(asked: list[str]) -> list[str]:
    """Return the questions for what the page takes for stored left out."""
    return [label for label in asked if label not in _STORABLE]


def sign_in(world: World, command: list[str], env: Mapping[str, str]) -> list[str]:
    """Run the command, answer as a user does, and return what was asked once it has reported the tokens."""
    world.begin()
    with Terminal(command, env=env) as terminal:
        asked = Visitor(terminal, world).answer_all()
        assert terminal.exit_code() == 0, terminal.text
        done = "Exchanged the token of dev/subject" if world.sources else "Signed in"
        assert f"{done}: dev/alice" in terminal.text
    return asked


class Visitor:
    """A person who reads what the terminal shows and types what they know."""

    def __init__(self, terminal: Terminal, world: World) -> None:
        self._terminal, self._world = terminal, world
        self._read = 0
        """How many bytes belong to questions that are answered."""

    def answer_all(self) -> list[str]:
        """Answer until the program ends, and return what was asked."""
        asked: list[str] = []
        while question := self._next_question():
            shown = self._shown
            self._read = len(self._terminal.output)
            label = question.lower()
            if label.startswith("waiting for the browser"):
                asked.append("a browser sign-in")
                self._log_in(shown)
                continue
            typed = self._typed(label, shown)
            if typed not in ("y", "/resend") and label != _AGAIN:
                asked.append(label)
            self._terminal.press(typed, "enter")
        return asked

    @property
    def _shown(self) -> str:
        return self._terminal.output[self._read :].decode("utf-8", "replace").replace("\r\n", "\n")

    def _next_question(self) -> str:
        self._terminal.until(
            lambda: bool(_QUESTION.search(self._shown)) or self._terminal.process.poll() is not None,
            "nothing is asked, and it does not end",
        )
        found = _QUESTION.search(self._shown)
        return found[1] if found else ""

    def _typed(self, label: str, shown: str) -> str:
        if label.endswith("[y/n]"):
            return "y"
        if self._world.case.instead and "/resend" in shown and "Sent to" not in shown:
            return "/resend"
        if label == _AGAIN:
            label = "new password"
        answer = self._world.answer(label, shown)
        if "  1) " not in shown:
            return answer
        choice = re.search(rf"(\d+)\) {re.escape(WORDS[answer])}$", shown, re.MULTILINE)
        assert choice, shown
        return choice[1]

    def _log_in(self, shown: str) -> None:
        address = _ADDRESS.search(shown)
        assert address, shown
        patient = urllib3.Retry(connect=100, backoff_factor=0.02, backoff_max=0.02)
        back = log_in(address[0], self._world.user.username, PASSWORD)
        urllib3.request("GET", back, retries=patient)
