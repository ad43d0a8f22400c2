"""From a key press to what came of it for many profiles: a question, progress, a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError, ProfileConflict
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.services import Services
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tui.background import in_background, with_keyring_or_memory
from cognitui.tui.many import Outcome, Progress, for_each
from cognitui.tui.screens.desk_screen import DeskScreen
from cognitui.tui.state import Entry, Running
from cognitui.tui.theme import environment_color

_DRAWN_EVERY = 0.1
"""Seconds between two drawings of what has come: each costs a look at the whole list."""

_NAMED = 3
_ONE_OF_MANY = 0
"""The number of a request that is one of many."""

Brought = TokenResult | Challenge | int


class Deed(Protocol):
    """What is done for each profile."""

    @property
    def question(self) -> str:
        """What a person is asked of protected profiles, with a place for whose they are."""
        ...

    @property
    def doing(self) -> str:
        """What is said of a profile while it runs."""
        ...

    @property
    def nothing(self) -> str:
        """What is said where there is no profile to do it for."""
        ...

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> Brought:
        """Does it; may block, and raises what the broker raises. `consent` where a person said yes."""
        ...

    def summary(self, brought: Sequence[Brought]) -> str:
        """Says what was done, for those for whom it worked."""
        ...


class GetAll(Frozen, frozen=True):
    """Gets or refreshes tokens; what a person must answer waits for them in the list."""

    how: TokenPolicy

    @property
    def question(self) -> str:
        """For protected profiles."""
        return f"{'Refresh' if self.how is TokenPolicy.REFRESH else 'Get'} the tokens of {{}}?"

    @property
    def doing(self) -> str:
        """For the panel."""
        return "Refreshing the tokens" if self.how is TokenPolicy.REFRESH else "Getting the token"

    @property
    def nothing(self) -> str:
        """Only a refresh leaves profiles out."""
        return "No listed profile has tokens that could be refreshed."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> TokenResult | Challenge:
        """Gets the access token, and with it what the sign-in or the refresh brings."""
        return broker.get(profile, TokenKind.ACCESS, policy=self.how, consent=consent)

    def summary(self, brought: Sequence[Brought]) -> str:
        """Counts the tokens."""
        got = sum(isinstance(one, TokenResult) for one in brought)
        return f"{got} token{'' if got == 1 else 's'} {'refreshed' if self.how is TokenPolicy.REFRESH else 'valid'}"


class ClearExpired(Frozen, frozen=True):
    """Forgets tokens that have ended."""

    @property
    def question(self) -> str:
        """Nobody is asked: what has ended opens nothing any more."""
        return ""

    @property
    def doing(self) -> str:
        """For the panel."""
        return "Forgetting what has ended"

    @property
    def nothing(self) -> str:
        """There is nothing to forget."""
        return "No token of the listed profiles has ended."

    def call(self, broker: TokenBroker, profile: Profile, *, consent: bool) -> int:
        """Forgets those of one profile."""
        return broker.forget_expired(profile)

    def summary(self, brought: Sequence[Brought]) -> str:
        """Counts the tokens."""
        count = sum(one for one in brought if isinstance(one, int))
        return f"{count} token{'' if count == 1 else 's'} forgotten that had ended"


class ManyFlow:
    """Carries deeds out for a screen."""

    def __init__(self, screen: DeskScreen, services: Services, show: Callable[[Progress], None]) -> None:
        """Takes the screen whose entries are kept, the parts, and what shows how far it has come."""
        self._screen = screen
        self._services = services
        self._show = show

    async def carry_out(self, deed: Deed, profiles: Sequence[Profile]) -> None:
        """Does it for the profiles, for protected ones after a question; a toast says what came of it."""
        # Profiles that share their tokens need them once.
        once = tuple({profile.token_key: profile for profile in reversed(profiles)}.values())[::-1]
        chosen = await self._agreed(deed, once)
        if not chosen:
            return
        run = _Run(self._screen, self._services, deed, len(chosen), self._show)
        timer = self._screen.set_interval(_DRAWN_EVERY, run.draw)
        try:
            came = await for_each(chosen, run.call, begun=run.begun, ended=run.ended)
        finally:
            timer.stop()
            run.end()
        self._tell(deed, {profile.id: came[profile.id] for profile in chosen})

    async def _agreed(self, deed: Deed, profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
        protected = [profile for profile in profiles if profile.protected]
        if not (deed.question and protected):
            return profiles
        from cognitui.tui.dialogs.confirm import Confirm

        places = dict.fromkeys(profile.why_protected for profile in protected)
        whose = f"{_counted(len(protected), 'profile')} of {inert(' and '.join(places), 80)}"
        others = len(profiles) - len(protected)
        question = deed.question.format(whose)
        dialog = Confirm(
            f"{inert(' and '.join(places), 60)} is protected" if len(places) == 1 else "Protected environments",
            question,
            yes="Yes, all",
            part=f"Only the other {others}" if others else "",
            color=environment_color(self._screen.app, protected[0].environment),
        )
        decision = await self._screen.answer_to(dialog, question)
        if decision is None:
            return ()
        if decision.part:
            return tuple(profile for profile in profiles if not profile.protected)
        return profiles if decision.yes else ()

    def _tell(self, deed: Deed, outcomes: Mapping[str, Outcome[Brought]]) -> None:
        brought = [outcome for outcome in outcomes.values() if not isinstance(outcome, CognituiError)]
        waiting = [id_ for id_, outcome in outcomes.items() if isinstance(outcome, Challenge)]
        failed = {id_: outcome for id_, outcome in outcomes.items() if isinstance(outcome, CognituiError)}
        lines = [f"{deed.summary(brought)}."]
        if waiting:
            lines.append(f"{_counted(len(waiting), 'needs', 'need')} a person: {_names(waiting)}.")
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


class _News(Frozen, frozen=True):
    """What has come of one profile."""

    profile: Profile
    before: Running | None
    """What the entry says that runs, unless another request has begun or brought something since."""
    change: Callable[[Entry], Entry]

    def fits(self, entry: Entry) -> bool:
        """Whether it is still news: what another request has kept meanwhile counts more."""
        return entry.running == self.before


class _Run:
    """What has come and is not drawn yet. A hundred drawings of the list would take longer than the calls."""

    def __init__(
        self, screen: DeskScreen, services: Services, deed: Deed, count: int, show: Callable[[Progress], None]
    ) -> None:
        self._screen = screen
        self._services = services
        self._deed = deed
        self._count = count
        self._show = show
        self._done = 0
        self._underway: dict[str, tuple[Profile, Running]] = {}
        self._news: dict[str, _News] = {}
        self._lives: dict[str, Mapping[TokenKind, Token]] = {}

    async def call(self, profile: Profile) -> Brought:
        now = self._screen.present(profile)
        if now is None:
            raise ProfileConflict(f"{profile.id} was changed or removed meanwhile.")

        def deed() -> Brought:
            # Of those that were protected when it began, those with a yes are left; what is protected since has none.
            return self._deed.call(self._services.broker, now, consent=profile.protected)

        return await in_background(lambda: with_keyring_or_memory(self._services, self._tell_of_memory, deed), "many")

    def begun(self, profile: Profile) -> None:
        running = Running(_ONE_OF_MANY, self._deed.doing, self._services.clock())
        self._underway[profile.id] = (profile, running)
        self._news[profile.id] = _News(profile, None, lambda entry: entry.started(running))

    def ended(self, profile: Profile, outcome: Outcome[Brought]) -> None:
        self._done += 1
        self._put_end(profile, lambda entry: _after(entry, outcome))
        if isinstance(outcome, TokenResult):
            self._lives[profile.token_key] = {**outcome.opened, outcome.token.kind: outcome.token}

    def end(self) -> None:
        """Nothing runs any more, though it may be that nobody waited for its end."""
        for profile, _ in tuple(self._underway.values()):
            self._put_end(profile, Entry.idle)
        self.draw()

    def _put_end(self, profile: Profile, change: Callable[[Entry], Entry]) -> None:
        _, running = self._underway.pop(profile.id)
        drawn = profile.id not in self._news
        self._news[profile.id] = _News(
            profile, running if drawn else None, lambda entry: change(entry.started(running))
        )

    def draw(self) -> None:
        """Shows what has come since the last time."""
        news, self._news = self._news, {}
        lives, self._lives = self._lives, {}
        if lives:
            self._screen.note_lives(lives)
        entries = {id_: self._screen.entry_of(one.profile) for id_, one in news.items()}
        self._screen.keep_entries(
            {id_: (one.profile, one.change(entries[id_])) for id_, one in news.items() if one.fits(entries[id_])}
        )
        self._show(Progress(self._done, self._count))

    def _tell_of_memory(self, words: str) -> None:
        self._screen.app.notify(words, title="No keyring", severity="warning", timeout=15, markup=False)


def _after(entry: Entry, outcome: Outcome[Brought]) -> Entry:
    if isinstance(outcome, CognituiError):
        return entry.failed(outcome)
    return entry.asked(outcome) if isinstance(outcome, Challenge) else entry.idle()


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _names(ids: Iterable[str]) -> str:
    named = list(ids)
    shown = ", ".join(inert(id_, 40) for id_ in named[:_NAMED])
    return f"{shown} and {len(named) - _NAMED} more" if len(named) > _NAMED else shown
