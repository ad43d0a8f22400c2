"""Main screen: environments, profiles and the token. It lays out widgets, composes controllers and paints state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.dom import DOMNode
from textual.message import Message
from textual.widgets import Static

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sorting import Order
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries
from cognitui.services import Services
from cognitui.tui.actions.keybindings import bindings, remapped_in
from cognitui.tui.actions.registry import ACTIONS, BY_ID, Place
from cognitui.tui.background import ProfileReader, in_background, in_only_worker
from cognitui.tui.controllers.bulk import Bulk
from cognitui.tui.controllers.claims import Claims
from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.files import PreferenceSaver, ProfileFiles, spare_the_collector
from cognitui.tui.controllers.keep_alive import KeepAlive
from cognitui.tui.controllers.layout import Panes
from cognitui.tui.controllers.listing import ErrorLine, Frames, ListFilter, Listing
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.controllers.navigation import Navigation
from cognitui.tui.controllers.program import Program
from cognitui.tui.controllers.token_request import RequestQueue, TokenRequester
from cognitui.tui.controllers.tokens import Tokens
from cognitui.tui.controllers.views import SignOut, Views
from cognitui.tui.state_screen import OVERVIEW, DialogRunner, StateScreen
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.environment_bar import EnvironmentBar
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.key_bar import KeyBar, Welcome
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.panel_head import PanelHead
from cognitui.tui.widgets.profile_list import ProfileList
from cognitui.tui.widgets.token_panel import TokenPanel

if TYPE_CHECKING:
    from cognitui.system.clipboard import Clipboard
    from cognitui.tui.controllers.profiles import Imports, ProfileEditing

_MESSAGE_SECONDS = 30
"""The user may have to do something about it first: unlock the keyring, say."""

_WATCH_SECONDS = 3


class MainScreen(StateScreen):
    """A key runs an action, if it is available: a method of a controller. Watchers paint the state that it changes."""

    BINDINGS = bindings(Place.MAIN)
    AUTO_FOCUS = "ProfileList"

    class CallMessage(Message):
        """A call that still runs has something to say: the keyring asks to be unlocked, say."""

        def __init__(self, text: str, *, supersedes: bool = False) -> None:
            super().__init__()
            self.text = text
            self.supersedes = supersedes
            """Whether earlier toasts are outdated."""

    class ListShown(Message):
        """There is something to act on: the profiles, a welcome, or the error of the file."""

    def __init__(
        self, services: Services, reader: ProfileReader, environment: str, open_clipboard: Callable[[], Clipboard]
    ) -> None:
        """Create it.

        Args:
            services: The services.
            reader: The reader, which has begun to read the profiles.
            environment: The environment to list first; empty for that of the last run.
            open_clipboard: Opens the clipboard when it is first needed.
        """
        super().__init__(services)
        self.idle_lock = IdleLock(self)
        self.clipboard = ClipboardCopier(self, open_clipboard, services.settings.clear_after)
        self.requests = RequestQueue(self)
        self.requester = TokenRequester(self, self.idle_lock, self._copy_address)
        self.keep_alive: KeepAlive = KeepAlive(self, requester=self.requester, requests=self.requests)
        self.preferences = PreferenceSaver(self)
        self.listing = Listing(self)
        self.list_filter = ListFilter(self, self.listing)
        self.frames = Frames(self, self.list_filter)
        self.error_line = ErrorLine(self)
        self.files = ProfileFiles(
            self,
            reader,
            environment,
            listing=self.listing,
            preferences=self.preferences,
            keep_alive=self.keep_alive,
            show_error=self._show_file_error,
        )
        self._compose_actions()

    def _compose_actions(self) -> None:
        """Create the controllers whose methods are actions."""
        # Annotated: mypy meets these attributes in the registry before it can infer them.
        self.dialogs: DialogRunner = DialogRunner(self)
        self.bulk: Bulk = Bulk(self, requests=self.requests, lock=self.idle_lock)
        self.views: Views = Views(
            self,
            requester=self.requester,
            requests=self.requests,
            clipboard=self.clipboard,
            listing=self.listing,
            preferences=self.preferences,
        )
        self.tokens: Tokens = Tokens(
            self,
            requester=self.requester,
            requests=self.requests,
            clipboard=self.clipboard,
            listing=self.listing,
            preferences=self.preferences,
            keep_alive=self.keep_alive,
            views=self.views,
        )
        self.sign_out: SignOut = SignOut(self, requester=self.requester, requests=self.requests, lock=self.idle_lock)
        self.claims: Claims = Claims(
            self, requester=self.requester, requests=self.requests, clipboard=self.clipboard, tokens=self.tokens
        )
        self.navigation: Navigation = Navigation(
            self,
            listing=self.listing,
            list_filter=self.list_filter,
            frames=self.frames,
            files=self.files,
            requests=self.requests,
            bulk=self.bulk,
        )
        self.panes: Panes = Panes(self, navigation=self.navigation, tokens=self.tokens)
        self.program: Program = Program(self, dialogs=self.dialogs, files=self.files, clipboard=self.clipboard)

    # These import dialogs, which cost 15 ms and which the first paint does not need.

    @cached_property
    def editing(self) -> ProfileEditing:
        """Actions on profiles."""
        from cognitui.tui.controllers.profiles import ProfileEditing

        return ProfileEditing(
            self, dialogs=self.dialogs, files=self.files, lock=self.idle_lock, preferences=self.preferences
        )

    @cached_property
    def imports(self) -> Imports:
        """Importing profiles."""
        from cognitui.tui.controllers.profiles import Imports

        return Imports(self, dialogs=self.dialogs, files=self.files)

    async def _copy_address(self, url: str) -> None:
        await self.clipboard.copy_text(url, "sign-in address", stays=True)

    # Layout

    def compose(self) -> ComposeResult:
        """Yield the bar, the two panes, and the keys."""
        yield EnvironmentBar(OVERVIEW).data_bind(
            StateScreen.tally, StateScreen.secrets_in_memory, current=StateScreen.environment
        )
        yield Static(id="error", markup=False)
        with Container(id="body"):
            with Vertical(id="list-pane") as pane:
                pane.border_title = "Profiles"
                yield ProfileList().data_bind(
                    StateScreen.profiles,
                    StateScreen.expiries,
                    StateScreen.states,
                    StateScreen.now,
                    StateScreen.order,
                    StateScreen.kept_alive,
                    searched=StateScreen.query_text,
                )
            yield TokenPanel(id="panel").data_bind(
                StateScreen.kind,
                StateScreen.view,
                StateScreen.now,
                StateScreen.raw,
                StateScreen.remapped,
                profile=StateScreen.selected,
            )
        yield Welcome().data_bind(StateScreen.remapped)
        yield KeyBar().data_bind(StateScreen.remapped)

    def on_mount(self) -> None:
        """Paint what is known and read the rest."""
        self.remapped = dict(remapped_in(self.app))
        self.services.listen(self._note_message, self._note_superseding_message)
        profile_list = self.query_one(ProfileList)
        # Watched, as messages come a frame later, and each key would be drawn twice.
        self.watch(profile_list, "cursor", lambda: self.listing.remember(profile_list.highlighted), init=False)
        # Another theme has other colours for environments.
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.watch_selected())
        for part in ("#error", "Welcome"):
            self.query_one(part).display = False
        self._start_clock()
        self.files.read_first()

    # Time

    def _start_clock(self) -> None:
        """Tick on the second: one timer for all countdowns."""
        self.tick()
        self.set_timer(1 - math.modf(self.services.clock())[0], self._start_ticking)
        self.set_interval(_WATCH_SECONDS, self.files.watch)

    def _start_ticking(self) -> None:
        self.tick()
        self.set_interval(1, self.tick)

    def tick(self) -> None:
        """Do what is due once a second."""
        self.now = self.services.clock()
        self.listing.tick()
        self.keep_alive.tick()

    # Actions

    async def run_action(self, action: str, namespaces: Mapping[str, DOMNode] | None = None) -> None:
        """Run an action of the registry if it is available, else show why not. Keys, clicks and the palette end here.

        Args:
            action: The id of an action of the main screen, or any other action of Textual's.
            namespaces: Only for Textual's.
        """
        known = BY_ID.get(action)
        if known is None or isinstance(known.run, str):
            await super().run_action(action, namespaces)
        elif self.can(action):
            known.run(self)

    async def action_run(self, action_id: str) -> None:
        """Run an action of the registry: Textual calls this for keys and clicks."""
        await self.run_action(action_id)

    # State to widgets

    def watch_book(self, before: ProfileSet | None, book: ProfileSet | None) -> None:
        """Show the environments, the errors, or a welcome if there is nothing yet."""
        if book is None:
            return
        bar = self.query_one(EnvironmentBar)
        bar.environments = book.environments
        empty = not book.profiles
        self.query_one("#body").display = not empty
        welcome = self.query_one(Welcome)
        welcome.path = book.path
        welcome.display = empty
        self.list_filter.follow()
        self.error_line.show_errors_of(book)
        # A reload must not take the focus from an input that the user types into.
        if not empty and (self.focused is None or before is None or not before.profiles):
            self.panes.focus_pane()
        self._show_keys()
        self.post_message(self.ListShown())
        self.call_after_refresh(self._warm_up)

    def watch_environment(self) -> None:
        """List another environment, or all of them."""
        self.query_one(ProfileList).with_environment = self.environment == OVERVIEW
        self.frames.show_list_title()
        self.listing.retally()
        self.listing.relist()
        self.preferences.note_environment()

    def watch_order(self) -> None:
        """List in another order."""
        self.frames.show_list_title()
        self.preferences.note_order()
        self.listing.relist()

    def watch_profiles(self) -> None:
        """Say how many match, and select one of them."""
        self.frames.show_list_subtitle()
        self.error_line.show_empty_text()
        self.list_filter.select()

    def watch_query_text(self) -> None:
        """List what matches."""
        self.listing.search()
        self.list_filter.follow()

    def watch_selected(self) -> None:
        """Show the token of another profile, in the colour of its environment."""
        self.raw = False
        profile = self.selected
        panel = self.query_one(TokenPanel)
        self.frames.show_profile()
        panel.state = self.state_of(profile)
        panel.expiries = self.expiries.get(profile.token_key, NO_EXPIRIES) if profile else NO_EXPIRIES
        self.query_one(EnvironmentBar).pool = profile.user_pool_id if profile else ""
        self._show_keys()

    def watch_states(self) -> None:
        """Show what came, runs or failed, and copy what waited for it."""
        self.requests.run_waiting_copies()
        self.claims.hide_raw_without_token()
        self.frames.show_token_subtitle()
        self.query_one(TokenPanel).state = self.state_of(self.selected)
        self._show_keys()

    def watch_expiries(self, before: Mapping[str, Expiries], now: Mapping[str, Expiries]) -> None:
        """Show other times; tokens that are gone were signed out elsewhere."""
        for token_key in before.keys() - now.keys():
            self.forget_states(token_key)
        self.listing.retally()
        if self.order is Order.EXPIRES_FIRST and before != now:
            self.listing.relist()
        self.keep_alive.take_expiries(before, now)
        if self.selected:
            self.query_one(TokenPanel).expiries = self.expiries.get(self.selected.token_key, NO_EXPIRIES)

    def watch_kind(self) -> None:
        """Show another token."""
        self.raw = False
        self._show_keys()

    def watch_view(self) -> None:
        """Show another tab."""
        self.raw = False
        self._show_keys()

    def watch_maximised(self) -> None:
        """Show one pane or both."""
        self.panes.show_panes()
        self.frames.show_token_subtitle()
        self.preferences.note_layout()
        self.frames.show_list_subtitle()

    def watch_progress(self) -> None:
        """Show the progress of a bulk operation."""
        self.frames.show_list_subtitle()
        self._show_keys()

    def watch_frame_color(self) -> None:
        """Paint the frames."""
        self.frames.paint()

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane with the focus, and its frame."""
        if self.query_one(KeyBar).among_claims != isinstance(self.focused, ClaimsList):
            self._show_keys()
        if self.frame_color:
            self.frames.paint()

    def _show_file_error(self, error: CognituiError) -> None:
        self.error_line.show_file_error(error)
        self._show_keys()
        self.post_message(self.ListShown())

    def _show_keys(self) -> None:
        context = self.context()
        reasons = {action.id: reason for action in ACTIONS if (reason := action.unavailable_reason(context))}
        bar = self.query_one(KeyBar)
        bar.reasons = reasons
        bar.disabled_ids = frozenset(reasons)
        bar.among_claims = context.among_claims

    # Messages

    def _note_message(self, text: str) -> None:
        # On a worker's thread: a message may be posted from any.
        self.post_message(self.CallMessage(text))

    def _note_superseding_message(self, text: str) -> None:
        self.post_message(self.CallMessage(text, supersedes=True))

    @on(CallMessage)
    def _show_message(self, event: CallMessage) -> None:
        if event.supersedes:
            self.app.clear_notifications()
        self.notify(inert(event.text, 400), severity="warning", timeout=_MESSAGE_SECONDS, markup=False)

    @on(LineList.Chosen, "ProfileList")
    async def _profile_chosen(self) -> None:
        await self.run_action("get_token")

    @on(EnvironmentBar.Clicked)
    @on(ProfileList.HeadingClicked)
    def _environment_clicked(self, event: EnvironmentBar.Clicked | ProfileList.HeadingClicked) -> None:
        self.navigation.go_to_environment(event.name)

    @on(PanelHead.KindClicked)
    def _kind_clicked(self, event: PanelHead.KindClicked) -> None:
        self.tokens.show_kind(event.kind)

    @on(PanelHead.ViewClicked)
    def _view_clicked(self, event: PanelHead.ViewClicked) -> None:
        self.views.show(event.view)

    @on(FilterInput.Moved)
    def _filter_moved(self, event: FilterInput.Moved) -> None:
        self.query_one(ProfileList).move(event.distance)

    @on(FilterInput.Left)
    def _filter_left(self, event: FilterInput.Left) -> None:
        self.navigation.leave_filter(clear=event.clear)

    # Secrets and start-up

    def drop_secrets(self) -> None:
        """Drop secrets, and the copies that were asked for: nobody is there to use them."""
        for words in self.requests.cancel_copies():
            self.say_after_unlock(words)
        super().drop_secrets()

    def _warm_up(self) -> None:
        """Load what a first token needs, once the list is painted."""
        if self.book and self.book.profiles:
            profile = self.selected or self.book.profiles[0]
            in_only_worker(self, "warm", self._load_for, profile)

    async def _load_for(self, profile: Profile) -> None:
        await in_background(self.listing.prepare_search, "filter")
        profiles = self.book.profiles if self.book else ()
        # Each caches its own: with 10,000 profiles, the first token would cost a key 90 ms.
        await in_background(lambda: [one.token_key for one in profiles], "names")
        with suppress(CognituiError):  # the first token of a profile that it concerns reports the error
            await in_background(lambda: self.services.warm_up(profile), "warm-up")
        spare_the_collector()
