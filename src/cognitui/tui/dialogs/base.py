"""Base of the dialogs above the main screen, which may be closed before they are composed."""

from __future__ import annotations

import math
from typing import TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from cognitui.tui.actions.keybindings import bindings, leads_out
from cognitui.tui.actions.registry import Place
from cognitui.tui.type_ahead import was_typed_before

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A dialog; if it is closed before its widgets exist, it does nothing more."""

    BINDINGS = bindings(Place.DIALOG)

    holds_secrets = False
    """Whether it shows claims or holds what was typed: the idle lock closes it, as if nobody had answered."""
    is_before_token = False
    """Whether a get or copy must ask this first: a copy key that was typed before it opened is meant for that token."""

    def __init__(self) -> None:
        """Note when it was opened."""
        super().__init__()
        self._opened_at = events.Event().time
        self._seen_at = math.inf
        """The time of the first paint, by the clock of Textual's messages."""
        self._ended: tuple[Result | None] | None = None
        """The result it was closed with while another screen was above it."""

    async def on_event(self, event: events.Event) -> None:
        """Mount a dialog only if it is still open: if it was closed in between, its widgets never arrived."""
        is_open = self in self.app.screen_stack and self.is_attached and self.app.is_running
        if is_open or not isinstance(event, events.Mount):
            await super().on_event(event)
        if is_open and isinstance(event, events.Mount):
            self.call_after_refresh(self._note_seen)

    def _note_seen(self) -> None:
        self._seen_at = events.Event().time

    @property
    def was_typed_unseen(self) -> bool:
        """Whether the current key or click came before this was painted.

        Keys that are typed ahead do what they were meant for, but nobody answers a question before seeing it.
        """
        return was_typed_before(self.app, self._seen_at)

    @property
    def was_typed_for_what_is_below(self) -> bool:
        """Whether the current key was typed before this was opened, although it is handled now."""
        return was_typed_before(self.app, self._opened_at)

    async def action_leave_dialog(self) -> None:
        """Copy the selection on the screen; without one, do what esc does here.

        A field with a selection copies it before this is called.
        """
        if self.get_selected_text() is not None:
            self.action_copy_text()
            return
        # The first one belongs to the focused widget, as for a key.
        out = [active for active in self.active_bindings.values() if leads_out(active.binding.id or "")]
        if out:
            await self.app.run_action(out[0].binding.action, default_namespace=out[0].node)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result, now or once nothing is above it.

        Textual closes the top screen, whichever it is: a dialog that closes automatically would remove the lock.
        """
        if self.app.screen is self:
            return super().dismiss(result)
        self._ended = (result,)
        return AwaitComplete()

    @on(events.ScreenResume)
    def _close_late(self) -> None:
        if self._ended is not None and self.app.screen is self:
            self.dismiss(*self._ended)


class Reader(Dialog[Result]):
    """One frame that scrolls with the movement keys if the screen is too low."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.READER)

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines: down, or up if negative."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
