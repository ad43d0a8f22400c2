"""Type-ahead: one key at a time, each delivered once all effects of the previous one are there.

Textual forwards a key to the widget that has the focus at that moment. But a key takes several turns of the event loop
to come back to the app and run its action, and an action opens a dialog or moves the focus later still. Keys of one
burst would all go to the widget that had the focus when the first of them came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Protocol, TypeGuard, runtime_checkable

from textual import events
from textual.app import App, ScreenStackError
from textual.errors import NoWidget
from textual.message import Message
from textual.widget import Widget

_AFTER_FRAME = 0.02
"""Seconds from a key to a look at its effects, unless another key comes sooner: its frame is drawn first."""

_LOST_AFTER = 0.01
"""Seconds after which a missing wake is looked for: its widget may be gone, and the wake with it."""

Typed = events.Key | events.Paste | events.MouseDown | events.MouseUp
"""Input that is delivered in order. The wheel and a moving mouse need not wait: no key acts on what they change."""


class Wake(Message, namespace="type_ahead"):
    """Follows a key on its way, from the widget that has the focus up to the app: it arrives once the key is done."""

    def __init__(self, arrived: asyncio.Future[None]) -> None:
        super().__init__()
        self.arrived = arrived

    def arrive(self) -> None:
        """Note that it has come back to the app."""
        if not self.arrived.done():
            self.arrived.set_result(None)


def is_typed(event: events.Event) -> TypeGuard[Typed]:
    """Return whether an event comes from the terminal and no widget has seen it yet."""
    return isinstance(event, Typed) and not event.is_forwarded


@runtime_checkable
class HasTypeAhead(Protocol):
    """An app whose keys wait for each other."""

    type_ahead: TypeAhead


def was_typed_before(app: object, moment: float) -> bool:
    """Return whether the input in progress was typed before a moment, by the clock of Textual's messages."""
    return isinstance(app, HasTypeAhead) and app.type_ahead.was_typed_before(moment)


class TypeAhead:
    """Input that waits, in order; nothing passes before the first list is there.

    ctrl+c passes at once and drops what waits, as in a terminal: it must work whatever hangs.
    """

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._waiting: deque[tuple[Typed, object]] = deque()
        self._called: Typed | None = None
        """Input that has waited and is on its way to the app again."""
        self._is_called_dropped = False
        self._is_begun = False
        self._is_busy = True
        self._target: Widget | None = None
        """The widget that got the last input."""
        self._look: asyncio.TimerHandle | None = None
        self._follower: asyncio.Task[None] | None = None
        self.passing: Typed | None = None
        """The input that was delivered last, until all its effects are there."""

    def begin(self) -> None:
        """Deliver what was typed so far, and from now on all input: the first list is there."""
        if not self._is_begun:
            self._is_begun = True
            self._follow()

    def was_typed_before(self, moment: float) -> bool:
        """Return whether the input in progress was typed before a moment, by the clock of Textual's messages."""
        return self.passing is not None and self.passing.time < moment

    @property
    def is_opening(self) -> bool:
        """Whether no screen can take a key yet."""
        return not self._is_begun or not self._app.screen.is_mounted

    def passes(self, event: Typed) -> bool:
        """Return whether an event is delivered now; if not, it is kept until its turn."""
        if event is self._called:
            self._called = None
            if self._is_called_dropped:
                self._is_called_dropped = False
                return False
        elif isinstance(event, events.Key) and event.key == "ctrl+c":
            self._waiting.clear()
        elif self._is_busy:
            self._waiting.append((self._as_meant(event), self._app.screen))
            if self._look is not None:
                self._follow()
            return False
        self._is_busy = True
        self.passing = event
        self._target = self._under(event)
        return True

    def delivered(self) -> None:
        """Follow what was delivered, and let the next input pass when that is done."""
        if self._waiting:
            self._follow()
        elif self._look is None:
            self._look = asyncio.get_running_loop().call_later(_AFTER_FRAME, self._follow)

    def drop(self, cause: events.Event | None = None) -> None:
        """Drop what waits: it was typed for what the lock hides now.

        Args:
            cause: The input that caused it, which is not delivered either.
        """
        self._waiting.clear()
        if self._called is not None:
            self._is_called_dropped = self._called is not cause
            if not self._is_called_dropped:
                self._called = None
            self._is_busy = not self._is_begun

    def _as_meant(self, event: Typed) -> Typed:
        """Return enter for a line end: the terminal sends that until the program takes it over."""
        if self._is_begun or not isinstance(event, events.Key) or event.key != "ctrl+j":
            return event
        enter = events.Key("enter", "\r")
        enter.time = event.time
        return enter

    def _follow(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None
        if self._follower is None or self._follower.done():
            self._follower = asyncio.create_task(self._until_done())

    async def _until_done(self) -> None:
        """Wait until the effects of a key end: messages that move the focus, start workers and open screens.

        A screen takes messages once it is mounted, so this waits for one that is being opened, too. A screen that fails
        to open, or is closed, holds nothing back: then another one is on top.
        """
        with suppress(ScreenStackError):  # the app has closed
            # Not kept: an input holds what was typed into it, even after its dialog is closed.
            target, self._target = self._target, None
            await self._round_trip(target or self._focused())
            del target
            before: object = None
            while (now := self._state()) != before:
                before = now
                await self._round_trip(self._focused())
            self.passing = None
            self._call_next()

    def _call_next(self) -> None:
        while self._waiting:
            event, screen = self._waiting.popleft()
            # A click is meant for what was seen.
            if not isinstance(event, events.MouseEvent) or screen is self._app.screen:
                self._called = event
                self._app.post_message(event)
                return
        self._is_busy = not self._is_begun

    async def _round_trip(self, target: Widget) -> None:
        arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        target.post_message(Wake(arrived))
        while not arrived.done() and self._leads_to_app(target):
            await asyncio.wait((arrived,), timeout=_LOST_AFTER)

    def _leads_to_app(self, target: Widget) -> bool:
        return self._app.is_running and target.is_attached and self._app.screen is target.screen

    def _focused(self) -> Widget:
        return self._app.screen.focused or self._app.screen

    def _under(self, event: Typed) -> Widget:
        if isinstance(event, events.MouseEvent):
            with suppress(NoWidget):
                return self._app.screen.get_widget_at(event.x, event.y)[0]
        return self._focused()

    def _state(self) -> tuple[object, ...]:
        """Return what a key may change and another key depends on."""
        app = self._app
        return tuple(app.screen_stack), app.focused, frozenset(app.workers)
