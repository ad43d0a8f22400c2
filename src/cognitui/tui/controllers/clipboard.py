"""Copying to the clipboard, and clearing it after a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from cognitui.model.duration import rough
from cognitui.model.errors import ClipboardUnavailable
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.request import TokenResult
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.state_screen import StateScreen

if TYPE_CHECKING:
    # Costs 10 ms, and the first paint needs none.
    from cognitui.model.token_formats import TokenFormat
    from cognitui.system.clipboard import Clipboard, Copied

_REFRESH_TOKEN_WARNING = "This is the refresh token: no API accepts it, and anyone who has it can get new tokens."


class ClipboardCopier:
    """Copies for a screen, says how the text was copied, and clears it after a while."""

    def __init__(self, screen: StateScreen, open_clipboard: Callable[[], Clipboard], clear_after: float) -> None:
        """Create it.

        Args:
            screen: Shows toasts and runs timers.
            open_clipboard: Opens the clipboard when it is first needed.
            clear_after: Seconds until it is cleared; 0 is never.
        """
        self._screen = screen
        self._open_clipboard = open_clipboard
        self._clipboard: Clipboard | None = None
        self._clear_after = clear_after
        self._timer: Timer | None = None
        self._previous: list[Clipboard] = []
        """Clipboards of previous settings that are still being cleared."""

    async def copy(self, got: TokenResult, form: TokenFormat) -> bool:
        """Copy a token in a format and return whether it was copied; a toast reports an error of the clipboard.

        Raises:
            BadToken: It contains what no token does.
        """
        # Costs 2 ms, and the first paint needs none.
        from cognitui.model.token_formats import TokenFormat, formatted, what_is_missing

        how = "" if form is TokenFormat.RAW else f" as {form.label}"
        text = formatted(got.profile, got.token, form)
        then = what_is_missing(got.profile, form)
        if got.token.kind is TokenKind.REFRESH:
            then = f"{_REFRESH_TOKEN_WARNING}\n{then}" if then else _REFRESH_TOKEN_WARNING
        return await self.copy_text(text, f"{got.token.kind.value} token of {got.profile.id}{how}", then=then)

    async def copy_text(self, text: str, what: str, *, stays: bool = False, then: str = "") -> bool:
        """Copy a text and return whether it was copied: nothing is copied while the screen is locked.

        Args:
            text: The text.
            what: Its name in the toast.
            stays: It is no secret and is never cleared.
            then: What is left to do before it is of use.
        """
        if self._screen.is_locked:
            self._screen.say_after_unlock(f"Not copied: {inert(what, 120)}.")
            return False
        try:
            copied = await in_background(lambda: self._copied(text), "clipboard")
        except ClipboardUnavailable as error:
            self._screen.notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return False
        # What was only sent to the terminal cannot be read back, so clearing it is not promised.
        clear_after = 0 if stays else self._clear_after
        clears = f" Cleared in {rough(clear_after)}." if clear_after and copied.confirmed else ""
        title = "Copied" if copied.confirmed else "Sent to the terminal (unconfirmed)"
        words = f"{inert(what, 120)}, {copied.way}.{clears}"
        self._screen.notify(f"{words}\n{then}" if then else words, title=title, markup=False)
        self._schedule_clear(clear_after)
        return True

    def apply_settings(self, clear_after: float) -> None:
        """Use the clipboard and the time of new settings; what was copied before is cleared."""
        self._clear_after = clear_after
        if self._timer is not None:
            self._timer.stop()
        if self._clipboard is not None:
            previous, self._clipboard = self._clipboard, None
            self._previous.append(previous)
            in_worker(self._screen, "clipboard", self._clear_former, previous)

    def clear_at_exit(self) -> None:
        """Clear what was copied."""
        for clipboard in (*self._previous, self._clipboard):
            if clipboard is not None:
                clipboard.clear_at_exit()

    def _copied(self, text: str) -> Copied:
        self._clipboard = self._clipboard or self._open_clipboard()
        return self._clipboard.copy(text)

    def _schedule_clear(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        if seconds and (clipboard := self._clipboard) is not None:
            # In a worker: in the timer's own call it would block the screen's keys until the clipboard answers.
            self._timer = self._screen.set_timer(
                seconds, lambda: in_worker(self._screen, "clipboard", self._clear, clipboard)
            )

    async def _clear_former(self, clipboard: Clipboard) -> None:
        await self._clear(clipboard)
        self._previous.remove(clipboard)

    async def _clear(self, clipboard: Clipboard) -> None:
        cleared = await in_background(clipboard.clear_if_ours, "clipboard")
        if cleared.message:
            self._screen.notify(cleared.message, markup=False)
