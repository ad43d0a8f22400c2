"""The main screen: environments, profiles, the token. It wires widgets, flows and keys together."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries
from cognitui.tui.keymap import ACTIONS, bindings, key_labels, remapped_in
from cognitui.tui.reasons import Situation, why_not
from cognitui.tui.screens.desk_screen import OVERVIEW, DeskScreen
from cognitui.tui.screens.framed import Framed
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.environment_bar import EnvironmentBar
from cognitui.tui.widgets.key_bar import KeyBar, Welcome
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.panel_head import PanelHead
from cognitui.tui.widgets.profile_list import ProfileList
from cognitui.tui.widgets.token_panel import TokenPanel

_HEARD_SECONDS = 30
"""A person may have to do something about it first: unlock the keyring, say."""


class MainScreen(Framed):
    """Lays the widgets out, hands them the state, and hears what they say."""

    BINDINGS = bindings()
    AUTO_FOCUS = "ProfileList"

    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by the action's id."""

    _file_fault = ""

    class Heard(Message):
        """A call that still runs has something to tell: the keyring asks to be unlocked, say."""

        def __init__(self, text: str, *, supersedes: bool = False) -> None:
            super().__init__()
            self.text = text
            self.supersedes = supersedes
            """Whether what was told before is of no use any more."""

    class ListShown(Message):
        """The keys have something to act on: the profiles, a welcome, or what is wrong with the file."""

    def compose(self) -> ComposeResult:
        """The bar, the two panes, and the keys."""
        yield EnvironmentBar(OVERVIEW).data_bind(
            DeskScreen.tally, DeskScreen.secrets_in_memory, current=DeskScreen.environment
        )
        yield Static(id="fault", markup=False)
        with Container(id="body"):
            with Vertical(id="list-pane") as pane:
                pane.border_title = "Profiles"
                yield ProfileList().data_bind(
                    DeskScreen.profiles,
                    DeskScreen.expiries,
                    DeskScreen.entries,
                    DeskScreen.now,
                    DeskScreen.order,
                    MainScreen.kept_alive,
                    searched=DeskScreen.query_text,
                )
            yield TokenPanel(id="panel").data_bind(
                DeskScreen.kind,
                DeskScreen.view,
                DeskScreen.now,
                MainScreen.raw,
                MainScreen.remapped,
                profile=DeskScreen.selected,
            )
        yield Welcome().data_bind(MainScreen.remapped)
        yield KeyBar().data_bind(MainScreen.remapped)

    def on_mount(self) -> None:
        """Draws what is known and reads the rest."""
        self.remapped = dict(remapped_in(self.app))
        self.services.listen(self._hear, self._hear_news)
        profile_list = self.query_one(ProfileList)
        # Watched instead of told by messages: these come a frame later, and each key would be drawn twice.
        self.watch(profile_list, "cursor", lambda: self.remember(profile_list.highlighted), init=False)
        # The colour of an environment is another one in another theme.
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.watch_selected())
        for part in ("#fault", "Welcome"):
            self.query_one(part).display = False
        self.start_clock()
        self.read_first()

    # State to widgets

    def watch_book(self, before: ProfileSet | None, book: ProfileSet | None) -> None:
        """Shows the environments, the faults, or a welcome where there is nothing yet."""
        if book is None:
            return
        bar = self.query_one(EnvironmentBar)
        bar.environments = book.environments
        empty = not book.profiles
        self.query_one("#body").display = not empty
        welcome = self.query_one(Welcome)
        welcome.path = book.path
        welcome.display = empty
        self._file_fault = ""
        self.show_filter()
        self._show_none()
        self._show_fault(_faults(book, key_labels("show_problems", self.remapped)[0]))
        # A file that was read again must not take the focus from a line that somebody types into.
        if not empty and (self.focused is None or before is None or not before.profiles):
            self.focus_pane()
        self._show_keys()
        self.post_message(self.ListShown())
        self.call_after_refresh(self.warm_up)

    def on_descendant_focus(self) -> None:
        """The keys may act on claims now, or on profiles again."""
        if self.query_one(KeyBar).among_claims != isinstance(self.focused, ClaimsList):
            self._show_keys()

    def watch_environment(self) -> None:
        """Lists another environment, or all of them."""
        self.query_one(ProfileList).with_environment = self.environment == OVERVIEW
        self.show_title()
        super().watch_environment()

    def watch_order(self) -> None:
        """Says in which order they are listed, where it is not that of the file."""
        self.show_title()
        super().watch_order()

    def watch_profiles(self, profiles: tuple[Profile, ...]) -> None:
        """Says how many match, and selects one of them."""
        self.show_under_list()
        self._show_none()
        self.select_row(self.wanted_row())

    def watch_alone(self) -> None:
        """Says how the other pane comes back."""
        super().watch_alone()
        self.show_under_list()

    def watch_progress(self) -> None:
        """Says how far it has come."""
        self.show_under_list()
        self._show_keys()

    def watch_query_text(self) -> None:
        """Lists what matches; a filter that was dropped leaves its line, too."""
        super().watch_query_text()
        self.show_filter()

    def show_under_list(self) -> None:
        """Says what is found, how far something has come, or how the other pane comes back."""
        pane = self.query_one("#list-pane")
        count = len(self.profiles)
        if self.progress is not None:
            words = f"{self.progress.done} of {self.progress.of} · {self.situation().key('dismiss')} cancels"
        elif self.query_text:
            found = "1 match" if count == 1 else f"{count or 'no'} matches"
            words = f"{found} · {self.words_of_filter()}"
        else:
            words = self.words_of_alone()
        pane.border_subtitle = words

    def watch_selected(self) -> None:
        """Shows the token of another profile, in the colour of its environment."""
        super().watch_selected()
        profile = self.selected
        panel = self.query_one(TokenPanel)
        self.show_profile_on_frames(profile)
        panel.entry = self.entry_of(profile)
        panel.expiries = self.expiries.get(profile.token_key, NO_EXPIRIES) if profile else NO_EXPIRIES
        self.query_one(EnvironmentBar).pool = profile.user_pool_id if profile else ""
        self._show_keys()

    def watch_entries(self) -> None:
        """Something came, ran or failed."""
        super().watch_entries()
        self.query_one(TokenPanel).entry = self.entry_of(self.selected)
        self._show_keys()

    def watch_expiries(self, before: Mapping[str, Expiries], now: Mapping[str, Expiries]) -> None:
        """Times changed."""
        super().watch_expiries(before, now)
        if self.selected:
            self.query_one(TokenPanel).expiries = self.expiries.get(self.selected.token_key, NO_EXPIRIES)

    def watch_kind(self) -> None:
        """Another token is shown."""
        super().watch_kind()
        self._show_keys()

    def watch_view(self) -> None:
        """Something else than a token is shown, or a token again."""
        super().watch_view()
        self._show_keys()

    def show_file_error(self, error: CognituiError) -> None:
        """Stands over everything until the file is mended; the profiles that were read before stay."""
        self._file_fault = f"{error.cause} {error.fix}"
        self._show_none()
        self._show_fault(f"{error.title}: {self._file_fault}")
        self._show_keys()
        self.post_message(self.ListShown())

    def _show_none(self) -> None:
        """Says why the list is empty, where it is."""
        self.query_one(ProfileList).empty_text = self._words_for_none()

    def _words_for_none(self) -> str:
        def key(action_id: str) -> str:
            return key_labels(action_id, self.remapped)[0]

        if self._file_fault:
            return f" Mend the file, and {key('reload')} reads it again."
        if self.query_text:
            return f" Nothing matches; {key('filter_clear')} clears the filter."
        return f" No profile yet; {key('new_profile')} adds one." if self.book else ""

    # What others say

    def _hear(self, text: str) -> None:
        # It is told on a worker's thread, and a message may be posted from any.
        self.post_message(self.Heard(text))

    def _hear_news(self, text: str) -> None:
        self.post_message(self.Heard(text, supersedes=True))

    @on(Heard)
    def _heard(self, event: Heard) -> None:
        if event.supersedes:
            self.app.clear_notifications()
        self.notify(inert(event.text, 400), severity="warning", timeout=_HEARD_SECONDS, markup=False)

    @on(LineList.Chosen, "ProfileList")
    async def _profile_chosen(self) -> None:
        await self.run_action("get_token")

    @on(EnvironmentBar.Clicked)
    @on(ProfileList.HeadingClicked)
    def _environment_clicked(self, event: EnvironmentBar.Clicked | ProfileList.HeadingClicked) -> None:
        self.go_to_environment(event.name)

    @on(PanelHead.KindClicked)
    def _kind_clicked(self, event: PanelHead.KindClicked) -> None:
        self.show_kind(event.kind)

    @on(PanelHead.ViewClicked)
    def _view_clicked(self, event: PanelHead.ViewClicked) -> None:
        self.show_view(event.view)

    # Helpers

    def situation(self) -> Situation:
        """What the keys act on now."""
        entry = self.entry_of(self.selected)
        situation = Situation(
            self.book,
            self.selected,
            entry,
            self.kind,
            self.view,
            self._file_fault,
            settings_faulty=bool(self.settings_problems),
            remapped=self.remapped,
            many=self.progress is not None,
        )
        return self.with_claims(situation)

    def _show_fault(self, words: str) -> None:
        fault = self.query_one("#fault", Static)
        fault.display = bool(words)
        fault.update(inert(words, 500))

    def _show_keys(self) -> None:
        situation = self.situation()
        reasons = {action.id: reason for action in ACTIONS if (reason := why_not(action.id, situation))}
        bar = self.query_one(KeyBar)
        bar.reasons = reasons
        bar.disabled_ids = frozenset(reasons)
        bar.among_claims = situation.among_claims


def _faults(book: ProfileSet, key: str) -> str:
    if not book.errors:
        return ""
    count = len(book.errors)
    words = "a fault" if count == 1 else f"{count} faults"
    return f"⚠ The profile file has {words} ({key} shows all): {book.errors[0]}"
