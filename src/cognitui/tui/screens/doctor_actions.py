"""What the key of the doctor does."""

from __future__ import annotations

from cognitui.tui.screens.import_actions import ImportActions


class DoctorActions(ImportActions):
    """The action of the keymap that examines, by its id."""

    def action_doctor(self) -> None:
        """Examines the set-up and the selected profile."""
        self._open(self._examine)

    async def _examine(self) -> None:
        from cognitui.tui.dialogs.doctor import DoctorScreen

        await self.app.push_screen_wait(DoctorScreen(self.services, lambda: self.selected, self._copy_fix))

    async def _copy_fix(self, fix: str, what: str) -> None:
        await self.copying.copy_text(fix, what, stays=True)
