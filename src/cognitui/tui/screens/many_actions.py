"""What the keys do for all listed profiles at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.reactive import var
from textual.worker import Worker

from cognitui.model.profile import Profile
from cognitui.model.token import NO_EXPIRIES
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.profile_watcher import ProfileReader
from cognitui.tui.screens.life_actions import LifeActions

if TYPE_CHECKING:
    from cognitui.tui.many import Progress
    from cognitui.tui.many_flow import Deed, ManyFlow


class ManyActions(LifeActions):
    """The actions of the keymap that act on the whole list, by their ids."""

    progress: var[Progress | None] = var(None, init=False)
    """How far it has come; None while nothing is under way."""

    def __init__(self, services: Services, reader: ProfileReader, environment: str) -> None:
        """Takes the parts, the reader that has begun, and the environment to begin with."""
        super().__init__(services, reader, environment)
        self._many_worker: Worker[None] | None = None

    def action_get_all(self) -> None:
        """Gets the tokens of all that are listed."""
        if self.can("get_all"):
            from cognitui.tui.many_flow import GetAll

            self._begin_many(GetAll(TokenPolicy.CACHED), self.profiles)

    def action_refresh_all(self) -> None:
        """Refreshes the tokens of all that have some."""
        if self.can("refresh_all"):
            from cognitui.tui.many_flow import GetAll

            with_tokens = tuple(profile for profile in self.profiles if profile.token_key in self.expiries)
            self._begin_many(GetAll(TokenPolicy.REFRESH), with_tokens)

    def action_clear_expired(self) -> None:
        """Forgets the tokens that have ended."""
        if self.can("clear_expired"):
            from cognitui.tui.many_flow import ClearExpired

            self._begin_many(ClearExpired(), tuple(profile for profile in self.profiles if self._has_ended(profile)))

    def action_dismiss(self, result: object = None) -> None:  # type: ignore[override]  # as the one below it
        """Cancels what is under way for many, before anything else."""
        if self._many_worker is not None and not self._many_worker.is_finished:
            self.requests.cancel_copies()
            self._many_worker.cancel()
        else:
            super().action_dismiss(result)

    def _begin_many(self, deed: Deed, profiles: tuple[Profile, ...]) -> None:
        if not profiles:
            self.notify(deed.nothing, severity="warning", timeout=4, markup=False)
        elif self._many_worker is None or self._many_worker.is_finished:
            # What was told of the last time is of no use any more, and would stand on the screen with what comes.
            self.app.clear_notifications()
            self._many_worker = in_worker(self, "many", self._carry_out_for, deed, profiles)

    async def _carry_out_for(self, deed: Deed, profiles: tuple[Profile, ...]) -> None:
        try:
            await self._many.carry_out(deed, profiles)
        finally:
            self.secrets_in_memory = self.services.secrets_in_memory
            self.progress = None
            # What was forgotten, or came after it was cancelled.
            self.expiries = await in_background(self.services.broker.expiries, "watch")

    @cached_property
    def _many(self) -> ManyFlow:
        from cognitui.tui.many_flow import ManyFlow

        return ManyFlow(self, self.services, self._show_progress)

    def _show_progress(self, progress: Progress) -> None:
        self.progress = progress

    def _has_ended(self, profile: Profile) -> bool:
        known = self.expiries.get(profile.token_key, NO_EXPIRIES)
        return any(life and life.remaining(self.now) <= 0 and not life.estimated for life in (known.access, known.id))
