"""One request a profile at a time, and after it the copy that was asked for while it ran; each runs in a worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from textual import events
from textual.worker import Worker

from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.tui.background import in_worker
from cognitui.tui.screens.entries_screen import EntriesScreen
from cognitui.tui.type_ahead import HasTypeAhead

Request = Callable[[], Awaitable[object]]


class _Awaited(NamedTuple):
    """A copy that was asked for while something runs."""

    what: str
    copy: Request


class _Ended(NamedTuple):
    """How the last request of a profile ended."""

    at: float
    """On the clock of Textual's events."""
    copied: str
    """What it copied; empty if it copied nothing."""
    brought: bool
    """Whether it brought what it was to bring."""


class _Job:
    """What is under way for a profile."""

    def __init__(self, *, ends: bool, copies: str) -> None:
        self.ends = ends
        self.copies = copies
        """What it copies now; empty if it copies nothing."""
        self.worker: Worker[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether another request may begin."""
        return self.worker is not None and self.worker.is_finished


class ProfileRequests:
    """`enter` and `c` in one breath are two presses, and the second needs what the first one brings."""

    def __init__(self, screen: EntriesScreen) -> None:
        """Takes the screen that runs the workers, keeps the entries and shows toasts."""
        self._screen = screen
        self._jobs: dict[str, _Job] = {}
        self._awaited: dict[str, _Awaited] = {}
        self._ended: dict[str, _Ended] = {}

    def is_under_way(self, profile: Profile | None) -> bool:
        """Whether a request of a profile is not done: it may have begun so lately that nothing shows it yet."""
        return profile is not None and self._job(profile) is not None

    def start(self, profile: Profile, request: Request, *, brings: bool = False, ends: bool = False) -> None:
        """Begins a request, unless one is under way: the key was pressed twice.

        Args:
            profile: Whose.
            request: What is done.
            brings: It brings a token: without one, a copy that was asked for while it ran is not made.
            ends: It is a sign-out: no copy can follow it.
        """
        if self._job(profile) is None:
            self._begin(profile, request, _Job(ends=ends, copies=""), brings=brings)

    def copy(self, profile: Profile, what: str, copy: Request) -> None:
        """Copies at once, or when the request that is under way has brought the token.

        Args:
            profile: Whose, even if the cursor has left it by then.
            what: Names what is copied; two presses in one breath copy it once.
            copy: Asks what must be asked, gets what is not at hand, and copies.
        """
        job, ended = self._job(profile), self._ended.get(profile.id)
        if ended is not None and job is None and self._was_typed_before(ended.at):
            # Typed while that request ran, and delivered when it was over: it was meant for what that one brings.
            if not ended.brought:
                self._tell_not_copied(profile.id, what)
                return
            if ended.copied == what:
                return
        if job is None and not self._screen.entry_of(profile).running:
            self._begin(profile, copy, _Job(ends=False, copies=what), brings=True)
        elif job is not None and job.ends:
            self._tell(f"{profile.id} is being signed out: nothing is copied.", timeout=4)
        elif job is None or job.copies != what:
            self._awaited[profile.id] = _Awaited(what, copy)
            words = f"The {what} of {profile.id} is copied when it arrives."
            self._screen.notify(inert(words, 200), timeout=3, markup=False)

    def cancel(self, profile: Profile) -> bool:
        """Cancels what is under way for a profile, and the copy after it; returns whether there was anything."""
        self._awaited.pop(profile.id, None)
        if (job := self._job(profile)) is None or job.worker is None:
            return False
        job.worker.cancel()
        return True

    def cancel_copies(self) -> tuple[str, ...]:
        """Makes no copy that still waits; returns a sentence for each."""
        awaited, self._awaited = self._awaited, {}
        return tuple(f"Not copied: the {one.what} of {inert(id_, 80)}." for id_, one in awaited.items())

    def look(self) -> None:
        """Makes the copies that waited for something that was begun elsewhere: for all profiles at once, say."""
        profiles = self._screen.book.by_id if self._screen.book else {}
        for profile_id in tuple(self._awaited):
            profile, waits = profiles.get(profile_id), self._awaited[profile_id]
            entry = self._screen.entry_of(profile)
            if profile is not None and (entry.running or self.is_under_way(profile)):
                continue
            del self._awaited[profile_id]
            if entry.error or entry.challenge:
                self._tell_not_copied(profile_id, waits.what)
            elif profile is not None:
                self._begin(profile, waits.copy, _Job(ends=False, copies=waits.what), brings=True)

    def _job(self, profile: Profile) -> _Job | None:
        job = self._jobs.get(profile.id)
        return None if job is None or job.is_over else job

    def _begin(self, profile: Profile, request: Request, job: _Job, *, brings: bool) -> None:
        self._jobs[profile.id] = job
        job.worker = in_worker(self._screen, "token", self._carry_out, profile, request, job, brings=brings)

    async def _carry_out(self, profile: Profile, request: Request, job: _Job, *, brings: bool) -> None:
        try:
            await request()
            while (awaited := self._awaited.pop(profile.id, None)) is not None:
                if not self._may_follow(profile, brings=brings):
                    # Declined, or the profile has changed: that was said already.
                    entry = self._screen.entry_of(profile)
                    if entry.error or entry.challenge:
                        self._tell_not_copied(profile.id, awaited.what)
                    return
                job.copies, brings = awaited.what, True
                await awaited.copy()
        finally:
            self._awaited.pop(profile.id, None)
            brought = self._may_follow(profile, brings=brings)
            self._ended[profile.id] = _Ended(events.Event().time, job.copies if brought else "", brought)

    def _was_typed_before(self, moment: float) -> bool:
        app = self._screen.app
        return isinstance(app, HasTypeAhead) and app.type_ahead.was_typed_before(moment)

    def _may_follow(self, profile: Profile, *, brings: bool) -> bool:
        entry = self._screen.entry_of(profile)
        has_come = bool(entry.tokens or entry.user or entry.aws) and not (entry.error or entry.challenge)
        return has_come or not brings

    def _tell_not_copied(self, profile_id: str, what: str) -> None:
        self._tell(f"Not copied: the {what} of {profile_id} did not come.", timeout=8)

    def _tell(self, words: str, *, timeout: float) -> None:
        self._screen.notify(inert(words, 200), severity="warning", timeout=timeout, markup=False)
