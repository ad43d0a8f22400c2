"""The user's own command, run from a real terminal: it cannot use the terminal, and ctrl+c kills it."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.unit.system.test_processes import is_gone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pty is needed")


def running(script: str) -> list[str]:
    """Return a program that runs a shell script as a profile's `mfa_process`, and prints the code."""
    command = f"/bin/sh -c {shlex.quote(script)}"
    code = (
        "from cognitui.system.programs import code_from_process; from cognitui.model.profile import *;"
        f" own = ProfileFields(mfa_process={command!r});"
        " print('code', code_from_process(Profile(environment=Environment(name='dev'), name='a', own=own)))"
    )
    return [sys.executable, "-c", code]


def test_it_can_neither_write_to_the_terminal_nor_read_from_it(tmp_path: Path) -> None:
    script = "(echo taken > /dev/tty) 2> /dev/null; (read line < /dev/tty && echo 666666) 2> /dev/null; echo 123456"
    with Terminal(running(script), env=dict(os.environ)) as terminal:
        terminal.see("code 123456")

        assert "taken" not in terminal.text


def test_ctrl_c_kills_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = f"echo $$ > {pid}.part; sleep 0.3; mv {pid}.part {pid}; exec sleep 60"
    with Terminal(running(script), env=dict(os.environ)) as terminal:
        terminal.until(pid.exists, "it was not started")
        terminal.press("ctrl+c")
        terminal.see("KeyboardInterrupt")

        terminal.until(lambda: is_gone(int(pid.read_text())), "it still runs")
