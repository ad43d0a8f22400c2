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
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }


@pytest.fixture
def cognitui() -> list[str]:
    """The command."""
    return [sys.executable, "-m", "cognitui"]
