"""Errors of the profile file: the line above the panes, and the text of an empty list."""

from __future__ import annotations

from functools import partial

from textual.widgets import Static

from cognitui.model.errors import CognituiError
from cognitui.model.profile import ProfileSet
from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import key_in
from cognitui.tui.state_screen import StateScreen
from cognitui.tui.widgets.profile_list import ProfileList


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
