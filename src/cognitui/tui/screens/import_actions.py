"""What the keys do to bring profiles in from elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cognitui.tui.screens.claim_actions import ClaimActions

if TYPE_CHECKING:
    from cognitui.tui.dialogs.import_review import Imported
    from cognitui.tui.import_flow import ImportFlow


class ImportActions(ClaimActions):
    """The actions of the keymap that import, by their ids."""

    def action_import_profiles(self) -> None:
        """Opens the import from AWS."""
        self._open(self._import_from_aws)

    def action_import_file(self) -> None:
        """Opens the import from a file."""
        self._open(self._import_from_file)

    async def _import_from_aws(self) -> None:
        self._take_imported(await self._imports.from_aws())

    async def _import_from_file(self) -> None:
        self._take_imported(await self._imports.from_file())

    @cached_property
    def _imports(self) -> ImportFlow:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.import_flow import ImportFlow

        return ImportFlow(self.app, self.services)

    def _take_imported(self, imported: Imported | None) -> None:
        self.secrets_in_memory = self.services.secrets_in_memory
        if imported is None:
            return
        self.take_changed(imported.book, imported.ids[0])
        count = len(imported.ids)
        self.notify(f"Added {imported.ids[0]}." if count == 1 else f"Added {count} profiles.", markup=False)
