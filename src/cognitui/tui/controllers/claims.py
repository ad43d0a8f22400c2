"""Actions on claims: mark, compare, copy one, show the raw token, and inspect a pasted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.token_request import RequestQueue, TokenRequester, UserRequest
from cognitui.tui.controllers.tokens import Tokens
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.token_panel import Copyable, TokenPanel

if TYPE_CHECKING:
    from cognitui.tui.dialogs.inspect import InspectScreen


class Claims:
    """Acts on the claims of the shown token."""

    def __init__(
        self,
        screen: StateScreen,
        *,
        requester: TokenRequester,
        requests: RequestQueue,
        clipboard: ClipboardCopier,
        tokens: Tokens,
    ) -> None:
        self._screen = screen
        self._requester = requester
        self._requests = requests
        self._clipboard = clipboard
        self._tokens = tokens

    # Compare

    def mark(self) -> None:
        """Mark the shown token, or remove its mark."""
        screen = self._screen
        if (profile := screen.selected) is None:
            return
        state = screen.state_of(profile)
        mark = None if state.marked == state.tokens[screen.kind] else state.tokens[screen.kind]
        unmarked = {id_: replace(known, marked=None) if known.marked else known for id_, known in screen.states.items()}
        screen.states = {**unmarked, profile.id: replace(state, marked=mark)}

    def compare(self) -> None:
        """Compare the shown token with the marked one."""
        screen = self._screen
        if (profile := screen.selected) and (marked := screen.marked()):
            self._compare(*marked, "marked", profile, screen.state_of(profile).tokens[screen.kind])

    def compare_previous(self) -> None:
        """Compare the shown token with the one before it."""
        screen = self._screen
        if profile := screen.selected:
            state = screen.state_of(profile)
            self._compare(profile, state.previous[screen.kind], "before", profile, state.tokens[screen.kind])

    def compare_subject(self) -> None:
        """Compare the token of an exchange with that of its subject; those that are missing are fetched first."""
        if (profile := self._screen.selected) and (subject := profile.subject):
            self._requests.start(profile, lambda: self._compare_subject(profile, subject))

    async def _compare_subject(self, profile: Profile, subject: Profile) -> None:
        question = f"Compare the token of {profile.id} with that of {subject.id}?"
        issued = await self._requester.fetch(UserRequest(profile, verb="Compare", question=question))
        if issued is None:
            return
        # The exchange is protected if its subject is: the user has just agreed.
        request = UserRequest(subject, profile.subject_kind, consent=profile.protected)
        if (source := await self._requester.fetch(request)) is None:
            words = f"Not compared: the token of {subject.id} did not arrive. Select it to see why."
            self._screen.notify(inert(words, 200), severity="warning", markup=False)
            return
        self._compare(subject, source.token, "subject", profile, issued.token)

    def _compare(self, of: Profile, other: Token, word: str, profile: Profile, shown: Token) -> None:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.compare import CompareScreen, side_of

        now = self._screen.services.clock()
        try:
            sides = side_of(word, of, other, now), side_of("shown", profile, shown, now)
        except BadToken as error:
            self._screen.notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return
        self._screen.app.push_screen(CompareScreen(*sides))

    # Copy, show raw

    def copy_claim(self) -> None:
        """Copy the value of the claim under the cursor; in the list of profiles, the token."""
        screen = self._screen
        if not isinstance(screen.focused, ClaimsList):
            self._tokens.copy()
            return
        claim = screen.query_one(TokenPanel).copyable
        if claim is not None and (profile := screen.selected):
            self._requests.copy(profile, f"claim {claim.name}", lambda: self._copy_claim(profile, claim))

    async def _copy_claim(self, profile: Profile, claim: Copyable) -> None:
        question = f"Copy the claim {claim.name} of {profile.id}?"
        request = UserRequest(profile, self._screen.kind, verb="Copy", question=question)
        if await self._requester.confirm(request):
            # It gives no access, and is often pasted much later.
            await self._clipboard.copy_text(claim.text, f"{claim.name} of {profile.id}", stays=True)

    def toggle_raw(self) -> None:
        """Show the raw token, or its claims again."""
        screen = self._screen
        if (profile := screen.selected) is None:
            return
        if screen.raw:
            screen.raw = False
        else:
            kind = screen.kind
            self._requests.start(profile, lambda: self._show_raw(profile, kind))

    async def _show_raw(self, profile: Profile, kind: TokenKind) -> None:
        screen = self._screen
        question = f"Show the raw {kind.value} token of {profile.id}?"
        request = await self._requester.confirm(UserRequest(profile, kind, verb="Show", question=question))
        is_in_view = request is not None and (screen.selected, screen.kind, screen.view) == (
            request.profile,
            kind,
            None,
        )
        screen.raw = is_in_view

    def hide_raw_without_token(self) -> None:
        """Show no raw token when the token comes back after it was gone."""
        screen = self._screen
        if screen.raw and screen.kind not in screen.state_of(screen.selected).tokens:
            screen.raw = False

    # A pasted token

    def inspect(self) -> None:
        """Open the dialog that reads a pasted token."""
        self._open_inspection()

    def inspect_pasted(self, text: str) -> None:
        """Inspect what was pasted outside of an input; anything but a token is refused, and never run as keys."""
        # Costs 15 ms, and the first paint needs none.
        from cognitui.tui.dialogs.inspect import read_paste
        from cognitui.tui.widgets.inputs import PasteInput

        try:
            read_paste(text)
        except BadToken as error:
            words = f"Nothing was done with what you pasted. {error.cause}"
            self._screen.app.notify(words, title=error.title, severity="warning", markup=False)
        else:
            # It arrives once the screen is mounted, and is in no attribute until then.
            self._open_inspection().post_message(PasteInput.Pasted(text))

    def _open_inspection(self) -> InspectScreen:
        from cognitui.tui.dialogs.inspect import InspectScreen

        book = self._screen.book
        inspection = InspectScreen(self._screen.services, book.profiles if book else ())
        self._screen.app.push_screen(inspection)
        return inspection
