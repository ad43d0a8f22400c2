"""One session of a person who has just installed it, through a real terminal, against a real Cognito emulator."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.xdist_group("demo")

_LETTER = re.compile(r"Code (\d{6}): the playground sent it")


def test_start_get_verify_copy_switch_quit(home: dict[str, str], cognitui: list[str], tmp_path: Path) -> None:
    with Terminal([*cognitui, "demo"], env=home) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press("enter")
        terminal.see("unverified")
        terminal.press("v")
        terminal.see("✓ verified  RS256")
        terminal.press("c")
        terminal.see("Sent to the terminal (unconfirmed)")
        assert (terminal.clipboard() or "").startswith("eyJ")
        terminal.press("]")
        terminal.miss("✓ verified")
        terminal.press("3", "enter")
        terminal.see("is protected")
        terminal.press("n")
        terminal.press("q")

        assert terminal.exit_code() == 0
        assert terminal.modes == terminal.modes_before
    assert not (tmp_path / "config").exists()


def test_the_first_screen_opens_the_demo_in_place(home: dict[str, str], cognitui: list[str], tmp_path: Path) -> None:
    with Terminal(cognitui, env=home) as terminal:
        terminal.see("Try the demo", timeout=60)
        terminal.press("T")
        terminal.see("orders-service", timeout=60)
        terminal.press("enter")
        terminal.see("unverified")
        terminal.press("q")

        assert terminal.exit_code() == 0
    assert not (tmp_path / "config").exists()


def test_the_token_in_the_clipboard_is_one_that_decode_understands(home: dict[str, str], cognitui: list[str]) -> None:
    with Terminal([*cognitui, "demo"], env=home, size=(80, 24)) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press("enter")
        terminal.see("unverified")
        terminal.press("c")
        terminal.see("unconfirmed")
        token = terminal.clipboard()
        assert token is not None
        terminal.press("q")
        assert terminal.exit_code() == 0

    said = subprocess.run(
        [*cognitui, "decode", "-", "--json"], input=token, env=home, text=True, capture_output=True, check=True
    )
    assert json.loads(said.stdout)["claims"]["token_use"] == "access"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("keys", ["\rc", "c", "cc", "\ry"], ids=["enter c", "c", "c c", "enter y"])
def test_enter_and_c_as_fast_as_a_person_can_type_copy_the_access_token(
    home: dict[str, str], cognitui: list[str], size: tuple[int, int], keys: str
) -> None:
    with Terminal([*cognitui, "demo"], env=home, size=size) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press(keys)
        terminal.until(lambda: terminal.clipboard() is not None, "nothing was copied")
        token = terminal.clipboard() or ""
        terminal.press("q")
        assert terminal.exit_code() == 0

    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["token_use"] == "access"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_tooltips_explain_a_key_of_the_footer_and_a_row(
    home: dict[str, str], cognitui: list[str], size: tuple[int, int]
) -> None:
    with Terminal([*cognitui, "demo"], env=home, size=size) as terminal:
        terminal.see("alice", timeout=60)
        terminal.point(3, size[1] - 1)
        terminal.see("Key: c")
        terminal.point(6, 3)
        terminal.see("User bob@example.com")
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_enter_c_and_esc_as_fast_as_a_person_can_type_copy_nothing(home: dict[str, str], cognitui: list[str]) -> None:
    with Terminal([*cognitui, "demo"], env=home) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press("\rc\x1b")
        terminal.see("Cancelled")
        terminal.settle(1.0)
        terminal.press("q")
        assert terminal.exit_code() == 0

        assert terminal.clipboard() is None


def test_without_a_terminal_the_demo_is_a_report(home: dict[str, str], cognitui: list[str]) -> None:
    said = subprocess.run(
        [*cognitui, "demo"], env=home, text=True, capture_output=True, timeout=90, stdin=subprocess.DEVNULL
    )

    assert said.returncode == 0, said.stderr
    assert "dev/alice" in said.stdout
    assert "prod/alice" in said.stdout
    assert "verified" in said.stdout
    assert re.search(r"playground/custom-challenge +CUSTOM_AUTH +waits for answer", said.stdout)
    assert re.search(r"playground/updated-issuer +USER_SRP_AUTH +signed in", said.stdout)
    assert re.search(r"playground/for-alice +token_exchange +signed in", said.stdout)
    assert _LETTER.search(said.stderr)
    assert "eyJ" not in said.stdout


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_code_that_the_playground_sends_is_read_on_the_screen_and_signs_in(
    home: dict[str, str], cognitui: list[str], size: tuple[int, int]
) -> None:
    with Terminal([*cognitui, "demo"], env=home, size=size) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press("4")
        terminal.see("email-code")
        terminal.press("enter")
        terminal.see("Code by e-mail")
        first = told_code(terminal)
        terminal.settle()
        terminal.press("tab", "enter")
        second = told_code(terminal, after=first)
        terminal.see("Code by e-mail")
        terminal.settle()
        terminal.press(second, "enter")
        terminal.see("unverified")
        terminal.press("q")

        assert terminal.exit_code() == 0


def test_the_note_of_step_up_is_right(home: dict[str, str], cognitui: list[str]) -> None:
    with Terminal([*cognitui, "demo"], env=home) as terminal:
        terminal.see("alice", timeout=60)
        terminal.press("4")
        terminal.see("email-code")
        terminal.press("/step-up")
        terminal.see("1 match")
        terminal.press("enter")
        terminal.settle()
        terminal.press("enter")
        terminal.see("u steps up")
        # The profile is busy for a moment after its token is shown.
        terminal.until(lambda: opens_with(terminal, "u", "Step up playground/step-up"), "the dialog never came")
        terminal.settle()
        terminal.press("enter")
        terminal.see("Code by e-mail")
        code = told_code(terminal)
        terminal.settle()
        terminal.press(code, "enter")
        terminal.see("level 3")
        terminal.press("q")

        assert terminal.exit_code() == 0


def opens_with(terminal: Terminal, key: str, title: str) -> bool:
    """Press a key that does nothing in the dialog it opens, and return whether the dialog is there."""
    terminal.press(key)
    terminal.settle(0.5)
    return title in terminal.text


def told_code(terminal: Terminal, after: str = "") -> str:
    """Wait for a code of the playground other than the one `after` which it comes; returns it."""

    def told() -> str:
        found = _LETTER.search(terminal.text)
        return found[1] if found else after

    terminal.until(lambda: told() != after, "no code is told")
    return told()


def test_the_new_password_screen_leads_to_a_token(home: dict[str, str], cognitui: list[str]) -> None:
    with Terminal([*cognitui, "demo"], env=home) as terminal:
        terminal.see("carol", timeout=60)
        terminal.press("/carol")
        terminal.see("1 match")
        terminal.press("enter")
        terminal.settle()
        terminal.press("enter")
        terminal.see("New password needed")
        for _ in range(2):
            terminal.press("Str0ng!password")
            terminal.settle()
            terminal.press("enter")
            terminal.settle()
        terminal.see("unverified")
        terminal.press("q")

        assert terminal.exit_code() == 0
