"""Tokens to the clipboard, and away again."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

from cognitui.broker import Got
from cognitui.clipboard import Clipboard
from cognitui.model.duration import rough
from cognitui.model.errors import ClipboardUnavailable
from cognitui.model.text import inert
from cognitui.tui.background import in_background


class Copying:
    """Copies for a screen, says which way it went, and clears after a while."""

    def __init__(self, screen: Screen[int], clipboard: Clipboard, clear_after: float) -> None:
        """Takes the screen for its toasts and timers, the clipboard, and seconds until it is cleared; 0 is never."""
        self._screen = screen
        self._clipboard = clipboard
        self._clear_after = clear_after
        self._timer: Timer | None = None

    async def copy(self, got: Got) -> None:
        """Copies a token; a failure is a toast, too."""
        what = f"{got.token.kind.value} token of {got.profile.id}"
        try:
            copied = await in_background(lambda: self._clipboard.copy(got.token.value), "clipboard")
        except ClipboardUnavailable as error:
            self._screen.notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return
        clears = f" Cleared in {rough(self._clear_after)}." if self._clear_after else ""
        title = "Copied" if copied.confirmed else "Sent to the terminal (unconfirmed)"
        self._screen.notify(f"{inert(what, 120)}, {copied.way}.{clears}", title=title, markup=False)
        self._clear_later()

    def _clear_later(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._clear_after:
            self._timer = self._screen.set_timer(self._clear_after, self._clear)

    async def _clear(self) -> None:
        cleared = await in_background(self._clipboard.clear_if_ours, "clipboard")
        if cleared.message:
            self._screen.notify(cleared.message, markup=False)
