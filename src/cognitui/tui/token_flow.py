"""From a key press to a token: the question of a protected environment, the request, the challenges, the check.

Each method runs in a worker of the screen; what it learns goes to the screen's entries and nowhere else.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from cognitui.model.challenge import AGAIN, INSTEAD, Challenge
from cognitui.model.errors import CognituiError, Unreachable, WrongCredentials
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tui.background import in_background, with_keyring_or_memory
from cognitui.tui.screens.desk_screen import DeskScreen
from cognitui.tui.state import Answers, Running, Unsent
from cognitui.tui.theme import environment_color

if TYPE_CHECKING:
    from cognitui.tui.dialogs.challenge import ChallengeScreen

Result = TypeVar("Result")


class Wish(Frozen, frozen=True):
    """What a key press asked for."""

    profile: Profile
    kind: TokenKind
    how: TokenPolicy = TokenPolicy.CACHED
    verb: str = "Get"
    """`Get`, `Copy`: for the question of a protected environment."""
    question: str = ""
    """That question, where it is about something else than the token, or says more of it."""
    agreed: bool = False
    """Whether a person has said yes to it already."""
    instead: str = ""
    """What is said instead of an answer to the first question: a `Choice.value`."""
    min_valid: float | None = None
    """Seconds that it must stay valid; None for the broker's default."""


class TokenFlow:
    """Carries wishes out, one request a profile at a time."""

    def __init__(
        self,
        screen: DeskScreen,
        services: Services,
        copy_address: Callable[[str], Awaitable[None]],
    ) -> None:
        """Takes its surroundings.

        Args:
            screen: Has the book and the entries, and shows dialogs and toasts.
            services: The program's parts.
            copy_address: Copies what is to be opened in a browser.
        """
        self._screen = screen
        self._app = screen.app
        self._services = services
        self._entry_of = screen.entry_of
        self._keep = screen.keep_entry
        self._copy_address = copy_address
        self._browsed = ""
        """What a browser was opened with last: coming back to the question opens no second window."""
        self._numbers = itertools.count(1)

    async def carry_out(self, wish: Wish) -> TokenResult | None:
        """Returns the token, or None where it failed or a person did not want it; the entry tells which."""
        settled = await self.settled(wish)
        return await self._got(settled) if settled else None

    async def _got(self, wish: Wish) -> TokenResult | None:
        profile = wish.profile
        pending = self._entry_of(profile).challenge
        if pending is not None and pending.profile.token_key == profile.token_key and wish.how is TokenPolicy.CACHED:
            return await self._answered(wish, pending)
        # A refused password is asked for, as the stored one would be refused again.
        ask = bool(wish.instead) or (
            wish.how is TokenPolicy.SIGN_IN and isinstance(self._entry_of(profile).error, WrongCredentials)
        )
        outcome = await self.request(
            profile,
            _words(wish),
            lambda: self._services.broker.get(
                profile, wish.kind, min_valid=wish.min_valid, policy=wish.how, consent=wish.agreed, ask=ask
            ),
        )
        if isinstance(outcome, Challenge) and wish.instead in (choice.value for choice in outcome.instead):
            outcome = await self._answer(wish, outcome, Answers({INSTEAD: wish.instead}, keep=False))
        if isinstance(outcome, Challenge):
            return await self._answered(wish, outcome)
        return self._kept(wish, outcome)

    async def verify(self, profile: Profile, kind: TokenKind) -> None:
        """Checks a token that is at hand against the keys of its pool; the entry tells the outcome."""
        token = self._entry_of(profile).tokens[kind]
        verification = await self.request(
            profile,
            f"Verifying the {kind.value} token of {name_of(profile)}",
            lambda: self._services.broker.verify(profile, token),
        )
        entry = self._entry_of(profile)
        if verification is not None and entry.tokens.get(kind) == token:
            self._keep(profile, entry.checked(kind, verification))

    def _kept(self, wish: Wish, got: TokenResult | None) -> TokenResult | None:
        if got is None or self.as_it_is(wish) is None:
            return None
        self._keep(wish.profile, self._entry_of(wish.profile).got(got))
        return got

    async def _answered(self, wish: Wish, challenge: Challenge) -> TokenResult | None:
        outcome: TokenResult | Challenge | None = challenge
        # Once, until a person answers: a code every three minutes would be a nuisance on a phone that nobody holds.
        begins_anew = True
        # No entry and no dialog in a variable: the lock must not find them alive while a request runs.
        is_pending = self._entry_of(wish.profile).challenge is challenge
        unsent = self._entry_of(wish.profile).unsent if is_pending else None
        keeps = unsent is None or unsent.answers.keep or INSTEAD in unsent.answers.values
        while isinstance(outcome, Challenge):
            asked = outcome
            # Whoever is asked must still be the one that the profile means.
            if self.as_it_is(replace(wish, profile=asked.profile)) is None:
                return None
            # A person who went on to another profile is not interrupted: the list says that this one waits.
            waits = not self._screen.is_shown(wish.profile) or self._screen.is_locked
            # The dialog alone has what was typed, and drops it where it is left or the lock closes it.
            self._keep(wish.profile, self._entry_of(wish.profile).asked(asked, unsent if waits else None))
            if waits:
                return None
            answers = await self._app.push_screen_wait(
                self._dialog_of(asked, unsent, begins_anew=begins_anew, keeps=keeps)
            )
            unsent = None
            if answers is None or self.as_it_is(wish) is None:
                return None
            begins_anew = answers.values.get(INSTEAD) != AGAIN.value
            outcome = await self._answer(wish, asked, answers)
            unsent = self._unsent(wish.profile, asked, answers) if outcome is None else None
            if unsent is not None:
                outcome = asked
            # What was cleared stays so while the same is asked again; another secret is another question.
            same = isinstance(outcome, Challenge) and outcome.kind == asked.kind
            keeps = answers.keep if same and asked.may_keep and INSTEAD not in answers.values else True
        return self._kept(wish, outcome)

    def _unsent(self, profile: Profile, asked: Challenge, answers: Answers) -> Unsent | None:
        """Returns answers that an outage has kept from Cognito; None where it was something else, or nobody waits."""
        entry = self._entry_of(profile)
        # The answer of a browser is good for one use.
        if asked.url or entry.challenge is not asked or not isinstance(entry.error, Unreachable):
            return None
        typed = " What you typed is still there." if answers.values.keys() - {INSTEAD} else ""
        return Unsent(answers, f"{entry.error.cause} {entry.error.fix}{typed}")

    async def _answer(self, wish: Wish, asked: Challenge, answers: Answers) -> TokenResult | Challenge | None:
        return await self.request(
            wish.profile,
            f"Signing in as {name_of(wish.profile)}",
            lambda: self._services.broker.answer(
                asked, answers.values, kind=wish.kind, keep=answers.keep, min_valid=wish.min_valid
            ),
        )

    def _dialog_of(
        self, challenge: Challenge, unsent: Unsent | None, *, begins_anew: bool, keeps: bool
    ) -> ChallengeScreen:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.browser import BrowserScreen, Browsing
        from cognitui.tui.dialogs.challenge import ChallengeScreen

        if not challenge.url:
            in_memory, clock = self._services.secrets_in_memory, self._services.clock
            return ChallengeScreen(
                challenge, unsent=unsent, in_memory=in_memory, keeps=keeps, clock=clock, begins_anew=begins_anew
            )
        opened, self._browsed = challenge.url == self._browsed, challenge.url
        browsing = Browsing(self._services.open_browser, self._services.broker.wait, self._copy_address)
        return BrowserScreen(challenge, browsing, opened=opened)

    async def request(
        self, profile: Profile, words: str, call: Callable[[], Result], *, ends: bool = False
    ) -> Result | None:
        """Returns what a call brings while the entry says that it runs, or None where it failed.

        Args:
            profile: Whose.
            words: What runs, as the panel says it.
            call: Does it; may block.
            ends: It is a sign-out.
        """
        running = Running(next(self._numbers), words, self._services.clock(), ends)
        self._keep(profile, self._entry_of(profile).started(running))
        try:
            return await in_background(lambda: with_keyring_or_memory(self._services, self._tell, call), "token")
        except CognituiError as error:
            self._keep(profile, self._entry_of(profile).failed(error))
            return None
        finally:
            # Cancelled by a person: the thread ends by itself and what it stores is good, but nobody waits for it.
            current = self._entry_of(profile)
            if current.running == running:
                self._keep(profile, current.idle())

    def _tell(self, words: str) -> None:
        self._app.notify(words, title="No keyring", severity="warning", timeout=15, markup=False)

    async def settled(self, wish: Wish) -> Wish | None:
        """Returns the wish for the profile as it is now, `agreed` where a person said yes; None where it must not be.

        Of what reaches nobody, where nothing is protected, nobody is asked.
        """
        profile = self._screen.present(wish.profile)
        if profile is None:
            self._tell_changed(wish.profile)
            return None
        wish = replace(wish, profile=profile)
        # Instead of an answer a code is sent: a stray key must not write to anybody.
        if wish.agreed or not (profile.protected or wish.instead):
            return wish
        return self.as_it_is(replace(wish, agreed=profile.protected)) if await self._says_yes(wish) else None

    def as_it_is(self, wish: Wish) -> Wish | None:
        """Returns a wish if it still may be: the profile is there, means the same tokens, and nobody is to be asked."""
        now = self._screen.present(wish.profile)
        if now is not None and (wish.agreed or not now.protected):
            return replace(wish, profile=now)
        self._tell_changed(wish.profile)
        return None

    def _tell_changed(self, profile: Profile) -> None:
        words = f"{profile.id} was changed or removed meanwhile: look at it, then press the key again."
        self._screen.notify(inert(words, 200), severity="warning", timeout=10, markup=False)

    async def _says_yes(self, wish: Wish) -> bool:
        from cognitui.tui.dialogs.confirm import Confirm

        profile = wish.profile
        question = wish.question or f"{wish.verb} the {wish.kind.value} token of {profile.id}?"
        dialog = Confirm(
            f"{profile.why_protected} is protected" if profile.protected else name_of(profile),
            question,
            yes=wish.verb,
            color=environment_color(self._app, profile.environment),
        )
        dialog.is_before_token = True
        decision = await self._screen.answer_to(dialog, question)
        return decision is not None and decision.yes


def _words(wish: Wish) -> str:
    name = name_of(wish.profile)
    return {
        TokenPolicy.CACHED: f"Getting the token of {name}",
        TokenPolicy.REFRESH: f"Refreshing the tokens of {name}",
        TokenPolicy.SIGN_IN: f"Signing in as {name}",
    }[wish.how]


def name_of(profile: Profile) -> str:
    """Returns whom a profile signs in, for what is said while something runs; inert."""
    return inert(profile.username or profile.name, 60)
