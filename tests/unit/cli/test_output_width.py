"""Tables in a narrow terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.cli.output import cell_width, fit_columns, truncated

TABLE = [
    ("PROFILE", "STATE", "USERNAME", "CLIENT ID", "TAGS"),
    ("dev/alice", "valid", "alice@example.com", "1h57kf5c…", "web, admin"),
    ("dev/佐藤-of-a-long-name", "none", "-", "-", ""),
]


def fitted(columns: int) -> list[tuple[str, ...]]:
    return fit_columns(TABLE, columns, dropped=("TAGS", "CLIENT ID"), shortened=("USERNAME", "PROFILE"))


@pytest.mark.parametrize(
    ("columns", "heads"),
    [
        (72, "PROFILE STATE USERNAME CLIENT ID TAGS"),
        (71, "PROFILE STATE USERNAME CLIENT ID"),
        (60, "PROFILE STATE USERNAME CLIENT ID"),
        (59, "PROFILE STATE USERNAME"),
        (20, "PROFILE STATE USERNAME"),
    ],
)
def test_tags_are_left_out_first_then_client_ids(columns: int, heads: str) -> None:
    assert " ".join(fitted(columns)[0]) == heads


def test_then_the_ends_of_names_are_cut_the_last_column_first() -> None:
    assert fitted(45)[1:] == [("dev/alice", "valid", "alice@exampl…"), ("dev/佐藤-of-a-long-name", "none", "-")]
    assert fitted(33)[1:] == [("dev/alice", "valid", "alice@e…"), ("dev/佐藤-of-a-l…", "none", "-")]


@given(st.integers(min_value=25, max_value=90))
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    widths = [max(map(cell_width, column)) for column in zip(*fitted(columns), strict=True)]

    assert sum(widths) + 2 * (len(widths) - 1) <= columns


@given(st.text(alphabet="ab 漢か\u0301", max_size=20), st.integers(min_value=0, max_value=20))
def test_a_cut_text_ends_in_an_ellipsis(text: str, width: int) -> None:
    shown = truncated(text, width)

    assert cell_width(shown) <= width
    assert shown == text or shown == "" or shown.endswith("…")
