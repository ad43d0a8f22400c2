"""`cognitui exec` with real processes: environment, arguments, signals and exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.integration.shell import Shell

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no exec")

SHOWS = "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))"


def test_the_command_gets_the_tokens_by_its_environment_and_not_by_its_arguments(ready: Shell) -> None:
    argv, environ = json.loads(ready.done("exec", "dev/alice", "--", sys.executable, "-c", SHOWS, "--yes", "$HOME"))

    assert argv == ["--yes", "$HOME"]
    said = json.loads(ready.done("decode", "--verify", "--json", stdin=environ["COGNITO_ACCESS_TOKEN"]))
    assert said["verified"] is True
    assert said["claims"]["token_use"] == "access"
    said = json.loads(ready.done("decode", "--verify", "--json", stdin=environ["COGNITO_ID_TOKEN"]))
    assert said["claims"]["token_use"] == "id"
    added = environ.keys() - ready.service.environ.keys() - {"LC_CTYPE"}
    assert added == {"COGNITO_ACCESS_TOKEN", "COGNITO_ID_TOKEN", "COGNITO_PROFILE", "COGNITO_EXPIRES_AT"}


def test_the_exit_code_is_the_commands_own(ready: Shell) -> None:
    assert ready.run("exec", "dev/alice", "--", "sh", "-c", "exit 41").returncode == 41


def test_a_signal_reaches_the_command_and_terminates_it(ready: Shell) -> None:
    ready.done("token", "dev/alice")
    command = [sys.executable, "-m", "cognitui", "exec", "dev/alice", "--", "sh", "-c", "echo here; exec sleep 60"]
    with subprocess.Popen(command, env=ready.service.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == -signal.SIGTERM


def test_the_command_does_not_inherit_what_python_ignores(ready: Shell) -> None:
    shows = ["grep", "SigIgn", "/proc/self/status"]

    assert ready.done("exec", "dev/alice", "--", *shows) == subprocess.check_output(shows, text=True)


@pytest.mark.parametrize(("command", "code"), [("no-such-program", 127), ("/no/such/program", 127), ("/etc", 126)])
def test_a_missing_command_exits_as_in_a_shell_and_prints_nothing(ready: Shell, command: str, code: int) -> None:
    ran = ready.run("exec", "dev/alice", "--", command)

    assert (ran.returncode, ran.stdout) == (code, "")
    assert command in ran.stderr
