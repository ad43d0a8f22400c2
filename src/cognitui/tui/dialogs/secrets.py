"""Dialog for the stored secrets of a profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, Label, Static

from cognitui.model.challenge import given_secret
from cognitui.model.errors import CognituiError, SecretStoreError, UsageError
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.client_secret import named_source
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background, no_keyring_warning, with_keyring_or_memory
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain
from cognitui.tui.widgets.inputs import SecretInput

Result = TypeVar("Result")

_SAVE = "Save (enter)"

_EXPLANATIONS = {
    SecretKind.PASSWORD: "The user's, in this pool.",
    SecretKind.CLIENT_SECRET: "The app client's; shared by its profiles.",
    SecretKind.TOTP: "The authenticator app's (or its otpauth URI); answers codes automatically.",
}


class SecretsScreen(Dialog[str]):
    """Masked inputs that begin empty whatever is stored; closes with what was done, in words."""

    holds_secrets = True

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.FORM)

    def __init__(self, profile: Profile, services: Services) -> None:
        super().__init__()
        self._profile = profile
        self._services = services
        self._kinds = (
            (SecretKind.PASSWORD, SecretKind.CLIENT_SECRET, SecretKind.TOTP)
            if profile.needs_user
            else (SecretKind.CLIENT_SECRET,)
        )
        self._saving = False

    def compose(self) -> ComposeResult:
        """One field per secret."""
        with VerticalScroll(classes="dialog -form", can_focus=False) as dialog:
            dialog.border_title = "Passwords and secrets"
            dialog.border_subtitle = plain(self._profile.id)
            yield Static("", id="remark", classes="remark", markup=False)
            for kind in self._kinds:
                with Horizontal(classes="field"):
                    yield Label(kind.label[:1].upper() + kind.label[1:], markup=False)
                    yield SecretInput(placeholder="checking whether one is stored…", id=kind.value)
                    yield Button("Remove", id=f"remove-{kind.value}", disabled=True, compact=True)
                yield Static(_EXPLANATIONS[kind], markup=False, classes="under")
            yield Static("", id="where", markup=False, classes="message")
            with Horizontal(classes="buttons"):
                yield Button(_SAVE, id="save", variant="primary", compact=True)
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Check which secrets are stored."""
        self.query_one("#remark").display = False
        self._show_where()
        self.query(Input).first().focus()
        self._check_stored()

    @work(exclusive=True, group="vault")
    async def _check_stored(self) -> None:
        try:
            stored = await self._in_vault(lambda broker: broker.stored_secrets(self._profile))
        except SecretStoreError as error:
            self._fail(error)
            return
        self._show_where()
        for kind in self._kinds:
            words = "stored; type to replace it" if stored[kind] else self._missing_words(kind)
            self.query_one(f"#{kind.value}", Input).placeholder = words
            self.query_one(f"#remove-{kind.value}", Button).disabled = not stored[kind]

    def _missing_words(self, kind: SecretKind) -> str:
        sourced = kind is SecretKind.CLIENT_SECRET and named_source(self._profile) is not None
        return "not stored; read from Secrets Manager" if sourced else "not stored"

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        button = event.button.id or ""
        if button == "save":
            self._save()
        elif button.startswith("remove-"):
            self._remove(SecretKind(button.removeprefix("remove-")))
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close; a running save is not stopped."""
        self.dismiss("The save was still running; the secret may be stored." if self._saving else "")

    def _save(self) -> None:
        if not self._saving:
            self._show_saving(True)
            self._store()

    def _show_saving(self, saving: bool) -> None:
        self._saving = saving
        self.query_one("#save", Button).label = "Saving…" if saving else _SAVE

    @work(exclusive=True, group="vault")
    async def _store(self) -> None:
        given = {kind: value for kind in self._kinds if (value := self.query_one(f"#{kind.value}", Input).value)}

        def store(broker: TokenBroker) -> None:
            # All are checked before the first one is stored.
            cleaned = {kind: given_secret(kind, value) for kind, value in given.items()}
            for kind, value in cleaned.items():
                broker.set_secret(self._profile, kind, value)

        try:
            await self._in_vault(store)
        except (SecretStoreError, UsageError) as error:
            self._fail(error)
            return
        names = " and ".join(kind.label for kind in given)
        self.dismiss(f"Stored the {names} of {self._profile.id}." if given else "")

    @work(exclusive=True, group="vault")
    async def _remove(self, kind: SecretKind) -> None:
        try:
            await self._in_vault(lambda broker: broker.remove_secret(self._profile, kind))
        except SecretStoreError as error:
            self._fail(error)
            return
        self.query_one(f"#remove-{kind.value}", Button).disabled = True
        self.query_one(f"#{kind.value}", Input).placeholder = "removed"
        self.app.notify(f"Removed the {kind.label} of {self._profile.id}.", markup=False)

    async def _in_vault(self, use: Callable[[TokenBroker], Result]) -> Result:
        warn = no_keyring_warning(self.app)

        def call() -> Result:
            return with_keyring_or_memory(self._services, warn, lambda: use(self._services.broker))

        return await in_background(call, "secrets")

    def _show_where(self) -> None:
        place = "in memory until you quit" if self._services.secrets_in_memory else "in the keyring"
        self.query_one("#where", Static).update(f"Empty fields change nothing. Kept {place}.")

    def _fail(self, error: CognituiError) -> None:
        self._show_saving(False)
        remark = self.query_one("#remark", Static)
        remark.display = True
        remark.update(inert(f"{error.cause} {error.fix}", 400))
