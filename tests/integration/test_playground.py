"""The demo's Cognito: each user of the playground signs in as the notes say, with the codes that it reports."""

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
from cognitui.demo.playground import playground
from cognitui.demo.playground_users import USERS
from cognitui.demo.profiles import profile_text
from cognitui.model.challenge import INSTEAD, Challenge, Prompt
from cognitui.model.claims import decode
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.profile_matching import at_other_replica
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile
from cognitui.services import Options, Services
from cognitui.tokens.request import TokenPolicy, TokenResult

pytestmark = pytest.mark.xdist_group("cognito")

NEW_PASSWORD = "Str0nger!pass"


class Client:
    """The playground, and a program that uses it."""

    def __init__(self, services: Services, book: ProfileSet, codes: queue.SimpleQueue[str]) -> None:
        self.broker = services.broker
        self.user_sessions = services.user_sessions
        self.book = book
        self.codes = codes
        self.asked: list[str] = []

    def profile(self, name: str) -> Profile:
        return self.book.by_id[f"playground/{name}"]

    def sign_in(self, name: str, answer: Callable[[Challenge, Prompt], str], *, instead: str = "") -> TokenResult:
        """Sign in again, answering whatever is asked; what that was is in `asked`."""
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
        """Choose the first of several, invent a password, or type the code that was reported last."""
        if prompt.choices:
            return prompt.choices[0].value
        if prompt.confirm:
            return NEW_PASSWORD
        found = re.search(r"^Code (\d+):", self.codes.get(timeout=10))
        assert found
        return found[1]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("playground")
    codes: queue.SimpleQueue[str] = queue.SimpleQueue()
    with playground(folder) as running:
        ready = running.wait_until_ready()
        running.on_code(codes.put)
        profiles = folder / "profiles.toml"
        profiles.touch(0o600)
        profiles.write_text(profile_text(ready, (), USERS), "utf-8")
        services = Services(Options(profiles=profiles, state=folder / "state", vault="memory"), {"HOME": str(folder)})
        book = ProfileFile(profiles).load()
        for secret in ready.secrets:
            if secret.profile in book.by_id:
                services.broker.set_secret(book.by_id[secret.profile], secret.kind, secret.value)
        yield Client(services, book, codes)


def test_its_profiles_have_no_problem(client: Client) -> None:
    assert client.book.errors == ()
    assert [profile.name for profile in client.book.profiles] == [user.name for user in USERS]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("email-code", ["code"]),
        ("sms-code", ["code"]),
        ("either-code", ["second factor", "code"]),
        ("rotation", []),
    ],
)
def test_a_reported_code_signs_in(client: Client, name: str, asked: list[str]) -> None:
    assert client.sign_in(name, client.by_code).token.value
    assert client.asked == asked


@pytest.mark.parametrize(
    ("factor", "asked"), [("PASSWORD", ["factor"]), ("EMAIL_OTP", ["factor", "code"]), ("SMS_OTP", ["factor", "code"])]
)
def test_a_first_factor_is_chosen(client: Client, factor: str, asked: list[str]) -> None:
    client.sign_in("first-factor", lambda step, prompt: factor if prompt.choices else client.by_code(step, prompt))

    assert client.asked == asked


def test_the_seed_of_a_new_app_signs_in(client: Client) -> None:
    def app(step: Challenge, _prompt: Prompt) -> str:
        assert step.qr.startswith("otpauth://")
        return totp_code(step.offered[SecretKind.TOTP], time.time())

    assert client.sign_in("authenticator", app).token.value


def test_custom_challenges_are_shown_and_their_answers_sign_in(client: Client) -> None:
    answers = {"What has keys and opens no door?": "a keyboard", "Say friend, and enter.": "mellon"}

    client.sign_in("custom-challenge", lambda step, _prompt: answers[dict(step.shown)["question"]])

    assert client.asked == ["answer", "answer"]


def test_a_remembered_device_needs_no_code(client: Client) -> None:
    client.sign_in("device", client.by_code)
    assert client.asked == ["code"]

    client.sign_in("device", client.by_code)

    assert client.asked == []


def test_a_refresh_rotates_the_refresh_token(client: Client) -> None:
    from cognitui.model.token import TokenKind

    profile = client.profile("rotation")
    client.sign_in("rotation", client.by_code)
    before = client.broker.get(profile, TokenKind.REFRESH)
    client.broker.get(profile, policy=TokenPolicy.REFRESH)
    after = client.broker.get(profile, TokenKind.REFRESH)

    assert isinstance(before, TokenResult)
    assert isinstance(after, TokenResult)
    assert before.token.value != after.token.value


@pytest.mark.parametrize("name", ["sign-up", "reset"])
def test_a_code_fixes_an_unconfirmed_or_reset_account(client: Client, name: str) -> None:
    assert client.sign_in(name, client.by_code, instead="resend").token.value


def test_a_new_password_replaces_the_temporary_one_for_the_next_sign_in(client: Client) -> None:
    client.sign_in("temporary", client.by_code)
    assert client.asked == ["new password"]

    client.sign_in("temporary", client.by_code)

    assert client.asked == []


def test_a_step_up_asks_only_for_the_code_that_is_missing(client: Client) -> None:
    profile = client.profile("step-up")
    by_password = client.sign_in("step-up", client.by_code).token
    assert client.asked == []

    asked = client.broker.get(profile.wanting("urn:cognito:loa:3"))
    assert isinstance(asked, Challenge)
    done = client.broker.answer(asked, {prompt.name: client.by_code(asked, prompt) for prompt in asked.prompts})

    assert isinstance(done, TokenResult)
    levels = [decode(token.value).claims["acr"] for token in (by_password, done.token)]
    assert levels == ["urn:cognito:loa:1", "urn:cognito:loa:3"]


def test_tokens_of_the_updated_issuer_are_verified(client: Client) -> None:
    profile = client.profile("updated-issuer")

    token = client.sign_in("updated-issuer", client.by_code).token

    assert str(decode(token.value).claims["iss"]).startswith("https://issuer-cognito-idp.eu-west-1.amazonaws.com/")
    assert client.broker.verify(profile, token).verified


def test_a_replica_signs_in_the_user_of_the_primary_region(client: Client) -> None:
    primary, replica = client.profile("primary"), client.profile("replica")
    assert at_other_replica(client.book, replica) == primary

    here, there = (client.sign_in(name, client.by_code).token for name in ("primary", "replica"))

    assert client.broker.verify(replica, here).verified
    assert client.broker.verify(primary, there).verified
    assert replica.fields.endpoint_url != primary.fields.endpoint_url


def test_a_program_gets_a_token_without_a_domain(client: Client) -> None:
    profile = client.profile("orders-agent")
    assert not profile.fields.domain

    token = client.broker.get(profile)

    assert isinstance(token, TokenResult)
    claims = decode(token.token.value).claims
    assert (claims["client_id"], claims["scope"]) == (profile.client_id, "orders/read")


def test_the_agent_acts_for_alice_with_fewer_scopes(client: Client) -> None:
    alice = decode(client.sign_in("shopper", client.by_code).token.value).claims
    exchanged = client.broker.get(client.profile("for-alice"))
    assert isinstance(exchanged, TokenResult)
    claims = decode(exchanged.token.value).claims

    assert alice["scope"] == "aws.cognito.signin.user.admin orders/read orders/write"
    assert (claims["sub"], claims["scope"]) == (alice["sub"], "orders/read")
    assert claims["aud"] == "https://orders.example.com"
    act = claims["act"]
    assert isinstance(act, dict)
    assert act["sub"] == client.profile("orders-agent").client_id


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
def test_it_listens_only_on_loopback(client: Client) -> None:
    ports = {urlsplit(profile.fields.endpoint_url or "").port for profile in client.book.profiles}
    assert len(ports) == 2, "the replica's Region has an address of its own"

    assert {address for port in ports if port for address in listening_at(port)} == {"127.0.0.1"}


def test_nothing_listens_after_it_ended(tmp_path: Path) -> None:
    with playground(tmp_path) as running:
        port = urlsplit(running.wait_until_ready().endpoint).port

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def listening_at(port: int) -> Iterator[str]:
    """Yield the local address of each TCP socket that listens on a port; IPv6 in hexadecimal."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, _, its_port = local.partition(":")
            if state == "0A" and int(its_port, 16) == port:
                address_bytes = bytes.fromhex(address)
                yield socket.inet_ntoa(address_bytes[::-1]) if table == "tcp" else address


def test_a_user_is_signed_in_on_other_devices_and_can_end_that(client: Client) -> None:
    profile, got = client.profile("sessions"), client.sign_in("sessions", client.by_code)

    mine, phone, *rest = client.user_sessions.of(profile, got).sessions
    assert (mine.is_current, phone.device_name, phone.place) == (True, "iOS, Shop 4.3", "Dublin, Ireland")
    assert [one.kind_words for one in rest] == ["app, by browser", "browser login", "app"]

    client.user_sessions.end(profile, got, phone)
    assert client.user_sessions.of(profile, got).sessions == (mine, *rest)
