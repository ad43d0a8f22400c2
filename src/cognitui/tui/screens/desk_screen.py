"""What the main screen knows and how it learns it: the book, the selection, the time."""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping

from textual import work
from textual.reactive import var

from cognitui.model.errors import CognituiError, SecretStoreError
from cognitui.model.profile import Profile, ProfileError, ProfileSet
from cognitui.model.sorting import Order, ordered
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Token, TokenKind
from cognitui.services import Services
from cognitui.tokens.broker import TokenBroker
from cognitui.tui.background import in_background
from cognitui.tui.preferences import Remembered
from cognitui.tui.profile_filter import ProfileFilter
from cognitui.tui.profile_watcher import ProfileReader, Reading, Stamp
from cognitui.tui.screens.entries_screen import EntriesScreen
from cognitui.tui.state import Tab, Tallier, View, views_of
from cognitui.tui.widgets.environment_bar import Tally

_WATCH_SECONDS = 3

OVERVIEW = "*"
"""In the place of an environment's name: all of them at once. No environment can be named so."""


class DeskScreen(EntriesScreen):
    """The state of the main screen, without its looks and its keys."""

    environment: var[str] = var("", init=False)
    """The name of the environment that is shown, or `OVERVIEW`."""
    order: var[Order] = var(Order.FILE, init=False)
    """What comes first in the list."""
    query_text: var[str] = var("", init=False)
    """What the list is filtered by."""
    profiles: var[tuple[Profile, ...]] = var((), init=False)
    """What is listed: the environment's profiles that match the filter."""
    selected: var[Profile | None] = var(None, init=False)
    """The profile under the cursor."""
    kind: var[TokenKind] = var(TokenKind.ACCESS, init=False)
    """The token that is shown."""
    view: var[View | None] = var(None, init=False)
    """What is shown in the place of a token, where the profile has it."""
    tally: var[Tally] = var(Tally())
    """How many tokens of the environment live."""
    secrets_in_memory: var[bool] = var(False)
    """Whether secrets are kept for this run alone."""
    now: var[float] = var(0.0)
    """Seconds since the epoch, set once a second."""

    settings_problems: tuple[ProfileError, ...] = ()
    """What is wrong with `config.toml`."""

    def __init__(self, services: Services, reader: ProfileReader, environment: str) -> None:
        """Takes the parts, the reader that has begun, and the environment to begin with (empty: the last one)."""
        super().__init__(services)
        self.remembered = Remembered(services)
        """What a person chose before, in this run and in earlier ones."""
        self._reader = reader
        self._wanted_environment = environment
        self._filter = ProfileFilter(())
        self._tallier = Tallier((), {})
        self._cursors: dict[str, str] = {}
        self._tabs: dict[str, Tab] = {}
        """The tab that a person opened last, by `Profile.id`."""
        self._stamp: Stamp = ()
        self._recalled = False
        self.set_reactive(DeskScreen.secrets_in_memory, services.secrets_in_memory)

    # Time

    def start_clock(self) -> None:
        """Ticks on the second: one timer for all countdowns."""
        self._tick()
        self.set_timer(1 - math.modf(self.services.clock())[0], self._start_ticking)
        self.set_interval(_WATCH_SECONDS, self._watch_files)

    def _start_ticking(self) -> None:
        self._tick()
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        self.now = self.services.clock()
        self.tally = self._tallier.count(self.now)

    # Files

    def read_first(self) -> None:
        """Takes what was read while the screen was made: now, where it is there, and the first paint has it."""
        if (reading := self._reader.ready()) is not None:
            self._take(reading)
        else:
            self._await_first()

    @work(exclusive=True, group="read")
    async def _await_first(self) -> None:
        await in_background(self._reader.wait, "profiles")
        self._recall_once()
        try:
            reading = self._reader.first()
        except CognituiError as error:
            self.show_file_error(error)
        else:
            self._take(reading)

    def _recall_once(self) -> None:
        if not self._recalled:
            self._recalled = True
            self.recall()

    def recall(self) -> None:
        """Takes what is remembered of earlier runs, before the first list."""
        self.remembered.begin(self._reader.preferences)
        self.order = Order.of_key(self.remembered.preferences.order)

    @work(exclusive=True, group="read")
    async def read_again(self, *, say: bool = False) -> None:
        """Reads the files anew; `say` tells a person that it was done."""
        try:
            reading = await in_background(self._reader.again, "profiles")
        except CognituiError as error:
            self.show_file_error(error)
            return
        self._take(reading)
        if say:
            count = len(reading.book.profiles)
            self.notify(f"Read again: {count} profile{'' if count == 1 else 's'}.", timeout=3, markup=False)

    @work(exclusive=True, group="watch")
    async def _watch_files(self) -> None:
        """Another program, or another cognitui, may have written the profiles or got a token."""
        stamp = await in_background(self._reader.stamp, "watch")
        if stamp != self._stamp:
            # Set here, too, as a faulty file is not to be read again until it changes.
            self._stamp = stamp
            self.read_again()
            return
        before = self.expiries
        expiries = await in_background(self.services.broker.expiries, "watch")
        # What came meanwhile is newer than what was read.
        if self.expiries is before and expiries != before:
            self.expiries = expiries
        await self._look_at_open_tokens()

    async def _look_at_open_tokens(self) -> None:
        """Shows tokens that another process has renewed, replaced or removed as they are now."""
        opened = [(profile, entry.tokens) for profile, entry in self.opened_entries()]
        if not opened:
            return
        broker = self.services.broker

        def changed() -> list[tuple[Profile, Mapping[TokenKind, Token], Mapping[TokenKind, Token] | None]]:
            return [(profile, tokens, _read_changed(broker, profile, tokens)) for profile, tokens in opened]

        for profile, tokens, now in await in_background(changed, "watch"):
            self.take_changed_tokens(profile, tokens, now)
        if self.is_locked:
            # What was read while the lock came is not kept behind it.
            broker.drop_memory()

    def show_file_error(self, error: CognituiError) -> None:
        """Says that the profile file as a whole cannot be used; the main screen draws it."""
        raise error

    def _take(self, reading: Reading) -> None:
        self.spare_the_collector()
        # Here, too: a reading on demand may have overtaken the first one.
        self._recall_once()
        self._stamp = reading.stamp
        self.expiries = reading.expiries
        self.take_book(reading.book)

    def spare_the_collector(self) -> None:
        """Leaves what is loaded now out of what the garbage collector goes through.

        Thousands of profiles and the modules of AWS stay as long as the screen does: each time that the collector went
        through them, a key would wait 20 to 40 ms.
        """
        gc.freeze()

    def take_changed(self, book: ProfileSet, selected_id: str = "") -> None:
        """Shows the book after a change of this screen's own."""
        # A reading that began before the change would put the former book back.
        self.workers.cancel_group(self, "read")
        self.take_book(book, selected_id)

    def take_book(self, book: ProfileSet, selected_id: str = "") -> None:
        """Shows another book; the selection stays on the same profile, or goes to `selected_id`."""
        names = names_in(book)
        if selected_id:
            of_selected, _, _ = selected_id.partition("/")
            self._wanted_environment = OVERVIEW if self.environment == OVERVIEW else of_selected
            self._cursors |= {of_selected: selected_id, OVERVIEW: selected_id}
        elif self.selected is not None:
            self._cursors |= {self.selected.environment.name: self.selected.id, OVERVIEW: self.selected.id}
        wanted = self._wanted_environment or self.environment
        self._wanted_environment = ""
        if wanted and names and wanted not in names:
            self.tell_gone(wanted)
        if selected_id:
            # Without its watcher: a list of the former book would move the selection away.
            self.set_reactive(DeskScreen.query_text, "")
        self.entries = {id_: entry for id_, entry in self.entries.items() if _is_same(self.book, book, id_)}
        possible = (wanted, self.remembered.preferences.environment, *names)
        self.set_reactive(DeskScreen.environment, next((name for name in possible if name in names), ""))
        former, present = self.selected, book.by_id.get(self.selected.id) if self.selected else None
        # Without its watcher, as the list is still the former one; but nothing may act on a profile of the former book.
        self.set_reactive(DeskScreen.selected, present)
        self.book = book
        self.mutate_reactive(DeskScreen.environment)
        if self.selected is present and present != former:
            self.mutate_reactive(DeskScreen.selected)

    def tell_gone(self, environment: str) -> None:
        """Says that there is no environment of that name."""
        self.notify(f"There is no environment {inert(environment, 60)}.", severity="warning", markup=False)

    # Selection

    def watch_environment(self) -> None:
        """Lists the environment's profiles."""
        self._tallier = Tallier(self._of_environment(), self.expiries)
        self.tally = self._tallier.count(self.now)
        self.list_anew()

    def watch_order(self) -> None:
        """Lists them in another order."""
        self.list_anew()

    def list_anew(self) -> None:
        """Lists the environment's profiles in their order; the cursor stays on its profile."""
        use_scores = self.remembered.use_scores
        in_order = ordered(
            self._of_environment(),
            self.order,
            expiries=self.expiries,
            use_scores=use_scores() if self.order is Order.RECENT else {},
            now=self.services.clock(),
        )
        # An order that a person chose holds for what is found, too.
        self._filter = ProfileFilter(in_order, use_scores if self.order is Order.FILE else None)
        self.profiles = self._filter.matching(self.query_text)
        self.select_remembered()

    def _of_environment(self) -> tuple[Profile, ...]:
        if self.book is None:
            return ()
        return (
            self.book.profiles if self.environment == OVERVIEW else self.book.by_environment.get(self.environment, ())
        )

    def watch_expiries(self, before: Mapping[str, Expiries], now: Mapping[str, Expiries]) -> None:
        """Counts other tokens; those of whom another program has signed out are shown no more."""
        for token_key in before.keys() - now.keys():
            self.forget_entries(token_key)
        self._tallier = Tallier(self._of_environment(), self.expiries)
        self.tally = self._tallier.count(self.now)
        if self.order is Order.EXPIRES_FIRST and before != now:
            self.list_anew()

    def watch_query_text(self) -> None:
        """Lists what matches."""
        self.profiles = self._filter.matching(self.query_text)

    def select_remembered(self) -> None:
        """Puts the cursor where it was in this environment; the main screen moves its list."""

    def remember(self, profile: Profile | None) -> None:
        """Notes the selection, for a later return to its environment."""
        stays = self.is_shown(profile) if profile else False
        self.selected = profile
        if profile is not None:
            self._open_tab(profile, (self.view or self.kind) if stays else self._tabs.get(profile.id))
            self._cursors |= {profile.environment.name: profile.id, OVERVIEW: profile.id}

    def keep_tab(self, profile: Profile, tab: Tab) -> None:
        """Notes the tab for a later return to a profile; instead of one whose copy would surprise, the first one."""
        self._tabs[profile.id] = TokenKind.ACCESS if tab in (TokenKind.REFRESH, View.USER) else tab

    def _open_tab(self, profile: Profile, tab: Tab | None) -> None:
        self.kind = tab if isinstance(tab, TokenKind) and tab in profile.kinds else TokenKind.ACCESS
        self.view = tab if isinstance(tab, View) and tab in views_of(profile) else None

    def is_shown(self, profile: Profile) -> bool:
        """Whether a profile is the one under the cursor."""
        return self.selected is not None and self.selected.id == profile.id

    def remembered_row(self) -> int:
        """Returns the row of the profile that was selected in this environment, or the first."""
        wanted = self._cursors.get(self.environment) or self.remembered.preferences.selected.get(self.environment)
        rows = (row for row, profile in enumerate(self.profiles) if profile.id == wanted)
        return next(rows, 0) if wanted else 0


def _read_changed(
    broker: TokenBroker, profile: Profile, tokens: Mapping[TokenKind, Token]
) -> Mapping[TokenKind, Token] | None:
    """Returns changed tokens as they are now; of a protected profile only that they are gone, as nobody was asked."""
    try:
        if profile.protected:
            return None if broker.is_current(profile, tokens) else {}
        return broker.changed(profile, tokens)
    except SecretStoreError:
        return None  # what is shown stays; the next key that needs the vault says what is wrong


def names_in(book: ProfileSet) -> tuple[str, ...]:
    """Returns the names of what can be listed: the environments and, where there are several, all of them at once."""
    names = tuple(environment.name for environment in book.environments)
    return (*names, OVERVIEW) if len(names) > 1 else names


def _is_same(before: ProfileSet | None, after: ProfileSet, profile_id: str) -> bool:
    """Whether a profile still means the same tokens."""
    former, now = before.by_id.get(profile_id) if before else None, after.by_id.get(profile_id)
    return former is not None and now is not None and former.token_key == now.token_key
