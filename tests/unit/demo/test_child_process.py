"""Child processes: their environment, their log, and that they run as long as the pipe to their parent is open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.demo.child_process import child_process, log_excerpt

SERVE = """
import sys, threading, time
from cognitui.demo.child_process import end_with_input
threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), sys.argv[1]), daemon=True).start()
print("serving", flush=True)
while True:
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    return folder


@pytest.fixture
def child(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_closing_the_pipe_ends_the_child_and_removes_its_folder(child: subprocess.Popen[str], folder: Path) -> None:
    assert child.stdout
    assert child.stdin
    assert child.stdout.readline() == "serving\n"

    child.stdin.close()

    assert child.wait(10) == 0
    assert not folder.exists()


def test_the_child_keeps_running_while_the_pipe_is_open(child: subprocess.Popen[str], folder: Path) -> None:
    assert child.stdout
    assert child.stdin
    assert child.stdout.readline() == "serving\n"

    child.stdin.write("anything")
    child.stdin.flush()

    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.2)
    assert folder.exists()


def test_the_users_environment_does_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary-token")
    monkeypatch.setenv("HTTPS_PROXY", "http://canary-proxy")
    script = "import json, os; open('environ.json', 'w').write(json.dumps(dict(os.environ)))"

    with child_process((sys.executable, "-c", script), tmp_path, tmp_path / "log") as process:
        process.wait(60)

    environ = json.loads((tmp_path / "environ.json").read_text("utf-8"))
    assert "canary" not in json.dumps(environ)
    assert {environ["HOME"], environ["TMPDIR"]} == {str(tmp_path)}


@pytest.mark.skipif(os.name != "posix", reason="sessions are POSIX")
def test_a_ctrl_c_in_the_terminal_does_not_reach_the_child(tmp_path: Path) -> None:
    waits = (sys.executable, "-c", "import sys; sys.stdin.read()")
    with child_process(waits, tmp_path, tmp_path / "log") as process:
        assert os.getpgid(process.pid) != os.getpgid(0)


def test_the_end_of_a_log_is_inert(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Traceback …\n\x1b[2Jgone\n", "utf-8")

    assert log_excerpt(log) == r": Traceback … | \x1b[2Jgone"


def test_an_empty_or_missing_log_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert log_excerpt(tmp_path / "empty") == "; its log is empty."
    assert log_excerpt(tmp_path / "missing") == "."
