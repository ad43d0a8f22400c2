"""Environments of other people's servers: made once, and again if they are broken or their versions have changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.servers.environments import CannotInstall, ensure


class Maker:
    """Makes an empty environment, slowly, and counts how often."""

    def __init__(self, error: str = "") -> None:
        self.made = 0
        self._error = error

    def __call__(self, place: Path, pinned: Path) -> None:
        assert pinned.exists()
        place.mkdir()
        time.sleep(0.05)
        self.made += 1
        if self._error:
            raise CannotInstall(self._error)


def test_parallel_workers_make_an_environment_once(tmp_path: Path) -> None:
    maker = Maker()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: ensure("moto", tmp_path, maker), range(4)))

    assert maker.made == 1


def test_an_environment_that_was_interrupted_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(CannotInstall, match="no network"):
        ensure("moto", tmp_path, Maker("no network"))
    maker = Maker()

    ensure("moto", tmp_path, maker)

    assert maker.made == 1


def test_an_environment_with_other_versions_is_made_again(tmp_path: Path) -> None:
    ensure("moto", tmp_path, Maker())
    (tmp_path / "moto" / "installed").write_text("moto==1\n", "utf-8")
    maker = Maker()

    ensure("moto", tmp_path, maker)
    ensure("moto", tmp_path, maker)

    assert maker.made == 1


def test_the_reason_is_what_the_installer_says(tmp_path: Path) -> None:
    """No npm at all: the PATH is empty."""
    script = (
        "from pathlib import Path; from tests.servers.environments import ensure; "
        f"ensure('node', Path({os.fspath(tmp_path)!r}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.fspath(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "CannotInstall: node or npm is not installed" in said.stderr
