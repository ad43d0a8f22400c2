"""The real things: xclip and a real X server, tmux, GNU screen and a real terminal."""

from __future__ import annotations

import base64
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cognitui.system.clipboard import Clipboard, run_in
from tests.e2e.terminal import Terminal
from tests.integration.x_server import started_x_server

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="X11 and /proc"),
    pytest.mark.xdist_group("clipboards"),
]

TOKEN = f"eyJ.{'canary' * 300}.sig"


def need(*programs: str) -> None:
    """Skips a test whose programs are missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def no_terminal(_sequence: str) -> None:
    raise OSError("the test has no terminal")


class Display:
    """An X server without a screen, on a number that nobody else has."""

    def __init__(self) -> None:
        self.server, display = started_x_server()
        self.environ = {"PATH": os.environ["PATH"], "DISPLAY": display, "TERM": "xterm-256color"}

    def selection(self) -> str:
        """Return what a person would paste."""
        asked = subprocess.run(
            ["xclip", "-selection", "clipboard", "-out"],
            env=self.environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=5,
        )
        return asked.stdout

    def comes_to_hold(self, text: str) -> bool:
        """Wait: xclip goes into the background before the display has made it the owner."""
        deadline = time.monotonic() + 20
        while self.selection() != text:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def select(self, text: str) -> None:
        """Copy as another program does."""
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-in"],
            env=self.environ,
            check=True,
            input=text,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
        )
        assert self.comes_to_hold(text)

    def daemons(self) -> list[Path]:
        """Return the folders in /proc of the programs that stay here."""
        found = []
        mine = f"DISPLAY={self.environ['DISPLAY']}\0"
        for process in Path("/proc").glob("[1-9]*"):
            try:
                if (process / "comm").read_text() == "xclip\n" and mine in (process / "environ").read_text():
                    found.append(process)
            except OSError:
                continue
        return found


def patient(display: Display) -> Clipboard:
    """Return the display's clipboard, which looks as often as a busy machine may need."""
    return Clipboard.for_terminal(display.environ, no_terminal, looks=[0.05] * 400)


@pytest.fixture
def display() -> Iterator[Display]:
    need("Xvfb", "xclip")
    display = Display()
    try:
        yield display
    finally:
        display.server.send_signal(signal.SIGCONT)
        display.server.terminate()
        display.server.wait(10)


def test_x11_holds_what_was_copied_and_nothing_after_it_was_cleared(display: Display) -> None:
    clipboard = patient(display)
    copied = clipboard.copy(TOKEN)
    assert (copied.way, copied.confirmed) == ("to the clipboard (xclip)", True)
    assert display.selection() == TOKEN
    assert clipboard.clear_if_ours().message == "Clipboard cleared."
    assert display.comes_to_hold("")


def test_what_another_program_copied_since_is_left_alone(display: Display) -> None:
    clipboard = Clipboard.for_terminal(display.environ, no_terminal)
    clipboard.copy(TOKEN)
    display.select("a shopping list")
    assert clipboard.clear_if_ours().message == ""
    assert display.selection() == "a shopping list"


def test_any_text_of_64_kb_comes_through_whole(display: Display) -> None:
    text = "zoë 🙂 \t\n" * 7000
    assert patient(display).copy(text).confirmed
    assert display.selection() == text


def test_what_stays_in_the_background_holds_no_pipe_and_shows_no_secret(display: Display) -> None:
    environ = {**display.environ, "COGNITUI_TEST": "canary"}
    Clipboard.for_terminal(environ, no_terminal).copy(TOKEN)
    daemons = display.daemons()
    assert daemons
    for daemon in daemons:
        outputs = {(daemon / "fd" / number).readlink() for number in ("1", "2")}
        assert outputs == {Path(os.devnull)}
        assert "canary" not in (daemon / "cmdline").read_text() + (daemon / "environ").read_text()


def test_an_x_server_that_hangs_or_is_gone_gives_way_to_the_terminal(display: Display) -> None:
    written: list[str] = []
    clipboard = Clipboard.for_terminal(display.environ, written.append, run=run_in(display.environ, timeout=0.3))
    display.server.send_signal(signal.SIGSTOP)
    assert clipboard.copy(TOKEN).way == "over OSC 52"
    display.server.kill()
    display.server.wait(10)
    assert clipboard.copy(TOKEN).way == "over OSC 52"
    assert len(written) == 2


class TmuxInATerminal:
    """A tmux server of its own with a client in a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        import pty

        self._socket = str(folder / "t")
        self.environ = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        config = folder / "tmux.conf"
        # Where tmux may reach the terminal's clipboard; "external" is its default.
        config.write_text("set -s set-clipboard external\nset -g status off\n")
        self._terminal, inside = pty.openpty()
        self._client = subprocess.Popen(
            ["tmux", "-S", self._socket, "-f", str(config), "new-session", "sleep 600"],
            env=self.environ,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.seen = b""
        self.read_until(lambda: bool(self.ask("list-clients", "-F", "#{client_name}")))
        self.environ["TMUX"] = self.ask("display-message", "-p", "#{socket_path},#{pid},0")

    def ask(self, *command: str) -> str:
        """Return what tmux prints."""
        asked = subprocess.run(
            ["tmux", "-S", self._socket, *command],
            env=self.environ,
            check=False,
            capture_output=True,
            text=True,
            timeout=5,
        )
        return asked.stdout.strip()

    def read_until(self, done: Callable[[], bool]) -> None:
        """Read what the terminal is sent until it is so."""
        deadline = time.monotonic() + 10
        while not done():
            assert time.monotonic() < deadline, self.seen[-300:]
            if select.select([self._terminal], [], [], 0.05)[0]:
                self.seen += os.read(self._terminal, 65536)

    def end(self) -> None:
        """End the server and its client."""
        self.ask("kill-server")
        self._client.wait(10)
        os.close(self._terminal)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[TmuxInATerminal]:
    need("tmux")
    tmux = TmuxInATerminal(tmp_path)
    try:
        yield tmux
    finally:
        tmux.end()


def test_tmux_sends_what_was_copied_to_its_terminal_and_keeps_no_buffer(tmux: TmuxInATerminal) -> None:
    copied = Clipboard.for_terminal(tmux.environ, no_terminal).copy(TOKEN)
    assert (copied.way, copied.confirmed) == ("by tmux", False)
    encoded = base64.b64encode(TOKEN.encode())
    tmux.read_until(lambda: encoded in tmux.seen)
    assert b"\x1b]52;" in tmux.seen
    assert tmux.ask("list-buffers") == ""


COPYING = """
import os, sys, time
from cognitui.system.clipboard import Clipboard
def write(sequence):
    sys.stdout.write(sequence)
    sys.stdout.flush()
copied = Clipboard.for_terminal(os.environ, write).copy(open(sys.argv[1]).read())
print("went", copied.way)
time.sleep(60)
"""


@pytest.fixture
def screen_environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What GNU screen starts with; its server ends with the test."""
    need("screen")
    (tmp_path / "sockets").mkdir(mode=0o700)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SCREENDIR": str(tmp_path / "sockets")}
    yield environ
    subprocess.run(["screen", "-X", "quit"], env=environ, check=False, stdout=subprocess.DEVNULL, timeout=5)


@pytest.mark.parametrize("length", [8, 500, 8_000])
def test_gnu_screen_passes_the_token_on_and_shows_nothing_of_it(
    tmp_path: Path, screen_environ: dict[str, str], length: int
) -> None:
    token = ("canary" * length)[:length]
    (tmp_path / "token").write_text(token)
    argv = ["screen", "-c", os.devnull, sys.executable, "-c", COPYING, str(tmp_path / "token")]
    with Terminal(argv, env=screen_environ) as terminal:
        terminal.see("went over OSC 52")
        terminal.until(lambda: terminal.clipboard() is not None, "nothing reached the terminal's clipboard")

        assert terminal.clipboard() == token
        assert terminal.text.split() == ["went", "over", "OSC", "52"]
