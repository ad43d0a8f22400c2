"""The whole program in a terminal: POSIX only: it needs ptys."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if os.name != "posix":
    collect_ignore_glob = ["*"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a person with nothing yet: no files, no keyring, no display."""
    return home_in(tmp_path)


def home_in(folder: Path) -> dict[str, str]:
    """Return the environment of a person whose files are all in this folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_RUNTIME_DIR": str(folder),
        "TMPDIR": str(folder),
    }


@pytest.fixture
def cognitui() -> list[str]:
    """The command."""
    return [sys.executable, "-m", "cognitui"]
