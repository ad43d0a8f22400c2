"""Import from AWS: AWS profile, region, pool, app client and users, chosen from one list after another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from cognitui.importing.from_aws import AwsWizard, Choice, Listing, Row, advance, listing_of, regions_of, secret_of
from cognitui.importing.profiles import endpoint_label
from cognitui.model.errors import CognituiError
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.import_review import NO_INPUT, FormInput, Imported, ImportSummary, MakeDrafts, fact, kept_in
from cognitui.tui.dialogs.picker import PickScreen
from cognitui.tui.presentation import plain
from cognitui.tui.widgets.line_list import ChoiceList

_SEARCH_DELAY = 0.25
"""Seconds without a key before a search is sent: AWS allows few ListUsers calls per second."""


class ImportScreen(PickScreen):
    """One list at a time; typing narrows it, enter continues, esc goes back."""

    dialog_title = "Import from AWS"

    def __init__(self, services: Services, earlier_input: dict[object, FormInput] | None = None) -> None:
        super().__init__(services)
        self._earlier_input = {} if earlier_input is None else earlier_input
        self._wizard = AwsWizard()
        self._before: list[AwsWizard] = []
        self._listing: Listing | None = None
        self._rows: tuple[Row, ...] = ()
        self._after = ""
        self._asking = ""
        """What is being loaded; empty if nothing is."""
        self._stale = False
        """Whether the rows are still those of an earlier search text."""
        self._picked_early = False
        """Whether the user continued before the rows of the search arrived."""
        self._marked: dict[Choice, Row] = {}

    def begin(self) -> None:
        """Start with the AWS profiles of this machine."""
        try:
            endpoint = self._services.aws_endpoint
        except CognituiError as error:
            self._fail(error)
            return
        if endpoint:
            self.query_one(".dialog").border_subtitle = plain(f"at {endpoint_label(endpoint)}", 100)
        self._open(AwsWizard(endpoint_url=endpoint))

    # Steps

    def _open(self, wizard: AwsWizard) -> None:
        self._wizard = wizard
        self._listing = listing_of(wizard, self._services.directory, lambda: regions_of(self._services.profiles))
        self._marked = {}
        self.query_one("#trail", Static).update(" → ".join(inert(word, 60) for word in (*wizard.words, "")))
        letters = self.query_one("#letters", Input)
        with self.prevent(Input.Changed):
            letters.value = ""
        letters.placeholder = f"type to search for {_with_article(self._listing.what)}"
        letters.focus()
        self._ask_again()

    def action_pick(self) -> None:
        """Continue with the marked rows, or with the row under the cursor."""
        if self._stale:
            self._picked_early = True
            return
        row = self.query_one(ChoiceList).highlighted
        chosen = list(self._marked) or ([row.choice] if row else [])
        if chosen:
            self._continue_with(chosen)

    @work(exclusive=True, group="ask")
    async def _continue_with(self, chosen: list[Choice]) -> None:
        wizard = self._wizard
        self._show_under_way("Checking your choice…")
        try:
            further = await in_background(lambda: advance(wizard, chosen, self._services.directory), "import")
            if further.complete:
                further.drafts("", further.names)
        except CognituiError as error:
            self._fail(error)
            return
        self._show_under_way("")
        if further.complete:
            self._show_rows(restart=False)
            self._summarise(further)
            return
        self._before.append(wizard)
        self._open(further)

    def _summarise(self, wizard: AwsWizard) -> None:

        def take(done: Imported | FormInput | None) -> None:
            if isinstance(done, Imported):
                self._earlier_input.pop(wizard, None)
                self.dismiss(done)
            elif done is not None:
                self._earlier_input[wizard] = done

        self.app.push_screen(AwsSummary(wizard, self._services, self._earlier_input.get(wizard, NO_INPUT)), take)

    def action_pick_back(self) -> None:
        """Clear the search, or go back to the previous list; from the first one, close."""
        letters = self.query_one("#letters", Input)
        if letters.value:
            letters.value = ""
        elif self._before:
            self._open(self._before.pop())
        else:
            self.dismiss(None)

    def action_pick_elsewhere(self) -> None:
        """Go back to the first list, for another AWS profile or region."""
        if self._before:
            first = self._before[0]
            self._before = []
            self._open(first)

    # Rows

    def _ask_again(self) -> None:
        self._rows, self._after, self._stale = (), "", True
        self._show_rows(restart=True)
        self._ask()

    def action_pick_again(self) -> None:
        """Load again, after an error or a change."""
        if self._listing is None:
            self.begin()
        else:
            self._ask_again()

    @work(exclusive=True, group="ask")
    async def _ask(self) -> None:
        listing, after = self._listing, self._after
        assert listing is not None
        letters = self.letters if listing.searches else ""
        self._show_under_way(f"Loading {listing.what}s…")
        try:
            page = await in_background(lambda: listing.fetch(letters, after), "import")
        except CognituiError as error:
            self._fail(error)
            return
        self._rows, self._after, self._stale = (*self._rows, *page.items), page.after, False
        self._show_under_way("")
        if listing.what == "AWS profile" and len(self._rows) == 1:
            # There is nothing to choose, and nothing to come back to.
            self._open(advance(self._wizard, [self._rows[0].choice], self._services.directory))
            return
        self._show_rows(restart=not after)
        if self._picked_early:
            self._picked_early = False
            self.action_pick()

    @on(ChoiceList.EndSeen)
    def _end_seen(self) -> None:
        # Other rows may have arrived since then.
        if self._after and not self._asking and self.query_one(ChoiceList).is_end_in_view:
            self._ask()

    @on(Input.Changed, "#letters")
    def _search(self) -> None:
        if self._listing is None:
            return
        self._picked_early = False
        if not self._listing.searches:
            self._show_rows(restart=True)
            return
        self._search_soon()

    @work(exclusive=True, group="ask")
    async def _search_soon(self) -> None:
        # The next key cancels this.
        self._stale = True
        self._show_under_way("Loading users…")
        await asyncio.sleep(_SEARCH_DELAY)
        self._ask_again()

    def _show_rows(self, *, restart: bool) -> None:
        rows = tuple(row for row in self._rows if self._matches(row))
        choices = self.query_one(ChoiceList)
        choices.show(rows, frozenset(self._marked), restart=restart)
        if self._listing is not None and not self._asking:
            self._show_count(len(rows))

    def _matches(self, row: Row) -> bool:
        if self._listing is None or self._listing.searches:
            return True
        letters = self.letters.casefold()
        return letters in f"{row.text} {row.note}".casefold()

    def action_pick_mark(self) -> None:
        """Mark or unmark the row under the cursor, and move to the next."""
        choices = self.query_one(ChoiceList)
        row = choices.highlighted
        if row is None or self._listing is None or not self._listing.several:
            return
        if self._marked.pop(row.choice, None) is None:
            self._marked[row.choice] = row
        self._show_rows(restart=False)
        choices.move(1)

    # Words

    def _show_under_way(self, words: str) -> None:
        self._asking = words
        self.show_error(None)
        self.say(words)
        self._offer(choice=True)

    def _offer(self, *, choice: bool, again: bool = False) -> None:
        """Set the available actions: without rows, nothing can be chosen."""
        elsewhere = again and len(self._before) > 1
        self.offer(
            pick=choice,
            pick_again=again,
            pick_mark=choice and self._listing is not None and self._listing.several,
            pick_elsewhere=elsewhere,
            pick_source=self._wizard.pool is None and not elsewhere,
        )
        self.name_button("pick_back", self._other_of(self._before[-1]) if again and self._before else "Back")
        if elsewhere:
            self.name_button("pick_elsewhere", self._other_of(self._before[0]))

    def _other_of(self, before: AwsWizard) -> str:
        return f"Other {listing_of(before, self._services.directory).what}"

    def _show_count(self, count: int) -> None:
        assert self._listing is not None
        what = self._listing.what
        self._offer(choice=bool(count))
        if not count:
            self.say(f"No {what} found{' for this search' if self.letters else ''}.")
            return
        more = ", more below" if self._after else ""
        marked = f" · {len(self._marked)} marked" if self._marked else ""
        self.say(f"{count} {what}{'s' if count > 1 else ''}{more}{marked}")

    def _fail(self, error: CognituiError) -> None:
        self._asking, self._picked_early = "", False
        self.show_error(error)
        self._offer(choice=bool(self._rows), again=True)
        self.say("")


def _with_article(what: str) -> str:
    return f"{'an' if what[0].lower() in 'a' else 'a'} {what}"


_MAX_NAMED = 5
"""Users that are named; more are only counted."""


class AwsSummary(ImportSummary):
    """The chosen pool, app client and users; the secret is only fetched to be stored."""

    def __init__(self, wizard: AwsWizard, services: Services, typed: FormInput) -> None:
        super().__init__(services, typed)
        self._wizard = wizard

    @property
    def proposed_names(self) -> tuple[str, ...]:
        """The default names of the profiles."""
        return self._wizard.names

    @property
    def pool(self) -> tuple[str, str]:
        """The pool's id and name."""
        return (self._wizard.pool.id, self._wizard.pool.name) if self._wizard.pool else ("", "")

    def compose_source(self) -> ComposeResult:
        """Yield the widgets of what was chosen."""
        wizard = self._wizard
        if wizard.pool and wizard.client:
            yield from fact("Pool", f"{wizard.pool.name}  {wizard.pool.id}")
            yield from fact("App client", f"{wizard.client.name}  {wizard.client.id}")
        yield from fact("Signs in by", ", ".join(wizard.ways))
        if wizard.users:
            names = ", ".join(login.username for login in wizard.logins[:_MAX_NAMED])
            more = f" and {len(wizard.logins) - _MAX_NAMED} more" if len(wizard.logins) > _MAX_NAMED else ""
            yield from fact("Users" if len(wizard.users) > 1 else "User", f"{names}{more}")
        if wizard.endpoint_url:
            yield from fact("At", endpoint_label(wizard.endpoint_url))
        yield from fact("Client secret", self._secret_place)

    @property
    def _secret_place(self) -> str:
        client = self._wizard.client
        if client is not None and client.secret_source:
            return "stays in Secrets Manager, read when needed"
        if client is not None and client.secret_note:
            return client.secret_note
        return kept_in(self._services) if self._wizard.has_secret else "none"

    def drafting(self, environment: str, names: Sequence[str]) -> MakeDrafts:
        """Return what fetches the secret and makes the profiles."""
        wizard, directory = self._wizard, self._services.directory
        return lambda: wizard.drafts(environment, names, secret_of(wizard, directory))
