"""Importing from AWS or from a file, and from one to the other. It runs as a worker of the screen."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from cognitui.services import Services
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.dialogs.import_file import ImportFileScreen
from cognitui.tui.dialogs.import_review import Imported, Typed
from cognitui.tui.dialogs.picker import PickScreen, Source


class ImportFlow:
    """Each method returns what was written, or None where a person turned back; what was typed is kept for this run."""

    def __init__(self, app: App[object], services: Services) -> None:
        """Takes the app for its dialogs, and the parts."""
        self._app = app
        self._services = services
        self._kept: dict[object, Typed] = {}

    async def from_aws(self) -> Imported | None:
        """Asks for what is in an AWS account."""
        return await self._from(Source.AWS)

    async def from_file(self) -> Imported | None:
        """Asks for a file."""
        return await self._from(Source.FILE)

    async def _from(self, source: Source) -> Imported | None:
        done: Imported | Source | None = source
        while isinstance(done, Source):
            done = await self._app.push_screen_wait(self._screen(done))
        return done

    def _screen(self, source: Source) -> PickScreen:
        if source is Source.AWS:
            return ImportScreen(self._services, self._kept)
        return ImportFileScreen(self._services, Path.cwd, self._kept)
