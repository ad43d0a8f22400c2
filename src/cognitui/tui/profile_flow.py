"""Adding, editing, duplicating and deleting profiles through the dialogs. It runs as a worker of the screen."""

from __future__ import annotations

from msgspec import structs

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile, ProfileFields, ProfileSet
from cognitui.services import Services
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.profile_form import ProfileForm, Saved
from cognitui.tui.screens.lockable import LockableScreen


class ProfileFlow:
    """Each method returns what was stored, or None where a person turned back or it failed (a toast says why)."""

    def __init__(self, screen: LockableScreen, services: Services) -> None:
        """Takes the screen that asks, and the parts."""
        self._screen = screen
        self._app = screen.app
        self._services = services

    async def add(self, book: ProfileSet, environment: str) -> Saved | None:
        """Asks for a new profile."""
        form = ProfileForm("New profile", book, self._services.profiles.add, environment=environment)
        return await self._app.push_screen_wait(form)

    async def edit(self, book: ProfileSet, profile: Profile) -> Saved | None:
        """Asks for other values, also another name or environment."""

        def save(environment: str, name: str, fields: ProfileFields) -> ProfileSet:
            return self._services.profiles.change(profile, environment, name, fields)

        return await self._app.push_screen_wait(
            ProfileForm(
                f"Edit {profile.id}",
                book,
                save,
                environment=profile.environment.name,
                name=profile.name,
                fields=profile.own,
            )
        )

    async def duplicate(self, book: ProfileSet, profile: Profile) -> Saved | None:
        """Asks for a new profile that begins as a copy, without a command that somebody else wrote."""
        fields = profile.own
        if profile.read_only and fields.mfa_process:
            fields = structs.replace(fields, mfa_process=None)
            words = (
                f"mfa_process of {profile.id} is not copied: it comes from an included file. Set it if you trust it."
            )
            self._app.notify(words, severity="warning", timeout=15, markup=False)
        return await self._app.push_screen_wait(
            ProfileForm(
                f"Duplicate {profile.id}",
                book,
                self._services.profiles.add,
                environment=profile.environment.name,
                name=_free_name(book, profile),
                fields=fields,
            )
        )

    async def delete(self, profile: Profile) -> ProfileSet | None:
        """Asks, then takes the profile out of its file."""
        question = f"Delete {profile.id} from {profile.source}?"
        dialog = Confirm(
            "Delete a profile", question, yes="Delete", option="Forget its secrets and tokens, too (not shared ones)"
        )
        decision = await self._screen.answer_to(dialog, question)
        if decision is None or not decision.yes:
            return None

        try:
            book = await in_background(lambda: self._services.profiles.remove(profile), "delete")
        except CognituiError as error:
            self._app.notify(f"{error.cause} {error.fix}", title=error.title, severity="error", markup=False)
            return None
        self._app.notify(f"Deleted {profile.id}.", markup=False)
        if decision.option:
            await self._forget(profile, book)
        return book

    async def _forget(self, profile: Profile, book: ProfileSet) -> None:
        """The profile is gone by now, so a vault that fails is told as what it is: secrets that stay."""
        try:
            await in_background(lambda: self._services.broker.forget(profile, book.profiles), "forget")
        except CognituiError as error:
            words = f"Its secrets and tokens may still be stored. {error.cause} {error.fix}"
            self._app.notify(words, title=error.title, severity="warning", timeout=15, markup=False)


def _free_name(book: ProfileSet, profile: Profile) -> str:
    names = {other.name for other in book.by_environment[profile.environment.name]}
    candidates = (f"{profile.name}-{number}" for number in range(2, len(names) + 3))
    return next(name for name in candidates if name not in names)
