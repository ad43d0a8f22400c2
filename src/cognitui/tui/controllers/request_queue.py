"""Request queue: one request per profile at a time, and after it the copy that was asked for while it ran."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from textual import events
from textual.worker import Worker

from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.tui.background import in_worker
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.type_ahead import HasTypeAhead

Request = Callable[[], Awaitable[object]]


class _WaitingCopy(NamedTuple):
    """A copy that was asked for while a request runs."""

    what: str
    copy: Request


class _Ended(NamedTuple):
    """How the last request of a profile ended."""

    at: float
    """On the clock of Textual's events."""
    copied: str
    """What it copied; empty if it copied nothing."""
    succeeded: bool
    """Whether it brought the token."""


class _Job:
    """A request of a profile."""

    def __init__(self, *, ends: bool, copies: str) -> None:
        self.ends = ends
        self.copies = copies
        """What it copies now; empty if it copies nothing."""
        self.worker: Worker[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether another request may begin."""
        return self.worker is not None and self.worker.is_finished


class RequestQueue:
    """Runs requests in workers. `enter` and `c` in one go are two presses, and the second needs the first's token."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._jobs: dict[str, _Job] = {}
        self._waiting: dict[str, _WaitingCopy] = {}
        self._ended: dict[str, _Ended] = {}

    def is_under_way(self, profile: Profile | None) -> bool:
        """Return whether a request of a profile runs; it may be so new that nothing shows it yet."""
        return profile is not None and self._job(profile) is not None

    def start(self, profile: Profile, request: Request, *, brings: bool = False, ends: bool = False) -> None:
        """Begin a request, unless one runs: the key was pressed twice.

        Args:
            profile: Whose.
            request: The work.
            brings: It brings a token: if it fails, a copy that was asked for while it ran is dropped.
            ends: It is a sign-out: no copy can follow it.
        """
        if self._job(profile) is None:
            self._begin(profile, request, _Job(ends=ends, copies=""), brings=brings)

    def copy(self, profile: Profile, what: str, copy: Request) -> None:
        """Copy at once, or as soon as the running request has brought the token.

        Args:
            profile: Whose, even if the cursor has moved on by then.
            what: Name of what is copied; two presses in one go copy it once.
            copy: Asks what must be asked, fetches what is missing, and copies.
        """
        job, ended = self._job(profile), self._ended.get(profile.id)
        if ended is not None and job is None and self._was_typed_before(ended.at):
            # Typed while that request ran, and delivered when it was over: it was meant for that token.
            if not ended.succeeded:
                self._warn_not_copied(profile.id, what)
                return
            if ended.copied == what:
                return
        if job is None and not self._screen.entry_of(profile).running:
            self._begin(profile, copy, _Job(ends=False, copies=what), brings=True)
        elif job is not None and job.ends:
            self._warn(f"{profile.id} is being signed out: nothing is copied.", timeout=4)
        elif job is None or job.copies != what:
            self._waiting[profile.id] = _WaitingCopy(what, copy)
            words = f"The {what} of {profile.id} is copied when it arrives."
            self._screen.notify(inert(words, 200), timeout=3, markup=False)

    def cancel(self, profile: Profile) -> bool:
        """Cancel the running request of a profile, and the copy after it; return whether there was one."""
        self._waiting.pop(profile.id, None)
        if (job := self._job(profile)) is None or job.worker is None:
            return False
        job.worker.cancel()
        return True

    def cancel_copies(self) -> tuple[str, ...]:
        """Drop all waiting copies; return a sentence for each."""
        waiting, self._waiting = self._waiting, {}
        return tuple(f"Not copied: the {one.what} of {inert(id_, 80)}." for id_, one in waiting.items())

    def run_waiting_copies(self) -> None:
        """Copy what waited for something that began elsewhere: a bulk operation, say."""
        profiles = self._screen.book.by_id if self._screen.book else {}
        for profile_id in tuple(self._waiting):
            profile, waiting = profiles.get(profile_id), self._waiting[profile_id]
            entry = self._screen.entry_of(profile)
            if profile is not None and (entry.running or self.is_under_way(profile)):
                continue
            del self._waiting[profile_id]
            if entry.error or entry.challenge:
                self._warn_not_copied(profile_id, waiting.what)
            elif profile is not None:
                self._begin(profile, waiting.copy, _Job(ends=False, copies=waiting.what), brings=True)

    def _job(self, profile: Profile) -> _Job | None:
        job = self._jobs.get(profile.id)
        return None if job is None or job.is_over else job

    def _begin(self, profile: Profile, request: Request, job: _Job, *, brings: bool) -> None:
        self._jobs[profile.id] = job
        job.worker = in_worker(self._screen, "token", self._carry_out, profile, request, job, brings=brings)

    async def _carry_out(self, profile: Profile, request: Request, job: _Job, *, brings: bool) -> None:
        try:
            await request()
            while (waiting := self._waiting.pop(profile.id, None)) is not None:
                if not self._may_follow(profile, brings=brings):
                    # Declined, or the profile has changed: the user knows already.
                    entry = self._screen.entry_of(profile)
                    if entry.error or entry.challenge:
                        self._warn_not_copied(profile.id, waiting.what)
                    return
                job.copies, brings = waiting.what, True
                await waiting.copy()
        finally:
            self._waiting.pop(profile.id, None)
            succeeded = self._may_follow(profile, brings=brings)
            self._ended[profile.id] = _Ended(events.Event().time, job.copies if succeeded else "", succeeded)

    def _was_typed_before(self, moment: float) -> bool:
        app = self._screen.app
        return isinstance(app, HasTypeAhead) and app.type_ahead.was_typed_before(moment)

    def _may_follow(self, profile: Profile, *, brings: bool) -> bool:
        entry = self._screen.entry_of(profile)
        has_come = bool(entry.tokens or entry.user or entry.aws) and not (entry.error or entry.challenge)
        return has_come or not brings

    def _warn_not_copied(self, profile_id: str, what: str) -> None:
        self._warn(f"Not copied: the {what} of {profile_id} did not arrive.", timeout=8)

    def _warn(self, words: str, *, timeout: float) -> None:
        self._screen.notify(inert(words, 200), severity="warning", timeout=timeout, markup=False)
