"""Promise 13: text from outside does nothing, through a real terminal."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from cognitui.demo.strict import errors
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.server import StrictServer
from tests.e2e.terminal import Terminal
from tests.unit.fakes import make_jwt

COUNT = 500
ROWS = 30
AT_ONCE = 10

SEQUENCES = (
    "\x1b]52;c;aG9zdGlsZQ==\x07",
    "\x1b]0;hostile title\x07",
    "\x1b]8;;https://hostile.example\x07",
    "\x1b[2J\x1b[H",
    "\x1b[?1049l",
    "\x1bc",
    "\x9b31m",
    "\x07\x08\x0b\x0c",
    "\r\nhostile",
    "\u202ehostile\u202c",
    "\u2066hostile\u2069",
    "\u200bhostile\ufeff",
    "\u2028hostile\u2029",
    "\x7fhostile\x85",
    "[@click=app.quit]hostile[/]",
    "[@click='screen.copy_token']hostile[/]",
    "[bold red]hostile[/bold red]",
    "[link=https://hostile.example]hostile[/link]",
    "[/]hostile",
    "\\[hostile",
)


PASSWORD = "Passw0rd!"

PROFILE = """
version = 1
[environments.dev]
endpoint_url = "{url}"
user_pool_id = "{pool}"
client_id = "{client}"
flow = "USER_PASSWORD_AUTH"
[environments.dev.profiles.alice]
username = "alice@example.com"
"""


def hostile_strings() -> list[str]:
    chance = random.Random(13)
    return [f"{''.join(chance.sample(SEQUENCES, 2))}{number}" for number in range(COUNT)]


def written(texts: list[str]) -> str:
    """Give each profile its text and the next ones, as many as its details have room for.

    JSON's escapes of these characters are TOML's.
    """
    lines = ["version = 1", "[environments.dev]", 'user_pool_id = "eu-west-1_AbCdEf123"', 'client_id = "c1h57"']
    for number in range(len(texts)):
        shown = texts[number : number + AT_ONCE]
        lines.append(f'[environments.dev.profiles.user{number:03}]\nusername = "u{number}"')
        lines.append(f"tags = {json.dumps(shown)}\nnotes = {json.dumps(' '.join(shown))}")
    return "\n".join(lines) + "\n"


def test_500_hostile_strings_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    texts = hostile_strings()
    path = tmp_path / "profiles.toml"
    path.write_text(written(texts), encoding="utf-8")
    path.chmod(0o600)
    with Terminal([*cognitui, "--profiles", str(path), "--vault", "memory"], env=home) as terminal:
        terminal.see("user000")
        with terminal.undrawn():
            for _page in range(COUNT // ROWS + 3):
                # The texts of all rows are on the screen once, in the details of one row after the other.
                for row in range(2, ROWS, AT_ONCE):
                    terminal.click(30, row)
                    for line in (*range(10, 26, 2), row):
                        terminal.click(80, line)
                        terminal.pump(0.005)
                terminal.click(12, ROWS + 1)
                terminal.press("\x1b[6~")
                terminal.settle(0.2)
            terminal.press("g")
        terminal.press("G")
        terminal.see("user499", timeout=120)

        assert_nothing_happened(terminal)


def assert_nothing_happened(terminal: Terminal) -> None:
    """The program still runs, and nothing but its own sequences was sent."""
    sent = bytes(terminal.output)
    assert terminal.process.poll() is None
    terminal.press("q")
    assert terminal.exit_code() == 0
    assert_only_own_sequences(terminal, sent)


def assert_only_own_sequences(terminal: Terminal, sent: bytes) -> None:
    assert terminal.clipboard() is None
    for sequence in SEQUENCES[:14]:
        assert sequence.encode() not in sent, repr(sequence)


class Place:
    """A server with one user, and a profile for them."""

    def __init__(self, server: StrictServer, folder: Path, texts: Sequence[str] = ()) -> None:
        pool = server.add_pool()
        client = server.add_client(pool)
        attributes = {f"custom:{number:02}{text}": text for number, text in enumerate(texts)}
        server.add_user(pool, "alice@example.com", PASSWORD, attributes=attributes)
        self.file = folder / "profiles.toml"
        self.file.write_text(PROFILE.format(url=server.url, pool=pool.id, client=client.id))
        self.file.chmod(0o600)

    def terminal(
        self, argv: Sequence[str], env: Mapping[str, str], *command: str, size: tuple[int, int] = (120, 36)
    ) -> Terminal:
        return Terminal([*argv, "--profiles", str(self.file), "--vault", "memory", *command], env=env, size=size)


def type_password(terminal: Terminal) -> None:
    terminal.see("alice")
    terminal.press("enter")
    terminal.see("Password needed")
    terminal.press(PASSWORD)
    terminal.settle()
    terminal.press("enter")


def test_hostile_claims_in_the_panel_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], strict: StrictServer, tmp_path: Path
) -> None:
    texts = hostile_strings()[:60]
    with Place(strict, tmp_path, texts).terminal(cognitui, home) as terminal:
        type_password(terminal)
        terminal.see("unverified")
        terminal.press("t")
        terminal.see("custom:00")
        terminal.press("tab")
        with terminal.undrawn():
            for _page in range(8):
                for row in range(4, ROWS):
                    terminal.click(60, row)
                    terminal.click(90, row)
                    terminal.pump(0.005)
                terminal.press("\x1b[6~")
                terminal.settle(0.05)
            terminal.press("\x1b[5~")
        terminal.press("\x1b[6~")
        terminal.see("custom:59")

        assert_nothing_happened(terminal)


def test_hostile_claims_that_are_pasted_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], strict: StrictServer, tmp_path: Path
) -> None:
    texts = hostile_strings()[:40]
    token = make_jwt({f"{number:02}{text}": [text, {text: text}] for number, text in enumerate(texts)})
    with Place(strict, tmp_path).terminal(cognitui, home) as terminal:
        terminal.see("alice")
        terminal.press("i")
        terminal.see("paste it here")
        terminal.press(f"\x1b[200~{token}\x1b[201~")
        terminal.see("no profile has its pool and client")
        for _page in range(6):
            for row in range(6, ROWS):
                terminal.click(30, row)
                terminal.click(70, row)
                terminal.pump(0.005)
            terminal.press("\x1b[6~")
            terminal.settle(0.05)
        terminal.press("q")
        terminal.settle()

        assert_nothing_happened(terminal)


def test_hostile_claims_side_by_side_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], strict: StrictServer, tmp_path: Path
) -> None:
    with Place(strict, tmp_path, hostile_strings()[:60]).terminal(cognitui, home) as terminal:
        type_password(terminal)
        terminal.see("unverified")
        terminal.press("m", "t")
        terminal.see("custom:00")
        terminal.press("=")
        terminal.see("added")
        with terminal.undrawn():
            for _page in range(8):
                for row in range(6, ROWS):
                    terminal.click(40, row)
                    terminal.pump(0.005)
                terminal.press("\x1b[6~")
                terminal.settle(0.05)
            terminal.press("\x1b[5~")
        terminal.press("\x1b[6~")
        terminal.see("custom:59")
        terminal.press("q")
        terminal.settle()

        assert_nothing_happened(terminal)


def test_hostile_claims_that_are_decoded_send_no_sequence(home: dict[str, str], cognitui: list[str]) -> None:
    texts = hostile_strings()
    token = make_jwt({f"{number}{text}": [text, {text: text}] for number, text in enumerate(texts[:100])})
    with Terminal([*cognitui, "decode", token], env=home) as terminal:
        assert terminal.exit_code() == 0

    assert b"unverified" in terminal.output
    assert_only_own_sequences(terminal, bytes(terminal.output))


def test_a_servers_hostile_words_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], strict: StrictServer, tmp_path: Path
) -> None:
    place = Place(strict, tmp_path)
    for text in ("".join(SEQUENCES[:10]), "".join(SEQUENCES[10:])):
        strict.errors.add("InitiateAuth", refused(text))
    with place.terminal(cognitui, home) as terminal:
        for _text in range(2):
            type_password(terminal)
            terminal.see("Refused by a Lambda trigger")
            for row in range(4, ROWS):
                terminal.click(80, row)
                terminal.pump(0.005)

        assert_nothing_happened(terminal)


def test_a_servers_hostile_words_in_a_command_send_no_sequence(
    home: dict[str, str], cognitui: list[str], strict: StrictServer, tmp_path: Path
) -> None:
    strict.errors.always("InitiateAuth", refused("".join(SEQUENCES)))
    # So wide that no line of it is broken: a line end would be the server's.
    with Place(strict, tmp_path).terminal(cognitui, home, "token", "dev/alice", size=(1000, 36)) as terminal:
        terminal.until(lambda: b"Password:" in terminal.output, "the password was never asked for")
        terminal.press(*PASSWORD, "enter")

        assert terminal.exit_code() == 4

    assert b"hostile title" in terminal.output
    assert_only_own_sequences(terminal, bytes(terminal.output))


def refused(text: str) -> errors.InjectedError:
    """A trigger of the pool that says it in these words."""
    return errors.InjectedError(Refusal("UserLambdaValidationException", text).answer)
