"""The profile file as a person edits it whole, in a copy that harms nobody."""

from __future__ import annotations

from pathlib import Path

from cognitui.model.frozen import Frozen


class Draft(Frozen, frozen=True):
    """A copy of the profile file."""

    path: Path
    """The copy."""
    line: int
    """Where to begin, from 1."""
    seen: bytes
    """What the profile file held when the copy was made; empty where there was none."""
    written: bytes
    """What the copy held at first."""
