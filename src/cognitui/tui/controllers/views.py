"""The tabs beside the tokens: the user's attributes and temporary AWS credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.aws import for_shell
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind, UserInfo
from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.listing import Listing
from cognitui.tui.controllers.preferences import PreferenceSaver
from cognitui.tui.controllers.request_queue import RequestQueue
from cognitui.tui.controllers.token_request import TokenRequest, TokenRequester, name_of
from cognitui.tui.state import View
from cognitui.tui.state_screen import StateScreen

if TYPE_CHECKING:
    from cognitui.tokens.aws_credentials import AwsCredentialsResult


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
        profile, entry = screen.selected, screen.entry_of(screen.selected)
        known = entry.user if view is View.USER else entry.aws
        if profile:
            self._listing.keep_tab(profile, view)
        if profile and entry.tokens and not known and not profile.protected and not entry.running:
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
            self._screen.keep_entry(profile, self._screen.entry_of(profile).failed(error))
            return
        what = f"AWS credentials of {profile.id} as export lines, including the secret key"
        await self._clipboard.copy_text(text, what)

    async def _user(self, profile: Profile) -> UserInfo | None:
        """Return Cognito's attributes of the user, or None if it failed or the user declined."""
        question = f"Ask Cognito who {profile.id} is?"
        request = await self._requester.confirm(TokenRequest(profile, TokenKind.ACCESS, verb="Ask", question=question))
        got = await self._requester.fetch(request) if request else None
        if request is None or got is None:
            return None
        user = await self._requester.call(
            profile, f"Asking Cognito who {name_of(profile)} is", lambda: self._screen.services.broker.user(got)
        )
        if user is None or self._requester.still_valid(request) is None:
            return None
        self._screen.keep_entry(profile, self._screen.entry_of(profile).with_user(user))
        return user

    async def _user_to_copy(self, profile: Profile) -> UserInfo | None:
        shown = self._screen.entry_of(profile).user
        if shown is None:
            return await self._user(profile)
        question = f"Copy the attributes of {profile.id}?"
        request = TokenRequest(profile, TokenKind.ACCESS, verb="Copy", question=question)
        return shown if await self._requester.confirm(request) else None

    async def _aws(self, profile: Profile, verb: str) -> AwsCredentialsResult | None:
        """Return AWS credentials, stored or new, or None if it failed or the user declined."""
        question = f"{verb} AWS credentials of {profile.id}?"
        request = await self._requester.confirm(TokenRequest(profile, TokenKind.ID, verb=verb, question=question))
        if request is None:
            return None
        aws, asked, agreed = self._screen.services.broker.aws, request.profile, request.agreed
        words = f"Getting AWS credentials of {name_of(profile)}"
        # In a tuple: None would not tell a failure from none that are stored.
        looked = await self._requester.call(profile, words, lambda: (aws.stored(asked, consent=agreed),))
        given = looked[0] if looked else None
        if looked and given is None:
            got = await self._requester.fetch(request)
            given = await self._requester.call(profile, words, lambda: aws.get(got)) if got else None
        if given is None or self._requester.still_valid(request) is None:
            return None
        self._screen.keep_entry(profile, self._screen.entry_of(profile).with_aws(given.credentials))
        self._preferences.note_use(profile)
        return given
