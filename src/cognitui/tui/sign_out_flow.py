"""From `x` to what a sign-out or a forgotten device leaves behind; runs in a worker of the screen."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.errors import Refused, Unreachable
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sign_out import SignedOut, aftermath, sharing_tokens, told_of_device
from cognitui.model.token import TokenKind
from cognitui.services import Services
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.sign_out import Ending, SignOutScreen
from cognitui.tui.screens.lockable import LockableScreen
from cognitui.tui.state import Entry
from cognitui.tui.theme import environment_color
from cognitui.tui.token_flow import TokenFlow, Wish, name_of

_READING_SECONDS = 20.0


class SignOutFlow:
    """Asks how far it shall go, does it, and says what still works until when."""

    def __init__(
        self, screen: LockableScreen, services: Services, tokens: TokenFlow, entry_of: Callable[[Profile], Entry]
    ) -> None:
        """Takes the screen that asks, the parts, how requests run, and how an entry is read."""
        self._screen = screen
        self._app = screen.app
        self._services = services
        self._tokens = tokens
        self._entry_of = entry_of

    async def sign_out(self, profile: Profile, book: ProfileSet) -> bool:
        """Returns whether the profile's tokens are gone."""
        color = environment_color(self._app, profile.environment) if profile.protected else ""
        dialog = SignOutScreen(profile, self._services, sharing_tokens(profile, book.profiles), color=color)
        ending = await self._screen.answer_to(dialog, f"Sign out {profile.id}?")
        if ending is None:
            return False
        if ending is Ending.DEVICE:
            await self._forget_device(profile)
            return False
        done = await self._ended(profile, ending)
        if done is None and await self._wants_it_here(profile):
            done = await self._ended(profile, Ending.HERE)
        if done is None:
            return False
        sentences = aftermath(done, self._services.clock(), book.profiles)
        self._app.notify("\n".join(sentences), title="Signed out", timeout=_READING_SECONDS, markup=False)
        return True

    async def _ended(self, profile: Profile, ending: Ending) -> SignedOut | None:
        signing_out = self._services.broker.signing_out
        words = f"Signing out {name_of(profile)}"
        if ending is Ending.HERE:
            return await self._tokens.request(profile, words, lambda: signing_out.forget_here(profile), ends=True)
        if ending is Ending.REVOKE:
            return await self._tokens.request(profile, words, lambda: signing_out.revoke(profile), ends=True)
        # The access token shows Cognito who asks; the dialog was the yes of a protected environment.
        got = await self._tokens.carry_out(Wish(profile, TokenKind.ACCESS, agreed=True))
        if got is None:
            return None
        return await self._tokens.request(profile, words, lambda: signing_out.sign_out_everywhere(got), ends=True)

    async def _wants_it_here(self, profile: Profile) -> bool:
        """Asks whether to forget the tokens all the same, where Cognito did not end them."""
        error = self._entry_of(profile).error
        if not isinstance(error, Refused | Unreachable):
            return False
        question = f"{error.cause} Nothing was forgotten. Forget the tokens of {profile.id} here all the same?"
        decision = await self._screen.answer_to(Confirm(error.title, question, yes="Forget here"), question)
        return decision is not None and decision.yes

    async def _forget_device(self, profile: Profile) -> None:
        words = f"Forgetting this machine as a device of {name_of(profile)}"
        forgotten = await self._tokens.request(
            profile, words, lambda: self._services.broker.signing_out.forget_device(profile), ends=True
        )
        if forgotten is not None:
            self._app.notify(told_of_device(profile, forgotten), timeout=_READING_SECONDS, markup=False)
