"""A claim as it is shown."""

from __future__ import annotations

from msgspec import Struct


class ClaimRow(Struct, frozen=True):
    """One claim as it is shown; every text in it is inert."""

    name: str
    lines: tuple[str, ...]
    kind: str
    """`text`, `time`, `list` (one entry a line) or `json`."""
    explanation: str
    """One sentence; empty for a claim that nobody but the pool knows."""
    note: str = ""
    """For a time, how far away it is."""
