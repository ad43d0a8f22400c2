"""What the keys do after a sign-in: the tabs of the user and of AWS credentials, and signing out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cognitui.model.aws import for_shell
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind
from cognitui.tui.screens.actions import MainActions
from cognitui.tui.state import Tab, View, views_of
from cognitui.tui.view_flow import ViewFlow

if TYPE_CHECKING:
    from cognitui.tokens.aws_credentials import AwsCredentialsResult
    from cognitui.tui.sign_out_flow import SignOutFlow


class AfterSignInActions(MainActions):
    """The keys of tokens act on what is shown; where that is no token, here."""

    def action_next_kind(self) -> None:
        """Shows the next tab: the tokens, then what there is beside them."""
        if self.can("next_kind"):
            self._step_tab(1)

    def action_previous_kind(self) -> None:
        """Shows the tab before."""
        if self.can("previous_kind"):
            self._step_tab(-1)

    def _step_tab(self, distance: int) -> None:
        if self.selected is None:
            return
        tabs: tuple[Tab, ...] = (*self.selected.kinds, *views_of(self.selected))
        following = tabs[(tabs.index(self.view or self.kind) + distance) % len(tabs)]
        if isinstance(following, View):
            self.show_view(following)
        else:
            self.show_kind(following)

    def show_kind(self, kind: TokenKind) -> None:
        """Shows a token."""
        self.view = None
        super().show_kind(kind)

    def show_view(self, view: View) -> None:
        """Shows a tab that is no token's; where the profile is open already, it is fetched, too."""
        self.view = view
        profile, entry = self.selected, self.entry_of(self.selected)
        known = entry.user if view is View.USER else entry.aws
        if profile:
            self.keep_tab(profile, view)
        if profile and entry.tokens and not known and not profile.protected and not entry.running:
            self._fetch(profile, view)

    def action_get_token(self) -> None:
        """Gets what is shown."""
        if self.view is None:
            super().action_get_token()
        elif self.can("get_token") and self.selected:
            self._fetch(self.selected, self.view)

    def action_copy_token(self) -> None:
        """Copies what is shown: a token, the user's attributes as JSON, or AWS credentials for a shell."""
        if self.view is None:
            super().action_copy_token()
        elif self.can("copy_token") and (profile := self.selected):
            if self.view is View.USER:
                self.requests.copy(profile, "user's attributes", lambda: self._copy_user(profile))
            else:
                self.requests.copy(profile, "AWS credentials", lambda: self._copy_aws(profile))

    def action_sign_out(self) -> None:
        """Asks how far a sign-out shall go."""
        if self.can("sign_out") and (profile := self.selected):
            self.requests.start(profile, lambda: self._sign_out(profile), ends=True)

    @cached_property
    def _views(self) -> ViewFlow:
        return ViewFlow(self._tokens, self.services.broker, self.entry_of, self.keep_entry)

    @cached_property
    def _sign_outs(self) -> SignOutFlow:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.sign_out_flow import SignOutFlow

        return SignOutFlow(self, self.services, self._tokens, self.entry_of)

    def _fetch(self, profile: Profile, view: View) -> None:
        fetch = self._show_user if view is View.USER else self._show_aws
        self.requests.start(profile, lambda: fetch(profile), brings=True)

    async def _show_user(self, profile: Profile) -> None:
        await self._views.user(profile)
        self.secrets_in_memory = self.services.secrets_in_memory

    async def _show_aws(self, profile: Profile) -> None:
        given = await self._given_aws(profile)
        self.secrets_in_memory = self.services.secrets_in_memory
        if given is not None and given.warning:
            self.notify(given.warning, severity="warning", timeout=10, markup=False)

    async def _given_aws(self, profile: Profile, verb: str = "Get") -> AwsCredentialsResult | None:
        given = await self._views.aws(profile, verb)
        if given is not None:
            self.note_use(profile)
        return given

    async def _copy_user(self, profile: Profile) -> None:
        told = await self._views.copied_user(profile)
        if told is not None:
            # Costs 3 ms, and the first paint needs none.
            import json

            text = json.dumps(dict(told.claims), indent=2, default=str)
            await self.copying.copy_text(text, f"attributes of the user of {profile.id} as JSON")

    async def _copy_aws(self, profile: Profile) -> None:
        given = await self._given_aws(profile, "Copy")
        if given is None:
            return
        try:
            text = for_shell(given.credentials)
        except BadToken as error:
            self.keep_entry(profile, self.entry_of(profile).failed(error))
            return
        await self.copying.copy_text(text, f"AWS credentials of {profile.id} as export lines, the secret key too")

    async def _sign_out(self, profile: Profile) -> None:
        if self.book is None or not await self._sign_outs.sign_out(profile, self.book):
            return
        self.expiries = {key: known for key, known in self.expiries.items() if key != profile.token_key}
        self.forget_entries(profile.token_key)
