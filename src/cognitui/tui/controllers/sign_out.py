"""Signing out: here, by revoking, everywhere, or by forgetting the device."""

from __future__ import annotations

from cognitui.model.errors import Refused, Unreachable
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sign_out import SignedOut, aftermath, sharing_tokens, told_of_device
from cognitui.model.token import TokenKind
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.controllers.request_queue import RequestQueue
from cognitui.tui.controllers.token_request import TokenRequest, TokenRequester, name_of
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.sign_out import Ending, SignOutScreen
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.theme import environment_color

_READING_SECONDS = 20.0


class SignOut:
    """Asks how far it goes, does it, and says what still works until when."""

    def __init__(
        self, screen: StateScreen, *, requester: TokenRequester, requests: RequestQueue, lock: IdleLock
    ) -> None:
        self._screen = screen
        self._requester = requester
        self._requests = requests
        self._lock = lock

    def ask(self) -> None:
        """Ask how far the sign-out of the selected profile goes, and do it."""
        if profile := self._screen.selected:
            self._requests.start(profile, lambda: self._sign_out(profile), ends=True)

    async def _sign_out(self, profile: Profile) -> None:
        screen = self._screen
        if screen.book is None or not await self._is_signed_out(profile, screen.book):
            return
        screen.expiries = {key: known for key, known in screen.expiries.items() if key != profile.token_key}
        screen.forget_entries(profile.token_key)

    async def _is_signed_out(self, profile: Profile, book: ProfileSet) -> bool:
        """Ask and sign out; return whether the profile's tokens are gone."""
        services, app = self._screen.services, self._screen.app
        color = environment_color(app, profile.environment) if profile.protected else ""
        dialog = SignOutScreen(profile, services, sharing_tokens(profile, book.profiles), color=color)
        ending = await self._lock.answer_to(dialog, f"Sign out {profile.id}?")
        if ending is None:
            return False
        if ending is Ending.DEVICE:
            await self._forget_device(profile)
            return False
        done = await self._end(profile, ending)
        if done is None and await self._wants_it_here(profile):
            done = await self._end(profile, Ending.HERE)
        if done is None:
            return False
        sentences = aftermath(done, services.clock(), book.profiles)
        app.notify("\n".join(sentences), title="Signed out", timeout=_READING_SECONDS, markup=False)
        return True

    async def _end(self, profile: Profile, ending: Ending) -> SignedOut | None:
        signing_out = self._screen.services.broker.signing_out
        words = f"Signing out {name_of(profile)}"
        if ending is Ending.HERE:
            return await self._requester.call(profile, words, lambda: signing_out.forget_here(profile), ends=True)
        if ending is Ending.REVOKE:
            return await self._requester.call(profile, words, lambda: signing_out.revoke(profile), ends=True)
        # The access token shows Cognito who asks; the dialog was the confirmation of a protected environment.
        got = await self._requester.fetch(TokenRequest(profile, TokenKind.ACCESS, agreed=True))
        if got is None:
            return None
        return await self._requester.call(profile, words, lambda: signing_out.sign_out_everywhere(got), ends=True)

    async def _wants_it_here(self, profile: Profile) -> bool:
        """Ask whether to forget the tokens anyway if Cognito did not end them."""
        error = self._screen.entry_of(profile).error
        if not isinstance(error, Refused | Unreachable):
            return False
        question = f"{error.cause} Nothing was forgotten. Forget the tokens of {profile.id} here anyway?"
        decision = await self._lock.answer_to(Confirm(error.title, question, yes="Forget here"), question)
        return decision is not None and decision.yes

    async def _forget_device(self, profile: Profile) -> None:
        words = f"Forgetting this machine as a device of {name_of(profile)}"
        signing_out = self._screen.services.broker.signing_out
        forgotten = await self._requester.call(profile, words, lambda: signing_out.forget_device(profile), ends=True)
        if forgotten is not None:
            words = told_of_device(profile, forgotten)
            self._screen.app.notify(words, timeout=_READING_SECONDS, markup=False)
