"""Guard process: the emulator runs as long as the pipe to its parent is open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.demo.server import guard_command

EMULATOR = """
import sys, time
print("serving", sys.argv[1:], flush=True)
while True:
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    return folder


@pytest.fixture
def guarded(tmp_path: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "ministack.py").write_text(EMULATOR, "utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    with subprocess.Popen(
        guard_command(folder),
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_closing_the_pipe_ends_the_emulator_and_removes_its_folder(
    guarded: subprocess.Popen[str], folder: Path
) -> None:
    assert guarded.stdout
    assert guarded.stdin
    assert guarded.stdout.readline().startswith("serving")

    guarded.stdin.close()

    assert guarded.wait(10) == 0
    assert not folder.exists()


def test_the_emulator_keeps_running_while_the_pipe_is_open(guarded: subprocess.Popen[str], folder: Path) -> None:
    assert guarded.stdout
    assert guarded.stdin
    assert guarded.stdout.readline().startswith("serving")

    guarded.stdin.write("anything")
    guarded.stdin.flush()

    with pytest.raises(subprocess.TimeoutExpired):
        guarded.wait(0.2)
    assert folder.exists()


def test_the_emulator_does_not_see_the_guards_arguments(guarded: subprocess.Popen[str]) -> None:
    assert guarded.stdout

    assert guarded.stdout.readline() == "serving []\n"
