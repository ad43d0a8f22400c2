"""Token requests: from a key press to a token, with confirmation and challenges, one request per profile at a time.

Each coroutine runs in a worker of the screen. Its results go to the screen's state and nowhere else.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from textual import events
from textual.worker import Worker

from cognitui.model.challenge import AGAIN, INSTEAD, Challenge
from cognitui.model.errors import CognituiError, Unreachable, WrongCredentials
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.request import TokenPolicy, TokenRequest, TokenResult
from cognitui.tui.background import in_background, in_worker, no_keyring_warning, with_keyring_or_memory
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.state import Answers, Running, Unsent
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.theme import environment_color
from cognitui.tui.type_ahead import was_typed_before

if TYPE_CHECKING:
    from cognitui.tui.dialogs.challenge import ChallengeScreen


Result = TypeVar("Result")


class UserRequest(TokenRequest, frozen=True):
    """Token request of a key press: how a protected environment asks for the confirmation, and what comes first."""

    verb: str = "Get"
    """`Get`, `Copy`: for the confirmation of a protected environment."""
    level: str = ""
    """Authentication level that it needs instead of the profile's own; empty for those."""
    instead: str = ""
    """Answer to the first challenge that offers another way: a `Choice.value`."""


class TokenRequester:
    """Carries token requests out, one per profile at a time."""

    def __init__(self, screen: StateScreen, lock: IdleLock, copy_address: Callable[[str], Awaitable[None]]) -> None:
        """Create it.

        Args:
            screen: The state of the main screen.
            lock: Asks the user, unless it is closed.
            copy_address: Copies what is to be opened in a browser.
        """
        self._screen = screen
        self._services = screen.services
        self._lock = lock
        self._copy_address = copy_address
        self._browsed = ""
        """Address that a browser was opened with last: the same challenge opens no second window."""
        self._numbers = itertools.count(1)

    async def fetch(self, request: UserRequest) -> TokenResult | None:
        """Return the token, or None if it failed or the user declined; the profile's state says which."""
        confirmed = await self.confirm(request)
        return await self._fetch(confirmed) if confirmed else None

    async def verify(self, profile: Profile, kind: TokenKind) -> None:
        """Check a token in memory against the keys of its pool; the result goes to the profile's state."""
        token = self._screen.state_of(profile).tokens[kind]
        verification = await self.call(
            profile,
            f"Verifying the {kind.value} token of {name_of(profile)}",
            lambda: self._services.broker.verify(profile, token),
        )
        state = self._screen.state_of(profile)
        if verification is not None and state.tokens.get(kind) == token:
            self._screen.keep_state(profile, state.checked(kind, verification))

    async def call(
        self, profile: Profile, words: str, call: Callable[[], Result], *, ends: bool = False
    ) -> Result | None:
        """Return what a call returns, or None if it failed. The profile's state shows that it runs.

        Args:
            profile: The profile whose state shows it.
            words: What runs, for the panel.
            call: The work; may block.
            ends: It is a sign-out.
        """
        screen = self._screen
        running = Running(next(self._numbers), words, self._services.clock(), ends)
        screen.keep_state(profile, screen.state_of(profile).started(running))
        warn = no_keyring_warning(screen.app)
        try:
            return await in_background(lambda: with_keyring_or_memory(self._services, warn, call), "token")
        except CognituiError as error:
            screen.keep_state(profile, screen.state_of(profile).failed(error))
            return None
        finally:
            # Cancelled by the user: the thread still ends and what it stores is good, but nobody waits for it.
            current = screen.state_of(profile)
            if current.running == running:
                screen.keep_state(profile, current.idle())

    async def confirm(self, request: UserRequest) -> UserRequest | None:
        """Return the request for the profile as it is now, with the user's consent; None if it must not run.

        Nobody is asked if nothing is protected and no message is sent to anybody.
        """
        profile = self._screen.present(request.profile)
        if profile is None:
            self._warn_changed(request.profile)
            return None
        request = replace(request, profile=profile)
        # Another way sends a code: a stray key must not write to anybody.
        if request.consent or not (profile.protected or request.instead):
            return request
        if not await self._ask_consent(request):
            return None
        return self.still_valid(replace(request, consent=profile.protected))

    def still_valid(self, request: UserRequest) -> UserRequest | None:
        """Return a request if its profile is there, means the same tokens, and needs no confirmation; else None."""
        now = self._screen.present(request.profile)
        if now is not None and (request.consent or not now.protected):
            return replace(request, profile=now)
        self._warn_changed(request.profile)
        return None

    async def _fetch(self, request: UserRequest) -> TokenResult | None:
        profile = request.profile
        pending = self._screen.state_of(profile).challenge
        if (
            pending is not None
            and pending.requested.token_key == profile.token_key
            and pending.profile.asked_level == request.level
            and request.policy is TokenPolicy.CACHED
        ):
            return await self._ask_until_answered(request, pending)
        # After a wrong password the user is asked, as the stored one would be refused again.
        ask = bool(request.instead) or (
            request.policy is TokenPolicy.SIGN_IN and isinstance(self._screen.state_of(profile).error, WrongCredentials)
        )
        outcome = await self.call(
            profile,
            _running_text(request),
            lambda: self._services.broker.get(
                profile.wanting(request.level),
                request.kind,
                min_valid=request.min_valid,
                policy=request.policy,
                consent=request.consent,
                ask=ask,
            ),
        )
        if isinstance(outcome, Challenge) and request.instead in (choice.value for choice in outcome.instead):
            outcome = await self._answer(request, outcome, Answers({INSTEAD: request.instead}, keep=False))
        if isinstance(outcome, Challenge):
            return await self._ask_until_answered(request, outcome)
        return self._keep_result(request, outcome)

    def _keep_result(self, request: UserRequest, got: TokenResult | None) -> TokenResult | None:
        if got is None or self.still_valid(request) is None:
            return None
        self._screen.keep_state(request.profile, self._screen.state_of(request.profile).got(got))
        return got

    async def _ask_until_answered(self, request: UserRequest, challenge: Challenge) -> TokenResult | None:
        screen, profile = self._screen, request.profile
        outcome: TokenResult | Challenge | None = challenge
        # Once, until the user answers: a code every three minutes would be a nuisance on an unattended phone.
        may_restart = True
        # No state and no dialog in a variable: the lock must not find them alive while a request runs.
        is_pending = screen.state_of(profile).challenge is challenge
        unsent = screen.state_of(profile).unsent if is_pending else None
        keeps = unsent is None or unsent.answers.keep or INSTEAD in unsent.answers.values
        while isinstance(outcome, Challenge):
            asked = outcome
            # The user who is asked must still be the one that the profile means.
            if self.still_valid(replace(request, profile=asked.profile)) is None:
                return None
            # A user who went on to another profile is not interrupted: the list says that this one waits.
            waits = not screen.is_selected(profile) or screen.is_locked
            # Only the dialog has what was typed, and drops it when it is left or closed by the lock.
            screen.keep_state(profile, screen.state_of(profile).asked(asked, unsent if waits else None))
            if waits:
                return None
            answers = await screen.app.push_screen_wait(
                self._dialog_of(asked, unsent, may_restart=may_restart, keeps=keeps)
            )
            unsent = None
            if answers is None or self.still_valid(request) is None:
                return None
            may_restart = answers.values.get(INSTEAD) != AGAIN.value
            outcome = await self._answer(request, asked, answers)
            unsent = self._unsent(profile, asked, answers) if outcome is None else None
            if unsent is not None:
                outcome = asked
            # A cleared tick stays cleared while the same is asked again; another secret is another question.
            same = isinstance(outcome, Challenge) and outcome.kind == asked.kind
            keeps = answers.keep if same and asked.may_keep and INSTEAD not in answers.values else True
        return self._keep_result(request, outcome)

    def _unsent(self, profile: Profile, asked: Challenge, answers: Answers) -> Unsent | None:
        """Return answers that did not reach Cognito; None if it was no outage or nobody waits."""
        state = self._screen.state_of(profile)
        # The answer of a browser is good for one use.
        if asked.url or state.challenge is not asked or not isinstance(state.error, Unreachable):
            return None
        typed = " What you typed is still there." if answers.values.keys() - {INSTEAD} else ""
        return Unsent(answers, f"{state.error.cause} {state.error.fix}{typed}")

    async def _answer(self, request: UserRequest, asked: Challenge, answers: Answers) -> TokenResult | Challenge | None:
        return await self.call(
            request.profile,
            f"Signing in as {name_of(request.profile)}",
            lambda: self._services.broker.answer(
                asked, answers.values, kind=request.kind, keep=answers.keep, min_valid=request.min_valid
            ),
        )

    def _dialog_of(
        self, challenge: Challenge, unsent: Unsent | None, *, may_restart: bool, keeps: bool
    ) -> ChallengeScreen:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.challenge import BrowserScreen, Browsing, ChallengeScreen

        if not challenge.url:
            in_memory, clock = self._services.secrets_in_memory, self._services.clock
            return ChallengeScreen(
                challenge, unsent=unsent, in_memory=in_memory, keeps=keeps, clock=clock, may_restart=may_restart
            )
        opened, self._browsed = challenge.url == self._browsed, challenge.url
        browsing = Browsing(self._services.open_browser, self._services.broker.wait, self._copy_address)
        return BrowserScreen(challenge, browsing, opened=opened)

    def _warn_changed(self, profile: Profile) -> None:
        words = f"{profile.id} was changed or removed in the meantime. Check it, then press the key again."
        self._screen.notify(inert(words, 200), severity="warning", timeout=10, markup=False)

    async def _ask_consent(self, request: UserRequest) -> bool:
        from cognitui.tui.dialogs.confirm import Confirm

        profile = request.profile
        question = request.question or f"{request.verb} the {request.kind.value} token of {profile.id}?"
        dialog = Confirm(
            f"{profile.why_protected} is protected" if profile.protected else name_of(profile),
            question,
            yes=request.verb,
            color=environment_color(self._screen.app, profile.protecting_environment),
        )
        dialog.is_before_token = True
        decision = await self._lock.answer_to(dialog, question)
        return decision is not None and decision.yes


def _running_text(request: UserRequest) -> str:
    name = name_of(request.profile)
    if request.profile.subject is not None:
        return f"Exchanging the token of {name}"
    return {
        TokenPolicy.CACHED: f"Getting the token of {name}",
        TokenPolicy.REFRESH: f"Refreshing the tokens of {name}",
        TokenPolicy.SIGN_IN: f"Signing in as {name}",
    }[request.policy]


def name_of(profile: Profile) -> str:
    """Return the name of a profile's user, for messages while a request runs; inert."""
    return inert(profile.username or profile.name, 60)


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
            profile: The profile of the request.
            request: The work.
            brings: It brings a token: if it fails, a copy that was asked for while it ran is dropped.
            ends: It is a sign-out: no copy can follow it.
        """
        if self._job(profile) is None:
            self._begin(profile, request, _Job(ends=ends, copies=""), brings=brings)

    def copy(self, profile: Profile, what: str, copy: Request) -> None:
        """Copy at once, or as soon as the running request has brought the token.

        Args:
            profile: The profile, even if the cursor has moved on by then.
            what: Name of what is copied; two presses in one go copy it once.
            copy: Asks what must be asked, fetches what is missing, and copies.
        """
        job, ended = self._job(profile), self._ended.get(profile.id)
        if ended is not None and job is None and was_typed_before(self._screen.app, ended.at):
            # Typed while that request ran, and delivered when it was over: it was meant for that token.
            if not ended.succeeded:
                self._warn_not_copied(profile.id, what)
                return
            if ended.copied == what:
                return
        if job is None and not self._screen.state_of(profile).running:
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
            state = self._screen.state_of(profile)
            if profile is not None and (state.running or self.is_under_way(profile)):
                continue
            del self._waiting[profile_id]
            if state.error or state.challenge:
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
                    state = self._screen.state_of(profile)
                    if state.error or state.challenge:
                        self._warn_not_copied(profile.id, waiting.what)
                    return
                job.copies, brings = waiting.what, True
                await waiting.copy()
        finally:
            self._waiting.pop(profile.id, None)
            succeeded = self._may_follow(profile, brings=brings)
            self._ended[profile.id] = _Ended(events.Event().time, job.copies if succeeded else "", succeeded)

    def _may_follow(self, profile: Profile, *, brings: bool) -> bool:
        state = self._screen.state_of(profile)
        has_come = bool(state.tokens or state.user or state.aws) and not (state.error or state.challenge)
        return has_come or not brings

    def _warn_not_copied(self, profile_id: str, what: str) -> None:
        self._warn(f"Not copied: the {what} of {profile_id} did not arrive.", timeout=8)

    def _warn(self, words: str, *, timeout: float) -> None:
        self._screen.notify(inert(words, 200), severity="warning", timeout=timeout, markup=False)
