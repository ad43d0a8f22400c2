"""Review of an import before it is written: names, environment and protection can be changed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Button, Checkbox, Input, Label, Static

from cognitui.importing.naming import environment_for
from cognitui.importing.profiles import NewProfile, protection_for, write
from cognitui.model.errors import CognituiError, SecretStoreError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background, with_keyring_or_memory
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.widgets.inputs import TickBox

_WRITE = "Write (enter)"

MakeDrafts = Callable[[], Sequence[NewProfile]]
"""Returns the new profiles; may block, and raises a CognituiError if there can be none."""


class Imported(Frozen, frozen=True):
    """The written profiles."""

    book: ProfileSet
    ids: tuple[str, ...]


class FormInput(Frozen, frozen=True):
    """The changes before going back, which are restored on return."""

    texts: Mapping[str, str] = {}
    """The texts by field id."""
    protected: bool | None = None
    """None if the box was not touched."""


NO_INPUT = FormInput()


class ImportSummary(Dialog[Imported | FormInput]):
    """Writes profiles, and their client secret to the vault; a failure keeps the input."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.FORM)

    def __init__(self, services: Services, typed: FormInput) -> None:
        super().__init__()
        self._services = services
        self._typed = typed
        self._ticked = typed.protected
        self._proposed: dict[str, str] = {}
        """The proposed texts of the fields, by id."""
        self.book = ProfileSet()
        """The existing profiles, once they are read."""
        self._writing = False

    # Facts that each kind of import provides

    @property
    @abstractmethod
    def proposed_names(self) -> tuple[str, ...]:
        """The default names of the profiles."""

    @property
    @abstractmethod
    def pool(self) -> tuple[str, str]:
        """The pool's id, and its name if it has one."""

    @abstractmethod
    def compose_source(self) -> ComposeResult:
        """Yield the result of the import, and its open questions."""

    @abstractmethod
    def drafting(self, environment: str, names: Sequence[str]) -> MakeDrafts:
        """Return the function that creates the profiles in the background."""

    @property
    def hint(self) -> str:
        """Texts that may name the environment if the pool has no name."""
        return ""

    # The form

    def compose(self) -> ComposeResult:
        """Yield the choices, the environment, and the name if there is only one."""
        with VerticalScroll(classes="dialog -form -long", can_focus=False):
            yield Static("", id="remark", classes="remark", markup=False)
            yield from self.compose_source()
            yield from field("environment", "Environment", "dev")
            yield from field("name", "Name", "alice")
            yield from fact("Names", "", "names")
            with Horizontal(classes="field", id="row-protected"):
                yield Label("Protected", markup=False)
                yield TickBox("Ask before handing out tokens", id="protected")
            yield Static("", id="why", classes="under", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(_WRITE, id="write", variant="primary", compact=True)
                yield Button(f"Back ({key_in(self.app, 'cancel')})", id="back", compact=True)

    def on_mount(self) -> None:
        """Propose names and an environment, and restore the earlier input."""
        self.query_one("#remark").display = False
        self.propose_names()
        for name, text in self._typed.texts.items():
            if found := self.query(f"Input#{name}"):
                found.first(Input).value = text
        self.begin()
        self._propose_environment()

    def begin(self) -> None:
        """Focus the first field to fill in."""
        self.query_one("#environment").focus()

    def propose(self, name: str, text: str) -> None:
        """Fill a field, unless the user has typed into it."""
        input_ = self.query_one(f"#{name}", Input)
        if input_.value == self._proposed.get(name, ""):
            input_.value = text
        self._proposed[name] = text

    def propose_names(self) -> None:
        """Show the names of the profiles."""
        names = self.proposed_names
        several = len(names) > 1
        self.query_one("#row-name").display = not several
        self.query_one("#row-names").display = several
        self.query_one("#names", Static).update(inert(", ".join(names), 300))
        self.query_one(".dialog").border_title = "Write these profiles?" if several else "Write this profile?"
        if not several:
            self.propose("name", names[0])

    @work(group="propose")
    async def _propose_environment(self) -> None:
        try:
            self.book = await in_background(self._services.profiles.load, "import")
        except CognituiError as error:
            self.fail(error)
            return
        environment = self.query_one("#environment", Input)
        known = [known.name for known in self.book.environments]
        environment.suggester = SuggestFromList(known, case_sensitive=True)
        self.propose_environment()
        self._follow_environment()

    def propose_environment(self) -> None:
        """Propose the environment with the pool, or the one that its names suggest."""
        pool_id, pool_name = self.pool
        self.propose("environment", environment_for(self.book, pool_id, pool_name or self.hint))

    @on(Input.Changed, "#environment")
    def _follow_environment(self) -> None:
        self.propose_names()
        self._show_protection()

    def _show_protection(self) -> None:
        protection = protection_for(self.book, self._text("environment"), self.pool[1], self.hint)
        box = self.query_one("#protected", Checkbox)
        with self.prevent(Checkbox.Changed):
            box.value = protection.already or (protection.proposed if self._ticked is None else self._ticked)
        box.disabled = protection.already
        why = self.query_one("#why", Static)
        why.update(protection.why)
        why.display = bool(protection.why)

    @on(Checkbox.Changed, "#protected")
    def _tick(self, event: Checkbox.Changed) -> None:
        self._ticked = event.value

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
        """Go back to the list; a running write is not stopped."""
        if not self._writing:
            self.dismiss(FormInput(self.typed_texts(), self._ticked))

    def typed_texts(self) -> dict[str, str]:
        """Return the input by field id."""
        texts = {str(input_.id): input_.value for input_ in self.query(Input)}
        return {name: text for name, text in texts.items() if text != self._proposed.get(name, "")}

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    # Writing

    def _begin(self) -> None:
        # A second enter right away would find that the profile exists.
        if not self._writing:
            self._show_writing(True)
            self._write()

    @work(group="write")
    async def _write(self) -> None:
        environment = self._text("environment")
        names = self.proposed_names if len(self.proposed_names) > 1 else (self._text("name"),)
        box = self.query_one("#protected", Checkbox)
        protected, draft = box.value and not box.disabled, self.drafting(environment, names)
        try:
            book = await in_background(lambda: self._written(draft, protected=protected), "import")
        except CognituiError as error:
            self.fail(error)
        else:
            self.dismiss(Imported(book, tuple(f"{environment}/{name}" for name in names)))

    def _written(self, draft: MakeDrafts, *, protected: bool) -> ProfileSet:
        drafts = [replace(each, protected=protected) for each in draft()]
        try:
            return write(drafts, self._services.profiles, self._keep)
        except SecretStoreError as error:
            # The profiles exist: writing them again would fail, and the secret is asked for when it is needed.
            self._warn(f"{error.cause} It is asked for when it is needed. {error.fix}")
            return self._services.profiles.load()

    def _keep(self, profile: Profile, kind: SecretKind, value: str) -> None:
        with_keyring_or_memory(
            self._services, self._warn, lambda: self._services.broker.set_secret(profile, kind, value)
        )

    def _warn(self, words: str) -> None:
        self.app.notify(words, title="Client secret", severity="warning", timeout=15, markup=False)

    def _show_writing(self, writing: bool) -> None:
        self._writing = writing
        self.query_one("#write", Button).label = "Writing…" if writing else _WRITE

    def fail(self, error: CognituiError) -> None:
        """Show an error above the input."""
        self._show_writing(False)
        remark = self.query_one("#remark", Static)
        remark.display = True
        remark.update(inert(f"{error.cause} {error.fix}", 600))
        remark.scroll_visible(animate=False)


def kept_in(services: Services) -> str:
    """Return where a client secret is stored, in words."""
    return f"goes into {'memory, until you quit' if services.secrets_in_memory else 'the keyring'}"


def fact(label: str, value: str, name: str = "") -> ComposeResult:
    """Return a read-only line."""
    with Horizontal(classes="field -fact", id=f"row-{name}" if name else None):
        yield Label(label, markup=False)
        yield Static(inert(value, 300), markup=False, classes="shown", id=name or None)


def field(name: str, label: str, placeholder: str, value: str = "") -> ComposeResult:
    """Return a line with an input."""
    with Horizontal(classes="field", id=f"row-{name}"):
        yield Label(label, markup=False)
        yield Input(value, placeholder=placeholder, compact=True, id=name)
