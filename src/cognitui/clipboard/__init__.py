"""The clipboard, honestly: what was copied, which way it went, and whether that is known.

Secrets go through standard input or the terminal, never through the arguments or the environment of a program.
"""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cognitui.clipboard.surroundings import Surroundings
from cognitui.clipboard.ways import Run, Way, WayFailed
from cognitui.model.errors import ClipboardUnavailable

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
