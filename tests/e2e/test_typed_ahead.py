"""Keys that are typed before the screen is there: each does what it was meant for, in order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.terminal import KEYS, Terminal

_PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_Example01"
client_id = "1h57kf5cpq17m0eml12example"
"""


@pytest.fixture
def many(home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A home with 30 profiles."""
    folder = tmp_path / "config" / "cognitui"
    folder.mkdir(parents=True, mode=0o700)
    rows = "".join(f'[environments.dev.profiles.user{n:05}]\nusername = "user{n:05}@example.com"\n' for n in range(30))
    file = folder / "profiles.toml"
    file.write_text(_PROFILES + rows, encoding="utf-8")
    file.chmod(0o600)
    return home


def in_one_breath(terminal: Terminal, *keys: str) -> None:
    """Write all keys by one call: the program finds them together."""
    os.write(terminal._fd, "".join(KEYS.get(key, key) for key in keys).encode())


def test_a_filter_typed_right_after_the_start_filters(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        in_one_breath(terminal, "/user00002")
        terminal.see("1 match")

        assert "user00002" in terminal.text
        assert "Signing in" not in terminal.text
        assert "user00003" not in terminal.text


def test_enter_typed_right_after_the_start_keeps_the_filter_and_the_next_key_acts_on_what_it_found(
    many: dict[str, str], cognitui: list[str]
) -> None:
    with Terminal(cognitui, env=many) as terminal:
        in_one_breath(terminal, "/user00002", "enter", "e")

        terminal.see("Edit dev/user00002")


def test_text_typed_with_the_key_that_opens_a_form_fills_it(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        terminal.see("user00001")
        in_one_breath(terminal, "n", "zoe", "tab", "zoe@example.com")

        terminal.see("zoe@example.com")
        assert "New profile" in terminal.text


def test_esc_typed_with_the_key_that_opens_a_form_leaves_no_form(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        terminal.see("user00001")
        in_one_breath(terminal, "e", "esc")
        terminal.settle(0.5)
        # The list has the keys again.
        in_one_breath(terminal, "/user00007")
        terminal.see("1 match")

        assert "Edit dev/" not in terminal.text


def test_a_paste_keeps_its_place_among_keys(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        terminal.see("user00001")
        in_one_breath(terminal, "n", "a", "\x1b[200~bc\x1b[201~", "d", "tab", "\x1b[200~who\x1b[201~", "@x")

        terminal.see("who@x")
        assert "abcd" in terminal.text


def test_what_is_typed_with_the_key_of_the_palette_is_searched_there(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        terminal.see("user00001")
        in_one_breath(terminal, "ctrl+p", "duplicate")

        terminal.see("Add a copy of the profile")
        assert "Duplicate dev/" not in terminal.text


def test_ctrl_c_leaves_whatever_was_typed_before_it(many: dict[str, str], cognitui: list[str]) -> None:
    with Terminal(cognitui, env=many) as terminal:
        terminal.see("user00001")
        in_one_breath(terminal, "jjjj", "ctrl+c")

        assert terminal.exit_code() == 0
