"""Prompts in a real terminal: a command on fakes behind a pty."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.fakes import make_profile, make_tokens

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no pty")

ROOT = Path(__file__).parents[3]
PROGRAM = """
import fcntl, os, signal, termios
# A background job of a shell, such as a whole test run, starts with ctrl+c ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)

from cognitui.cli import cognitui
from tests.unit.fakes import FakeSignIn, make_profile, make_tokens, password_challenge, services_with, signed_in
alice, boss = make_profile("dev/alice"), make_profile("prod/boss", protected=True, username="boss")
services = services_with(alice, boss, signin=FakeSignIn(start=[password_challenge(alice)], answer=[signed_in()]))
services.holding(boss, make_tokens(mark="boss"))
cognitui(obj=lambda _options: services)
"""


@dataclass
class Terminal:
    """The user's side of a pty; the other side is stdin and stderr of the command, and stdout is a pipe."""

    process: subprocess.Popen[bytes]
    side: int
    shown: bytes = b""

    def wait_for(self, words: str) -> None:
        while words.encode() not in self.shown:
            ready, _, _ = select.select([self.side], [], [], 20)
            assert ready, f"{words!r} did not come: {self.shown!r}"
            more = os.read(self.side, 4096)
            assert more, f"{words!r} never came: {self.shown!r}"
            self.shown += more

    def type(self, text: str) -> None:
        os.write(self.side, text.encode())

    def end(self) -> tuple[int, bytes]:
        out, _ = self.process.communicate(timeout=20)
        return self.process.returncode, out


@contextmanager
def terminal(*args: str, columns: int = 200) -> Iterator[Terminal]:
    import fcntl
    import pty
    import termios

    mine, theirs = pty.openpty()
    fcntl.ioctl(mine, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *args],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src:."},
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(process, mine)
    finally:
        process.kill()
        process.communicate()
        os.close(mine)


def test_the_password_is_hidden_and_stdout_contains_only_the_token() -> None:
    with terminal("token", "dev/alice") as person:
        person.wait_for("Password: ")
        person.type("hunter2\n")
        person.wait_for("Keep it in the keyring? [Y/n]")
        person.type("\n")
        code, out = person.end()

    assert code == 0
    assert out.decode() == f"{make_tokens().access.value}\n"
    assert b"hunter2" not in person.shown


def test_no_input_asks_nothing_in_a_terminal_either() -> None:
    with terminal("token", "dev/alice", "--no-input") as person:
        person.wait_for("password is needed")
        assert person.end() == (3, b"")


def test_ctrl_c_at_a_question_ends_with_its_code_and_no_traceback() -> None:
    with terminal("token", "dev/alice") as person:
        person.wait_for("Password: ")
        person.type("\x03")
        person.wait_for("Cancelled.")
        assert person.end() == (130, b"")
    assert b"Traceback" not in person.shown


def test_a_protected_token_is_printed_after_confirmation() -> None:
    with terminal("token", "prod/boss") as person:
        person.wait_for("prod is protected. Get the access token of prod/boss? [y/N]")
        person.type("y\n")
        assert person.end() == (0, f"{make_tokens(mark='boss').access.value}\n".encode())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("token", "prod/boss"), "Nothing was done."),
        (("logout", "prod/boss", "--revoke"), "No session was ended."),
        (("profile", "rm", "dev/alice"), "dev/alice was not removed."),
    ],
)
def test_declining_is_not_reported_as_an_error(args: tuple[str, ...], words: str) -> None:
    with terminal(*args) as person:
        person.wait_for("[y/N]")
        person.type("\n")
        person.wait_for(words)
        assert person.end() == (3, b"")
    assert b"Error" not in person.shown


def test_the_prompt_for_a_secret_is_hidden() -> None:
    with terminal("secret", "set", make_profile().id, "password") as person:
        person.wait_for("password of dev/alice: ")
        person.type("hunter2\n")
        person.wait_for("is stored in the keyring")
        assert person.end() == (0, b"")
    assert b"hunter2" not in person.shown


def test_a_profile_is_removed_after_confirmation() -> None:
    with terminal("profile", "rm", "dev/alice") as person:
        person.wait_for("Remove dev/alice from profiles.toml? [y/N]")
        person.type("y\n")
        person.wait_for("Removed dev/alice.")
        assert person.end()[0] == 0


def test_a_long_sentence_is_wrapped_between_words() -> None:
    with terminal("decode", "abc", columns=30) as person:
        code, _ = person.end()
        person.wait_for("eyJ")

    assert code == 2
    lines = person.shown.decode().split("\r\n")
    assert all(len(line) <= 30 for line in lines)
    assert "Error: This is not a JWT: it" in lines


def test_a_sentence_of_wide_characters_is_wrapped_by_its_width() -> None:
    with terminal("list", "--env", "佐藤 鈴木 高橋 田中 伊藤", columns=39) as person:
        code, _ = person.end()
        person.wait_for("shows all profiles.")

    assert code == 2
    assert "Error: There is no environment 佐藤\r\n鈴木 高橋 田中 伊藤.\r\n" in person.shown.decode()


def test_a_command_in_a_message_is_not_wrapped() -> None:
    with terminal("profile", "add", "dev/carol", "--username", "c", columns=30) as person:
        assert person.end()[0] == 0
        person.wait_for("cognitui secret set dev/carol password")
