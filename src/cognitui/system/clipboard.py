"""The clipboard, honestly: what was copied, which way it went, and whether that is known.

Secrets go through standard input or the terminal, never through the arguments or the environment of a program.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from cognitui.model.errors import ClipboardUnavailable
from cognitui.system.clipboard_backends import AT_ONCE, Osc52, Programs, Run, Tmux, Way, WayFailed, WindowsClipboard
from cognitui.system.processes import PrintedTooMuch, TookTooLong, printed_by

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


_LOOKS = (0.0, 0.02, 0.08, 0.2, 0.5)
"""Seconds before each look whether it arrived: xsel returns before its daemon owns the clipboard."""

_FIXES = {
    "native": 'Install xclip (X11) or wl-clipboard (Wayland), or set clipboard = "auto" in config.toml.',
    "tmux": 'Start the program inside tmux 3.2 or newer, or set clipboard = "auto" in config.toml.',
    "osc52": 'Use a terminal that knows OSC 52, or set clipboard = "auto" in config.toml.',
}
_FIX = "Install xclip (X11) or wl-clipboard (Wayland), or use a terminal that knows OSC 52."


@dataclass(frozen=True, slots=True)
class Copied:
    """A text that left for a clipboard."""

    way: str
    """How, as it reads behind what was copied: `to the clipboard (xclip)`, `by tmux`, `over OSC 52`."""
    confirmed: bool
    """True where the clipboard was read back and holds it; tmux and terminals do not tell."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What became of a copied text."""

    message: str
    """One sentence for a person; empty where there was nothing to clear."""


class Clipboard:
    """The first of several ways that works here; may be used from several threads."""

    def __init__(self, ways: Sequence[Way], fix: str = _FIX, looks: Sequence[float] = _LOOKS) -> None:
        """Takes its parts.

        Args:
            ways: In the order in which they are tried.
            fix: What helps where none works.
            looks: Seconds before each look whether a text has arrived.
        """
        self._ways = tuple(ways)
        self._fix = fix
        self._looks = tuple(looks)
        self._lock = threading.Lock()
        self._last: tuple[Way, bytes] | None = None

    @classmethod
    def for_terminal(
        cls,
        environ: Mapping[str, str],
        write_to_terminal: Callable[[str], None],
        prefer: str = "auto",
        run: Run | None = None,
        which: Callable[[str], str | None] | None = None,
        platform: str = sys.platform,
        looks: Sequence[float] = _LOOKS,
    ) -> Clipboard:
        """Returns the clipboard as it can be reached from a terminal.

        Args:
            environ: The environment of this process.
            write_to_terminal: Sends an escape sequence to the terminal.
            prefer: `native`, `tmux` or `osc52` for that way alone; `auto` for the first that works.
            run: Runs a program; the real thing, with a time-out, where it is not given.
            which: Finds a program; on the PATH of `environ` where it is not given.
            platform: As `sys.platform`.
            looks: Seconds before each look whether a text has arrived.
        """
        here = Surroundings(environ, write_to_terminal, run, which, platform)
        return cls(here.ways(prefer), _FIXES.get(prefer, _FIX), looks)

    @property
    def phrase(self) -> str:
        """How a text would be copied, as it reads behind what was copied; the first way that seems to be there.

        Raises:
            ClipboardUnavailable: There is none.
        """
        if not self._ways:
            raise ClipboardUnavailable("No clipboard can be reached from here.", fix=self._fix)
        return self._ways[0].phrase

    def copy(self, text: str) -> Copied:
        """Copies a text by the first way that works.

        Raises:
            ClipboardUnavailable: None does.
        """
        failures: list[str] = []
        with self._lock:
            for way in self._ways:
                try:
                    way.send(text)
                except WayFailed as failure:
                    failures.append(str(failure))
                    continue
                # The text itself is not kept: a digest is enough to know it again.
                self._last = (way, _digest(text))
                return Copied(way.phrase, confirmed=_arrived(way, _digest(text), self._looks))
        why = f": {'; '.join(failures)}" if failures else ""
        raise ClipboardUnavailable(f"No clipboard can be reached from here{why}.", fix=self._fix)

    def clear_if_ours(self) -> Cleared:
        """Clears what was copied last where it is still there; what was copied since is left alone."""
        with self._lock:
            if self._last is None:
                return Cleared("")
            way, ours = self._last
            try:
                held = way.read()
                still_ours = held is not None and _digest(held) == ours
                if still_ours:
                    way.clear()
            except WayFailed:
                # Remembered for another try, at the end of the program say.
                return Cleared("The clipboard does not answer and may still hold the token.")
            self._last = None
        if held is None:
            return Cleared(f"What was sent {way.phrase} cannot be cleared from here: your clipboard may still hold it.")
        return Cleared("The clipboard is cleared." if still_ours else "")

    def clear_at_exit(self) -> None:
        """Clears as `clear_if_ours` does, and gives up where the clipboard hangs: a person wants to leave."""
        last = self._last
        if last is None:
            return
        clearing = threading.Thread(target=self.clear_if_ours, name="cognitui-clear", daemon=True)
        clearing.start()
        clearing.join(last[0].clears_within)


def _arrived(way: Way, ours: bytes, looks: Sequence[float]) -> bool:
    """Returns whether the clipboard is known to hold it."""
    for pause in looks:
        time.sleep(pause)
        try:
            held = way.read()
        except WayFailed:
            return False
        if held is None:
            return False
        if _digest(held) == ours:
            return True
    return False


def _digest(text: str) -> bytes:
    # PowerShell ends what it prints with a line break.
    return hashlib.sha256(text.rstrip("\r\n").encode("utf-8", "surrogatepass")).digest()
