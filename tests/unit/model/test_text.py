from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.text import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alice@example.com", "alice@example.com"),
        ("zoë 🙂 名前", "zoë 🙂 名前"),
        ("a\x1b[2J", "a\\x1b[2J"),
        ("a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("[red]not markup[/]", "[red]not markup[/]"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_escaped(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(st.characters(), max_size=60))
def test_nothing_that_acts_comes_through_any_text(text: str) -> None:
    assert not {unicodedata.category(character) for character in inert(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=60), st.integers(0, 80))
def test_no_more_than_the_limit_is_shown(text: str, limit: int) -> None:
    assert len(inert(text, limit)) <= max(1, limit)


def test_what_is_cut_ends_in_an_ellipsis_and_what_fits_does_not() -> None:
    assert inert("abcdef", 6) == "abcdef"
    assert inert("abcdef", 5) == "abcd…"
    assert inert("\x1b" * 4, 6) == "\\x1b\\…"


def test_what_is_not_shown_costs_nothing() -> None:
    text = "\x1b" * 20_000_000
    began = time.perf_counter()
    inert(text, 100)
    assert time.perf_counter() - began < 0.1
