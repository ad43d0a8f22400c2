"""Programs that hang, print without end or leave children behind."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cognitui.system.processes import PrintedTooMuch, TookTooLong, run_for_output

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs of these tests are shell scripts")

LONG = 30.0
"""Seconds; longer than any test waits."""


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def is_gone(pid: int) -> bool:
    """Return whether a process is gone, or a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def comes_true(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_all_that_it_prints_is_returned_with_its_exit_code() -> None:
    done = run_for_output(shell("echo one; echo two; exit 3"), within=LONG, largest=100)

    assert (done.output, done.exit_code) == (b"one\ntwo\n", 3)


def test_it_reads_its_input_and_no_terminal() -> None:
    given = b"x" * 300_000

    assert run_for_output(["cat"], within=LONG, largest=400_000, given=given).output == given
    assert run_for_output(["cat"], within=LONG, largest=100).output == b""


def test_a_program_that_ignores_its_input_is_no_error() -> None:
    assert run_for_output(shell("echo done"), within=LONG, largest=100, given=b"x" * 300_000).output == b"done\n"


def test_a_child_that_holds_its_output_is_not_waited_for(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    done = run_for_output(shell(f"sleep 60 & echo $! > {pid}; echo done"), within=LONG, largest=100)

    child = int(pid.read_text())
    assert done.output == b"done\n"
    assert not is_gone(child)
    os.kill(child, signal.SIGKILL)


def test_the_first_line_is_enough_though_it_goes_on() -> None:
    done = run_for_output(shell("echo; echo 123456; exec sleep 60"), within=LONG, largest=100, first_line=True)

    assert (done.output, done.exit_code) == (b"\n123456\n", 0)


def test_after_the_first_line_it_may_still_fail() -> None:
    done = run_for_output(shell("echo 123456; sleep 0.1; exit 3"), within=LONG, largest=100, first_line=True)

    assert done.exit_code == 3


@pytest.mark.parametrize("more", ["yes", "head -c 100000 /dev/zero", "sleep 0.1; echo more; echo more"])
def test_what_it_prints_after_the_first_line_is_read_and_dropped(more: str) -> None:
    # Without a reader the program would fail.
    done = run_for_output(shell(f"set -e; echo 123456; {more}"), within=LONG, largest=100, first_line=True)

    assert (done.output, done.exit_code) == (b"123456\n", 0)


def test_what_comes_after_the_first_line_does_not_make_it_too_much() -> None:
    done = run_for_output(shell("printf '123456\\n%0200d\\n' 0"), within=LONG, largest=100, first_line=True)

    assert (done.output, done.exit_code) == (b"123456\n", 0)


def test_a_child_that_prints_after_the_first_line_is_not_waited_for(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    done = run_for_output(shell(f"sleep 60 & echo $! > {pid}; echo 123456"), within=LONG, largest=100, first_line=True)

    child = int(pid.read_text())
    assert (done.output, done.exit_code) == (b"123456\n", 0)
    assert not is_gone(child)
    os.kill(child, signal.SIGKILL)


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stubborn = f"trap '' TERM; echo $$ >> {pids}; sleep 60; true"
    script = f"sh -c {shlex.quote(stubborn)} & {stubborn}"
    with pytest.raises(TookTooLong):
        run_for_output(shell(script), within=0.5, largest=100)

    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 2
    assert comes_true(lambda: all(map(is_gone, started)))


def test_a_program_that_closes_its_output_and_hangs_is_killed() -> None:
    with pytest.raises(TookTooLong):
        run_for_output(shell("exec >&-; exec sleep 60"), within=0.3, largest=100)


def test_a_program_that_prints_without_end_is_killed() -> None:
    with pytest.raises(PrintedTooMuch):
        run_for_output(["yes"], within=LONG, largest=100_000)


def test_a_program_that_prints_blank_lines_without_end_is_killed() -> None:
    with pytest.raises(PrintedTooMuch):
        run_for_output(["yes", ""], within=LONG, largest=100_000, first_line=True)


def test_stderr_is_discarded(capfd: pytest.CaptureFixture[str]) -> None:
    run_for_output(shell("echo secret >&2"), within=LONG, largest=100)

    assert "secret" not in "".join(capfd.readouterr())


def test_what_it_printed_is_not_in_a_repr() -> None:
    assert "123456" not in repr(run_for_output(shell("echo 123456"), within=LONG, largest=100))


def test_ctrl_c_kills_it_with_its_children(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    # It prints only after it got input: the conversation has started then.
    command = shell(f"read go; sleep 60 & echo $! > {pid}.part; mv {pid}.part {pid}; wait")
    call = f"run_for_output({command!r}, within=60, largest=100, given=b'go\\n')"
    code = f"from cognitui.system.processes import run_for_output; {call}"
    waiting = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    assert comes_true(pid.exists)

    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=20)

    assert said.rstrip().endswith("KeyboardInterrupt")
    assert comes_true(lambda: is_gone(int(pid.read_text())))


def test_a_program_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        run_for_output(shlex.split("/nowhere/at-all"), within=LONG, largest=100)
