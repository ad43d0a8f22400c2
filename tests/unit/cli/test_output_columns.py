"""Text width in terminal cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cognitui.cli.output import cell_width, wrapped

TEXTS = st.text(alphabet="ab  漢か가ｱé\u0301", max_size=60)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("佐藤", 4), ("ｱ", 1), ("e\u0301", 1), ("ก\u0e31", 1)]
)
def test_a_wide_character_takes_two_cells_and_an_accent_none(text: str, width: int) -> None:
    assert cell_width(text) == width


@given(TEXTS)
def test_a_text_is_as_wide_as_textual_says(text: str) -> None:
    assert cell_width(text) == cell_len(text)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("asks for a new one", ["asks for a", "new one"]),
        ("佐藤 鈴木 高橋", ["佐藤 鈴木", "高橋"]),
        ("  a wide 佐藤さんさん", ["  a wide", "佐藤さんさん"]),
        ("0123456789abcdef g", ["0123456789abcdef", "g"]),
    ],
)
def test_a_line_that_is_too_wide_is_wrapped_between_words(line: str, lines: list[str]) -> None:
    assert wrapped(line, 10).split("\n") == lines


@given(TEXTS, st.integers(min_value=1, max_value=20))
def test_wrapping_leaves_out_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrapped(text, width).split("\n")

    assert all(cell_width(line) <= width or " " not in line.strip(" ") for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
