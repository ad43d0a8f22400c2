"""Keep alive: which tokens are renewed before they expire and when, and a warning for those that are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping

from cognitui.model.challenge import Challenge
from cognitui.model.duration import countdown, rough
from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, TokenKind, TokenState
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.controllers.token_request import RequestQueue, TokenRequester, UserRequest
from cognitui.tui.state_screen import StateScreen

_FIRST_RETRY = 15.0
_LAST_RETRY = 300.0
"""Seconds to the next try: after one failure, and after many."""

_GAIN = 60.0
"""Seconds that a new token must outlast the present one."""


class KeepAlive:
    """Renews tokens until the user quits. It never signs in if no token is left: the user signed out elsewhere."""

    def __init__(self, screen: StateScreen, *, requester: TokenRequester, requests: RequestQueue) -> None:
        self._screen = screen
        self._requester = requester
        self._requests = requests
        # Spreads renewals in time; nothing secret depends on it.
        self._schedule = RenewalSchedule(random.SystemRandom().random)
        self._underway: set[str] = set()
        self._warned: set[tuple[str, float]] = set()
        """Tokens whose end was announced: `Profile.token_key` and the time."""

    def toggle(self) -> None:
        """Keep the selected profile alive, or stop."""
        if profile := self._screen.selected:
            if profile.id in self._schedule.ids:
                self._stop((profile.id,))
                self._screen.notify(f"Keep-alive is off for {profile.id}.", timeout=4, markup=False)
            else:
                self._requests.start(profile, lambda: self._begin(profile))

    def keep(self, profile: Profile, *, agreed: bool = False) -> None:
        """Renew a profile's tokens from now on, unless it is gone, means other tokens now, or is unconfirmed.

        Args:
            profile: The profile.
            agreed: The user has confirmed it.
        """
        now = self._screen.present(profile)
        if now is not None and (agreed or not now.protected):
            self._schedule.add(now.id, self._lifetime_of(now), self._screen.services.clock(), agreed=agreed)
            self._show()

    def tick(self) -> None:
        """Renew what is due, and warn of what expires soon."""
        screen = self._screen
        if screen.book is None:
            return
        for profile_id in self._due(screen.now):
            profile = screen.book.by_id[profile_id]
            if not screen.state_of(profile).running:
                in_worker(screen, "keep-alive", self._renew, profile, self._lifetime_of(profile))
        self._warn_of_expiry(screen.book)

    def take_book(self, book: ProfileSet) -> None:
        """Stop for profiles that are gone, mean other tokens now, or need a confirmation now."""
        previous = self._screen.book.by_id if self._screen.book else {}
        same = {
            id_
            for id_ in self._schedule.ids
            if id_ in book.by_id and previous[id_].token_key == book.by_id[id_].token_key
        }
        unconfirmed = {id_ for id_ in same if book.by_id[id_].protected and not self._schedule.is_agreed(id_)}
        self._schedule.keep_only(same - unconfirmed)
        self._show()
        for id_ in sorted(unconfirmed):
            self._warn(f"Keep-alive is off for {id_}: it is protected now.")

    def take_expiries(self, before: Mapping[str, Expiries], now: Mapping[str, Expiries]) -> None:
        """Stop after a sign-out elsewhere: a token that comes back would be a surprise."""
        gone = before.keys() - now.keys()
        book = self._screen.book
        if gone and book:
            self._stop(id_ for id_ in self._schedule.ids if book.by_id[id_].token_key in gone)

    async def _begin(self, profile: Profile) -> None:
        question = f"Keep the tokens of {profile.id} alive, without asking again?"
        request = await self._requester.confirm(
            UserRequest(profile, TokenKind.ACCESS, verb="Keep alive", question=question)
        )
        if request is not None:
            self.keep(request.profile, agreed=request.consent)
            # Without a valid token it is due at once: the outcome is the one thing to say.
            is_due = profile.id in self._due(self._screen.services.clock())
            lifetime = self._lifetime_of(request.profile)
            if is_due and not await self._renew(request.profile, lifetime, first=True):
                return
            words = f"Keep-alive is on: {profile.id} is refreshed before its tokens expire, until you quit."
            self._screen.notify(words, timeout=5, markup=False)

    # Renew

    def _due(self, now: float) -> tuple[str, ...]:
        """Return the profiles that are due and not being renewed already."""
        return tuple(id_ for id_ in self._schedule.due(now) if id_ not in self._underway)

    async def _renew(self, profile: Profile, lifetime: Lifetime | None, *, first: bool = False) -> bool:
        """Get a token that outlasts the present one; return whether it came. A toast reports an error.

        Args:
            profile: The profile.
            lifetime: Of the present token.
            first: The user has just asked for it and has had no answer yet.
        """
        self._underway.add(profile.id)
        consent = self._schedule.is_agreed(profile.id)
        try:
            outcome = await in_background(lambda: self._fetch(profile, lifetime, consent=consent), "keep-alive")
        except Unreachable as error:
            self._try_later(profile, error)
        except CognituiError as error:
            self._give_up(profile, error.cause, first=first)
        else:
            return self._take(profile, outcome, first=first)
        finally:
            self._underway.discard(profile.id)
        return False

    def _fetch(self, profile: Profile, lifetime: Lifetime | None, *, consent: bool) -> TokenResult | Challenge:
        # Not a refresh at any price: another program may have fetched a newer token.
        services = self._screen.services
        left = max(0.0, lifetime.remaining(services.clock())) if lifetime else 0.0
        min_valid = left + _GAIN if lifetime else None
        return services.broker.get(profile, min_valid=min_valid, policy=TokenPolicy.RENEW, consent=consent)

    def _take(self, profile: Profile, outcome: TokenResult | Challenge, *, first: bool) -> bool:
        if profile.id not in self._schedule.ids:
            return False
        if isinstance(outcome, Challenge):
            self._screen.keep_state(profile, self._screen.state_of(profile).asked(outcome))
            self._give_up(profile, f"Cognito asks for {outcome.needs}.", first=first)
            return False
        self._schedule.renewed(profile.id, outcome.token.lifetime)
        state = self._screen.state_of(profile)
        if self._screen.is_current and state.tokens:
            self._screen.keep_state(profile, state.got(outcome))
        else:
            # Behind a dialog or the lock, no token is opened that nobody asked for.
            self._screen.note_lifetimes({profile.token_key: {**outcome.opened, outcome.token.kind: outcome.token}})
        return True

    def _try_later(self, profile: Profile, error: Unreachable) -> None:
        if profile.id in self._schedule.ids:
            pause = self._schedule.failed(profile.id, self._screen.services.clock())
            self._warn(f"{profile.id} could not be refreshed; next try in {rough(pause)}. {error.cause}")

    def _give_up(self, profile: Profile, why: str, *, first: bool) -> None:
        if profile.id in self._schedule.ids:
            self._schedule.stop(profile.id)
            words = f"{profile.id} cannot be kept alive" if first else f"Keep-alive is off for {profile.id}"
            self._warn(f"{words}: input required. {why}")

    def _stop(self, ids: Iterable[str]) -> None:
        for profile_id in tuple(ids):
            self._schedule.stop(profile_id)
        self._show()

    # Warnings

    def _warn_of_expiry(self, book: ProfileSet) -> None:
        """Warn once of each token that this run has shown or copied and that is not kept alive."""
        screen = self._screen
        for profile_id, state in screen.states.items():
            token = state.tokens.get(TokenKind.ACCESS)
            if token is None or profile_id in self._schedule.ids or profile_id not in book.by_id:
                continue
            warning = (book.by_id[profile_id].token_key, token.lifetime.expires_at)
            if token.lifetime.state(screen.now) is TokenState.EXPIRING and warning not in self._warned:
                self._warned.add(warning)
                self._warn_soon(profile_id, token.lifetime.remaining(screen.now))

    def _warn_soon(self, profile_id: str, left: float) -> None:
        key = self._screen.context().key
        words = f"{inert(profile_id)} expires in {countdown(left)}: {key('refresh_token')} refreshes it, "
        self._screen.notify(
            f"{words}{key('keep_alive')} keeps it alive.",
            title="A token in use expires soon",
            severity="warning",
            timeout=10,
            markup=False,
        )

    def _warn(self, words: str) -> None:
        self._show()
        self._screen.notify(inert(words, 400), title="Keep-alive", severity="warning", timeout=15, markup=False)

    def _show(self) -> None:
        self._screen.kept_alive = self._schedule.ids

    def _lifetime_of(self, profile: Profile) -> Lifetime | None:
        return self._screen.expiries.get(profile.token_key, NO_EXPIRIES).access


class Renewal(Frozen, frozen=True):
    """When a profile is renewed."""

    due_at: float
    """Seconds since the epoch."""
    failures: int = 0
    """Number of failures in a row."""
    agreed: bool = False
    """Whether the user has confirmed it."""


class RenewalSchedule:
    """When profiles are renewed: before their token expires, spread out, and less often after failures."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        """Create an empty schedule.

        Args:
            jitter: Returns another number from 0 to 1 each time: a hundred profiles must not renew in one second.
        """
        self._jitter = jitter
        self._renewals: Mapping[str, Renewal] = {}

    @property
    def ids(self) -> frozenset[str]:
        """The profiles."""
        return frozenset(self._renewals)

    def add(self, profile_id: str, lifetime: Lifetime | None, now: float, *, agreed: bool = False) -> None:
        """Add a profile, `agreed` if the user confirmed it; without a token it is due at once."""
        due_at = now if lifetime is None else self._renewal_of(lifetime)
        self._renewals = {**self._renewals, profile_id: Renewal(due_at, agreed=agreed)}

    def renewed(self, profile_id: str, lifetime: Lifetime) -> None:
        """Schedule the renewal of a new token."""
        renewal = replace(self._renewals[profile_id], due_at=self._renewal_of(lifetime), failures=0)
        self._renewals = {**self._renewals, profile_id: renewal}

    def is_agreed(self, profile_id: str) -> bool:
        """Return whether the user has confirmed it."""
        return profile_id in self._renewals and self._renewals[profile_id].agreed

    def stop(self, profile_id: str) -> None:
        """Remove a profile."""
        self._renewals = {id_: renewal for id_, renewal in self._renewals.items() if id_ != profile_id}

    def keep_only(self, ids: Iterable[str]) -> None:
        """Remove all other profiles."""
        kept = frozenset(ids)
        self._renewals = {id_: renewal for id_, renewal in self._renewals.items() if id_ in kept}

    def due(self, now: float) -> tuple[str, ...]:
        """Return the profiles whose tokens are to be renewed now."""
        return tuple(id_ for id_, renewal in self._renewals.items() if renewal.due_at <= now)

    def failed(self, profile_id: str, now: float) -> float:
        """Note a temporary failure; return the seconds until the next try."""
        renewal = self._renewals[profile_id]
        pause = min(_LAST_RETRY, _FIRST_RETRY * 2.0**renewal.failures) * (1 + self._jitter()) / 2
        later = replace(renewal, due_at=now + pause, failures=renewal.failures + 1)
        self._renewals = {**self._renewals, profile_id: later}
        return pause

    def _renewal_of(self, lifetime: Lifetime) -> float:
        """Return a time before the token counts as expiring, by up to a tenth of its lifetime."""
        return lifetime.expiring_from - self._jitter() * lifetime.length / 10
