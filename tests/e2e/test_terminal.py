"""A program that ends early fails its test at once."""

from __future__ import annotations

import sys

import pytest

from tests.e2e.terminal import Terminal


def test_what_a_program_can_no_longer_write_is_not_waited_for(home: dict[str, str]) -> None:
    argv = [sys.executable, "-c", "raise SystemExit('it broke')"]

    with Terminal(argv, env=home) as terminal, pytest.raises(AssertionError, match=r"ended:\s+it broke"):
        terminal.see("ready", timeout=300)


def test_the_last_words_of_a_program_are_seen(home: dict[str, str]) -> None:
    with Terminal([sys.executable, "-c", "print('ready')"], env=home) as terminal:
        assert terminal.exit_code() == 0
        terminal.see("ready")
