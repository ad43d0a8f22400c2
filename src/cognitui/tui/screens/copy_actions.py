"""Copying a token in another form: the menu, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.profile import Profile
from cognitui.model.token import NO_EXPIRIES, Lifetime, TokenKind
from cognitui.tui.screens.after_actions import AfterSignInActions
from cognitui.tui.token_flow import Wish

if TYPE_CHECKING:
    from cognitui.model.token_formats import TokenFormat
    from cognitui.tui.dialogs.copy_as import CopyChoice


class CopyAsActions(AfterSignInActions):
    """The menu opens at once, so that the key of a form can be typed in the same breath."""

    def action_copy_as(self) -> None:
        """Asks in which form the shown token shall be copied."""
        if not self.can("copy_as") or (profile := self.selected) is None:
            return
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.copy_as import CopyAsScreen

        kind = self.kind
        menu = CopyAsScreen(
            profile,
            kind,
            last=self.remembered.preferences.copied_as.get(profile.id, ""),
            life=self._life_of_kind(profile, kind),
            now=self.services.clock(),
        )
        self.app.push_screen(menu, lambda choice: self._take_choice(profile, kind, choice))

    def _take_choice(self, profile: Profile, kind: TokenKind, choice: CopyChoice | None) -> None:
        if choice is None:
            return
        question = f"Copy the {kind.value} token of {profile.id} as {choice.form.label}?"
        wish = Wish(profile, kind, verb="Copy", question=question, min_valid=choice.min_valid)
        what = f"{kind.value} token as {choice.form.label}"
        self.requests.copy(profile, what, lambda: self._copy_as(wish, choice.form))

    async def _copy_as(self, wish: Wish, form: TokenFormat) -> None:
        if await self._carry_out(wish, form):
            self.note(lambda preferences: preferences.with_copied_as(wish.profile.id, form.value))

    def _life_of_kind(self, profile: Profile, kind: TokenKind) -> Lifetime | None:
        token = self.entry_of(profile).tokens.get(kind)
        return token.lifetime if token else self.expiries.get(profile.token_key, NO_EXPIRIES).of(kind)
