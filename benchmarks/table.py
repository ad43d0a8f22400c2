"""The figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with its budget."""

    what: str
    figure: float | None
    """In `unit`; None if it cannot be measured here, and `note` says why."""
    unit: str
    budget: float = 0.0
    """The most that the ratio may be, or the figure itself if there is no baseline."""
    baseline: float | None = None
    """What it is held against, in the same unit and from the same run."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over its baseline."""
        return None if self.figure is None or not self.baseline else self.figure / self.baseline

    @property
    def holds(self) -> bool | None:
        """Whether the budget holds; None if there is no figure."""
        measured = self.ratio if self.baseline is not None else self.figure
        return None if measured is None else measured <= self.budget


def table(rows: Sequence[Row]) -> str:
    """Returns the rows under a head, the columns aligned."""
    head = ("what", "figure", "baseline", "ratio", "budget", "")
    lines = [head, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, str, str, str, str, str]:
    figure = "-" if row.figure is None else f"{row.figure:.1f} {row.unit}"
    baseline = "" if row.baseline is None else f"{row.baseline:.1f} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    budget = f"{row.budget:g} x" if row.baseline is not None else f"{row.budget:g} {row.unit}"
    verdict = {True: "ok", False: "MISSED", None: "not measured"}[row.holds]
    return (row.what, figure, baseline, ratio, budget, f"{verdict}  {row.note}".rstrip())
