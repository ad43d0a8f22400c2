"""What an import is about to write, with the names that a person may still change."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Label, Static

from cognitui.importing.naming import environment_for
from cognitui.importing.trail import Trail, secret_of
from cognitui.importing.writing import write
from cognitui.model.errors import CognituiError, SecretStoreError
from cognitui.model.profile import Profile, ProfileBook
from cognitui.model.secret import SecretKind
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.background import in_background
from cognitui.tui.keymap import FORM, bindings, key_in
from cognitui.tui.keyring_fallback import with_keyring_or_memory
from cognitui.tui.screens.import_aws import Imported

_WRITE = "Write (enter)"
_NAMED = 5
"""Users that are named; of more, their number is told."""


class ImportSummary(ModalScreen[Imported | None]):
    """Writes profiles, and their client secret into the vault; one that fails keeps what was typed."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(FORM)

    def __init__(self, trail: Trail, services: Services) -> None:
        """Takes what was chosen, and the parts."""
        super().__init__()
        self._trail = trail
        self._services = services
        self._writing = False

    def compose(self) -> ComposeResult:
        """What was chosen, the environment, and the name where there is but one."""
        with VerticalScroll(classes="dialog -form", can_focus=False) as dialog:
            dialog.border_title = "Write these profiles?" if len(self._trail.names) > 1 else "Write this profile?"
            yield Static("", id="remark", classes="remark", markup=False)
            for label, value in self._facts():
                with Horizontal(classes="field -fact"):
                    yield Label(label, markup=False)
                    yield Static(inert(value, 300), markup=False, classes="shown")
            with Horizontal(classes="field", id="row-environment"):
                yield Label("Environment", markup=False)
                yield Input(placeholder="dev", compact=True, id="environment")
            with Horizontal(classes="field", id="row-name"):
                yield Label("Name", markup=False)
                yield Input(self._trail.names[0], placeholder="alice", compact=True, id="name")
            with Horizontal(classes="buttons"):
                yield Button(_WRITE, id="write", variant="primary", compact=True)
                yield Button(f"Back ({key_in(self.app, 'cancel')})", id="back", compact=True)

    def on_mount(self) -> None:
        """Proposes an environment."""
        self.query_one("#remark").display = False
        self.query_one("#row-name").display = len(self._trail.names) == 1
        self.query_one("#environment").focus()
        self._propose()

    @work(group="propose")
    async def _propose(self) -> None:
        try:
            book = await in_background(self._services.profiles.load, "import")
        except CognituiError as error:
            self._fail(error)
            return
        pool = self._trail.pool
        environment = self.query_one("#environment", Input)
        environment.suggester = SuggestFromList([known.name for known in book.environments], case_sensitive=True)
        if not environment.value and pool is not None:
            environment.value = environment_for(book, pool.id, pool.name)

    def _facts(self) -> list[tuple[str, str]]:
        trail = self._trail
        facts = [("Pool", ""), ("App client", ""), ("Signs in by", trail.flow.value)]
        if trail.pool and trail.client:
            facts[0] = ("Pool", f"{trail.pool.name}  {trail.pool.id}")
            facts[1] = ("App client", f"{trail.client.name}  {trail.client.id}")
        if trail.users:
            names = ", ".join(trail.logins[:_NAMED])
            more = f" and {len(trail.logins) - _NAMED} more" if len(trail.logins) > _NAMED else ""
            facts.append(("Users" if len(trail.users) > 1 else "User", f"{names}{more}"))
        if trail.endpoint_url:
            facts.append(("At", f"{trail.endpoint_url}, which is not AWS"))
        keep_in = "memory of this run" if self._services.secrets_in_memory else "keyring"
        facts.append(("Client secret", f"goes into the {keep_in}" if trail.has_secret else "none"))
        return facts

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._begin()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "write":
            self._begin()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Goes back to the list; what is being written is not called back."""
        if not self._writing:
            self.dismiss(None)

    def _begin(self) -> None:
        # A second enter in the same breath would find that the profile exists.
        if not self._writing:
            self._show_writing(True)
            self._write()

    @work(group="write")
    async def _write(self) -> None:
        environment = self.query_one("#environment", Input).value.strip()
        name = self.query_one("#name", Input).value.strip()
        names = self._trail.names if len(self._trail.names) > 1 else (name,)
        try:
            book = await in_background(lambda: self._written(environment, names), "import")
        except CognituiError as error:
            self._fail(error)
        else:
            self.dismiss(Imported(book, tuple(f"{environment}/{name}" for name in names)))

    def _written(self, environment: str, names: tuple[str, ...]) -> ProfileBook:
        drafts = self._trail.drafts(environment, names, secret_of(self._trail, self._services.directory))
        try:
            return write(drafts, self._services.profiles, self._keep)
        except SecretStoreError as error:
            # The profiles are there: to write them once more would fail, and the secret is asked for when it is needed.
            self._tell(f"{error.cause} It is asked for when it is needed. {error.fix}")
            return self._services.profiles.load()

    def _keep(self, profile: Profile, kind: SecretKind, value: str) -> None:
        with_keyring_or_memory(
            self._services, self._tell, lambda: self._services.broker.set_secret(profile, kind, value)
        )

    def _tell(self, words: str) -> None:
        self.app.notify(words, title="Client secret", severity="warning", timeout=15, markup=False)

    def _show_writing(self, writing: bool) -> None:
        self._writing = writing
        self.query_one("#write", Button).label = "Writing…" if writing else _WRITE

    def _fail(self, error: CognituiError) -> None:
        self._show_writing(False)
        remark = self.query_one("#remark", Static)
        remark.display = True
        remark.update(inert(f"{error.cause} {error.fix}", 600))
