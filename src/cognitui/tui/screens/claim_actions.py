"""What the keys do with the claims of the shown token: mark, compare, copy one, search, and read a pasted token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import var

from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.token import Token, TokenKind
from cognitui.tui.presentation.text import plain
from cognitui.tui.reasons import Situation
from cognitui.tui.screens.layout_actions import LayoutActions
from cognitui.tui.token_flow import Wish
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.token_panel import Copyable, TokenPanel

if TYPE_CHECKING:
    from cognitui.tui.dialogs.inspect import InspectScreen


class ClaimActions(LayoutActions):
    """The actions of the keymap that act on claims, by their ids."""

    raw: var[bool] = var(False, init=False)
    """Whether the token is shown as it is sent; never longer than the same token is in view."""

    def with_claims(self, situation: Situation) -> Situation:
        """Returns a situation with what is marked, and the claim under the cursor."""
        among_claims = isinstance(self.focused, ClaimsList)
        copyable = self.query_one(TokenPanel).copyable if among_claims else None
        marked = self._marked()
        return replace(
            situation,
            marked=marked[1] if marked else None,
            among_claims=among_claims,
            claim=copyable.name if copyable else "",
        )

    # Compare

    def action_mark(self) -> None:
        """Marks the shown token, or takes its mark away."""
        if not (self.can("mark") and (profile := self.selected)):
            return
        entry = self.entry_of(profile)
        mark = None if entry.marked == entry.tokens[self.kind] else entry.tokens[self.kind]
        unmarked = {id_: replace(known, marked=None) if known.marked else known for id_, known in self.entries.items()}
        self.entries = {**unmarked, profile.id: replace(entry, marked=mark)}

    def action_compare(self) -> None:
        """Compares the shown token with the marked one."""
        if self.can("compare") and (profile := self.selected) and (marked := self._marked()):
            self._compare(*marked, "marked", profile, self.entry_of(profile).tokens[self.kind])

    def action_compare_former(self) -> None:
        """Compares the shown token with the one before it."""
        if self.can("compare_former") and (profile := self.selected):
            entry = self.entry_of(profile)
            self._compare(profile, entry.former[self.kind], "before", profile, entry.tokens[self.kind])

    def watch_entries(self) -> None:
        """Says which token is marked; one that is gone is not shown raw when it comes back."""
        super().watch_entries()
        if self.raw and self.kind not in self.entry_of(self.selected).tokens:
            self.raw = False
        self._show_under_panel()

    def watch_alone(self) -> None:
        """Says how the other pane comes back."""
        super().watch_alone()
        self._show_under_panel()

    def _show_under_panel(self) -> None:
        words, marked = self.words_of_alone(), self._marked()
        if marked is not None:
            profile, token = marked
            words = f"◆ marked: {profile.id} {token.kind.value} · {self.situation().key('compare')} compares"
        self.query_one(TokenPanel).border_subtitle = plain(words, 80)

    def _marked(self) -> tuple[Profile, Token] | None:
        profiles = self.book.by_id if self.book else {}
        found = (
            (profiles[id_], entry.marked)
            for id_, entry in self.entries.items()
            if entry.marked is not None and id_ in profiles
        )
        return next(found, None)

    def _compare(self, of: Profile, other: Token, word: str, profile: Profile, shown: Token) -> None:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.dialogs.compare import CompareScreen, side_of

        now = self.services.clock()
        try:
            sides = side_of(word, of, other, now), side_of("shown", profile, shown, now)
        except BadToken as error:
            self.notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return
        self.app.push_screen(CompareScreen(*sides))

    # Copy, search, show raw

    def action_copy_claim(self) -> None:
        """Copies the value of the claim under the cursor; among the profiles, the token."""
        if not isinstance(self.focused, ClaimsList):
            self.action_copy_token()
            return
        claim = self.query_one(TokenPanel).copyable
        if self.can("copy_claim") and claim is not None and (profile := self.selected):
            self.requests.copy(profile, f"claim {claim.name}", lambda: self._copy_claim(profile, claim))

    async def _copy_claim(self, profile: Profile, claim: Copyable) -> None:
        question = f"Copy the claim {claim.name} of {profile.id}?"
        if await self._tokens.settled(Wish(profile, self.kind, verb="Copy", question=question)):
            # It opens nothing, and is often pasted much later.
            await self.copying.copy_text(claim.text, f"{claim.name} of {profile.id}", stays=True)

    def action_filter(self) -> None:
        """Filters the claims where a person is among them, else the profiles."""
        if isinstance(self.focused, ClaimsList):
            self.query_one(TokenPanel).search()
        else:
            super().action_filter()

    def action_dismiss(self, _result: object = None) -> None:  # type: ignore[override]  # a screen's own closes it
        """Shows all claims again where a person is among them; else as everywhere."""
        entry = self.entry_of(self.selected)
        stands_before = self.requests.is_under_way(self.selected) or entry.error or entry.challenge
        if stands_before or not isinstance(self.focused, ClaimsList) or not self.query_one(TokenPanel).stop_search():
            super().action_dismiss()

    def action_raw_token(self) -> None:
        """Shows the token as it is sent, or its claims again."""
        if not (self.can("raw_token") and (profile := self.selected)):
            return
        if self.raw:
            self.raw = False
        else:
            kind = self.kind
            self.requests.start(profile, lambda: self._show_raw(profile, kind))

    async def _show_raw(self, profile: Profile, kind: TokenKind) -> None:
        question = f"Show the raw {kind.value} token of {profile.id}?"
        wish = await self._tokens.settled(Wish(profile, kind, verb="Show", question=question))
        self.raw = wish is not None and (self.selected, self.kind, self.view) == (wish.profile, kind, None)

    def watch_selected(self) -> None:
        """Another token is in view."""
        self.raw = False

    def watch_kind(self) -> None:
        """Another token is in view."""
        self.raw = False

    def watch_view(self) -> None:
        """Another tab is in view."""
        self.raw = False

    # A pasted token

    def action_inspect(self) -> None:
        """Reads a token that a person pastes."""
        self._open_inspection()

    def inspect_pasted(self, text: str) -> None:
        """Reads what was pasted where nothing takes text; what is no token is refused, and never run as keys."""
        # Costs 15 ms, and the first paint needs none.
        from cognitui.tui.dialogs.inspect import read_paste
        from cognitui.tui.widgets.inputs import PasteInput

        try:
            read_paste(text)
        except BadToken as error:
            words = f"Nothing was done with what you pasted. {error.cause}"
            self.app.notify(words, title=error.title, severity="warning", markup=False)
        else:
            # It gets there once the screen is mounted, and is in no attribute meanwhile.
            self._open_inspection().post_message(PasteInput.Pasted(text))

    def _open_inspection(self) -> InspectScreen:
        from cognitui.tui.dialogs.inspect import InspectScreen

        inspection = InspectScreen(self.services, self.book.profiles if self.book else ())
        self.app.push_screen(inspection)
        return inspection
