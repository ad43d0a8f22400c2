"""Idle lock: when it closes, what it closes, and what is said once the user is back."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import TypeVar

from cognitui.model.text import inert
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.state_screen import StateScreen

Result = TypeVar("Result")

_DRAWING = frozenset({"cognitui", "rich", "textual"})
"""The packages whose memoised functions are about drawn text."""

_LRU_CACHE = type(functools.lru_cache(len))


class IdleLock:
    """Lock of a screen. While it is closed, nothing of a token is kept or copied: the user may be away for hours."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen

    def close(self, after: float, *, in_memory: bool) -> None:
        """Show the lock, once, and close every dialog that holds a secret.

        Args:
            after: Seconds without input.
            in_memory: Secrets are kept in memory for this run only.
        """
        if not self._screen.is_locked:
            # No lock is needed before the first paint.
            from cognitui.tui.dialogs.confirm import Locked

            self._close_dialogs_with_secrets()
            self._screen.app.push_screen(Locked(after, in_memory=in_memory), self._open)

    async def answer_to(self, question: Dialog[Result], words: str) -> Result | None:
        """Ask the user, in a worker; return None if the lock closes the question or hides it already.

        Args:
            question: The dialog that asks.
            words: The question in one sentence, for when the user is back.
        """
        if self._screen.is_locked:
            self._screen.say_after_unlock(f"Not answered: {inert(words, 300)}")
            return None
        return await self._screen.app.push_screen_wait(question)

    def _close_dialogs_with_secrets(self) -> None:
        """Close them. Screens close from the top only, so whatever is in front of one closes with it."""
        app = self._screen.app
        while any(isinstance(screen, Dialog) and screen.holds_secrets for screen in app.screen_stack):
            app.screen.dismiss(None)

    def _open(self, _result: None) -> None:
        if missed := self._screen.missed_messages():
            words = "\n".join((*missed, "Press the key again."))
            self._screen.notify(words, title="While it was locked", severity="warning", timeout=15, markup=False)


class IdleWatch:
    """Clock of the time without input.

    It follows whichever clock went further: the wall clock may be set back, and the other one may stop while the
    machine sleeps.
    """

    def __init__(self, limit: float, *clocks: Callable[[], float]) -> None:
        """Start with an input now.

        Args:
            limit: Seconds after which the screen counts as idle; 0 is never.
            clocks: Each returns seconds, from any start.
        """
        self._limit = limit
        self._clocks = clocks
        self.touch()

    def touch(self) -> None:
        """Note a key or a click."""
        self._touched_at = [clock() for clock in self._clocks]

    def has_run_out(self) -> bool:
        """Return whether there was no input for that long; sleep of the machine counts, too."""
        idle = (clock() - at for clock, at in zip(self._clocks, self._touched_at, strict=True))
        return self._limit > 0 and max(idle) >= self._limit


def forget_drawn() -> None:
    """Empty every cache of drawn text. Such a cache lives as long as the program, and its keys are the texts."""
    from textual._styles_cache import StylesCache
    from textual.cache import FIFOCache, LRUCache

    gc.unfreeze()  # what was set aside from the collector is not listed
    for cache in gc.get_objects():
        if isinstance(cache, _LRU_CACHE):
            if str(getattr(cache, "__module__", "")).partition(".")[0] in _DRAWING:
                cache.cache_clear()
        # By its type: asking some objects for their class runs their code.
        elif issubclass(type(cache), LRUCache | FIFOCache | StylesCache):
            cache.clear()
