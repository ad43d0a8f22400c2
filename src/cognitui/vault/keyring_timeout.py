"""Keyring calls with a timeout, each on a thread that nobody has to wait for.

A keyring can be locked, frozen or gone. The caller gets a result or an error in bounded time; the thread of a call that
hangs is abandoned, and no other is started until it has come back.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Generic, TypeVar

from cognitui.model.errors import KeyringTimeout, SecretStoreError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PATIENCE = 3.0
"""Seconds that a keyring has to answer in the TUI."""

COMMAND_PATIENCE = 15.0
"""Seconds that it has in a command: nothing else waits, and the machine may be busy."""

PROMPT_PATIENCE = 120.0
"""Seconds that a user has to answer the keyring's own prompt."""

_LEAST_PATIENCE = 0.5
"""Minimum seconds for a call that waited for others."""

_PROMPT = "The keyring asks for its password or your consent: look for its window."
_PERHAPS_PROMPT = "The keyring has not answered yet: it may ask for your consent in its own window."

_STUCK_FIX = (
    "Answer the keyring's prompt if it shows one, or restart the keyring service, then try again; "
    "`--vault memory` keeps secrets for this run only."
)


class _Event(Enum):
    PROMPTS = auto()
    ENDED = auto()


class KeyringCalls:
    """Runs one call at a time; thread-safe."""

    def __init__(
        self,
        on_prompt: Callable[[str], None],
        patience: float = PATIENCE,
        prompt_patience: float = PROMPT_PATIENCE,
        silence: float = PATIENCE,
    ) -> None:
        """Create the caller.

        Args:
            on_prompt: Called with a message when there is a prompt, on the caller's thread.
            patience: Seconds to wait without a prompt.
            prompt_patience: Seconds to wait with one.
            silence: Seconds without an answer after which the keyring may be showing a prompt.
        """
        self._on_prompt = on_prompt
        self._patience = patience
        self._prompt_patience = prompt_patience
        self._silence = silence
        self._turn = threading.Lock()
        self._latest: _Call[object] | None = None
        self._prompting = False

    def run(self, work: Callable[[], T], *, may_prompt_silently: bool = False) -> T:
        """Return what `work` returns.

        Args:
            work: The call; it may continue after this has raised KeyringTimeout.
            may_prompt_silently: Whether the keyring may show a prompt without saying so.

        Raises:
            KeyringTimeout: No answer in time, or an earlier call still hangs.
            SecretStoreError: `work` failed.
        """
        patience = self._take_turn()
        try:
            if self._latest is not None and not self._latest.ended:
                raise KeyringTimeout("The keyring has still not answered an earlier call.", fix=_STUCK_FIX)
            call = _Call(work)
            self._latest = call
            call.start()
            return self._outcome(call, patience, may_prompt_silently)
        finally:
            self._prompting = False
            if self._latest is not None:
                # The call holds what it has read; one that still hangs is kept, because no other may begin.
                self._latest.drop()
            self._turn.release()

    def prompt_shown(self) -> None:
        """Extend the time of the running call because of a prompt; called by the work on its own thread."""
        if self._latest is not None:
            self._latest.events.put(_Event.PROMPTS)

    def _take_turn(self) -> float:
        """Wait for earlier calls, and return the seconds that are left."""
        began = time.monotonic()
        while not self._turn.acquire(timeout=self._patience):
            if not self._prompting:
                raise KeyringTimeout("The keyring is busy with other calls.", fix=_STUCK_FIX)
            began = time.monotonic()
        left = self._patience - (time.monotonic() - began)
        return max(left, min(_LEAST_PATIENCE, self._patience))

    def _outcome(self, call: _Call[T], patience: float, may_prompt_silently: bool) -> T:
        if may_prompt_silently:
            patience = min(patience, self._silence)
        while True:
            try:
                event = call.events.get(timeout=patience)
            except queue.Empty:
                if not may_prompt_silently or self._prompting:
                    raise self._timeout() from None
                self._announce(_PERHAPS_PROMPT)
            else:
                if event is _Event.ENDED:
                    return call.outcome()
                if not self._prompting:
                    self._announce(_PROMPT)
            patience = self._prompt_patience

    def _announce(self, text: str) -> None:
        self._prompting = True
        self._on_prompt(text)

    def _timeout(self) -> KeyringTimeout:
        if self._prompting:
            return KeyringTimeout("The keyring's prompt was not answered in time.", fix=_STUCK_FIX)
        return KeyringTimeout(f"The keyring has not answered for {self._patience:g} s.", fix=_STUCK_FIX)


class _Call(Generic[T_co]):
    """Work on a daemon thread: at exit, Python does not wait for it."""

    def __init__(self, work: Callable[[], T_co]) -> None:
        self.events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self.ended = False
        self._work: Callable[[], T_co] | None = work
        self._result: list[T_co] = []
        self._dropped = False
        self._error = SecretStoreError("The keyring call was interrupted.")

    def start(self) -> None:
        threading.Thread(target=self._run, name="keyring", daemon=True).start()

    def outcome(self) -> T_co:
        """Return the result of a finished call, or raise its error."""
        if self._result:
            return self._result[0]
        raise self._error

    def drop(self) -> None:
        """Drop the result, even if it arrives later: nobody needs it any more."""
        self._dropped = True
        self._result.clear()

    def _run(self) -> None:
        work, self._work = self._work, None
        assert work is not None, "a call is started once"
        try:
            self._result.append(work())
        except BaseException as error:  # noqa: BLE001 (each backend has its own, and uncaught ones are printed)
            # Only an error needs it.
            from cognitui.vault.keyring_backend import keyring_error

            self._error = keyring_error(error)
        finally:
            if self._dropped:
                self._result.clear()
            self.ended = True
            self.events.put(_Event.ENDED)
