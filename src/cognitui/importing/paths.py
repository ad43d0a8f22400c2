"""Whether there is something at a path that a person typed, or beside one.

`Path.exists` and `Path.is_file` raise where a folder is closed or a name too long, until Python 3.14.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def exists(path: Path) -> bool:
    """Returns whether something is there; False where nobody can tell."""
    return _told(path.exists)


def is_file(path: Path) -> bool:
    """Returns whether a file is there, or a link to one; False where nobody can tell."""
    return _told(path.is_file)


def _told(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (OSError, ValueError):  # closed, too long; a zero or half a character in it
        return False
