"""Lines are broken where a reader expects it, and nothing of a value is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cognitui.tui.presentation import wrapped_text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("asks for a new one", ["asks for a", "new one"]),
        ("https://a.example/pool", ["https://", "a.example/", "pool"]),
        ("0123456789abcdef", ["0123456789", "abcdef"]),
        ("id 0123456789ab", ["id", "0123456789", "ab"]),
        ("two  spaces", ["two", "spaces"]),
    ],
)
def test_lines_break_between_words_and_after_slashes(text: str, lines: list[str]) -> None:
    assert wrapped_text(text, 10) == lines


@given(st.text(alphabet="ab /漢é", max_size=60), st.integers(min_value=2, max_value=20))
def test_no_line_is_too_wide_and_nothing_but_spaces_is_left_out(text: str, width: int) -> None:
    lines = wrapped_text(text, width)

    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
