"""A screen that the idle lock hides: whether it does, and what is said once somebody is back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cognitui.model.text import inert
from cognitui.tui.screens.prompt_screen import PromptScreen

if TYPE_CHECKING:
    from cognitui.tui.dialogs.base import Dialog

Result = TypeVar("Result")


class LockableScreen(PromptScreen):
    """While it is locked, nothing of a token is kept or copied: a person may be gone for hours."""

    def __init__(self) -> None:
        """Makes it, open."""
        super().__init__()
        self._missed: dict[str, None] = {}
        """What a person is told when they are back, in the order of its coming, each once."""

    @property
    def is_locked(self) -> bool:
        """Whether the lock hides everything, whatever else is open."""
        from cognitui.tui.screens.locked import Locked

        return any(isinstance(screen, Locked) for screen in self.app.screen_stack)

    def put_up_lock(self, after: float, *, in_memory: bool) -> None:
        """Puts the lock in front, once, and closes every dialog that holds a secret.

        Args:
            after: For how many seconds nobody was there.
            in_memory: Whether secrets are kept for this run alone.
        """
        if not self.is_locked:
            from cognitui.tui.screens.locked import Locked

            self._close_secretive()
            self.app.push_screen(Locked(after, in_memory=in_memory), self._tell_of_missed)

    def _close_secretive(self) -> None:
        """A screen is closed from the top alone: what stands over one that holds a secret goes with it."""
        from cognitui.tui.dialogs.base import Secretive

        while any(isinstance(screen, Secretive) for screen in self.app.screen_stack):
            self.app.screen.dismiss(None)

    async def answer_to(self, question: Dialog[Result], words: str) -> Result | None:
        """Asks a person, in a worker; returns None where the lock closed the question or nobody is there to see it.

        Args:
            question: The dialog that asks.
            words: The question in a sentence, for who comes back.
        """
        if self.is_locked:
            self.tell_when_back(f"Nobody was here to answer: {inert(words, 300)}")
            return None
        return await self.app.push_screen_wait(question)

    def tell_when_back(self, words: str) -> None:
        """Says a sentence once the screen is open again; on the lock nobody would read it in time."""
        self._missed[words] = None

    def _tell_of_missed(self, _result: None) -> None:
        if self._missed:
            words = "\n".join((*self._missed, "Press the key again."))
            self._missed = {}
            self.notify(words, title="While it was locked", severity="warning", timeout=15, markup=False)
