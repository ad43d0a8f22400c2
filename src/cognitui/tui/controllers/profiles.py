"""Actions on profiles: add, edit, duplicate, delete and import them, and edit their secrets."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile, ProfileFields, ProfileSet
from cognitui.tui.background import in_background
from cognitui.tui.controllers.files import PreferenceSaver, ProfileFiles
from cognitui.tui.controllers.lock import IdleLock
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.dialogs.import_file import ImportFileScreen
from cognitui.tui.dialogs.import_review import FormInput, Imported
from cognitui.tui.dialogs.picker import ImportSource, PickScreen
from cognitui.tui.dialogs.profile_form import ProfileForm, Saved
from cognitui.tui.dialogs.secrets import SecretsScreen
from cognitui.tui.state_screen import OVERVIEW, DialogRunner, StateScreen


class ProfileEditing:
    """Opens a dialog, stores what it returns and shows the new book; a toast reports an error."""

    def __init__(
        self,
        screen: StateScreen,
        *,
        dialogs: DialogRunner,
        files: ProfileFiles,
        lock: IdleLock,
        preferences: PreferenceSaver,
    ) -> None:
        self._screen = screen
        self._services = screen.services
        self._dialogs = dialogs
        self._files = files
        self._lock = lock
        self._preferences = preferences

    def add(self) -> None:
        """Add a profile."""
        self._dialogs.run(self._add)

    def edit(self) -> None:
        """Edit the selected profile, or move it to another name or environment."""
        self._dialogs.run(self._edit)

    def duplicate(self) -> None:
        """Add a copy of the selected profile."""
        self._dialogs.run(self._duplicate)

    def delete(self) -> None:
        """Delete the selected profile."""
        self._dialogs.run(self._delete)

    def edit_secrets(self) -> None:
        """Store or remove secrets of the selected profile."""
        self._dialogs.run(self._edit_secrets)

    async def _add(self) -> None:
        screen = self._screen
        here = screen.environment if screen.environment != OVERVIEW else ""
        environment = here or (screen.selected.environment.name if screen.selected else "")
        form = ProfileForm(
            "New profile", screen.book or ProfileSet(), self._services.profiles.add, environment=environment
        )
        self._take_added(await screen.app.push_screen_wait(form))

    async def _edit(self) -> None:
        screen = self._screen
        if not (screen.book and (profile := screen.selected)):
            return

        def save(environment: str, name: str, fields: ProfileFields) -> ProfileSet:
            return self._services.profiles.change(profile, environment, name, fields)

        form = ProfileForm(
            f"Edit {profile.id}",
            screen.book,
            save,
            environment=profile.environment.name,
            name=profile.name,
            fields=profile.own,
        )
        saved = await screen.app.push_screen_wait(form)
        if saved is not None:
            self._preferences.note_renamed(profile.id, saved.profile_id)
        self._take_saved(saved, "Saved")

    async def _duplicate(self) -> None:
        screen = self._screen
        if not (screen.book and (profile := screen.selected)):
            return
        form = ProfileForm(
            f"Duplicate {profile.id}",
            screen.book,
            self._services.profiles.add,
            environment=profile.environment.name,
            name=_free_name(screen.book, profile),
            fields=self._fields_to_copy(profile),
        )
        self._take_added(await screen.app.push_screen_wait(form))

    def _fields_to_copy(self, profile: Profile) -> ProfileFields:
        """Return a profile's fields without a command that somebody else wrote."""
        if not (profile.read_only and profile.own.mfa_process):
            return profile.own
        words = f"mfa_process of {profile.id} is not copied: it comes from an included file. Set it if you trust it."
        self._screen.app.notify(words, severity="warning", timeout=15, markup=False)
        return structs.replace(profile.own, mfa_process=None)

    async def _delete(self) -> None:
        if (profile := self._screen.selected) and (book := await self._deleted(profile)) is not None:
            self._files.take_changed(book)
            if profile.id not in book.by_id:  # an included file may have one with that name, too
                self._preferences.note_deleted(profile.id)

    async def _deleted(self, profile: Profile) -> ProfileSet | None:
        """Ask, then delete the profile; return the new book, or None if it was declined or failed."""
        question = f"Delete {profile.id} from {profile.source}?"
        dialog = Confirm(
            "Delete a profile", question, yes="Delete", option="Also remove its secrets and tokens (not shared ones)"
        )
        decision = await self._lock.answer_to(dialog, question)
        if decision is None or not decision.yes:
            return None

        notify = self._screen.app.notify
        try:
            book = await in_background(lambda: self._services.profiles.remove(profile), "delete")
        except CognituiError as error:
            notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return None
        notify(f"Deleted {profile.id}.", markup=False)
        if decision.option:
            await self._forget(profile, book)
        return book

    async def _forget(self, profile: Profile, book: ProfileSet) -> None:
        """Remove secrets and tokens. The profile is gone by now, so an error of the vault says what is left."""
        try:
            await in_background(lambda: self._services.broker.forget(profile, book.profiles), "forget")
        except CognituiError as error:
            words = f"Its secrets and tokens may still be stored. {error.cause} {error.fix}"
            self._screen.app.notify(words, title=error.title, severity="warning", timeout=15, markup=False)

    async def _edit_secrets(self) -> None:
        screen = self._screen
        if screen.selected:
            done = await screen.app.push_screen_wait(SecretsScreen(screen.selected, self._services))
            screen.note_storage()
            if done:
                screen.notify(done, markup=False)

    def _take_added(self, saved: Saved | None) -> None:
        if saved is not None:
            # A profile with its name may have been removed by hand.
            self._preferences.note_deleted(saved.profile_id)
        self._take_saved(saved, "Added")

    def _take_saved(self, saved: Saved | None, verb: str) -> None:
        if saved is not None:
            self._files.take_changed(saved.book, saved.profile_id)
            self._screen.notify(f"{verb} {saved.profile_id}.", markup=False)


def _free_name(book: ProfileSet, profile: Profile) -> str:
    names = {other.name for other in book.by_environment[profile.environment.name]}
    candidates = (f"{profile.name}-{number}" for number in range(2, len(names) + 3))
    return next(name for name in candidates if name not in names)


class Imports:
    """Opens the import dialogs, from either of which the user can switch to the other."""

    def __init__(self, screen: StateScreen, *, dialogs: DialogRunner, files: ProfileFiles) -> None:
        self._screen = screen
        self._dialogs = dialogs
        self._files = files
        self._typed: dict[object, FormInput] = {}
        """What the user typed, for this run."""

    def from_aws(self) -> None:
        """Import from an AWS account."""
        self._dialogs.run(self._import, ImportSource.AWS)

    def from_file(self) -> None:
        """Import from a file."""
        self._dialogs.run(self._import, ImportSource.FILE)

    async def _import(self, source: ImportSource) -> None:
        done: Imported | ImportSource | None = source
        while isinstance(done, ImportSource):
            done = await self._screen.app.push_screen_wait(self._dialog_of(done))
        self._take(done)

    def _dialog_of(self, source: ImportSource) -> PickScreen:
        if source is ImportSource.AWS:
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
