"""From where the program runs, which ways lead to the person's clipboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from cognitui.clipboard.ways import AT_ONCE, Osc52, Programs, Run, Tmux, Way, WayFailed, WindowsClipboard
from cognitui.processes import PrintedTooMuch, TookTooLong, printed_by

_TIMEOUT = 2.0

_LARGEST = 1024 * 1024
"""Bytes of a clipboard that are read to see whether it is still ours."""

_NO_OSC52 = ("dumb", "linux")
"""Terminals without a clipboard, of which some print what they do not understand."""

_PASSED_ON = (
    frozenset({"PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "SYSTEMROOT"})
    | {"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "__CF_USER_TEXT_ENCODING"}
    | {"TMUX", "TMUX_PANE", "TMUX_TMPDIR", "WSL_INTEROP", "WSL_DISTRO_NAME"}
)
"""What these programs need of the environment: the rest may hold secrets, and xclip stays."""


class _Desktop(NamedTuple):
    copying: str
    pasting: str
    clearing: str
    clears_within: float = AT_ONCE


_MACOS = _Desktop("pbcopy", "pbpaste", "pbcopy")
# PowerShell takes a second to start.
_WSL = _Desktop("clip.exe", "powershell.exe -NoProfile -NonInteractive -Command Get-Clipboard", "clip.exe", 2.0)
# Without a type it would start another program to guess one.
_WAYLAND = _Desktop("wl-copy --type text/plain", "wl-paste --no-newline", "wl-copy --clear")
_XCLIP = _Desktop("xclip -selection clipboard -in", "xclip -selection clipboard -out", "xclip -selection clipboard -in")
_XSEL = _Desktop("xsel --clipboard --input", "xsel --clipboard --output", "xsel --clipboard --delete")


class Surroundings:
    """The environment, the programs that are installed, and the terminal."""

    def __init__(
        self,
        environ: Mapping[str, str],
        write_to_terminal: Callable[[str], None],
        run: Run | None,
        which: Callable[[str], str | None] | None,
        platform: str,
    ) -> None:
        self._environ = environ
        self._write = write_to_terminal
        self._run = run or run_in(environ)
        self._which = which or (lambda name: shutil.which(name, path=environ.get("PATH")))
        self._platform = platform

    def ways(self, prefer: str) -> list[Way]:
        """Returns the ways to try, in order; only those of that name for one other than `auto`."""
        if prefer == "native":
            return self._native()
        if prefer == "tmux":
            return self._tmux()
        if prefer == "osc52":
            return self._osc52()
        # Over ssh, the clipboard of the machine there is of no use to the person here.
        far = self._has("SSH_TTY") or self._has("SSH_CONNECTION")
        return [*([] if far else self._native()), *self._tmux(), *self._osc52()]

    def _native(self) -> list[Way]:
        if self._platform == "win32":
            return [WindowsClipboard()]
        desktops = [
            (_MACOS, self._platform == "darwin"),
            # Before the others: there, the terminal is a window of Windows.
            (_WSL, self._has("WSL_DISTRO_NAME")),
            (_WAYLAND, self._has("WAYLAND_DISPLAY")),
            (_XCLIP, self._has("DISPLAY")),
            (_XSEL, self._has("DISPLAY")),
        ]
        ways = [self._programs(desktop) for desktop, here in desktops if here]
        return [way for way in ways if way is not None]

    def _programs(self, desktop: _Desktop) -> Way | None:
        commands = [tuple(command.split()) for command in (desktop.copying, desktop.pasting, desktop.clearing)]
        paths = [self._which(command[0]) for command in commands]
        found = [(path, *command[1:]) for path, command in zip(paths, commands, strict=True) if path]
        if len(found) < len(commands):
            return None
        copying, pasting, clearing = found
        return Programs(commands[0][0], self._run, copying, pasting, clearing, desktop.clears_within)

    def _tmux(self) -> list[Way]:
        path = self._which("tmux") if self._has("TMUX") else None
        return [Tmux(path, self._run)] if path else []

    def _osc52(self) -> list[Way]:
        unnamed = "windows-terminal" if self._platform == "win32" else "dumb"
        terminal = self._environ.get("TERM") or unnamed
        # Over ssh STY is gone; only GNU screen names itself with a dot: screen.xterm-256color.
        in_gnu_screen = self._has("STY") or terminal.startswith("screen.")
        return [] if terminal in _NO_OSC52 else [Osc52(self._write, in_gnu_screen=in_gnu_screen)]

    def _has(self, name: str) -> bool:
        return bool(self._environ.get(name))


def run_in(environ: Mapping[str, str], timeout: float = _TIMEOUT) -> Run:
    """Returns what runs programs in that environment, less all that they need not know.

    Args:
        environ: The environment of this process.
        timeout: Seconds after which a program and its children are ended.
    """
    passed_on = {name: value for name, value in environ.items() if name in _PASSED_ON}

    def run(command: Sequence[str], given: bytes | None) -> bytes:
        name = PurePath(command[0]).name
        try:
            done = printed_by(
                command,
                within=timeout,
                largest=_LARGEST,
                given=given or b"",
                # xclip and wl-copy stay in the background and would hold a pipe open.
                prints=given is None,
                environ=passed_on,
            )
        except TookTooLong:
            raise WayFailed(f"{name} does not answer") from None
        except PrintedTooMuch:
            return b""  # nothing of ours is that long
        except OSError:
            raise WayFailed(f"{name} cannot be started") from None
        if done.exit_code:
            raise WayFailed(f"{name} failed")
        return done.output

    return run
