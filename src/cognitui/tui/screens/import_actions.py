"""What the keys do to bring profiles in from elsewhere."""

from __future__ import annotations

from cognitui.tui.screens.claim_actions import ClaimActions


class ImportActions(ClaimActions):
    """The actions of the keymap that import, by their ids."""

    def action_import_profiles(self) -> None:
        """Opens the import from AWS."""
        self._open(self._import_profiles)

    async def _import_profiles(self) -> None:
        from cognitui.tui.screens.import_aws import ImportScreen

        imported = await self.app.push_screen_wait(ImportScreen(self.services))
        self.secrets_in_memory = self.services.secrets_in_memory
        if imported is None:
            return
        self.take_changed(imported.book, imported.ids[0])
        count = len(imported.ids)
        self.notify(f"Added {imported.ids[0]}." if count == 1 else f"Added {count} profiles.", markup=False)
