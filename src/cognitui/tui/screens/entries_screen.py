"""What the main screen knows of each profile in this run, and what it refuses to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.reactive import var

from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Token, TokenKind
from cognitui.services import Services
from cognitui.tui.screens.lockable import LockableScreen
from cognitui.tui.state import EMPTY, Entry


class EntriesScreen(LockableScreen):
    """The one place that entries are kept by: what comes late may be of a profile that means another user by now."""

    book: var[ProfileSet | None] = var(None, init=False)
    """What the profile file holds; None until it is read."""
    expiries: var[Mapping[str, Expiries]] = var({}, init=False)
    """What is known of tokens without the vault, by `Profile.token_key`."""
    entries: var[Mapping[str, Entry]] = var({}, init=False)
    """What this run knows, by `Profile.id`."""

    def __init__(self, services: Services) -> None:
        """Takes the parts."""
        super().__init__()
        self.services = services

    def present(self, profile: Profile) -> Profile | None:
        """Returns a profile as the book has it now; None where it is gone or means other tokens."""
        now = self.book.by_id.get(profile.id) if self.book else None
        return now if now is not None and now.token_key == profile.token_key else None

    def entry_of(self, profile: Profile | None) -> Entry:
        """Returns what this run knows of a profile."""
        return self.entries.get(profile.id, EMPTY) if profile else EMPTY

    def keep_entry(self, profile: Profile, entry: Entry) -> None:
        """Keeps what this run knows of a profile, and its tokens' lives for the list."""
        self.keep_entries({profile.id: (profile, entry)})

    def keep_entries(self, came: Mapping[str, tuple[Profile, Entry]]) -> None:
        """Keeps what this run knows of several profiles, by `Profile.id`, in one drawing."""
        if len(self.query("TokenPanel, KeyBar")) < 2:
            return  # the program is being left, and what still ran ends now
        # Whoever was edited meanwhile is somebody else.
        current = [(profile, entry) for profile, entry in came.values() if self.present(profile)]
        lives = {
            profile.token_key: entry.tokens
            for profile, entry in current
            if entry.tokens and entry.tokens != self.entry_of(profile).tokens
        }
        if lives:
            self.note_lives(lives)
        if self.is_locked:
            current = self._kept_behind_lock(current)
        if current:
            self.entries = {**self.entries, **{profile.id: entry for profile, entry in current}}

    def _kept_behind_lock(self, came: Iterable[tuple[Profile, Entry]]) -> list[tuple[Profile, Entry]]:
        place = "memory of this run" if self.services.secrets_in_memory else "keyring"
        for profile, entry in came:
            if entry.tokens or entry.user or entry.aws:
                self.tell_when_back(f"What came for {inert(profile.id, 80)} is in the {place} and was not opened.")
            elif entry.challenge:
                self.tell_when_back(f"{inert(profile.id, 80)} needs a person.")
        return [(profile, entry.dropped()) for profile, entry in came]

    def opened_entries(self) -> list[tuple[Profile, Entry]]:
        """Returns the profiles whose tokens are open, and for which nothing runs."""
        known = ((self.book.by_id.get(id_), entry) for id_, entry in self.entries.items()) if self.book else ()
        return [(profile, entry) for profile, entry in known if profile and entry.tokens and not entry.running]

    def take_changed_tokens(
        self, profile: Profile, before: Mapping[TokenKind, Token], now: Mapping[TokenKind, Token] | None
    ) -> None:
        """Shows what another process has left of tokens, unless it is None or something newer came."""
        entry = self.entry_of(profile)
        if now is not None and entry.tokens == before and now != before and not entry.running:
            self.keep_entry(profile, entry.changed(now))

    def note_lives(self, tokens: Mapping[str, Mapping[TokenKind, Token]]) -> None:
        """Notes for the list how long tokens live, by `Profile.token_key`."""
        noted = {
            key: replace(
                self.expiries.get(key, NO_EXPIRIES), **{kind.value: token.lifetime for kind, token in opened.items()}
            )
            for key, opened in tokens.items()
        }
        self.expiries = {**self.expiries, **noted}

    def drop_secrets(self) -> None:
        """Forgets all that was read from the vault or typed; the vault itself has what it had."""
        self.services.broker.drop_memory()
        self.entries = {id_: entry.dropped() for id_, entry in self.entries.items()}

    def forget_entries(self, token_key: str) -> None:
        """Drops what this run knows of all profiles with those tokens, except where something runs."""
        profiles = self.book.by_id if self.book else {}
        self.entries = {
            id_: entry
            for id_, entry in self.entries.items()
            if entry.running or id_ not in profiles or profiles[id_].token_key != token_key
        }
