"""Actions on tokens: get, refresh, sign in, verify, copy, and the tab that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.challenge import FORGOT
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.token import NO_EXPIRIES, Lifetime, TokenKind
from cognitui.tokens.request import TokenPolicy
from cognitui.tui.actions.keybindings import is_key_of, remapped_in
from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.files import PreferenceSaver
from cognitui.tui.controllers.keep_alive import KeepAlive
from cognitui.tui.controllers.listing import Listing
from cognitui.tui.controllers.token_request import RequestQueue, TokenRequester, UserRequest
from cognitui.tui.controllers.views import Views
from cognitui.tui.state import Tab, View, views_of
from cognitui.tui.state_screen import StateScreen

if TYPE_CHECKING:
    from cognitui.model.token_formats import TokenFormat
    from cognitui.tui.dialogs.copy_as import CopyChoice


class Tokens:
    """Acts on the shown token of the selected profile; on another tab, `Views` does."""

    def __init__(
        self,
        screen: StateScreen,
        *,
        requester: TokenRequester,
        requests: RequestQueue,
        clipboard: ClipboardCopier,
        listing: Listing,
        preferences: PreferenceSaver,
        keep_alive: KeepAlive,
        views: Views,
    ) -> None:
        self._screen = screen
        self._requester = requester
        self._requests = requests
        self._clipboard = clipboard
        self._listing = listing
        self._preferences = preferences
        self._keep_alive = keep_alive
        self._views = views

    # Get

    def get(self) -> None:
        """Get what is shown."""
        screen = self._screen
        if profile := screen.selected:
            if screen.view is None:
                self._start(UserRequest(profile, screen.kind))
            else:
                self._views.fetch(profile, screen.view)

    def refresh(self) -> None:
        """Get new tokens by the refresh token."""
        if profile := self._screen.selected:
            self._start(UserRequest(profile, self._screen.kind, policy=TokenPolicy.REFRESH))

    def sign_in(self) -> None:
        """Sign in again, from the start."""
        if profile := self._screen.selected:
            self._start(UserRequest(profile, self._screen.kind, policy=TokenPolicy.SIGN_IN))

    def step_up(self) -> None:
        """Ask for a level, and get a token that has it: only what is missing is asked then."""
        screen = self._screen
        if (profile := screen.selected) is None:
            return
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.step_up import StepUpScreen

        kind, token = screen.kind, screen.state_of(profile).tokens.get(TokenKind.ACCESS)
        dialog = StepUpScreen(profile, token, screen.services.clock())
        screen.app.push_screen(dialog, lambda level: self._take_level(profile, kind, level))

    def _take_level(self, profile: Profile, kind: TokenKind, level: str | None) -> None:
        if level is None:
            return
        words = profile.level_names.words(level)
        question = f"Step up {profile.id} to {words}?"
        self._start(UserRequest(profile, kind, question=question, verb="Step up", level=level))

    def forgot_password(self) -> None:
        """Request a code that sets another password, and sign in with that."""
        if profile := self._screen.selected:
            question = f"Send a code to reset the password of {profile.id}?"
            request = UserRequest(
                profile,
                self._screen.kind,
                policy=TokenPolicy.SIGN_IN,
                question=question,
                verb="Send a code",
                instead=FORGOT.value,
            )
            self._start(request)

    def verify(self) -> None:
        """Check the shown token against the keys of its pool."""
        if profile := self._screen.selected:
            kind = self._screen.kind
            self._requests.start(profile, lambda: self._requester.verify(profile, kind))

    # Copy

    def copy(self) -> None:
        """Copy what is shown; a token that is not in memory is fetched first."""
        screen = self._screen
        if profile := screen.selected:
            if screen.view is not None:
                self._views.copy(profile, screen.view)
                return
            # Costs 2 ms, and the first paint needs none.
            from cognitui.model.token_formats import TokenFormat

            request = UserRequest(profile, screen.kind, verb="Copy")
            what = f"{request.kind.value} token"
            self._requests.copy(profile, what, lambda: self._carry_out(request, TokenFormat.RAW))

    def copy_behind(self, key: str) -> bool:
        """Take a key typed before the confirmation of a get was painted, if it asks for a copy of that token.

        Returns whether the key was meant for that.
        """
        meant = is_key_of(key, "copy_token", remapped_in(self._screen.app)) and self._requests.is_under_way(
            self._screen.selected
        )
        if meant and self._screen.can("copy_token"):
            self.copy()
        return meant

    def copy_as(self) -> None:
        """Ask for a format, then copy. The menu opens at once, so that the key of a format can follow in one go."""
        screen = self._screen
        if (profile := screen.selected) is None:
            return
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.copy_as import CopyAsScreen

        kind = screen.kind
        menu = CopyAsScreen(
            profile,
            kind,
            last=screen.remembered.preferences.copied_as.get(profile.id, ""),
            life=self._lifetime_of(profile, kind),
            now=screen.services.clock(),
        )
        screen.app.push_screen(menu, lambda choice: self._take_choice(profile, kind, choice))

    def _take_choice(self, profile: Profile, kind: TokenKind, choice: CopyChoice | None) -> None:
        if choice is None:
            return
        question = f"Copy the {kind.value} token of {profile.id} as {choice.form.label}?"
        request = UserRequest(profile, kind, verb="Copy", question=question, min_valid=choice.min_valid)
        what = f"{kind.value} token as {choice.form.label}"
        self._requests.copy(profile, what, lambda: self._copy_as(request, choice.form))

    async def _copy_as(self, request: UserRequest, form: TokenFormat) -> None:
        if await self._carry_out(request, form):
            self._preferences.note(lambda preferences: preferences.with_copied_as(request.profile.id, form.value))

    def _lifetime_of(self, profile: Profile, kind: TokenKind) -> Lifetime | None:
        token = self._screen.state_of(profile).tokens.get(kind)
        return token.lifetime if token else self._screen.expiries.get(profile.token_key, NO_EXPIRIES).of(kind)

    # Show

    def show_kind(self, kind: TokenKind) -> None:
        """Show a token; if the profile has others in memory, read it, too."""
        screen = self._screen
        screen.view = None
        screen.kind = kind
        profile, state = screen.selected, screen.state_of(screen.selected)
        if profile:
            self._listing.keep_tab(profile, kind)
        if profile and state.tokens and kind not in state.tokens and not profile.protected and not state.running:
            self._start(UserRequest(profile, kind))

    def show_tab(self, tab: Tab) -> None:
        """Show a token or one of the other tabs."""
        if isinstance(tab, View):
            self._views.show(tab)
        else:
            self.show_kind(tab)

    def next_tab(self) -> None:
        """Show the next tab: the tokens, then the others."""
        self._step_tab(1)

    def previous_tab(self) -> None:
        """Show the previous tab."""
        self._step_tab(-1)

    def _step_tab(self, distance: int) -> None:
        screen = self._screen
        if screen.selected is not None:
            tabs: tuple[Tab, ...] = (*screen.selected.kinds, *views_of(screen.selected))
            self.show_tab(tabs[(tabs.index(screen.view or screen.kind) + distance) % len(tabs)])

    # Requests

    def _start(self, request: UserRequest) -> None:
        self._requests.start(request.profile, lambda: self._carry_out(request, None), brings=True)

    async def _carry_out(self, request: UserRequest, copy: TokenFormat | None) -> bool:
        """Fetch a token, copy it if a format is given, and keep it alive if the settings say so.

        Returns whether the token was fetched and, if asked for, copied.
        """
        done = await self._fetch_and_copy(request, copy)
        if self._screen.services.settings.auto_refresh and self._screen.state_of(request.profile).tokens:
            self._keep_alive.keep(request.profile)
        return done

    async def _fetch_and_copy(self, request: UserRequest, copy: TokenFormat | None) -> bool:
        got = await self._requester.fetch(request)
        self._screen.note_storage()
        if got is None:
            return False
        self._preferences.note_use(got.profile)
        if got.warning:
            self._screen.notify(got.warning, severity="warning", timeout=10, markup=False)
        try:
            return copy is None or await self._clipboard.copy(got, copy)
        except BadToken as error:
            self._screen.keep_state(got.profile, self._screen.state_of(got.profile).failed(error))
            return False
