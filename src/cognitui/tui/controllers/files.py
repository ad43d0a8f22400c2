"""Files behind the list: profiles that are read and watched for changes, and preferences that are saved."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping

from cognitui.model.errors import CognituiError, SecretStoreError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.sorting import Order
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tui.background import ProfileReader, Reading, Stamp, in_background, in_only_worker
from cognitui.tui.controllers.keep_alive import KeepAlive
from cognitui.tui.controllers.listing import Listing
from cognitui.tui.preferences import Change
from cognitui.tui.state_screen import LIST_PANE, OVERVIEW, TOKEN_PANE, StateScreen, names_in

_SAVE_DELAY = 1.0
"""Seconds from a change to its write, together with all other changes until then."""

_EXIT_TIMEOUT = 0.2
"""Seconds that leaving waits for the last write: all that could be lost is the place of the cursor."""

_PANES = {LIST_PANE: "profiles", TOKEN_PANE: "token"}
"""Stored name of a pane, by its id."""


class PreferenceSaver:
    """Notes changes at once and saves them a moment later; a move of the cursor is saved only on exit."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._last_environment = ""
        self.will_save = False
        """Whether a save is scheduled."""

    def note(self, change: Change) -> None:
        """Remember a change."""
        if self._screen.remembered.change(change):
            self._save_soon()

    def note_use(self, profile: Profile) -> None:
        """Remember that a token of a profile was fetched or copied."""
        now = self._screen.services.clock()
        self.note(lambda preferences: preferences.with_use(profile.id, now))

    def note_renamed(self, before: str, after: str) -> None:
        """Remember a profile by its new id."""
        self.note(lambda preferences: preferences.with_renamed(before, after))

    def note_deleted(self, profile_id: str) -> None:
        """Forget a profile, so that a new one with its name starts without history."""
        self.note(lambda preferences: preferences.without(profile_id))

    def note_order(self) -> None:
        """Remember the order of the list."""
        order = self._screen.order.key
        self.note(lambda preferences: preferences.with_order(order))

    def note_layout(self) -> None:
        """Remember which pane is maximised. The tab is not kept: the TUI starts with access tokens."""
        name = _PANES.get(self._screen.maximised, "")
        self.note(lambda preferences: preferences.with_alone(name))

    def note_environment(self) -> None:
        """Remember a change of environment; the first one after the start is not the user's choice."""
        if self._last_environment not in ("", self._screen.environment):
            self._save_soon()
        self._last_environment = self._screen.environment

    def stored_pane(self) -> str:
        """Return the id of the pane that was maximised in the last run; empty if none or if it is unknown."""
        stored = self._screen.remembered.preferences.alone
        return next((pane for pane, name in _PANES.items() if name == stored), "")

    def save_at_exit(self) -> None:
        """Save what is not saved yet, and the place of the cursor."""
        self._save()
        self._screen.remembered.wait(_EXIT_TIMEOUT)

    def _save_soon(self) -> None:
        if not self.will_save:
            self.will_save = True
            self._screen.set_timer(_SAVE_DELAY, self._save)

    def _save(self) -> None:
        self.will_save = False
        screen = self._screen
        if screen.environment:
            environment, selected = screen.environment, dict(screen.cursors)
            screen.remembered.change(lambda preferences: preferences.with_place(environment, selected))
        screen.remembered.save()


class ProfileFiles:
    """Reads in workers and hands the book to the screen; the selection stays on its profile."""

    def __init__(
        self,
        screen: StateScreen,
        reader: ProfileReader,
        environment: str,
        *,
        listing: Listing,
        preferences: PreferenceSaver,
        keep_alive: KeepAlive,
        show_error: Callable[[CognituiError], None],
    ) -> None:
        """Create it.

        Args:
            screen: Gets the book.
            reader: The reader, which has begun the first reading.
            environment: The environment to list first; empty for that of the last run.
            listing: Follows the book.
            preferences: Restores the layout of the last run.
            keep_alive: Stops for profiles that changed.
            show_error: Shows that the profile file as a whole cannot be read.
        """
        self._screen = screen
        self._reader = reader
        self._wanted_environment = environment
        self._listing = listing
        self._preferences = preferences
        self._keep_alive = keep_alive
        self._show_error = show_error
        self._stamp: Stamp = ()
        self._is_restored = False

    # Reading

    def read_first(self) -> None:
        """Take what was read while the screen was made; if it is ready, the first paint shows it."""
        if (reading := self._reader.ready()) is not None:
            self._take(reading)
        else:
            in_only_worker(self._screen, "read", self._await_first)

    def reload(self, *, say: bool = False) -> None:
        """Read the files again; `say` confirms it to the user."""
        in_only_worker(self._screen, "read", self._reload, say=say)

    def watch(self) -> None:
        """Look for changes: another program may have written the profiles or fetched a token."""
        in_only_worker(self._screen, "watch", self._watch)

    async def _await_first(self) -> None:
        await in_background(self._reader.wait, "profiles")
        self._restore_once()
        try:
            reading = self._reader.first()
        except CognituiError as error:
            self._show_error(error)
        else:
            self._take(reading)

    async def _reload(self, *, say: bool) -> None:
        try:
            reading = await in_background(self._reader.again, "profiles")
        except CognituiError as error:
            self._show_error(error)
            return
        self._take(reading)
        if say:
            count = len(reading.book.profiles)
            self._screen.notify(f"Reloaded {count} profile{'' if count == 1 else 's'}.", timeout=3, markup=False)

    async def _watch(self) -> None:
        screen = self._screen
        stamp = await in_background(self._reader.stamp, "watch")
        if stamp != self._stamp:
            # Set here, too: a broken file is not read again until it changes.
            self._stamp = stamp
            self.reload()
            return
        before = screen.expiries
        expiries = await in_background(screen.services.broker.expiries, "watch")
        # What came in the meantime is newer than what was read.
        if screen.expiries is before and expiries != before:
            screen.expiries = expiries
        await self._check_open_tokens()

    async def _check_open_tokens(self) -> None:
        """Show tokens that another process has renewed, replaced or removed as they are now."""
        opened = [(profile, state.tokens) for profile, state in self._screen.opened_states()]
        if not opened:
            return
        broker = self._screen.services.broker

        def changed() -> list[tuple[Profile, Mapping[TokenKind, Token], Mapping[TokenKind, Token] | None]]:
            return [(profile, tokens, _read_changed(broker, profile, tokens)) for profile, tokens in opened]

        for profile, tokens, now in await in_background(changed, "watch"):
            state = self._screen.state_of(profile)
            # Unless something newer came.
            if now is not None and state.tokens == tokens and now != tokens and not state.running:
                self._screen.keep_state(profile, state.changed(now))
        if self._screen.is_locked:
            # Read while the lock closed: it is not kept behind it.
            broker.drop_memory()

    def _restore_once(self) -> None:
        """Restore the preferences of earlier runs before the first list."""
        if not self._is_restored:
            self._is_restored = True
            self._screen.remembered.begin(self._reader.preferences)
            self._screen.order = Order.of_key(self._screen.remembered.preferences.order)
            self._screen.maximised = self._preferences.stored_pane()

    # Another book

    def _take(self, reading: Reading) -> None:
        spare_the_collector()
        # Here, too: a reload may have overtaken the first reading.
        self._restore_once()
        self._stamp = reading.stamp
        self._screen.expiries = reading.expiries
        self.take_book(reading.book)

    def take_changed(self, book: ProfileSet, selected_id: str = "") -> None:
        """Show the book after a change that was made here."""
        # A reading that began before the change would bring the previous book back.
        self._screen.workers.cancel_group(self._screen, "read")
        self.take_book(book, selected_id)

    def take_book(self, book: ProfileSet, selected_id: str = "") -> None:
        """Show another book; the selection stays on the same profile, or goes to `selected_id`."""
        screen = self._screen
        self._keep_alive.take_book(book)
        names = names_in(book)
        wanted = self._wanted_after(selected_id)
        if wanted and names and wanted not in names:
            self.warn_no_environment(wanted)
        if selected_id:
            # Without its watcher: a list of the previous book would move the selection away.
            screen.set_reactive(StateScreen.query_text, "")
        screen.states = {id_: state for id_, state in screen.states.items() if _is_same(screen.book, book, id_)}
        possible = (wanted, screen.remembered.preferences.environment, *names)
        screen.set_reactive(StateScreen.environment, next((name for name in possible if name in names), ""))
        previous, present = screen.selected, book.by_id.get(screen.selected.id) if screen.selected else None
        # Without its watcher, as the list still shows the previous book; but nothing may act on a profile of that book.
        screen.set_reactive(StateScreen.selected, present)
        screen.book = book
        screen.mutate_reactive(StateScreen.environment)
        if screen.selected is present and present != previous:
            screen.mutate_reactive(StateScreen.selected)

    def warn_no_environment(self, environment: str) -> None:
        """Say that there is no environment with that name."""
        self._screen.notify(f"There is no environment {inert(environment, 60)}.", severity="warning", markup=False)

    def _wanted_after(self, selected_id: str) -> str:
        """Return the environment to list, after noting which profile is to be selected there."""
        screen = self._screen
        if selected_id:
            environment, _, _ = selected_id.partition("/")
            self._wanted_environment = OVERVIEW if screen.environment == OVERVIEW else environment
            self._listing.remember_id(environment, selected_id)
        elif screen.selected is not None:
            self._listing.remember_id(screen.selected.environment.name, screen.selected.id)
        wanted = self._wanted_environment or screen.environment
        self._wanted_environment = ""
        return wanted


def spare_the_collector() -> None:
    """Exclude what is loaded now from garbage collection.

    Thousands of profiles and the modules of AWS live as long as the screen: each time the collector went through them,
    a key would wait 20 to 40 ms.
    """
    gc.freeze()


def _read_changed(
    broker: TokenBroker, profile: Profile, tokens: Mapping[TokenKind, Token]
) -> Mapping[TokenKind, Token] | None:
    """Return changed tokens as they are now; of a protected profile only that they are gone, as nobody was asked."""
    try:
        if profile.protected:
            return None if broker.is_current(profile, tokens) else {}
        return broker.changed(profile, tokens)
    except SecretStoreError:
        return None  # what is shown stays; the next key that needs the vault shows the error


def _is_same(before: ProfileSet | None, after: ProfileSet, profile_id: str) -> bool:
    """Return whether a profile still means the same tokens."""
    previous, now = before.by_id.get(profile_id) if before else None, after.by_id.get(profile_id)
    return previous is not None and now is not None and previous.token_key == now.token_key
