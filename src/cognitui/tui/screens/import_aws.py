"""Importing from AWS: AWS profile, region, pool, app client and users are chosen from lists, one after the other."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from cognitui.importing.trail import Choice, Listing, Row, Trail, advanced, listing_of
from cognitui.model.errors import CognituiError
from cognitui.model.frozen import Frozen
from cognitui.model.profile import ProfileBook
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.background import in_background
from cognitui.tui.keymap import PICK, bindings, key_in
from cognitui.tui.plain import plain
from cognitui.tui.widgets.choice_list import ChoiceList
from cognitui.tui.widgets.line_list import LineList

_BREATH = 0.25
"""Seconds without a key before letters are sent to the server: AWS allows few ListUsers a second."""


class Imported(Frozen, frozen=True):
    """What was written."""

    book: ProfileBook
    ids: tuple[str, ...]


class ImportScreen(ModalScreen[Imported | None]):
    """One list at a time; letters narrow it, enter goes on, esc goes back."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(PICK)

    def __init__(self, services: Services) -> None:
        """Takes the parts: the directory, the profile file, the vault."""
        super().__init__()
        self._services = services
        self._trail = Trail()
        self._before: list[Trail] = []
        self._listing: Listing | None = None
        self._rows: tuple[Row, ...] = ()
        self._after = ""
        self._asking = ""
        """What is being asked; empty where nothing is."""
        self._stale = False
        """Whether the rows are still those of the letters before."""
        self._picked_early = False
        """Whether a person went on before the rows of the letters came."""
        self._marked: dict[Choice, Row] = {}

    def compose(self) -> ComposeResult:
        """The way so far, the letters, the list, and what is under way."""
        with Vertical(classes="dialog -pick") as dialog:
            dialog.border_title = "Import from AWS"
            yield Static("", id="trail", markup=False)
            yield Static("", id="remark", classes="remark", markup=False)
            yield Input(id="letters", compact=True)
            yield ChoiceList(id="choices")
            yield Static("", id="under-way", classes="under-way", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"Choose ({key_in(self.app, 'pick')})", id="choose", variant="primary", compact=True)
                yield Button(f"Mark ({key_in(self.app, 'pick_mark')})", id="mark", compact=True)
                yield Button(f"Back ({key_in(self.app, 'pick_back')})", id="back", compact=True)

    def on_mount(self) -> None:
        """Begins with the AWS profiles of this machine."""
        for button in self.query(Button):
            button.can_focus = False
        self._begin()

    def _begin(self) -> None:
        try:
            endpoint = self._services.aws_endpoint
        except CognituiError as error:
            self._fail(error)
            return
        if endpoint:
            self.query_one(".dialog").border_subtitle = plain(f"at {endpoint}, which is not AWS", 100)
        self._open(Trail(endpoint_url=endpoint))

    # Steps

    def _open(self, trail: Trail) -> None:
        self._trail, self._listing = trail, listing_of(trail, self._services.directory)
        self._marked = {}
        self.query_one("#trail", Static).update(" → ".join(inert(word, 60) for word in (*trail.words, "")))
        letters = self.query_one("#letters", Input)
        with self.prevent(Input.Changed):
            letters.value = ""
        letters.placeholder = f"type to search for {_with_article(self._listing.what)}"
        letters.focus()
        self.query_one("#mark").display = self._listing.several
        self._ask_anew()

    def action_pick(self) -> None:
        """Goes on with what is marked, or with the row under the cursor."""
        if self._stale:
            self._picked_early = True
            return
        row = self.query_one(ChoiceList).highlighted
        chosen = list(self._marked) or ([row.choice] if row else [])
        if chosen:
            self._go_on(chosen)

    @work(exclusive=True, group="ask")
    async def _go_on(self, chosen: list[Choice]) -> None:
        trail = self._trail
        self._show_under_way("Looking at what was chosen…")
        try:
            further = await in_background(lambda: advanced(trail, chosen, self._services.directory), "import")
            if further.complete:
                further.drafts("", further.names)
        except CognituiError as error:
            self._fail(error)
            return
        self._show_under_way("")
        if further.complete:
            self._show_rows(anew=False)
            self._summarise(further)
            return
        self._before.append(trail)
        self._open(further)

    def _summarise(self, trail: Trail) -> None:
        from cognitui.tui.screens.import_summary import ImportSummary

        self.app.push_screen(ImportSummary(trail, self._services), self._written)

    def _written(self, imported: Imported | None) -> None:
        if imported is not None:
            self.dismiss(imported)

    def action_pick_back(self) -> None:
        """Clears the letters, or goes back to the list before; from the first one, out."""
        letters = self.query_one("#letters", Input)
        if letters.value:
            letters.value = ""
        elif self._before:
            self._open(self._before.pop())
        else:
            self.dismiss(None)

    # Rows

    def _ask_anew(self) -> None:
        self._rows, self._after, self._stale = (), "", True
        self._show_rows(anew=True)
        self._ask()

    def action_pick_again(self) -> None:
        """Asks once more, after a fault or a change."""
        if self._listing is None:
            self._begin()
        else:
            self._ask_anew()

    @work(exclusive=True, group="ask")
    async def _ask(self) -> None:
        listing, after = self._listing, self._after
        assert listing is not None
        letters = self.query_one("#letters", Input).value.strip() if listing.searches else ""
        self._show_under_way(f"Asking for {listing.what}s…")
        try:
            page = await in_background(lambda: listing.fetch(letters, after), "import")
        except CognituiError as error:
            self._fail(error)
            return
        self._rows, self._after, self._stale = (*self._rows, *page.items), page.after, False
        self._show_under_way("")
        if listing.what == "AWS profile" and len(self._rows) == 1:
            # There is nothing to choose, and nothing to come back to.
            self._open(advanced(self._trail, [self._rows[0].choice], self._services.directory))
            return
        self._show_rows(anew=not after)
        if self._picked_early:
            self._picked_early = False
            self.action_pick()

    @on(ChoiceList.EndSeen)
    def _end_seen(self) -> None:
        # Other rows may have come since it was said.
        if self._after and not self._asking and self.query_one(ChoiceList).is_end_in_view:
            self._ask()

    @on(Input.Changed, "#letters")
    def _search(self) -> None:
        if self._listing is None:
            return
        self._picked_early = False
        if not self._listing.searches:
            self._show_rows(anew=True)
            return
        self._search_soon()

    @work(exclusive=True, group="ask")
    async def _search_soon(self) -> None:
        # Cancelled by the next letter.
        self._stale = True
        self._show_under_way("Asking for users…")
        await asyncio.sleep(_BREATH)
        self._ask_anew()

    def _show_rows(self, *, anew: bool) -> None:
        rows = tuple(row for row in self._rows if self._matches(row))
        choices = self.query_one(ChoiceList)
        choices.show(rows, frozenset(self._marked), anew=anew)
        if self._listing is not None and not self._asking:
            self._show_count(len(rows))

    def _matches(self, row: Row) -> bool:
        if self._listing is None or self._listing.searches:
            return True
        letters = self.query_one("#letters", Input).value.strip().casefold()
        return letters in f"{row.text} {row.note}".casefold()

    def action_pick_mark(self) -> None:
        """Marks the row under the cursor, or takes the mark off, and goes to the next."""
        choices = self.query_one(ChoiceList)
        row = choices.highlighted
        if row is None or self._listing is None or not self._listing.several:
            return
        if self._marked.pop(row.choice, None) is None:
            self._marked[row.choice] = row
        self._show_rows(anew=False)
        choices.move(1)

    def action_pick_down(self) -> None:
        """Goes to the next row."""
        self.query_one(ChoiceList).move(1)

    def action_pick_up(self) -> None:
        """Goes to the row above."""
        self.query_one(ChoiceList).move(-1)

    def action_pick_page(self, direction: int) -> None:
        """Goes by a page."""
        self.query_one(ChoiceList).action_move_page(direction)

    @on(LineList.Chosen)
    def _row_chosen(self) -> None:
        self.action_pick()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        does = {"choose": self.action_pick, "mark": self.action_pick_mark, "back": self.action_pick_back}
        does[event.button.id or "back"]()

    # Words

    def _show_under_way(self, words: str) -> None:
        self._asking = words
        self.query_one("#remark").display = False
        self.query_one("#under-way", Static).update(words)

    def _show_count(self, count: int) -> None:
        assert self._listing is not None
        what = self._listing.what
        if not count:
            words = f"No {what} here{' for these letters' if self.query_one('#letters', Input).value else ''}."
        else:
            more = ", more below" if self._after else ""
            marked = f" · {len(self._marked)} marked" if self._marked else ""
            words = f"{count} {what}{'s' if count > 1 else ''}{more}{marked}"
        self.query_one("#under-way", Static).update(words)

    def _fail(self, error: CognituiError) -> None:
        self._asking, self._picked_early = "", False
        again = f"{key_in(self.app, 'pick_again')} asks again, {key_in(self.app, 'pick_back')} goes back."
        remark = self.query_one("#remark", Static)
        remark.display = True
        remark.update(inert(f"{error.title}: {error.cause} {error.fix}", 600))
        self.query_one("#under-way", Static).update(again)


def _with_article(what: str) -> str:
    return f"{'an' if what[0].lower() in 'a' else 'a'} {what}"
