"""What the keys of the main screen do to profiles: each opens a dialog and takes what it returns."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING

from textual.worker import Worker

from cognitui.model.profile import ProfileSet
from cognitui.services import Services
from cognitui.tui.keymap import BY_ID
from cognitui.tui.profile_watcher import ProfileReader
from cognitui.tui.reasons import Situation, why_not
from cognitui.tui.screens.desk_screen import OVERVIEW
from cognitui.tui.screens.remembering import RememberingScreen

if TYPE_CHECKING:
    from cognitui.tui.dialogs.profile_form import Saved
    from cognitui.tui.profile_flow import ProfileFlow


class ProfileActions(RememberingScreen):
    """The actions of the keymap that add, change and remove, by their ids."""

    def __init__(self, services: Services, reader: ProfileReader, environment: str) -> None:
        """Takes the parts, the reader that has begun, and the environment to begin with."""
        super().__init__(services, reader, environment)
        self._dialog: Worker[None] | None = None

    def situation(self) -> Situation:
        """What the keys act on now; the main screen tells."""
        return Situation(self.book, self.selected)

    def can(self, action_id: str) -> bool:
        """Returns whether an action can be done now; a toast says why not."""
        if reason := why_not(action_id, self.situation()):
            self.notify(reason, title=BY_ID[action_id].short, severity="warning", timeout=4, markup=False)
        return not reason

    def action_new_profile(self) -> None:
        """Adds a profile."""
        self._open(self._new_profile)

    async def _new_profile(self) -> None:
        here = self.environment if self.environment != OVERVIEW else ""
        place = here or (self.selected.environment.name if self.selected else "")
        self._take_added(await self._profiles.add(self.book or ProfileSet(), place))

    def action_edit_profile(self) -> None:
        """Edits the profile."""
        if self.can("edit_profile"):
            self._open(self._edit_profile)

    async def _edit_profile(self) -> None:
        if self.book and (profile := self.selected):
            saved = await self._profiles.edit(self.book, profile)
            if saved is not None:
                self.note_renamed(profile.id, saved.profile_id)
            self._take_saved(saved, "Saved")

    def action_duplicate_profile(self) -> None:
        """Adds a copy."""
        if self.can("duplicate_profile"):
            self._open(self._duplicate_profile)

    async def _duplicate_profile(self) -> None:
        if self.book and self.selected:
            self._take_added(await self._profiles.duplicate(self.book, self.selected))

    def action_delete_profile(self) -> None:
        """Deletes the profile."""
        if self.can("delete_profile"):
            self._open(self._delete_profile)

    async def _delete_profile(self) -> None:
        if (profile := self.selected) and (book := await self._profiles.delete(profile)) is not None:
            self.take_changed(book)
            if profile.id not in book.by_id:  # an included file may have one of that name, too
                self.note_deleted(profile.id)

    def action_edit_secrets(self) -> None:
        """Stores or removes secrets."""
        if self.can("edit_secrets"):
            self._open(self._edit_secrets)

    async def _edit_secrets(self) -> None:
        from cognitui.tui.dialogs.secrets import SecretsScreen

        if self.selected:
            done = await self.app.push_screen_wait(SecretsScreen(self.selected, self.services))
            self.secrets_in_memory = self.services.secrets_in_memory
            if done:
                self.notify(done, markup=False)

    def _open(self, dialog: Callable[[], Coroutine[None, None, None]]) -> None:
        # A second press in the same breath must not open a second dialog.
        if self._dialog is None or self._dialog.is_finished:
            self._dialog = self.run_worker(dialog, group="profile")

    def action_reload(self) -> None:
        """Reads the files anew."""
        self.read_again(say=True)

    @cached_property
    def _profiles(self) -> ProfileFlow:
        # The dialogs cost 15 ms, and the first paint needs none of them.
        from cognitui.tui.profile_flow import ProfileFlow

        return ProfileFlow(self, self.services)

    def _take_added(self, saved: Saved | None) -> None:
        if saved is not None:
            # One of its name may have been taken out by hand.
            self.note_deleted(saved.profile_id)
        self._take_saved(saved, "Added")

    def _take_saved(self, saved: Saved | None, verb: str) -> None:
        if saved is not None:
            self.take_changed(saved.book, saved.profile_id)
            self.notify(f"{verb} {saved.profile_id}.", markup=False)
