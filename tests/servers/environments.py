"""Environments of other people's software, each made when the first test needs it.

They are in `.oracles`, never in the environment of cognitui: ministack pins an older botocore, and moto brings 30
packages. One whose pinned versions have changed is made again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

FOLDER = (Path(__file__).parents[2] / ".oracles").resolve()
"""Resolved: npm doesn't install into a folder behind a link."""
SCRIPTS = Path(__file__).parent

_LONGEST = 900.0
"""Seconds for one environment: moto downloads 30 packages, and another worker may be at it."""


Make = Callable[[Path, Path], None]


class CannotInstall(Exception):
    """The reason why there is no such environment."""


def need(name: str) -> None:
    """Make an environment unless it exists, or skip the test with the reason why that fails."""
    if reason := _reason(name):
        pytest.skip(f"no environment for {name}: {reason}")


def ensure(name: str, folder: Path = FOLDER, make: Make | None = None) -> None:
    """Make an environment unless it exists in the pinned versions. Parallel callers make it once.

    Args:
        name: `moto`, `ministack` or `node`.
        folder: For the environment, in a folder of that name.
        make: Installs what a file pins into a folder that doesn't exist yet; that of the environment by default.

    Raises:
        CannotInstall: A program or the network is missing.
    """
    folder.mkdir(exist_ok=True)
    with FileLock(folder / f"{name}.lock", timeout=_LONGEST):
        pinned = SCRIPTS / _PINNED[name]
        place = folder / name
        # Written last: an environment without it was interrupted.
        mark = place / "installed"
        if mark.exists() and mark.read_bytes() == pinned.read_bytes():
            return
        shutil.rmtree(place, ignore_errors=True)
        (make or _MAKERS[name])(place, pinned)
        mark.write_bytes(pinned.read_bytes())


def python_of(name: str) -> str:
    """Return the Python of an environment."""
    folder, program = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return str(FOLDER / name / folder / program)


@cache
def _reason(name: str) -> str:
    """Return why an environment cannot be made; empty if it exists. Each worker tries it once."""
    try:
        ensure(name)
    except CannotInstall as error:
        return str(error)
    return ""


def _make_python(place: Path, pinned: Path) -> None:
    _run([sys.executable, "-m", "venv", str(place)])
    folder, program = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    # Most of moto is never imported: what is gets compiled at its first import.
    quiet = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-compile", "--retries", "1")
    _run([str(place / folder / program), "-m", "pip", "install", *quiet, "--requirement", str(pinned)])


def _make_node(place: Path, pinned: Path) -> None:
    if shutil.which("node") is None or (npm := shutil.which("npm")) is None:
        raise CannotInstall("node or npm is not installed (Debian: nodejs, npm)")
    place.mkdir()
    for file in (pinned, pinned.with_name("package.json")):
        shutil.copy(file, place)
    # No script of a package is run.
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    _run([npm, "ci", "--prefix", str(place), *quiet])


def _run(command: Sequence[str]) -> None:
    try:
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotInstall(f"{Path(command[0]).name} took too long") from None
    if ran.returncode:
        lines = [line for line in (ran.stderr or ran.stdout).splitlines() if "error" in line.lower()]
        raise CannotInstall(f"{Path(command[0]).name} failed: {' | '.join(lines[:4])[:400]}")


_MAKERS: Mapping[str, Make] = {
    "moto": _make_python,
    "ministack": _make_python,
    "node": _make_node,
}
_PINNED: Mapping[str, str] = {
    "moto": "requirements-moto.txt",
    "ministack": "requirements-ministack.txt",
    "node": "package-lock.json",
}
ENVIRONMENTS = tuple(_MAKERS)
