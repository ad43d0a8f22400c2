"""Clipboard that reports how a text was copied and whether it is known to have arrived.

Secrets are passed on standard input or through the terminal, never in the arguments or environment of a program.
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
from cognitui.system.clipboard_backends import (
    AT_ONCE,
    Backend,
    BackendFailed,
    Osc52,
    Programs,
    Run,
    Tmux,
    WindowsClipboard,
)
from cognitui.system.processes import PrintedTooMuch, TookTooLong, run_for_output

_TIMEOUT = 2.0

_LARGEST = 1024 * 1024
"""Bytes of a clipboard that are read to check whether it still holds our text."""

_NO_OSC52 = ("dumb", "linux")
"""Terminals without a clipboard; some print unknown sequences."""

_PASSED_ON = (
    frozenset({"PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "SYSTEMROOT"})
    | {"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "__CF_USER_TEXT_ENCODING"}
    | {"TMUX", "TMUX_PANE", "TMUX_TMPDIR", "WSL_INTEROP", "WSL_DISTRO_NAME"}
)
"""The variables that these programs need; the rest may hold secrets, and xclip keeps running."""

_LOOKS = (0.0, 0.02, 0.08, 0.2, 0.5)
"""Seconds before each check whether the text arrived: xsel returns before its daemon owns the clipboard."""

_FIXES = {
    "native": 'Install xclip (X11) or wl-clipboard (Wayland), or set clipboard = "auto" in config.toml.',
    "tmux": 'Run cognitui inside tmux 3.2 or newer, or set clipboard = "auto" in config.toml.',
    "osc52": 'Use a terminal that supports OSC 52, or set clipboard = "auto" in config.toml.',
}

_FIX = "Install xclip (X11) or wl-clipboard (Wayland), or use a terminal that supports OSC 52."


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of copying a text."""

    way: str
    """The way it was copied, as shown after what was copied: `to the clipboard (xclip)`, `by tmux`, `over OSC 52`."""
    confirmed: bool
    """True if the clipboard was read back and holds the text; tmux and terminals do not allow that."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The result of clearing a copied text."""

    message: str
    """One sentence; empty if there was nothing to clear."""


class Clipboard:
    """Clipboard that uses the first backend that works; thread-safe."""

    def __init__(self, backends: Sequence[Backend], fix: str = _FIX, looks: Sequence[float] = _LOOKS) -> None:
        """Create a clipboard.

        Args:
            backends: The backends in the order in which they are tried.
            fix: The fix to suggest if none works.
            looks: Seconds before each check whether a text has arrived.
        """
        self._backends = tuple(backends)
        self._fix = fix
        self._looks = tuple(looks)
        self._lock = threading.Lock()
        self._last: tuple[Backend, bytes] | None = None

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
        """Return the clipboard for a terminal.

        Args:
            environ: The environment of this process.
            write_to_terminal: Sends an escape sequence to the terminal.
            prefer: `native`, `tmux` or `osc52` to use only that; `auto` for the first that works.
            run: Runs a program; by default a real one, with a timeout.
            which: Finds a program; by default on the PATH of `environ`.
            platform: As `sys.platform`.
            looks: Seconds before each check whether a text has arrived.
        """
        here = Surroundings(environ, write_to_terminal, run, which, platform)
        return cls(here.backends(prefer), _FIXES.get(prefer, _FIX), looks)

    @property
    def phrase(self) -> str:
        """How the first available backend copies, as shown after what was copied.

        Raises:
            ClipboardUnavailable: There is no backend.
        """
        if not self._backends:
            raise ClipboardUnavailable("No clipboard can be reached.", fix=self._fix)
        return self._backends[0].phrase

    def copy(self, text: str) -> Copied:
        """Copy a text with the first backend that works.

        Raises:
            ClipboardUnavailable: None works.
        """
        failures: list[str] = []
        with self._lock:
            for backend in self._backends:
                try:
                    backend.send(text)
                except BackendFailed as failure:
                    failures.append(str(failure))
                    continue
                # Only a digest is kept, which is enough to recognize the text.
                self._last = (backend, _digest(text))
                return Copied(backend.phrase, confirmed=_arrived(backend, _digest(text), self._looks))
        why = f": {'; '.join(failures)}" if failures else ""
        raise ClipboardUnavailable(f"No clipboard can be reached{why}.", fix=self._fix)

    def clear_if_ours(self) -> Cleared:
        """Clear the last copied text if the clipboard still holds it; leave anything newer."""
        with self._lock:
            if self._last is None:
                return Cleared("")
            backend, ours = self._last
            try:
                held = backend.read()
                still_ours = held is not None and _digest(held) == ours
                if still_ours:
                    backend.clear()
            except BackendFailed:
                # Kept for another try, for example at exit.
                return Cleared("The clipboard does not answer and may still hold the token.")
            self._last = None
        if held is None:
            return Cleared(
                f"A token sent {backend.phrase} cannot be cleared from here: your clipboard may still hold it."
            )
        return Cleared("Clipboard cleared." if still_ours else "")

    def clear_at_exit(self) -> None:
        """Clear as `clear_if_ours` does, but give up if the clipboard hangs, because the user is leaving."""
        last = self._last
        if last is None:
            return
        clearing = threading.Thread(target=self.clear_if_ours, name="cognitui-clear", daemon=True)
        clearing.start()
        clearing.join(last[0].clears_within)


class Surroundings:
    """The environment, the installed programs and the terminal."""

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

    def backends(self, prefer: str) -> list[Backend]:
        """Return the backends to try, in order; if one is preferred, only that one."""
        if prefer == "native":
            return self._native()
        if prefer == "tmux":
            return self._tmux()
        if prefer == "osc52":
            return self._osc52()
        # Over ssh, the clipboard of the remote machine is of no use.
        far = self._has("SSH_TTY") or self._has("SSH_CONNECTION")
        return [*([] if far else self._native()), *self._tmux(), *self._osc52()]

    def _native(self) -> list[Backend]:
        if self._platform == "win32":
            return [WindowsClipboard()]
        desktops = [
            (_MACOS, self._platform == "darwin"),
            # First, because the terminal is a Windows window.
            (_WSL, self._has("WSL_DISTRO_NAME")),
            (_WAYLAND, self._has("WAYLAND_DISPLAY")),
            (_XCLIP, self._has("DISPLAY")),
            (_XSEL, self._has("DISPLAY")),
        ]
        backends = [self._programs(desktop) for desktop, here in desktops if here]
        return [backend for backend in backends if backend is not None]

    def _programs(self, desktop: _Desktop) -> Backend | None:
        commands = [tuple(command.split()) for command in (desktop.copying, desktop.pasting, desktop.clearing)]
        paths = [self._which(command[0]) for command in commands]
        found = [(path, *command[1:]) for path, command in zip(paths, commands, strict=True) if path]
        if len(found) < len(commands):
            return None
        copying, pasting, clearing = found
        return Programs(commands[0][0], self._run, copying, pasting, clearing, desktop.clears_within)

    def _tmux(self) -> list[Backend]:
        path = self._which("tmux") if self._has("TMUX") else None
        return [Tmux(path, self._run)] if path else []

    def _osc52(self) -> list[Backend]:
        unnamed = "windows-terminal" if self._platform == "win32" else "dumb"
        terminal = self._environ.get("TERM") or unnamed
        # Over ssh STY is not passed on; only GNU screen uses a TERM with a dot: screen.xterm-256color.
        in_gnu_screen = self._has("STY") or terminal.startswith("screen.")
        return [] if terminal in _NO_OSC52 else [Osc52(self._write, in_gnu_screen=in_gnu_screen)]

    def _has(self, name: str) -> bool:
        return bool(self._environ.get(name))


def run_in(environ: Mapping[str, str], timeout: float = _TIMEOUT) -> Run:
    """Return a function that runs programs with the variables that they need.

    Args:
        environ: The environment of this process.
        timeout: Seconds after which a program and its children are killed.
    """
    passed_on = {name: value for name, value in environ.items() if name in _PASSED_ON}

    def run(command: Sequence[str], given: bytes | None) -> bytes:
        name = PurePath(command[0]).name
        try:
            done = run_for_output(
                command,
                within=timeout,
                largest=_LARGEST,
                given=given or b"",
                # xclip and wl-copy keep running and would hold a pipe open.
                prints=given is None,
                environ=passed_on,
            )
        except TookTooLong:
            raise BackendFailed(f"{name} does not answer") from None
        except PrintedTooMuch:
            return b""  # our texts are never that long
        except OSError:
            raise BackendFailed(f"{name} cannot be started") from None
        if done.exit_code:
            raise BackendFailed(f"{name} failed")
        return done.output

    return run


class _Desktop(NamedTuple):
    copying: str
    pasting: str
    clearing: str
    clears_within: float = AT_ONCE


_MACOS = _Desktop("pbcopy", "pbpaste", "pbcopy")

# PowerShell needs a second to start.
_WSL = _Desktop("clip.exe", "powershell.exe -NoProfile -NonInteractive -Command Get-Clipboard", "clip.exe", 2.0)

# Without a type it would start another program to guess one.
_WAYLAND = _Desktop("wl-copy --type text/plain", "wl-paste --no-newline", "wl-copy --clear")

_XCLIP = _Desktop("xclip -selection clipboard -in", "xclip -selection clipboard -out", "xclip -selection clipboard -in")

_XSEL = _Desktop("xsel --clipboard --input", "xsel --clipboard --output", "xsel --clipboard --delete")


def _arrived(backend: Backend, ours: bytes, looks: Sequence[float]) -> bool:
    """Return whether the clipboard is known to hold the text."""
    for pause in looks:
        time.sleep(pause)
        try:
            held = backend.read()
        except BackendFailed:
            return False
        if held is None:
            return False
        if _digest(held) == ours:
            return True
    return False


def _digest(text: str) -> bytes:
    # PowerShell appends a line break to its output.
    return hashlib.sha256(text.rstrip("\r\n").encode("utf-8", "surrogatepass")).digest()
