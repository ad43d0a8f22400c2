"""What keeps tokens alive and tells when they end: by itself, by a key, and for many profiles at once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from textual.reactive import var

from cognitui.model.challenge import Challenge
from cognitui.model.duration import countdown
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, TokenKind, TokenState
from cognitui.services import Services
from cognitui.tokens.request import TokenResult
from cognitui.tui.background import in_worker
from cognitui.tui.keep_alive import KeepAlive
from cognitui.tui.keep_alive_flow import KeepAliveFlow
from cognitui.tui.profile_watcher import ProfileReader
from cognitui.tui.screens.listing_actions import ListingActions
from cognitui.tui.token_flow import Wish

if TYPE_CHECKING:
    from cognitui.model.token_formats import TokenFormat


class LifeActions(ListingActions):
    """Keeping alive, and a notice before the end of what is in use."""

    kept_alive: var[frozenset[str]] = var(frozenset())
    """The profiles whose tokens are renewed before they end, by `Profile.id`."""

    def __init__(self, services: Services, reader: ProfileReader, environment: str) -> None:
        """Takes the parts, the reader that has begun, and the environment to begin with."""
        super().__init__(services, reader, environment)
        # Spreads renewals in time; nothing secret depends on it.
        self._keep_alive = KeepAlive(random.SystemRandom().random)
        self._told_to_end: set[tuple[str, float]] = set()

    def action_keep_alive(self) -> None:
        """Begins to keep the profile alive, or stops."""
        if self.can("keep_alive") and (profile := self.selected):
            if profile.id in self._keep_alive.ids:
                self._keep_alive.stop(profile.id)
                self._show_kept_alive()
                self.notify(f"{profile.id} is kept alive no more.", timeout=4, markup=False)
            else:
                self.requests.start(profile, lambda: self._begin_to_keep(profile))

    async def _begin_to_keep(self, profile: Profile) -> None:
        question = f"Keep the tokens of {profile.id} alive, without asking again?"
        wish = await self._tokens.settled(Wish(profile, TokenKind.ACCESS, verb="Keep alive", question=question))
        if wish is not None:
            self.keep_alive(wish.profile, agreed=wish.agreed)
            # Without a token that lives it is due at once: what comes of that is the one thing to say.
            is_due = profile.id in self._renewals.due(self.services.clock())
            if is_due and not await self._renewals.renew(wish.profile, self._life_of(wish.profile), first=True):
                return
            self.notify(f"{profile.id} is renewed before its token ends, until you quit.", timeout=5, markup=False)

    def keep_alive(self, profile: Profile, *, agreed: bool = False) -> None:
        """Renews a profile's tokens from now on, unless it is gone, means other tokens now, or needs a yes.

        Args:
            profile: Whose.
            agreed: A person said yes.
        """
        now = self.present(profile)
        if now is not None and (agreed or not now.protected):
            self._keep_alive.keep(now.id, self._life_of(now), self.services.clock(), agreed=agreed)
            self._show_kept_alive()

    async def _carry_out(self, wish: Wish, copy: TokenFormat | None) -> bool:
        done = await super()._carry_out(wish, copy)
        if self.services.settings.auto_refresh and self.entry_of(wish.profile).tokens:
            self.keep_alive(wish.profile)
        return done

    # Once a second

    def _tick(self) -> None:
        super()._tick()
        if self.book is None:
            return
        for profile_id in self._renewals.due(self.now):
            profile = self.book.by_id[profile_id]
            if not self.entry_of(profile).running:
                in_worker(self, "keep-alive", self._renewals.renew, profile, self._life_of(profile))
        self._tell_of_ends(self.book)

    def _tell_of_ends(self, book: ProfileSet) -> None:
        """Of tokens that this run has shown or copied, each once; what is kept alive does not end."""
        for profile_id, entry in self.entries.items():
            token = entry.tokens.get(TokenKind.ACCESS)
            if token is None or profile_id in self._keep_alive.ids or profile_id not in book.by_id:
                continue
            notice = (book.by_id[profile_id].token_key, token.lifetime.expires_at)
            if token.lifetime.state(self.now) is TokenState.EXPIRING and notice not in self._told_to_end:
                self._told_to_end.add(notice)
                self._tell_of_end(profile_id, token.lifetime.remaining(self.now))

    def _tell_of_end(self, profile_id: str, left: float) -> None:
        keys = self.situation().key
        words = f"{inert(profile_id)} ends in {countdown(left)}: {keys('refresh_token')} refreshes it, "
        self.notify(
            f"{words}{keys('keep_alive')} keeps it alive.",
            title="A token in use ends soon",
            severity="warning",
            timeout=10,
            markup=False,
        )

    # What becomes of it

    def take_book(self, book: ProfileSet, selected_id: str = "") -> None:
        """Stops for profiles that are no more, mean other tokens now, or need a yes by now."""
        former = self.book.by_id if self.book else {}
        same = {
            id_
            for id_ in self._keep_alive.ids
            if id_ in book.by_id and former[id_].token_key == book.by_id[id_].token_key
        }
        unasked = {id_ for id_ in same if book.by_id[id_].protected and not self._keep_alive.is_agreed(id_)}
        self._keep_alive.keep_only(same - unasked)
        self._show_kept_alive()
        for id_ in sorted(unasked):
            self._tell_of_kept(f"{id_} is kept alive no more: it is protected now.")
        super().take_book(book, selected_id)

    def watch_expiries(self, before: Mapping[str, Expiries], now: Mapping[str, Expiries]) -> None:
        """Stops where somebody signed out: a token that comes back by itself would surprise them."""
        super().watch_expiries(before, now)
        gone = before.keys() - now.keys()
        if gone and self.book:
            for profile_id in self._keep_alive.ids:
                if self.book.by_id[profile_id].token_key in gone:
                    self._keep_alive.stop(profile_id)
            self._show_kept_alive()

    @cached_property
    def _renewals(self) -> KeepAliveFlow:
        return KeepAliveFlow(
            self.services, self._keep_alive, renewed=self._take_renewed, asked=self._take_asked, tell=self._tell_of_kept
        )

    def _take_renewed(self, profile: Profile, got: TokenResult) -> None:
        entry = self.entry_of(profile)
        if not self.is_current:
            # In front stands a dialog, or what hides everything: nothing that came by itself is opened behind it.
            self.note_lives({profile.token_key: {**got.opened, got.token.kind: got.token}})
        elif entry.tokens:
            self.keep_entry(profile, entry.got(got))
        else:
            self.note_lives({profile.token_key: {**got.opened, got.token.kind: got.token}})

    def _take_asked(self, profile: Profile, challenge: Challenge) -> None:
        self.keep_entry(profile, self.entry_of(profile).asked(challenge))

    def _tell_of_kept(self, words: str) -> None:
        self._show_kept_alive()
        self.notify(inert(words, 400), title="Keep alive", severity="warning", timeout=15, markup=False)

    def _show_kept_alive(self) -> None:
        self.kept_alive = self._keep_alive.ids

    def _life_of(self, profile: Profile) -> Lifetime | None:
        return self.expiries.get(profile.token_key, NO_EXPIRIES).access
