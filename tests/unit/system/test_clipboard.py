from __future__ import annotations

import base64
import os
import re
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from cognitui.model.errors import ClipboardUnavailable
from cognitui.system.clipboard import Clipboard, Surroundings, run_in
from cognitui.system.clipboard_backends import BackendFailed, WindowsClipboard

TOKEN = "eyJ.canary.sig"
OSC52 = f"\x1b]52;c;{base64.b64encode(TOKEN.encode()).decode()}\x07"

WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "TERM": "xterm-256color"}
X11 = {"DISPLAY": ":0", "TERM": "xterm-256color"}
SSH = {"SSH_TTY": "/dev/pts/1", "TERM": "xterm-256color"}
IN_TMUX = {"TMUX": "/tmp/tmux-1000/default,1,0", "TERM": "tmux-256color"}

BARE = {name: value for name, value in os.environ.items() if name == "SYSTEMROOT"}
"""Without it, no program starts on Windows."""


class FakeDesktop:
    """Programs that share one clipboard. Those in `broken` fail; `held` may be changed by "another program"."""

    def __init__(self, broken: Sequence[str] = (), *, deaf: bool = False) -> None:
        self.held = ""
        self.broken = set(broken)
        self.deaf = deaf
        self.ran: list[tuple[str, ...]] = []
        self.given: list[bytes | None] = []

    def __call__(self, command: Sequence[str], given: bytes | None) -> bytes:
        self.ran.append(tuple(command))
        self.given.append(given)
        name = command[0].rpartition("/")[2]
        if name in self.broken:
            raise BackendFailed(f"{name} failed")
        if given is None:
            return self.held.encode()
        if name != "tmux" and not self.deaf:
            self.held = "" if {"--clear", "--delete"} & set(command) else given.decode()
        return b""

    @property
    def programs(self) -> list[str]:
        return list(dict.fromkeys(command[0].rpartition("/")[2] for command in self.ran))


class FakeTerminal(list[str]):
    """Remembers what was written to it."""

    def __call__(self, sequence: str) -> None:
        self.append(sequence)


def installed(*names: str) -> dict[str, str]:
    return {name: f"/usr/bin/{name}" for name in names}


EVERYTHING = installed(
    "wl-copy", "wl-paste", "xclip", "xsel", "tmux", "pbcopy", "pbpaste", "clip.exe", "powershell.exe"
)


class Setup:
    """A clipboard with its fakes."""

    def __init__(
        self,
        environ: dict[str, str],
        *,
        prefer: str = "auto",
        desktop: FakeDesktop | None = None,
        which: dict[str, str] = EVERYTHING,
        platform: str = "linux",
    ) -> None:
        self.desktop = desktop or FakeDesktop()
        self.terminal = FakeTerminal()
        self.clipboard = Clipboard.for_terminal(environ, self.terminal, prefer, self.desktop, which.get, platform)


# Which way it goes


@pytest.mark.parametrize(
    ("environ", "platform", "way"),
    [
        (WAYLAND, "linux", "to the clipboard (wl-copy)"),
        (X11, "linux", "to the clipboard (xclip)"),
        ({**X11, "WSL_DISTRO_NAME": "Debian"}, "linux", "to the clipboard (clip.exe)"),
        ({"TERM": "xterm-256color"}, "darwin", "to the clipboard (pbcopy)"),
        ({**X11, **IN_TMUX}, "linux", "to the clipboard (xclip)"),
        ({**X11, **SSH}, "linux", "over OSC 52"),
        ({**X11, **SSH, **IN_TMUX}, "linux", "by tmux"),
        ({**SSH}, "darwin", "over OSC 52"),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "win32", "over OSC 52"),
        (IN_TMUX, "linux", "by tmux"),
        ({"TERM": "xterm-256color"}, "linux", "over OSC 52"),
    ],
)
def test_the_way_suits_the_surroundings(environ: dict[str, str], platform: str, way: str) -> None:
    assert Setup(environ, platform=platform).clipboard.copy(TOKEN).way == way


@pytest.mark.parametrize(
    ("prefer", "way"), [("native", "to the clipboard (xclip)"), ("tmux", "by tmux"), ("osc52", "over OSC 52")]
)
def test_a_way_that_the_settings_name_is_the_only_one(prefer: str, way: str) -> None:
    assert Setup({**X11, **SSH, **IN_TMUX}, prefer=prefer).clipboard.copy(TOKEN).way == way


def test_a_missing_program_is_passed_over() -> None:
    setup = Setup(WAYLAND, which=installed("wl-copy", "xsel"))
    assert setup.clipboard.copy(TOKEN).way == "to the clipboard (xsel)"


def test_a_way_that_fails_is_followed_by_the_next() -> None:
    setup = Setup({**WAYLAND, **IN_TMUX}, desktop=FakeDesktop(broken=["wl-copy", "xclip", "xsel", "tmux"]))
    assert setup.clipboard.copy(TOKEN).way == "over OSC 52"
    assert setup.desktop.programs == ["wl-copy", "xclip", "xsel", "tmux"]
    assert setup.terminal == [OSC52]


@pytest.mark.parametrize(
    "environ",
    [{"STY": "71.pts-0.host", "TERM": "xterm-256color"}, {**SSH, "TERM": "screen.xterm-256color"}],
    ids=["in GNU screen", "in GNU screen, over ssh"],
)
def test_gnu_screen_gets_the_sequence_in_pieces_that_it_passes_on(environ: dict[str, str]) -> None:
    setup = Setup(environ)
    setup.clipboard.copy(TOKEN * 100)

    (written,) = setup.terminal
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", written, re.DOTALL)
    encoded = base64.b64encode((TOKEN * 100).encode()).decode()
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == written
    assert "".join(pieces) == f"\x1b]52;c;{encoded}\x07"
    assert max(map(len, pieces)) == 500


def test_a_terminal_that_is_gone_is_no_way() -> None:
    def closed(_sequence: str) -> None:
        raise ValueError("write to closed file")

    with pytest.raises(ClipboardUnavailable, match="the terminal is gone"):
        Clipboard.for_terminal(SSH, closed).copy(TOKEN)


@pytest.mark.parametrize("term", ["linux", "dumb", ""])
def test_if_there_is_no_way_a_fix_is_reported(term: str) -> None:
    with pytest.raises(ClipboardUnavailable, match="No clipboard can be reached") as caught:
        Setup({"TERM": term}).clipboard.copy(TOKEN)
    assert "xclip" in caught.value.fix


@pytest.mark.parametrize("prefer", ["native", "tmux", "osc52"])
def test_if_the_named_way_does_not_work_no_other_is_taken(prefer: str) -> None:
    setup = Setup({"TERM": "linux"}, prefer=prefer)
    with pytest.raises(ClipboardUnavailable) as caught:
        setup.clipboard.copy(TOKEN)
    assert 'clipboard = "auto"' in caught.value.fix
    assert not setup.terminal


# Whether it is known


def test_a_clipboard_that_holds_it_confirms() -> None:
    assert Setup(X11).clipboard.copy(TOKEN).confirmed


def test_a_clipboard_that_holds_something_else_does_not_confirm() -> None:
    assert not Setup(X11, desktop=FakeDesktop(deaf=True)).clipboard.copy(TOKEN).confirmed


def test_a_clipboard_that_cannot_be_read_does_not_confirm() -> None:
    setup = Setup(WAYLAND, desktop=FakeDesktop(broken=["wl-paste"]))
    copied = setup.clipboard.copy(TOKEN)
    assert (copied.way, copied.confirmed) == ("to the clipboard (wl-copy)", False)


@pytest.mark.parametrize("environ", [IN_TMUX, SSH])
def test_tmux_and_terminals_do_not_confirm(environ: dict[str, str]) -> None:
    assert not Setup(environ).clipboard.copy(TOKEN).confirmed


def test_a_line_break_that_powershell_adds_does_not_matter() -> None:
    desktop = FakeDesktop()
    setup = Setup({**X11, "WSL_DISTRO_NAME": "Debian"}, desktop=desktop)
    setup.clipboard.copy(TOKEN)
    desktop.held += "\r\n"
    assert setup.clipboard.clear_if_ours().message == "Clipboard cleared."


# Where the secret goes


@pytest.mark.parametrize(
    ("environ", "platform"), [(WAYLAND, "linux"), (X11, "linux"), (IN_TMUX, "linux"), ({}, "darwin")]
)
def test_the_secret_goes_through_standard_input_and_never_through_arguments(
    environ: dict[str, str], platform: str
) -> None:
    setup = Setup(environ, platform=platform)
    setup.clipboard.copy(TOKEN)
    assert TOKEN.encode() in setup.desktop.given
    assert "canary" not in str(setup.desktop.ran)


def test_over_osc_52_no_program_is_started() -> None:
    setup = Setup(SSH)
    setup.clipboard.copy(TOKEN)
    assert setup.terminal == [OSC52]
    assert setup.desktop.ran == []


@pytest.mark.parametrize("broken", [False, True])
def test_the_buffer_of_tmux_is_deleted_whether_it_was_sent_or_not(broken: bool) -> None:
    class FakeTmux(FakeDesktop):
        def __call__(self, command: Sequence[str], given: bytes | None) -> bytes:
            super().__call__(command, given)
            if broken and "load-buffer" in command:
                raise BackendFailed("tmux failed")
            return b""

    setup = Setup(IN_TMUX, desktop=FakeTmux())
    setup.clipboard.copy(TOKEN)
    loaded, deleted = setup.desktop.ran
    buffer = loaded[4]
    assert buffer.startswith("cognitui-")
    assert loaded == ("/usr/bin/tmux", "load-buffer", "-w", "-b", buffer, "-")
    assert deleted == ("/usr/bin/tmux", "delete-buffer", "-b", buffer)


def test_each_buffer_of_tmux_has_a_name_of_its_own() -> None:
    setup = Setup(IN_TMUX)
    setup.clipboard.copy(TOKEN)
    setup.clipboard.copy(TOKEN)
    assert len({command[4] for command in setup.desktop.ran if "load-buffer" in command}) == 2


def test_the_clipboard_keeps_no_copy_of_the_secret() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)
    assert "canary" not in str(vars(setup.clipboard))


def test_an_error_does_not_hold_the_secret() -> None:
    setup = Setup(X11, prefer="native", desktop=FakeDesktop(broken=["xclip", "xsel"]))
    with pytest.raises(ClipboardUnavailable) as caught:
        setup.clipboard.copy(TOKEN)
    assert caught.value.cause == "No clipboard can be reached: xclip failed; xsel failed."
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}{caught.value.__context__}"


# Clearing


@pytest.mark.parametrize("environ", [WAYLAND, X11])
def test_what_is_still_there_is_cleared(environ: dict[str, str]) -> None:
    setup = Setup(environ)
    setup.clipboard.copy(TOKEN)
    assert setup.clipboard.clear_if_ours().message == "Clipboard cleared."
    assert setup.desktop.held == ""


def test_what_was_copied_since_is_left_alone() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)
    setup.desktop.held = "a shopping list"
    assert setup.clipboard.clear_if_ours().message == ""
    assert setup.desktop.held == "a shopping list"


def test_the_last_of_two_copies_is_the_one_that_is_cleared() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)
    setup.clipboard.copy("second")
    assert setup.clipboard.clear_if_ours().message == "Clipboard cleared."


def test_what_is_cleared_is_cleared_once() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)
    setup.clipboard.clear_if_ours()
    ran = len(setup.desktop.ran)
    assert setup.clipboard.clear_if_ours().message == ""
    assert len(setup.desktop.ran) == ran


def test_if_nothing_was_copied_nothing_is_read() -> None:
    setup = Setup(X11)
    assert setup.clipboard.clear_if_ours().message == ""
    assert setup.desktop.ran == []


@pytest.mark.parametrize(("environ", "way"), [(IN_TMUX, "by tmux"), (SSH, "over OSC 52")])
def test_a_clipboard_that_cannot_be_seen_is_not_said_to_be_cleared(environ: dict[str, str], way: str) -> None:
    setup = Setup(environ)
    setup.clipboard.copy(TOKEN)
    written = list(setup.terminal)
    message = setup.clipboard.clear_if_ours().message
    assert message == f"A token sent {way} cannot be cleared from here: your clipboard may still hold it."
    assert setup.terminal == written


def test_a_clipboard_that_does_not_answer_is_tried_again_at_the_end() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)
    setup.desktop.broken = {"xclip"}
    assert "may still hold" in setup.clipboard.clear_if_ours().message
    setup.desktop.broken = set()
    assert setup.clipboard.clear_if_ours().message == "Clipboard cleared."


def test_threads_copy_one_after_the_other() -> None:
    class OneAtATime(FakeDesktop):
        inside = 0

        def __call__(self, command: Sequence[str], given: bytes | None) -> bytes:
            self.inside += 1
            assert self.inside == 1
            time.sleep(0.001)
            self.inside -= 1
            return super().__call__(command, given)

    setup = Setup(X11, desktop=OneAtATime())
    with ThreadPoolExecutor(8) as threads:
        copied = list(threads.map(setup.clipboard.copy, [f"token {n}" for n in range(24)]))
    assert all(one.confirmed for one in copied)


# Windows


class FakePyperclip:
    """Pyperclip as it is on Windows."""

    def __init__(self, *, busy: bool = False) -> None:
        self.held = ""
        self.busy = busy

    def copy(self, text: str) -> None:
        if self.busy:
            raise RuntimeError("Error calling OpenClipboard (canary)")
        self.held = text

    def paste(self) -> str:
        return self.held


def test_on_windows_the_clipboard_is_read_back_and_cleared() -> None:
    calls = FakePyperclip()
    clipboard = Clipboard([WindowsClipboard(lambda: calls)])
    copied = clipboard.copy(TOKEN)
    assert (copied.way, copied.confirmed, calls.held) == ("to the clipboard", True, TOKEN)
    assert clipboard.clear_if_ours().message == "Clipboard cleared."
    assert calls.held == ""


def test_a_clipboard_that_windows_keeps_busy_is_no_way() -> None:
    with pytest.raises(ClipboardUnavailable, match="in use") as caught:
        Clipboard([WindowsClipboard(lambda: FakePyperclip(busy=True))]).copy(TOKEN)
    assert "canary" not in caught.value.cause


# Programs


def test_a_program_that_does_not_end_is_killed() -> None:
    run = run_in(BARE, timeout=0.2)
    with pytest.raises(BackendFailed, match="does not answer"):
        run((sys.executable, "-c", "import time; time.sleep(60)"), b"")


def test_a_program_that_fails_or_is_missing_is_reported_by_name() -> None:
    run = run_in(BARE)
    with pytest.raises(BackendFailed, match=r"^python.* failed$"):
        run((sys.executable, "-c", "raise SystemExit(1)"), TOKEN.encode())
    with pytest.raises(BackendFailed, match=r"^nowhere cannot be started$"):
        run(("/nowhere",), TOKEN.encode())


def test_a_program_gets_only_what_it_needs_of_the_environment() -> None:
    run = run_in({**BARE, "DISPLAY": ":9", "COGNITUI_SECRET": "canary", "AWS_SECRET_ACCESS_KEY": "canary"})
    printed = run((sys.executable, "-c", "import os; print(dict(os.environ))"), None).decode()
    assert "':9'" in printed
    assert "canary" not in printed


# At the end of the program


def test_what_was_copied_is_cleared_at_the_end() -> None:
    setup = Setup(X11)
    setup.clipboard.copy(TOKEN)

    setup.clipboard.clear_at_exit()

    assert setup.desktop.held == ""


def test_if_nothing_was_copied_nothing_is_looked_at_at_the_end() -> None:
    setup = Setup(X11)

    setup.clipboard.clear_at_exit()

    assert setup.desktop.ran == []


def test_a_clipboard_that_hangs_is_given_up_at_the_end() -> None:
    released = threading.Event()

    class Hanging(FakeDesktop):
        def __call__(self, command: Sequence[str], given: bytes | None) -> bytes:
            if given is None and self.ran:
                released.wait(10)
            return super().__call__(command, given)

    setup = Setup({**X11, "TERM": "dumb"}, desktop=Hanging(deaf=False))
    released.set()
    setup.clipboard.copy(TOKEN)
    released.clear()

    setup.clipboard.clear_at_exit()

    assert setup.desktop.held == TOKEN
    released.set()


@pytest.mark.parametrize("environ", [X11, WAYLAND, {**X11, "WSL_DISTRO_NAME": "Debian"}])
def test_only_powershell_is_waited_for_longer_than_a_moment(environ: dict[str, str]) -> None:
    (backend, *_) = Surroundings(environ, FakeTerminal(), FakeDesktop(), EVERYTHING.get, "linux").backends("native")

    assert (backend.clears_within > 1) is ("WSL_DISTRO_NAME" in environ)
