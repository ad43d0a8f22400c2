"""The tabs beside the tokens (the user's attributes, AWS credentials), and signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.aws import for_shell
from cognitui.model.errors import BadToken, Refused, Unreachable
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sign_out import SignedOut, aftermath, device_message, sharing_tokens
from cognitui.model.token import TokenKind, UserInfo
from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.files import PreferenceSaver
from cognitui.tui.controllers.listing import Listing
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.controllers.token_request import RequestQueue, TokenRequester, UserRequest, name_of
from cognitui.tui.state import View
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.theme import environment_color

if TYPE_CHECKING:
    from cognitui.tokens.aws_credentials import AwsCredentialsResult
    from cognitui.tui.dialogs.sign_out import Ending

_READING_SECONDS = 20.0
"""Seconds that the result of a sign-out is shown: it says what still works until when."""


class Views:
    """Shows, fetches and copies what is not a token, on demand only and after the confirmation of the environment."""

    def __init__(
        self,
        screen: StateScreen,
        *,
        requester: TokenRequester,
        requests: RequestQueue,
        clipboard: ClipboardCopier,
        listing: Listing,
        preferences: PreferenceSaver,
    ) -> None:
        self._screen = screen
        self._requester = requester
        self._requests = requests
        self._clipboard = clipboard
        self._listing = listing
        self._preferences = preferences

    def show(self, view: View) -> None:
        """Show a tab that is not a token; if the profile has tokens in memory, fetch its content, too."""
        screen = self._screen
        screen.view = view
        profile, state = screen.selected, screen.state_of(screen.selected)
        known = state.user if view is View.USER else state.aws
        if profile:
            self._listing.keep_tab(profile, view)
        if profile and state.tokens and not known and not profile.protected and not state.running:
            self.fetch(profile, view)

    def fetch(self, profile: Profile, view: View) -> None:
        """Fetch the content of a tab."""
        fetch = self._fetch_user if view is View.USER else self._fetch_aws
        self._requests.start(profile, lambda: fetch(profile), brings=True)

    def copy(self, profile: Profile, view: View) -> None:
        """Copy the user's attributes as JSON, or AWS credentials for a shell."""
        if view is View.USER:
            self._requests.copy(profile, "user's attributes", lambda: self._copy_user(profile))
        else:
            self._requests.copy(profile, "AWS credentials", lambda: self._copy_aws(profile))

    async def _fetch_user(self, profile: Profile) -> None:
        await self._user(profile)
        self._screen.note_storage()

    async def _fetch_aws(self, profile: Profile) -> None:
        given = await self._aws(profile, "Get")
        self._screen.note_storage()
        if given is not None and given.warning:
            self._screen.notify(given.warning, severity="warning", timeout=10, markup=False)

    async def _copy_user(self, profile: Profile) -> None:
        user = await self._user_to_copy(profile)
        if user is not None:
            # Costs 3 ms, and the first paint needs none.
            import json

            text = json.dumps(dict(user.claims), indent=2, default=str)
            await self._clipboard.copy_text(text, f"attributes of the user of {profile.id} as JSON")

    async def _copy_aws(self, profile: Profile) -> None:
        given = await self._aws(profile, "Copy")
        if given is None:
            return
        try:
            text = for_shell(given.credentials)
        except BadToken as error:
            self._screen.keep_state(profile, self._screen.state_of(profile).failed(error))
            return
        what = f"AWS credentials of {profile.id} as export lines, including the secret key"
        await self._clipboard.copy_text(text, what)

    async def _user(self, profile: Profile) -> UserInfo | None:
        """Return Cognito's attributes of the user, or None if it failed or the user declined."""
        question = f"Ask Cognito who {profile.id} is?"
        request = await self._requester.confirm(UserRequest(profile, TokenKind.ACCESS, verb="Ask", question=question))
        got = await self._requester.fetch(request) if request else None
        if request is None or got is None:
            return None
        user = await self._requester.call(
            profile, f"Asking Cognito who {name_of(profile)} is", lambda: self._screen.services.broker.user(got)
        )
        if user is None or self._requester.still_valid(request) is None:
            return None
        self._screen.keep_state(profile, self._screen.state_of(profile).with_user(user))
        return user

    async def _user_to_copy(self, profile: Profile) -> UserInfo | None:
        shown = self._screen.state_of(profile).user
        if shown is None:
            return await self._user(profile)
        question = f"Copy the attributes of {profile.id}?"
        request = UserRequest(profile, TokenKind.ACCESS, verb="Copy", question=question)
        return shown if await self._requester.confirm(request) else None

    async def _aws(self, profile: Profile, verb: str) -> AwsCredentialsResult | None:
        """Return AWS credentials, stored or new, or None if it failed or the user declined."""
        question = f"{verb} AWS credentials of {profile.id}?"
        request = await self._requester.confirm(UserRequest(profile, TokenKind.ID, verb=verb, question=question))
        if request is None:
            return None
        aws, present, consent = self._screen.services.broker.aws, request.profile, request.consent
        words = f"Getting AWS credentials of {name_of(profile)}"
        # In a tuple: None would not distinguish a failure from none that are stored.
        looked = await self._requester.call(profile, words, lambda: (aws.stored(present, consent=consent),))
        given = looked[0] if looked else None
        if looked and given is None:
            got = await self._requester.fetch(request)
            given = await self._requester.call(profile, words, lambda: aws.get(got)) if got else None
        if given is None or self._requester.still_valid(request) is None:
            return None
        self._screen.keep_state(profile, self._screen.state_of(profile).with_aws(given.credentials))
        self._preferences.note_use(profile)
        return given


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
        screen.forget_states(profile.token_key)

    async def _is_signed_out(self, profile: Profile, book: ProfileSet) -> bool:
        """Ask and sign out; return whether the profile's tokens are gone."""
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.sign_out import Ending, SignOutScreen

        services, app = self._screen.services, self._screen.app
        color = environment_color(app, profile.protecting_environment) if profile.protected else ""
        sharing = sharing_tokens(profile, book.profiles)
        dialog = SignOutScreen(profile, services, sharing, others=book.profiles, color=color)
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
        from cognitui.tui.dialogs.sign_out import Ending

        signing_out = self._screen.services.broker.signing_out
        words = f"Signing out {name_of(profile)}"
        if ending is Ending.HERE:
            return await self._requester.call(profile, words, lambda: signing_out.forget_here(profile), ends=True)
        if ending in (Ending.REVOKE, Ending.LINKED):
            linked = ending is Ending.LINKED
            return await self._requester.call(
                profile, words, lambda: signing_out.revoke(profile, linked=linked), ends=True
            )
        # The access token shows Cognito who asks; the dialog was the confirmation of a protected environment.
        got = await self._requester.fetch(UserRequest(profile, TokenKind.ACCESS, consent=True))
        if got is None:
            return None
        return await self._requester.call(profile, words, lambda: signing_out.sign_out_everywhere(got), ends=True)

    async def _wants_it_here(self, profile: Profile) -> bool:
        """Ask whether to forget the tokens anyway if Cognito did not end them."""
        from cognitui.tui.dialogs.confirm import Confirm

        error = self._screen.state_of(profile).error
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
            words = device_message(profile, forgotten)
            self._screen.app.notify(words, timeout=_READING_SECONDS, markup=False)
