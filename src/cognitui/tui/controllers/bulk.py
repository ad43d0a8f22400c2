"""Bulk actions: an operation for all listed profiles, with a confirmation, progress and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.worker import Worker

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES
from cognitui.tokens.request import TokenPolicy
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.controllers.bulk_operations import BulkOperation, BulkResult, ClearExpired, GetAll
from cognitui.tui.controllers.bulk_run import BulkRun, Outcome
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.controllers.request_queue import RequestQueue
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.theme import environment_color

_NAMED = 3


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
            color=environment_color(self._screen.app, protected[0].environment),
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


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _names(ids: Iterable[str]) -> str:
    named = list(ids)
    shown = ", ".join(inert(id_, 40) for id_ in named[:_NAMED])
    return f"{shown} and {len(named) - _NAMED} more" if len(named) > _NAMED else shown
