"""A table made to fit a terminal: whole columns go first, then the ends of long cells."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.cli.cells import cells, cut

GAP = 2
"""Blanks between two columns."""

_LEAST = 8
"""Cells that are left of a column that is cut."""


def narrowed(
    rows: Sequence[Sequence[str]], columns: int, dropped: Sequence[str], shortened: Sequence[str]
) -> list[tuple[str, ...]]:
    """Returns a table that fits into so many columns of a terminal, where it can.

    Args:
        rows: The table; its first row has the headings.
        columns: Those of the terminal, in cells.
        dropped: The headings of columns that are left out, the first one first.
        shortened: The headings of columns whose cells are cut where that is not enough, the first one first.
    """
    table = [tuple(row) for row in rows]
    for heading in dropped:
        if _width(table) > columns and heading in table[0]:
            place = table[0].index(heading)
            table = [(*row[:place], *row[place + 1 :]) for row in table]
    for heading in shortened:
        if (excess := _width(table) - columns) > 0:
            place = table[0].index(heading)
            room = max(_widths(table)[place] - excess, _LEAST)
            table = [(*row[:place], cut(row[place], room), *row[place + 1 :]) for row in table]
    return table


def _width(table: Sequence[Sequence[str]]) -> int:
    widths = _widths(table)
    return sum(widths) + GAP * (len(widths) - 1)


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells, column)) for column in zip(*table, strict=True)]
