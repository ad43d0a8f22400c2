"""Bulk actions: an operation for all listed profiles, with a confirmation, progress and a summary."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from textual.worker import Worker

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError, ProfileConflict
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Token, TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tui.background import in_background, in_worker, no_keyring_warning, with_keyring_or_memory
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.controllers.token_request import RequestQueue
from cognitui.tui.state import ProfileState, Running
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.theme import environment_color

AT_A_TIME = 8
"""Cognito allows some 120 sign-ins a second per account; eight at a time stay far below, whatever the latency."""

_PAINT_INTERVAL = 0.1
"""Seconds between two paintings of the results: each costs a look at the whole list."""

_ONE_OF_MANY = 0
"""Number of the requests of a run."""

_MAX_NAMED = 3
"""Profiles that a summary names; more are only counted."""


class Bulk:
    """Carries out one operation at a time."""

    def __init__(self, screen: StateScreen, *, requests: RequestQueue, lock: IdleLock) -> None:
        self._screen = screen
        self._requests = requests
        self._lock = lock
        self._worker: Worker[None] | None = None

    def get_all(self) -> None:
        """Get the tokens of all listed profiles."""
        self._begin(GetAll(TokenPolicy.CACHED), self._screen.profiles)

    def refresh_all(self) -> None:
        """Refresh the tokens of all listed profiles that have some."""
        screen = self._screen
        with_tokens = tuple(profile for profile in screen.profiles if profile.token_key in screen.expiries)
        self._begin(GetAll(TokenPolicy.REFRESH), with_tokens)

    def clear_expired(self) -> None:
        """Remove the expired tokens of all listed profiles."""
        self._begin(ClearExpired(), tuple(filter(self._has_expired, self._screen.profiles)))

    def cancel(self) -> bool:
        """Cancel the operation; return whether one runs."""
        if self._worker is None or self._worker.is_finished:
            return False
        self._requests.cancel_copies()
        self._worker.cancel()
        return True

    def _begin(self, operation: BulkOperation, profiles: tuple[Profile, ...]) -> None:
        if not profiles:
            self._screen.notify(operation.nothing, severity="warning", timeout=4, markup=False)
        elif self._worker is None or self._worker.is_finished:
            # The last summary is outdated, and would stay on the screen beside the next one.
            self._screen.app.clear_notifications()
            self._worker = in_worker(self._screen, "bulk", self._carry_out, operation, profiles)

    async def _carry_out(self, operation: BulkOperation, profiles: tuple[Profile, ...]) -> None:
        screen = self._screen
        # Profiles that share their tokens need them once.
        once = tuple({profile.token_key: profile for profile in reversed(profiles)}.values())[::-1]
        try:
            if chosen := await self._confirmed(operation, once):
                self._summarise(operation, await BulkRun(screen, operation, chosen).outcomes())
        finally:
            screen.note_storage()
            screen.progress = None
            # What was removed, or came after a cancel.
            screen.expiries = await in_background(screen.services.broker.expiries, "watch")

    async def _confirmed(self, operation: BulkOperation, profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
        """Return the profiles to do it for, after a confirmation of the protected ones."""
        protected = [profile for profile in profiles if profile.protected]
        if not (operation.question and protected):
            return profiles
        from cognitui.tui.dialogs.confirm import Confirm

        places = dict.fromkeys(profile.why_protected for profile in protected)
        whose = f"{_counted(len(protected), 'profile')} of {inert(' and '.join(places), 80)}"
        others = len(profiles) - len(protected)
        question = operation.question.format(whose)
        dialog = Confirm(
            f"{inert(' and '.join(places), 60)} is protected" if len(places) == 1 else "Protected environments",
            question,
            yes="Yes, all",
            part=f"Only the other {others}" if others else "",
            color=environment_color(self._screen.app, protected[0].protecting_environment),
        )
        decision = await self._lock.answer_to(dialog, question)
        if decision is None:
            return ()
        if decision.part:
            return tuple(profile for profile in profiles if not profile.protected)
        return profiles if decision.yes else ()

    def _summarise(self, operation: BulkOperation, outcomes: Mapping[str, Outcome[BulkResult]]) -> None:
        results: Sequence[BulkResult] = [one for one in outcomes.values() if not isinstance(one, CognituiError)]
        waiting = [id_ for id_, outcome in outcomes.items() if isinstance(outcome, Challenge)]
        failed = {id_: outcome for id_, outcome in outcomes.items() if isinstance(outcome, CognituiError)}
        lines = [f"{operation.summary(results)}."]
        if waiting:
            lines.append(f"{_counted(len(waiting), 'needs', 'need')} input: {_names(waiting)}.")
        if failed:
            first, error = next(iter(failed.items()))
            why = inert(error.cause.removeprefix(f"{first}: "), 200)
            lines.append(f"{len(failed)} failed: {_names(failed)}. {why}")
        self._screen.notify(
            "\n".join(lines),
            severity="warning" if failed else "information",
            timeout=15 if failed or waiting else 5,
            markup=False,
        )

    def _has_expired(self, profile: Profile) -> bool:
        known, now = self._screen.expiries.get(profile.token_key, NO_EXPIRIES), self._screen.now
        return any(life and life.remaining(now) <= 0 and not life.estimated for life in (known.access, known.id))


BulkResult = TokenResult | Challenge | int
"""What an operation returns for one profile: a token, a challenge, or a number of removed tokens."""


class BulkOperation(Protocol):
    """Something that is done for each profile."""

    @property
    def question(self) -> str:
        """The confirmation for protected profiles, with a place for their name; empty if none is needed."""
        ...

    @property
    def doing(self) -> str:
        """The panel's text while it runs for a profile."""
        ...

    @property
    def nothing(self) -> str:
        """The toast if there is no profile to do it for."""
        ...

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> BulkResult:
        """Do it, with `consent` if the user confirmed it; may block, and raises what the broker raises."""
        ...

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Say what was done, given the results that are not errors."""
        ...


class GetAll(Frozen, frozen=True):
    """Get or refresh tokens; challenges wait in the list."""

    policy: TokenPolicy

    @property
    def question(self) -> str:
        """Name what is fetched."""
        return f"{'Refresh' if self.policy is TokenPolicy.REFRESH else 'Get'} the tokens of {{}}?"

    @property
    def doing(self) -> str:
        """Name what is fetched."""
        return "Refreshing the tokens" if self.policy is TokenPolicy.REFRESH else "Getting the token"

    @property
    def nothing(self) -> str:
        """Only a refresh leaves profiles out."""
        return "No listed profile has tokens to refresh."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> TokenResult | Challenge:
        """Get the access token, and with it what the sign-in or the refresh brings."""
        return broker.get(profile, TokenKind.ACCESS, policy=self.policy, consent=consent)

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Count the tokens."""
        got = sum(isinstance(result, TokenResult) for result in results)
        return f"{got} token{'' if got == 1 else 's'} {'refreshed' if self.policy is TokenPolicy.REFRESH else 'valid'}"


class ClearExpired(Frozen, frozen=True):
    """Remove expired tokens."""

    @property
    def question(self) -> str:
        """Ask nothing: an expired token gives no access."""
        return ""

    @property
    def doing(self) -> str:
        """Name what is removed."""
        return "Removing expired tokens"

    @property
    def nothing(self) -> str:
        """There is nothing to remove."""
        return "No token of the listed profiles has expired."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> int:
        """Remove those of one profile."""
        return broker.forget_expired(profile)

    def summary(self, results: Sequence[BulkResult]) -> str:
        """Count the tokens."""
        count = sum(result for result in results if isinstance(result, int))
        return f"{count} expired token{'' if count == 1 else 's'} removed"


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
        profiles: The profiles.
        call: The work for one of them.
        begun: Called when the work for a profile begins.
        ended: Called with its outcome.
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
        timer = self._screen.set_interval(_PAINT_INTERVAL, self._paint)
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

        warn = no_keyring_warning(self._screen.app)
        return await in_background(lambda: with_keyring_or_memory(services, warn, call), "bulk")

    def _note_begun(self, profile: Profile) -> None:
        running = Running(_ONE_OF_MANY, self._operation.doing, self._screen.services.clock())
        self._underway[profile.id] = (profile, running)
        self._changes[profile.id] = _Change(profile, None, lambda state: state.started(running))

    def _note_ended(self, profile: Profile, outcome: Outcome[BulkResult]) -> None:
        self._done += 1
        self._note_finished(profile, lambda state: _state_after(state, outcome))
        if isinstance(outcome, TokenResult):
            self._opened[profile.token_key] = {**outcome.opened, outcome.token.kind: outcome.token}

    def _end(self) -> None:
        """Note that nothing runs, though after a cancel some calls may still run."""
        for profile, _ in tuple(self._underway.values()):
            self._note_finished(profile, ProfileState.idle)
        self._paint()

    def _note_finished(self, profile: Profile, change: Callable[[ProfileState], ProfileState]) -> None:
        _, running = self._underway.pop(profile.id)
        is_painted = profile.id not in self._changes
        self._changes[profile.id] = _Change(
            profile, running if is_painted else None, lambda state: change(state.started(running))
        )

    def _paint(self) -> None:
        """Show what has come since the last time."""
        changes, self._changes = self._changes, {}
        opened, self._opened = self._opened, {}
        if opened:
            self._screen.note_lifetimes(opened)
        states = {id_: self._screen.state_of(one.profile) for id_, one in changes.items()}
        self._screen.keep_states(
            {id_: (one.profile, one.apply(states[id_])) for id_, one in changes.items() if one.fits(states[id_])}
        )
        self._screen.progress = Progress(self._done, len(self._profiles))


class _Change(Frozen, frozen=True):
    """A change of one profile's state that is not painted yet."""

    profile: Profile
    before: Running | None
    """What the state says that runs, unless another request has begun or brought something since."""
    apply: Callable[[ProfileState], ProfileState]

    def fits(self, state: ProfileState) -> bool:
        """Return whether it still applies: a newer request counts more."""
        return state.running == self.before


def _state_after(state: ProfileState, outcome: Outcome[BulkResult]) -> ProfileState:
    if isinstance(outcome, CognituiError):
        return state.failed(outcome)
    return state.asked(outcome) if isinstance(outcome, Challenge) else state.idle()


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _names(ids: Iterable[str]) -> str:
    named = list(ids)
    shown = ", ".join(inert(id_, 40) for id_ in named[:_MAX_NAMED])
    return f"{shown} and {len(named) - _MAX_NAMED} more" if len(named) > _MAX_NAMED else shown
