"""What the tests of the screen share: an app on fakes, waiting for what workers bring, and reading the screen."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from textual import events
from textual.pilot import Pilot

from cognitui.model.challenge import GivenSecrets, Step
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.services import Services
from cognitui.system.clipboard import Cleared, Clipboard, Copied
from cognitui.tui.app import CognituiApp
from cognitui.tui.main_screen import MainScreen
from tests.unit.fakes import FakeServices, FakeSignIn, services_with, signed_in

WIDE = (120, 36)
NARROW = (80, 24)

_PATIENCE = 500
"""Turns of 10 ms that a test waits for a worker."""


class FakeClipboard:
    """Remembers what was copied."""

    def __init__(self, way: str = "to the clipboard (fake)", *, confirmed: bool = True) -> None:
        self.copied: list[str] = []
        self.cleared = 0
        self._said = Copied(way, confirmed)

    def copy(self, text: str) -> Copied:
        self.copied.append(text)
        return self._said

    def clear_if_ours(self) -> Cleared:
        self.cleared += 1
        return Cleared("Clipboard cleared." if self.copied else "")


def desk(*profiles: Profile, **parts: Any) -> FakeServices:
    """Return services with a clipboard, on these profiles."""
    return services_with(*profiles, clip=cast(Clipboard, FakeClipboard()), **parts)


def copied(services: FakeServices) -> list[str]:
    """Return what was copied."""
    return cast(FakeClipboard, services.clip).copied


class ByName(FakeSignIn):
    """Answers by the name of the profile; a profile without an answer signs in. Waits while the gate is shut."""

    def __init__(self, **steps: Step | CognituiError) -> None:
        super().__init__()
        self._steps = steps
        self.gate = threading.Event()
        self.gate.set()

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        self.started.append((profile, secrets))
        assert self.gate.wait(60)
        step = self._steps.get(profile.name) or signed_in()
        if isinstance(step, CognituiError):
            raise step
        return step


class Story:
    """One session at the screen, in the words of its user."""

    def __init__(self, app: CognituiApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self._has_looked = False

    @property
    def main(self) -> MainScreen:
        """The main screen, also while a dialog is in front of it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        self.fail_if_crashed()

    async def strike(self, key: str) -> None:
        """Press a key and lets every widget take it; `press` waits until the process idles, some 100 ms."""
        self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.pilot.pause(0)

    def fail_if_crashed(self) -> None:
        """Raise the error that ended the app: what the test waits for can no longer come."""
        if self.app.failure is not None:
            raise self.app.failure

    async def come_to(self, holds: Callable[[], bool]) -> None:
        """Wait as `until` does, and not until the process idles."""
        for _ in range(_PATIENCE):
            self.fail_if_crashed()
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it never happened:\n{self.text}")

    async def type(self, text: str) -> None:
        """Put a text into what has the focus, as a paste: keys one by one would take a test minutes."""
        assert self.app.focused is not None
        self.app.focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def come_back(self) -> None:
        """Close whatever is in front of the main screen."""
        while self.app.screen is not self.main:
            await self.press("escape")
        await self.press("escape")

    async def see(self, words: str) -> None:
        """Wait until the words are on the screen."""
        await self.until(lambda: words in self.text, f"{words!r} is not on the screen")

    async def until(self, holds: Callable[[], bool], otherwise: str = "it never happened") -> None:
        """Wait for something that a worker brings."""
        for _ in range(_PATIENCE):
            self.fail_if_crashed()
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"{otherwise}:\n{self.text}")

    @property
    def text(self) -> str:
        """What the screen shows, dialogs and toasts included."""
        self._has_looked = True
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    def look(self) -> None:
        """Draw the screen."""
        assert self.text

    def look_once(self) -> None:
        """Draw the screen if the test has never read it, so that each test of the TUI draws something."""
        if not self._has_looked and self.app.is_running and self.app.failure is None:
            self.look()

    @property
    def toasts(self) -> list[str]:
        """The notifications that are shown."""
        return [f"{toast.title}: {toast.message}" for toast in self.app._notifications]

    async def hear(self, words: str) -> None:
        """Wait for a toast; a long one is wrapped on the screen."""
        await self.until(lambda: any(words in toast for toast in self.toasts), f"no toast says {words!r}")


@asynccontextmanager
async def opened(services: FakeServices, size: tuple[int, int] = WIDE, environment: str = "") -> AsyncIterator[Story]:
    """Open the screen, waits until the profiles are read, and leaves it as the program does."""
    app = CognituiApp(cast(Services, services), environment=environment)
    async with app.run_test(size=size, notifications=True) as pilot:
        story = Story(app, pilot)
        await story.until(lambda: isinstance(app.screen, MainScreen) and not _reading(story), "the file was not read")
        yield story
        story.look_once()
    app.save_preferences()
    if app.failure is not None:
        raise app.failure


def _reading(story: Story) -> bool:
    main = story.main
    return main.book is None and not main.query_one("#error").display
