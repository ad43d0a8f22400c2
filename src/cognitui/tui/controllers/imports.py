"""Importing profiles from AWS or from a file."""

from __future__ import annotations

from pathlib import Path

from cognitui.tui.controllers.dialogs import DialogRunner
from cognitui.tui.controllers.files import ProfileFiles
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.dialogs.import_file import ImportFileScreen
from cognitui.tui.dialogs.import_review import Imported, Typed
from cognitui.tui.dialogs.picker import PickScreen, Source
from cognitui.tui.state_screen import StateScreen


class Imports:
    """Opens the import dialogs, from either of which the user can switch to the other."""

    def __init__(self, screen: StateScreen, *, dialogs: DialogRunner, files: ProfileFiles) -> None:
        self._screen = screen
        self._dialogs = dialogs
        self._files = files
        self._typed: dict[object, Typed] = {}
        """What the user typed, for this run."""

    def from_aws(self) -> None:
        """Import from an AWS account."""
        self._dialogs.run(self._import, Source.AWS)

    def from_file(self) -> None:
        """Import from a file."""
        self._dialogs.run(self._import, Source.FILE)

    async def _import(self, source: Source) -> None:
        done: Imported | Source | None = source
        while isinstance(done, Source):
            done = await self._screen.app.push_screen_wait(self._dialog_of(done))
        self._take(done)

    def _dialog_of(self, source: Source) -> PickScreen:
        if source is Source.AWS:
            return ImportScreen(self._screen.services, self._typed)
        return ImportFileScreen(self._screen.services, Path.cwd, self._typed)

    def _take(self, imported: Imported | None) -> None:
        self._screen.note_storage()
        if imported is None:
            return
        self._files.take_changed(imported.book, imported.ids[0])
        count = len(imported.ids)
        words = f"Added {imported.ids[0]}." if count == 1 else f"Added {count} profiles."
        self._screen.notify(words, markup=False)
