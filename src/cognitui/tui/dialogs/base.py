"""What stands in front of the main screen, and may be closed before it is composed."""

from __future__ import annotations

import math
from typing import TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from cognitui.tui.actions.keybindings import bindings, leads_out
from cognitui.tui.actions.registry import Place
from cognitui.tui.type_ahead import HasTypeAhead

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """Closed before its widgets are there, it does nothing any more."""

    BINDINGS = bindings(Place.DIALOG)

    holds_secrets = False
    """Whether it shows claims or holds what was typed: the idle lock closes it, as if nobody had answered."""
    is_before_token = False
    """Whether a get or copy must ask this first: then the copy key, typed before it opened, is meant for that token."""

    def __init__(self) -> None:
        """Makes it, not composed yet."""
        super().__init__()
        self._opened_at = events.Event().time
        self._seen_at = math.inf
        """When it was first painted, by the clock of Textual's messages."""
        self._ended: tuple[Result | None] | None = None
        """What it ended with while another screen stood over it."""

    async def on_event(self, event: events.Event) -> None:
        """Mounts a dialog that is still open: of one that was closed meanwhile, or left, the widgets never came."""
        is_open = self in self.app.screen_stack and self.is_attached and self.app.is_running
        if is_open or not isinstance(event, events.Mount):
            await super().on_event(event)
        if is_open and isinstance(event, events.Mount):
            self.call_after_refresh(self._note_seen)

    def _note_seen(self) -> None:
        self._seen_at = events.Event().time

    @property
    def was_typed_unseen(self) -> bool:
        """Whether the key or click that is being handled came before this was painted.

        What is typed ahead does what it was meant for, but nobody answers a question that they have not seen.
        """
        return self._was_typed_before(self._seen_at)

    @property
    def was_typed_for_what_is_below(self) -> bool:
        """Whether the key that is being handled was typed before this was opened, though it is handled now."""
        return self._was_typed_before(self._opened_at)

    def _was_typed_before(self, moment: float) -> bool:
        app = self.app
        return isinstance(app, HasTypeAhead) and app.type_ahead.was_typed_before(moment)

    async def action_leave_dialog(self) -> None:
        """Copies what is selected on the screen; without a selection, does what esc does here.

        A field with a selection copies it before this is called.
        """
        if self.get_selected_text() is not None:
            self.action_copy_text()
            return
        # The first one is that of the widget with the focus, as for a key.
        out = [active for active in self.active_bindings.values() if leads_out(active.binding.id or "")]
        if out:
            await self.app.run_action(out[0].binding.action, default_namespace=out[0].node)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes with a result, at once or as soon as nothing stands over it.

        Textual closes the screen on top, whichever that is: what ends by itself would take the lock away.
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
    """One frame that scrolls by the moving keys where the screen is low."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.READER)

    def action_scroll(self, lines: int) -> None:
        """Scrolls by some lines, down or, below zero, up."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
