"""The terminal is given back, whatever happens."""

from __future__ import annotations

import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

PROFILE = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
{more}
[environments.dev.profiles.alice]
username = "alice@example.com"
"""

CRASHING = """
import sys
from cognitui.cli import cognitui
from cognitui.services import wire

def crashing(options):
    services = wire(options)
    canary = "canary-" + "in-a-local"
    def warm_up(profile):
        held = canary
        raise RuntimeError(held)
    services.warm_up = warm_up
    return services

cognitui(obj=crashing)
"""


@pytest.fixture
def deaf_server() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        yield server.getsockname()[1]


def profiles(tmp_path: Path, more: str = "") -> str:
    path = tmp_path / "profiles.toml"
    path.write_text(PROFILE.format(more=more))
    path.chmod(0o600)
    return str(path)


def test_quitting_while_a_sign_in_hangs_takes_at_most_half_a_second(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, deaf_server: int
) -> None:
    file = profiles(tmp_path, f'endpoint_url = "http://127.0.0.1:{deaf_server}"\nflow = "USER_PASSWORD_AUTH"')
    with Terminal([*cognitui, "--profiles", file, "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Password needed")
        terminal.press("hunter2", "enter")
        terminal.see("Signing in")
        pressed = time.monotonic()
        terminal.press("q")

        assert terminal.exit_code() == 0
        assert time.monotonic() - pressed <= 0.5
        assert terminal.modes == terminal.modes_before


def test_ctrl_c_leaves(home: dict[str, str], cognitui: list[str], tmp_path: Path) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.press("ctrl+c")

        assert terminal.exit_code() == 0
        assert terminal.modes == terminal.modes_before


ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]

GIVEN_BACK = [b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l", b"\x1b[<u"]
"""The screen, the cursor, pastes, the mouse and the keys are as a shell wants them."""


def left_behind(terminal: Terminal) -> list[bytes]:
    """What a shell would find in the terminal that was not so before."""
    terminal.draw = False  # what was cut off is no terminal's language
    terminal.settle()
    end = bytes(terminal.output).rpartition(b"\x1b[?1049h")[2]
    modes = [] if terminal.modes == terminal.modes_before else [b"modes"]
    return [*modes, *(sequence for sequence in GIVEN_BACK if sequence not in end)]


@pytest.mark.parametrize("number", ENDING, ids=[number.name for number in ENDING])
def test_a_program_that_is_ended_from_outside_gives_the_terminal_back(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.process.send_signal(number)

        assert terminal.exit_code() == 128 + number
        assert left_behind(terminal) == []


@pytest.mark.parametrize("number", ENDING, ids=[number.name for number in ENDING])
def test_a_signal_ends_a_program_whose_terminal_reads_nothing(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.freeze()
        terminal.process.send_signal(number)

        assert terminal.process.wait(10) == 128 + number
        assert left_behind(terminal) == []


@pytest.mark.parametrize("controlling", [True, False], ids=["with a SIGHUP", "without one"])
@pytest.mark.parametrize("frozen", [False, True], ids=["that is read", "that was not read"])
def test_a_terminal_that_is_closed_ends_the_program(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, frozen: bool, controlling: bool
) -> None:
    argv = [*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"]
    with Terminal(argv, env=home, controlling=controlling) as terminal:
        terminal.see("alice")
        if frozen:
            terminal.freeze()
        terminal.hang_up()

        assert terminal.process.wait(10) == 128 + signal.SIGHUP


def test_a_signal_ends_a_program_whose_call_hangs_behind_a_dialog(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, deaf_server: int
) -> None:
    file = profiles(tmp_path, f'endpoint_url = "http://127.0.0.1:{deaf_server}"\nflow = "USER_PASSWORD_AUTH"')
    with Terminal([*cognitui, "--profiles", file, "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.press("enter")
        terminal.see("Password needed")
        terminal.press("hunter2", "enter")
        terminal.see("Signing in")
        terminal.freeze()
        terminal.press("?")
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.process.wait(10) == 128 + signal.SIGTERM
        assert left_behind(terminal) == []


def test_a_terminal_that_reads_again_shows_what_is_so_now(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.freeze()
        terminal.press("?")
        terminal.see("Go to the next row.")
        terminal.press("esc")
        terminal.miss("Go to the next row.")
        terminal.see("alice")
        terminal.press("q")

        assert terminal.exit_code() == 0
        assert left_behind(terminal) == []


def test_a_program_that_is_left_while_its_terminal_reads_nothing_ends(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.freeze()
        terminal.press("q")

        assert terminal.process.wait(10) == 0
        assert left_behind(terminal) == []


def test_a_crash_leaves_a_working_terminal_and_a_report_without_secrets(home: dict[str, str], tmp_path: Path) -> None:
    argv = [sys.executable, "-c", CRASHING, "--profiles", profiles(tmp_path), "--vault", "memory"]
    with Terminal(argv, env=home) as terminal:
        assert terminal.exit_code() == 1
        assert terminal.modes == terminal.modes_before
        shown = terminal.text

    assert "canary-" not in shown.replace("\n", "")
    reports = [path for path in tmp_path.rglob("*crash*") if path.is_file()]
    assert len(reports) == 1
    assert reports[0].name in re.sub(r"\s", "", shown)
    assert "RuntimeError" in reports[0].read_text()
    assert "canary-" not in reports[0].read_text()
    assert reports[0].stat().st_mode & 0o077 == 0


def test_the_screen_follows_a_resize(home: dict[str, str], cognitui: list[str], tmp_path: Path) -> None:
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        for size in ((80, 24), (60, 20)):
            terminal.resize(*size)
            terminal.until(
                lambda: "alice" in terminal.text and "Quit" in terminal.text.splitlines()[-1], f"not drawn at {size}"
            )
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_without_a_terminal_the_screen_is_not_opened(home: dict[str, str], cognitui: list[str]) -> None:
    import subprocess

    said = subprocess.run(cognitui, env=home, text=True, capture_output=True, stdin=subprocess.DEVNULL)

    assert said.returncode == 2
    assert "terminal" in said.stderr
    assert said.stdout == ""


def test_a_program_that_was_stopped_locks_before_it_draws_and_gives_the_terminal_back(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    settings = tmp_path / "config" / "cognitui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('idle_lock = "2s"\n')
    with Terminal([*cognitui, "--profiles", profiles(tmp_path), "--vault", "memory"], env=home) as terminal:
        terminal.see("alice")
        terminal.press("j")
        terminal.settle()
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.settle()
        drawn = len(terminal.output)
        time.sleep(2)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.see("Locked after")
        assert b"alice" not in terminal.output[drawn:]

        terminal.press("j")
        terminal.see("alice")
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert left_behind(terminal) == []


@pytest.mark.parametrize("number", ENDING, ids=[number.name for number in ENDING])
def test_a_command_that_is_ended_at_a_hidden_prompt_gives_the_terminal_back(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    file = profiles(tmp_path, 'flow = "USER_PASSWORD_AUTH"')
    with Terminal([*cognitui, "--profiles", file, "--vault", "memory", "token", "alice"], env=home) as terminal:
        terminal.until(lambda: terminal.modes != terminal.modes_before, "nothing is asked")
        terminal.process.send_signal(number)

        assert terminal.exit_code() == 128 + number
        assert terminal.modes == terminal.modes_before


@pytest.mark.parametrize("key", ["ctrl+c", "signal"])
def test_a_command_whose_call_hangs_is_interrupted(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, deaf_server: int, key: str
) -> None:
    file = profiles(tmp_path, f'endpoint_url = "http://127.0.0.1:{deaf_server}"\nflow = "USER_PASSWORD_AUTH"')
    with Terminal([*cognitui, "--profiles", file, "--vault", "memory", "token", "alice"], env=home) as terminal:
        terminal.see("assword")
        terminal.press("hunter2", "enter")
        terminal.see("not AWS")
        if key == "signal":
            terminal.process.send_signal(signal.SIGINT)
        else:
            terminal.press(key)

        assert terminal.exit_code() == 128 + signal.SIGINT
        assert terminal.modes == terminal.modes_before
