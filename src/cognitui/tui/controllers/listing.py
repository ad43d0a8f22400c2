"""Profile list: its contents and cursor, its filter, the frames of both panes, and the error line."""

from __future__ import annotations

from functools import partial

from textual.widgets import Static

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sorting import Order, ordered
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tui.actions.keybindings import key_in
from cognitui.tui.presentation import plain
from cognitui.tui.profile_filter import ProfileFilter
from cognitui.tui.state import Tab, Tallier, View, views_of
from cognitui.tui.state_screen import LIST_PANE, OVERVIEW, TOKEN_PANE, StateScreen
from cognitui.tui.theme import environment_color
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.profile_list import ProfileList

_FILTER_HINT = "letters of a name, user, client, tag or note"


class Listing:
    """Keeps the list, the selection and the tab of the selected profile in step."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._filter = ProfileFilter(())
        self._tallier = Tallier((), {})
        self._tabs: dict[str, Tab] = {}
        """The tab that the user opened last, by `Profile.id`."""

    # What is listed

    def relist(self) -> None:
        """List the environment's profiles in their order; the cursor stays on its profile."""
        screen = self._screen
        use_scores = screen.remembered.use_scores
        in_order = ordered(
            self._of_environment(),
            screen.order,
            expiries=screen.expiries,
            use_scores=use_scores() if screen.order is Order.RECENT else {},
            now=screen.services.clock(),
        )
        # An order that the user chose applies to matches, too.
        self._filter = ProfileFilter(in_order, use_scores if screen.order is Order.FILE else None)
        self.search()
        self.select_remembered()

    def search(self) -> None:
        """List the profiles that match the filter."""
        self._screen.profiles = self._filter.matching(self._screen.query_text)

    def prepare_search(self) -> None:
        """Compute what is searched before the first letter is typed; may run on any thread."""
        self._filter.prepare()

    def retally(self) -> None:
        """Count the tokens of another environment, or other tokens."""
        self._tallier = Tallier(self._of_environment(), self._screen.expiries)
        self.tick()

    def tick(self) -> None:
        """Count the valid tokens as of now."""
        self._screen.tally = self._tallier.count(self._screen.now)

    def _of_environment(self) -> tuple[Profile, ...]:
        book, environment = self._screen.book, self._screen.environment
        if book is None:
            return ()
        return book.profiles if environment == OVERVIEW else book.by_environment.get(environment, ())

    # What is selected

    def select_row(self, row: int) -> None:
        """Select a row at once: the next key must not act on the previous selection."""
        profile_list = self._screen.query_one(ProfileList)
        profile_list.profiles = self._screen.profiles
        profile_list.go_amid(row)
        self.remember(profile_list.highlighted)

    def select_remembered(self) -> None:
        """Restore the cursor of this environment."""
        self.select_row(self.remembered_row())

    def remembered_row(self) -> int:
        """Return the row of the profile that was selected in this environment, or the first."""
        screen = self._screen
        wanted = screen.cursors.get(screen.environment) or screen.remembered.preferences.selected.get(
            screen.environment
        )
        rows = (row for row, profile in enumerate(screen.profiles) if profile.id == wanted)
        return next(rows, 0) if wanted else 0

    def remember(self, profile: Profile | None) -> None:
        """Note the selection, for a later return to its environment, and open the profile's tab."""
        screen = self._screen
        stays = screen.is_selected(profile) if profile else False
        screen.selected = profile
        if profile is not None:
            self._open_tab(profile, (screen.view or screen.kind) if stays else self._tabs.get(profile.id))
            self.remember_id(profile.environment.name, profile.id)

    def remember_id(self, environment: str, profile_id: str) -> None:
        """Note the selected profile of an environment."""
        self._screen.cursors |= {environment: profile_id, OVERVIEW: profile_id}

    def keep_tab(self, profile: Profile, tab: Tab) -> None:
        """Note the tab for a later return to a profile; the first one if a copy from that tab would be a surprise."""
        self._tabs[profile.id] = TokenKind.ACCESS if tab in (TokenKind.REFRESH, View.USER) else tab

    def _open_tab(self, profile: Profile, tab: Tab | None) -> None:
        self._screen.kind = tab if isinstance(tab, TokenKind) and tab in profile.kinds else TokenKind.ACCESS
        self._screen.view = tab if isinstance(tab, View) and tab in views_of(profile) else None


class ListFilter:
    """The input that filters the list."""

    def __init__(self, screen: StateScreen, listing: Listing) -> None:
        self._screen = screen
        self._listing = listing
        self._is_typed = False
        self.input: FilterInput | None = None
        """The input, once it was opened: it costs 4 ms, and the first paint needs none."""

    def open(self) -> None:
        """Show the input and focus it."""
        filter_input = self.input or FilterInput(placeholder=_FILTER_HINT)
        if self.input is None:
            self.input = filter_input
            self._screen.query_one(f"#{LIST_PANE}").mount(filter_input)
            self._screen.watch(filter_input, "value", lambda: self._search(filter_input.value), init=False)
        filter_input.display = True
        self._screen.set_focus(filter_input)

    def leave(self, *, clear: bool) -> None:
        """Go back to the list; an empty input disappears."""
        if (filter_input := self.input) is not None:
            filter_input.value = "" if clear else filter_input.value
            filter_input.display = bool(filter_input.value)
        self._screen.set_focus(self._screen.query_one(ProfileList))

    def follow(self) -> None:
        """Take over a filter that was changed elsewhere: a new profile is to be seen, say."""
        filter_input, query = self.input, self._screen.query_text
        if filter_input is not None and filter_input.value != query:
            filter_input.value = query
            filter_input.display = filter_input.display and bool(query)

    def hint(self) -> str:
        """Say which keys lead out of the filter, which may still be active after the input lost the focus."""
        keep, clear, dismiss = (key_in(self._screen.app, id_) for id_ in ("filter_keep", "filter_clear", "dismiss"))
        is_typing = self.input is not None and self._screen.focused is self.input
        return f"{keep} keeps, {clear} shows all" if is_typing else f"{dismiss} shows all"

    def select(self) -> None:
        """Select the best match while the user types, and otherwise what was selected before."""
        # At once: a previous selection that happens to match would be drawn first.
        self._listing.select_row(0 if self._is_typed else self._listing.remembered_row())

    def _search(self, query: str) -> None:
        self._is_typed = bool(query)
        self._screen.query_text = query
        if query:
            self._listing.select_row(0)
        self._is_typed = False


class Frames:
    """Paints both frames in the colour of a protected environment; the pane with the focus then has a heavy one."""

    def __init__(self, screen: StateScreen, list_filter: ListFilter) -> None:
        self._screen = screen
        self._filter = list_filter

    def show_list_title(self) -> None:
        """Say what is listed, and in which order if it is not that of the file."""
        screen = self._screen
        title = "All environments" if screen.environment == OVERVIEW else "Profiles"
        order = "" if screen.order is Order.FILE else f" · {screen.order.value}"
        screen.query_one(f"#{LIST_PANE}").border_title = f"{title}{order}"

    def show_profile(self) -> None:
        """Say whose token is shown, in the colour of its environment if that is protected."""
        screen = self._screen
        profile = screen.selected
        screen.query_one(f"#{TOKEN_PANE}").border_title = plain(_title_of(profile), 80)
        is_protected = profile is not None and profile.protected
        screen.frame_color = (
            environment_color(screen.app, profile.protecting_environment) if profile and is_protected else ""
        )

    def show_list_subtitle(self) -> None:
        """Say what matches, how far a bulk operation is, or how the other pane comes back."""
        screen = self._screen
        count = len(screen.profiles)
        if screen.progress is not None:
            done = f"{screen.progress.done} of {screen.progress.of}"
            words = f"{done} · {screen.context().key('dismiss')} cancels"
        elif screen.query_text:
            matches = "1 match" if count == 1 else f"{count or 'no'} matches"
            words = f"{matches} · {self._filter.hint()}"
        else:
            words = self._maximised_hint()
        screen.query_one(f"#{LIST_PANE}").border_subtitle = words

    def show_token_subtitle(self) -> None:
        """Say which token is marked, or how the other pane comes back."""
        screen = self._screen
        words, marked = self._maximised_hint(), screen.marked()
        if marked is not None:
            profile, token = marked
            words = f"◆ marked: {profile.id} {token.kind.value} · {screen.context().key('compare')} compares"
        screen.query_one(f"#{TOKEN_PANE}").border_subtitle = plain(words, 80)

    def paint(self) -> None:
        """Paint the frames, or leave them to the stylesheet, which shows the focus by a colour of its own."""
        color = self._screen.frame_color
        for pane in (self._screen.query_one(f"#{LIST_PANE}"), self._screen.query_one(f"#{TOKEN_PANE}")):
            if not color:
                pane.styles.border = None
            elif pane.has_focus_within:
                pane.styles.border = ("heavy", color)
            else:
                pane.styles.border = ("round", color)
            pane.styles.border_title_color = color or None

    def _maximised_hint(self) -> str:
        """Say how the other pane comes back, which may have been hidden in an earlier run."""
        screen = self._screen
        return f"{screen.context().key('maximise')} shows both panes" if screen.maximised else ""


def _title_of(profile: Profile | None) -> str:
    if profile is None:
        return ""
    notes = (("protected", profile.protected), ("read-only", profile.read_only))
    return " · ".join((profile.id, *(word for word, holds in notes if holds)))


class ErrorLine:
    """Shows an error until the file is fixed; the profiles that were read before stay."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen

    def show_file_error(self, error: CognituiError) -> None:
        """Show that the profile file as a whole cannot be read."""
        self._screen.file_error = f"{error.cause} {error.fix}"
        self.show_empty_text()
        self._show(f"{error.title}: {self._screen.file_error}")

    def show_errors_of(self, book: ProfileSet) -> None:
        """Show the first error of a file that was read, or nothing."""
        self._screen.file_error = ""
        self.show_empty_text()
        if not book.errors:
            self._show("")
            return
        count, key = len(book.errors), key_in(self._screen.app, "show_problems")
        words = "an error" if count == 1 else f"{count} errors"
        self._show(f"⚠ The profile file has {words} ({key} shows all): {book.errors[0]}")

    def show_empty_text(self) -> None:
        """Say in an empty list why it is empty."""
        self._screen.query_one(ProfileList).empty_text = self._empty_text()

    def _empty_text(self) -> str:
        key = partial(key_in, self._screen.app)
        if self._screen.file_error:
            return f" Fix the file, then press {key('reload')} to reload it."
        if self._screen.query_text:
            return f" No matches; {key('filter_clear')} clears the filter."
        return f" No profiles yet; {key('new_profile')} adds one." if self._screen.book else ""

    def _show(self, words: str) -> None:
        line = self._screen.query_one("#error", Static)
        line.display = bool(words)
        line.update(inert(words, 500))
