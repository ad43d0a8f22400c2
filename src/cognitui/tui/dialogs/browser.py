"""Dialog of a browser sign-in: its URL, and the wait for the answer."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Static

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError
from cognitui.model.text import inert
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.state import Answers


@dataclass(frozen=True, slots=True)
class Browsing:
    """What the dialog needs from the main screen."""

    open: Callable[[str], bool]
    """Opens a URL in the user's browser; returns False if the user must open it."""
    wait: Callable[[Challenge, threading.Event], Mapping[str, str] | None]
    """Returns the answers that the browser brings, or None once the event is set."""
    copy: Callable[[str], Awaitable[None]]
    """Copies a URL, and says so."""


_BY_HAND = "Open it in a browser, on any machine."


class BrowserScreen(ChallengeScreen):
    """Shows the URL, opens it, and closes automatically once the browser has come back; the user may also paste."""

    def __init__(self, challenge: Challenge, browsing: Browsing, *, opened: bool = False) -> None:
        super().__init__(challenge)
        self._browsing = browsing
        self._opened = opened
        self._stop = threading.Event()

    def _compose_shown(self) -> ComposeResult:
        """The full URL: the browser may run on another machine."""
        yield Static(Text(inert(self._challenge.url)), id="address")
        with Horizontal(classes="buttons -instead"):
            yield Button("Copy the address", id="copy", compact=True)
            yield Button("Open the browser", id="open", compact=True)
        yield Static("", id="state", markup=False, classes="message")

    def on_mount(self) -> None:
        """Open the browser and start to wait; the base class focuses the field for a pasted URL."""
        if not self._opened:
            self._open()
        else:
            # Opened before: a second window is not opened automatically.
            self._say(_BY_HAND)
        if self._challenge.waits:
            in_worker(self, "browser", self._await_browser)

    def on_unmount(self) -> None:
        """Stop waiting: nothing listens on this machine once the dialog is gone."""
        self._stop.set()

    @on(Button.Pressed, "#copy")
    @work(exclusive=True, group="copy")
    async def _copy(self) -> None:
        await self._browsing.copy(self._challenge.url)

    @on(Button.Pressed, "#open")
    def _open(self) -> None:
        self._say("Asked a browser to open it." if self._browsing.open(self._challenge.url) else _BY_HAND)

    def _say(self, words: str) -> None:
        if self._challenge.waits:
            words += " Waiting for the browser to come back …"
        self.query_one("#state", Static).update(Text(words))

    async def _await_browser(self) -> None:
        try:
            answers = await in_background(lambda: self._browsing.wait(self._challenge, self._stop), "browser")
        except CognituiError as error:
            self._show_remark(f"{error.cause} {error.fix}")
            return
        if answers is not None and self.is_active:
            self.dismiss(Answers(dict(answers), keep=False))
