"""A run of a bulk operation: a few profiles at a time, with progress, and one error does not stop the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError, ProfileConflict
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.token import Token, TokenKind
from cognitui.tokens.request import TokenResult
from cognitui.tui.background import in_background, with_keyring_or_memory
from cognitui.tui.controllers.bulk_operations import BulkOperation, BulkResult
from cognitui.tui.state import ProfileState, Running
from cognitui.tui.state_screen import StateScreen

AT_A_TIME = 8
"""Cognito allows some 120 sign-ins a second per account; eight at a time stay far below, whatever the latency."""

_DRAWN_EVERY = 0.1
"""Seconds between two paintings of the results: each costs a look at the whole list."""

_ONE_OF_MANY = 0
"""Number of the requests of a run."""

Result = TypeVar("Result")

Outcome: TypeAlias = Result | CognituiError


class Progress(Frozen, frozen=True):
    """Number of profiles that are done."""

    done: int
    of: int


async def for_each(
    profiles: Sequence[Profile],
    call: Callable[[Profile], Awaitable[Result]],
    *,
    begun: Callable[[Profile], None],
    ended: Callable[[Profile, Outcome[Result]], None],
    at_a_time: int = AT_A_TIME,
) -> Mapping[str, Outcome[Result]]:
    """Return what a call returned for each profile, or the error that it raised, by profile id.

    Args:
        profiles: Whose.
        call: The work for one of them.
        begun: Is called when the work for a profile begins.
        ended: Is called with its outcome.
        at_a_time: Number of calls that run at once.

    Raises:
        asyncio.CancelledError: It was cancelled; what had not begun by then never will.
    """
    outcomes: dict[str, Outcome[Result]] = {}
    waiting = iter(profiles)

    async def work() -> None:
        for profile in waiting:
            begun(profile)
            outcome: Outcome[Result]
            try:
                outcome = await call(profile)
            except CognituiError as error:
                outcome = error
            outcomes[profile.id] = outcome
            ended(profile, outcome)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_a_time, len(profiles))):
            group.create_task(work())
    return outcomes


class BulkRun:
    """Gathers results and paints them together: a hundred paintings of the list would outlast the calls."""

    def __init__(self, screen: StateScreen, operation: BulkOperation, profiles: Sequence[Profile]) -> None:
        self._screen = screen
        self._operation = operation
        self._profiles = profiles
        self._done = 0
        self._underway: dict[str, tuple[Profile, Running]] = {}
        self._changes: dict[str, _Change] = {}
        self._opened: dict[str, Mapping[TokenKind, Token]] = {}

    async def outcomes(self) -> Mapping[str, Outcome[BulkResult]]:
        """Run it; return the outcomes by profile id, in the order of the profiles."""
        timer = self._screen.set_interval(_DRAWN_EVERY, self._paint)
        try:
            came = await for_each(self._profiles, self._call, begun=self._note_begun, ended=self._note_ended)
        finally:
            timer.stop()
            self._end()
        return {profile.id: came[profile.id] for profile in self._profiles}

    async def _call(self, profile: Profile) -> BulkResult:
        now = self._screen.present(profile)
        if now is None:
            raise ProfileConflict(f"{profile.id} was changed or removed in the meantime.")
        services = self._screen.services

        def call() -> BulkResult:
            # Profiles that were protected at the start are confirmed; what is protected since then is not.
            return self._operation.call(services.broker, now, consent=profile.protected)

        return await in_background(lambda: with_keyring_or_memory(services, self._warn, call), "bulk")

    def _note_begun(self, profile: Profile) -> None:
        running = Running(_ONE_OF_MANY, self._operation.doing, self._screen.services.clock())
        self._underway[profile.id] = (profile, running)
        self._changes[profile.id] = _Change(profile, None, lambda entry: entry.started(running))

    def _note_ended(self, profile: Profile, outcome: Outcome[BulkResult]) -> None:
        self._done += 1
        self._put_end(profile, lambda entry: _after(entry, outcome))
        if isinstance(outcome, TokenResult):
            self._opened[profile.token_key] = {**outcome.opened, outcome.token.kind: outcome.token}

    def _end(self) -> None:
        """Note that nothing runs, though after a cancel some calls may not have ended."""
        for profile, _ in tuple(self._underway.values()):
            self._put_end(profile, ProfileState.idle)
        self._paint()

    def _put_end(self, profile: Profile, change: Callable[[ProfileState], ProfileState]) -> None:
        _, running = self._underway.pop(profile.id)
        is_painted = profile.id not in self._changes
        self._changes[profile.id] = _Change(
            profile, running if is_painted else None, lambda entry: change(entry.started(running))
        )

    def _paint(self) -> None:
        """Show what has come since the last time."""
        changes, self._changes = self._changes, {}
        opened, self._opened = self._opened, {}
        if opened:
            self._screen.note_lifetimes(opened)
        entries = {id_: self._screen.entry_of(one.profile) for id_, one in changes.items()}
        self._screen.keep_entries(
            {id_: (one.profile, one.apply(entries[id_])) for id_, one in changes.items() if one.fits(entries[id_])}
        )
        self._screen.progress = Progress(self._done, len(self._profiles))

    def _warn(self, words: str) -> None:
        self._screen.app.notify(words, title="No keyring", severity="warning", timeout=15, markup=False)


class _Change(Frozen, frozen=True):
    """A change of one profile's state that is not painted yet."""

    profile: Profile
    before: Running | None
    """What the state says that runs, unless another request has begun or brought something since."""
    apply: Callable[[ProfileState], ProfileState]

    def fits(self, entry: ProfileState) -> bool:
        """Return whether it still applies: a newer request counts more."""
        return entry.running == self.before


def _after(entry: ProfileState, outcome: Outcome[BulkResult]) -> ProfileState:
    if isinstance(outcome, CognituiError):
        return entry.failed(outcome)
    return entry.asked(outcome) if isinstance(outcome, Challenge) else entry.idle()
