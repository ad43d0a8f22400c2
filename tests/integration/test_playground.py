"""The playground: each of its people signs in as its notes say, by the codes that it tells."""

from __future__ import annotations

import queue
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cognitui.cognito.challenges.code import totp_code
from cognitui.demo.playground import Place
from cognitui.demo.playground_cast import PLAYERS
from cognitui.demo.playground_server import playground
from cognitui.demo.profiles import playground_text
from cognitui.model.challenge import INSTEAD, Challenge, Prompt
from cognitui.model.profile import Profile, ProfileBook
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile
from cognitui.services import Options, Services
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult

pytestmark = pytest.mark.xdist_group("cognito")

NEW_PASSWORD = "Str0nger!pass"


class Grounds:
    """The playground with a program in front of it."""

    def __init__(self, broker: TokenBroker, book: ProfileBook, letters: queue.SimpleQueue[str]) -> None:
        self.broker = broker
        self.book = book
        self.letters = letters
        self.asked: list[str] = []

    def profile(self, name: str) -> Profile:
        return self.book.by_id[f"playground/{name}"]

    def sign_in(self, name: str, answer: Callable[[Challenge, Prompt], str], *, instead: str = "") -> TokenResult:
        """Signs in anew, answering whatever is asked; what that was is in `asked`."""
        self.asked = []
        step = self.broker.get(self.profile(name), policy=TokenPolicy.SIGN_IN)
        while isinstance(step, Challenge):
            if instead and not step.sent_to:
                step = self.broker.answer(step, {INSTEAD: instead})
                assert isinstance(step, Challenge)
            self.asked.append(step.needs)
            step = self.broker.answer(step, {prompt.name: answer(step, prompt) for prompt in step.prompts})
        return step

    def by_code(self, _asked: Challenge, prompt: Prompt) -> str:
        """Chooses the first of several, thinks of a password, and types the code that was told last."""
        if prompt.choices:
            return prompt.choices[0].value
        if prompt.confirm:
            return NEW_PASSWORD
        found = re.search(r"^Code (\d+):", self.letters.get(timeout=10))
        assert found
        return found[1]


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    folder = tmp_path_factory.mktemp("playground")
    letters: queue.SimpleQueue[str] = queue.SimpleQueue()
    with playground(folder) as running:
        opened = running.opened()
        running.tell_letters(letters.put)
        profiles = folder / "profiles.toml"
        profiles.touch(0o600)
        profiles.write_text(f"version = 1\n{playground_text(opened)}", "utf-8")
        services = Services(Options(profiles=profiles, state=folder / "state", vault="memory"), {"HOME": str(folder)})
        book = ProfileFile(profiles).load()
        for place in opened.places:
            keep_password(services.broker, book, place)
        yield Grounds(services.broker, book, letters)


def keep_password(broker: TokenBroker, book: ProfileBook, place: Place) -> None:
    if place.password:
        broker.set_secret(book.by_id[f"playground/{place.name}"], SecretKind.PASSWORD, place.password)


def test_its_profiles_have_no_fault(grounds: Grounds) -> None:
    assert grounds.book.problems == ()
    assert [profile.name for profile in grounds.book.profiles] == [player.name for player in PLAYERS]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("email-code", ["code"]),
        ("sms-code", ["code"]),
        ("either-code", ["second factor", "code"]),
        ("rotation", []),
    ],
)
def test_a_code_that_was_told_signs_in(grounds: Grounds, name: str, asked: list[str]) -> None:
    assert grounds.sign_in(name, grounds.by_code).token.value
    assert grounds.asked == asked


@pytest.mark.parametrize(
    ("factor", "asked"), [("PASSWORD", ["factor"]), ("EMAIL_OTP", ["factor", "code"]), ("SMS_OTP", ["factor", "code"])]
)
def test_a_first_factor_is_chosen(grounds: Grounds, factor: str, asked: list[str]) -> None:
    grounds.sign_in("first-factor", lambda step, prompt: factor if prompt.choices else grounds.by_code(step, prompt))

    assert grounds.asked == asked


def test_the_seed_of_a_new_app_signs_in(grounds: Grounds) -> None:
    def app(step: Challenge, _prompt: Prompt) -> str:
        assert step.qr.startswith("otpauth://")
        return totp_code(step.offered[SecretKind.TOTP], time.time())

    assert grounds.sign_in("authenticator", app).token.value


def test_the_riddles_are_shown_and_their_answers_sign_in(grounds: Grounds) -> None:
    answers = {"What has keys and opens no door?": "a keyboard", "Say friend, and enter.": "mellon"}

    grounds.sign_in("riddles", lambda step, _prompt: answers[dict(step.shown)["question"]])

    assert grounds.asked == ["answer", "answer"]


def test_a_device_that_is_known_answers_by_itself(grounds: Grounds) -> None:
    grounds.sign_in("device", grounds.by_code)
    assert grounds.asked == ["code"]

    grounds.sign_in("device", grounds.by_code)

    assert grounds.asked == []


def test_a_refresh_rotates_the_refresh_token(grounds: Grounds) -> None:
    from cognitui.model.token import TokenKind

    profile = grounds.profile("rotation")
    grounds.sign_in("rotation", grounds.by_code)
    before = grounds.broker.get(profile, TokenKind.REFRESH)
    grounds.broker.get(profile, policy=TokenPolicy.REFRESH)
    after = grounds.broker.get(profile, TokenKind.REFRESH)

    assert isinstance(before, TokenResult)
    assert isinstance(after, TokenResult)
    assert before.token.value != after.token.value


@pytest.mark.parametrize("name", ["sign-up", "reset"])
def test_an_account_that_is_not_in_order_is_mended_by_a_code(grounds: Grounds, name: str) -> None:
    assert grounds.sign_in(name, grounds.by_code, instead="resend").token.value


def test_a_new_password_in_the_place_of_a_temporary_one_signs_in_the_next_time(grounds: Grounds) -> None:
    grounds.sign_in("temporary", grounds.by_code)
    assert grounds.asked == ["new password"]

    grounds.sign_in("temporary", grounds.by_code)

    assert grounds.asked == []


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
def test_it_listens_on_loopback_alone(grounds: Grounds) -> None:
    port = urlsplit(grounds.profile("email-code").fields.endpoint_url or "").port
    assert port

    assert set(listening_at(port)) == {"127.0.0.1"}


def test_nothing_listens_when_it_is_over(tmp_path: Path) -> None:
    with playground(tmp_path) as running:
        port = urlsplit(running.opened().endpoint).port

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def listening_at(port: int) -> Iterator[str]:
    """The local address of each TCP socket that listens on a port; one of IPv6 in hexadecimal."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, _, its_port = local.partition(":")
            if state == "0A" and int(its_port, 16) == port:
                address_bytes = bytes.fromhex(address)
                yield socket.inet_ntoa(address_bytes[::-1]) if table == "tcp" else address
