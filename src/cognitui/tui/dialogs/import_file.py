"""Import from a file: nearby files with a user pool are listed, and any other is named by its path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Select, Static

from cognitui.importing.detect import FoundPool
from cognitui.importing.file_reader import exists, is_file
from cognitui.importing.from_aws import Row
from cognitui.importing.from_file import FileChoice, discover_files, found_in
from cognitui.importing.naming import free_name
from cognitui.importing.profiles import endpoint_label
from cognitui.model.aws import Page
from cognitui.model.errors import CognituiError
from cognitui.services import Services
from cognitui.tui.actions.keybindings import key_in
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.import_review import (
    NO_INPUT,
    FormInput,
    Imported,
    ImportSummary,
    MakeDrafts,
    fact,
    field,
    kept_in,
)
from cognitui.tui.dialogs.picker import ImportSource, PickScreen
from cognitui.tui.widgets.line_list import ChoiceList

_PATH = "path"
"""The key under which the typed text is kept."""


class ImportFileScreen(PickScreen):
    """A typed path comes before the list; without one, enter takes the nearest file."""

    dialog_title = "Import from a file"
    source = ImportSource.FILE

    def __init__(
        self, services: Services, folder: Callable[[], Path], earlier_input: dict[object, FormInput] | None = None
    ) -> None:
        super().__init__(services)
        self._folder = folder
        self._earlier_input = {} if earlier_input is None else earlier_input
        self._rows: tuple[Row, ...] = ()
        self._looking = False

    def begin(self) -> None:
        """Search for nearby files."""
        words = "Any file with the pool's id: JSON, .env, YAML, TOML, INI or a script"
        self.query_one("#trail", Static).update(words)
        letters = self.query_one("#letters", Input)
        letters.placeholder = "type or paste a path, such as ./amplify_outputs.json"
        letters.value = self._earlier_input.get(_PATH, NO_INPUT).texts.get(_PATH, "")
        letters.focus()
        self.offer(pick_again=False, pick_mark=False, pick_elsewhere=False)
        self._look_discovered()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Mark and regions do not exist for files."""
        return action not in ("pick_mark", "pick_elsewhere") and super().check_action(action, parameters)

    @work(exclusive=True, group="ask")
    async def _look_discovered(self) -> None:
        self._looking = True
        self.say("Looking for files here…")
        self._rows = (await in_background(lambda: _discovered(self._folder), "import")).items
        self._looking = False
        self._show_rows()

    def action_pick_again(self) -> None:
        """Search again."""
        self.show_error(None)
        self._look_discovered()

    @on(Input.Changed, "#letters")
    def _take_letters(self) -> None:
        # An error is about the previous path.
        self.show_error(None)
        self._show_rows()

    def _show_rows(self) -> None:
        letters = self.letters
        rows = tuple(row for row in self._rows if letters.casefold() in row.text.casefold())
        self.query_one(ChoiceList).show(rows, frozenset(), restart=True)
        self.offer(pick=bool(rows or letters))
        if not self._looking:
            self.say("" if self.query_one("#remark").display else self._hint(len(rows)))

    def _hint(self, count: int) -> str:
        """Say what enter does with the typed path, or how many files there are."""
        if self.letters and not count:
            return f"Press {key_in(self.app, 'pick')} to read this file."
        if not self._rows:
            return "No file with a user pool here or in the folders above: type a path."
        shown = f"{count} of {len(self._rows)}" if count < len(self._rows) else str(count)
        return f"{shown} file{'s' if len(self._rows) > 1 else ''} here and in the folders above"

    def action_pick(self) -> None:
        """Read the file whose path is typed, or the one under the cursor."""
        row = self.query_one(ChoiceList).highlighted
        if self.letters or row:
            self._read(self.letters, row)

    @work(exclusive=True, group="ask")
    async def _read(self, typed: str, listed: Row | None) -> None:
        self.show_error(None)
        self.say("Reading the file…")
        try:
            choice = await in_background(lambda: _read(typed, listed), "import")
        except CognituiError as error:
            self.show_error(error)
            self._show_rows()
            return
        self._show_rows()
        self._summarise(choice)

    def _summarise(self, choice: FileChoice) -> None:

        key = ("file", choice.path)

        def take(done: Imported | FormInput | None) -> None:
            if isinstance(done, Imported):
                self._earlier_input.pop(key, None)
                self._earlier_input.pop(_PATH, None)
                self.dismiss(done)
            elif done is not None:
                self._earlier_input[key] = done

        self.app.push_screen(FileSummary(choice, self._services, self._earlier_input.get(key, NO_INPUT)), take)

    def action_pick_source(self) -> None:
        """Import from AWS instead."""
        self._keep_path()
        super().action_pick_source()

    def action_pick_back(self) -> None:
        """Close; the path is filled in again the next time."""
        self._keep_path()
        self.dismiss(None)

    def _keep_path(self) -> None:
        self._earlier_input[_PATH] = FormInput({_PATH: self.query_one("#letters", Input).value})


def _discovered(folder: Callable[[], Path]) -> Page[Row]:
    try:
        return discover_files(folder())
    except OSError:
        # The working directory is gone.
        return Page()


def _read(typed: str, listed: Row | None) -> FileChoice:
    """Text that names no file narrows the list; if nothing is left, it is a wrong path."""
    path = _path_of(typed)
    if listed is None or (typed and is_file(path)):
        return FileChoice.of(found_in(path, typed))
    return FileChoice.of(found_in(Path(str(listed.choice)), listed.text))


def _path_of(text: str) -> Path:
    """Return a path that was typed, pasted in quotes, or dragged into the terminal."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    path = Path(unquote(bare.removeprefix("file://")) if bare.startswith("file://") else bare)
    try:
        path = path.expanduser()
    except RuntimeError:  # `~nobody`
        return path
    return path if exists(path) else Path(str(path).replace("\\ ", " "))


class PoolFacts(Vertical):
    """The fields of the chosen pool; another pool has other clients."""

    def __init__(self, pool: FoundPool, client: str, secrets_key: str) -> None:
        super().__init__()
        self._client = client
        self._secrets_key = secrets_key
        self.pool = pool

    def compose(self) -> ComposeResult:
        """Yield the app client, the region, and what is not imported."""
        pool = self.pool
        clients = {each.id: f"{each.id}  {each.label}" for each in pool.clients}
        yield from _one_of("client", "App client", clients, self._client)
        yield from fact("Region", pool.region or "from the pool id")
        if pool.endpoint_url:
            yield from fact("At", endpoint_label(pool.endpoint_url))
        if pool.passwords or pool.loose_secrets:
            labels = ", ".join((*pool.passwords, *pool.loose_secrets))
            yield from fact("Not imported", f"{labels}: {self._secrets_key} stores secrets afterwards")

    async def show(self, pool: FoundPool) -> None:
        """Show another pool."""
        self.pool, self._client = pool, ""
        await self.recompose()


class FileSummary(ImportSummary):
    """The fields, with what follows from pool, client and user updated as they change."""

    def __init__(self, choice: FileChoice, services: Services, typed: FormInput) -> None:
        super().__init__(services, typed)
        self._choice = choice
        known = {pool.id: pool for pool in choice.pools}
        self._pool = known.get(typed.texts.get("pool", ""), choice.pools[0])
        self._proposed["username"] = self._pool.username

    @property
    def hint(self) -> str:
        """Texts that may name the environment: the file's content about the pool, then its name."""
        return f"{self._pool.environment} {Path(self._choice.path).name}"

    @property
    def proposed_names(self) -> tuple[str, ...]:
        """The default names of the profiles."""
        client, users = self._client_id, self._users
        names = self._choice.names(self._pool.id, client, users)
        environment = self.query_one("#environment", Input).value.strip()
        return names if users else tuple(free_name(self.book, environment, name, client) for name in names)

    @property
    def pool(self) -> tuple[str, str]:
        """The pool's id; a file contains no name."""
        return self._pool.id, ""

    def compose_source(self) -> ComposeResult:
        """Yield the content of the file, and fields for what it lacks."""
        choice, file = self._choice, Path(self._choice.path)
        yield from fact("File", f"{file.name} ({choice.writer}) in {file.absolute().parent}")
        yield from _one_of(
            "pool", "Pool", {each.id: f"{each.id}  {each.label}" for each in choice.pools}, self._pool.id
        )
        yield PoolFacts(self._pool, self._typed.texts.get("client", ""), key_in(self.app, "edit_secrets"))
        yield from fact("Signs in by", "", "flow")
        yield from fact("Client secret", "", "secret")
        if choice.notes:
            yield from fact("Note", " ".join(choice.notes))
        yield from field("username", "Username", "", self._pool.username)

    def begin(self) -> None:
        """Show what follows, and focus the first missing field."""
        self._show_what_follows()
        missing = (name for name in ("client", "username") if self._is_missing(name))
        self.query_one(f"#{next(missing, 'environment')}").focus()

    def _is_missing(self, name: str) -> bool:
        found = self.query(f"Input#{name}")
        if not found or found.first(Input).value:
            return False
        return name == "client" or self._choice.needs_user(self._pool.id, self._client_id)

    @on(Select.Changed, "#pool")
    async def _take_pool(self, event: Select.Changed) -> None:
        pool = self._choice.pool(str(event.value))
        if pool.id == self._pool.id:
            return
        self._pool = pool
        await self.query_one(PoolFacts).show(pool)
        self.propose("username", pool.username)
        self.propose_environment()
        self._show_what_follows()

    @on(Input.Changed, "#username, #client")
    @on(Select.Changed, "#client")
    def _show_what_follows(self) -> None:
        pool, client, users = self._pool.id, self._client_id, self._users
        has_secret = (pool, client) in self._choice.with_secret
        self.query_one("#flow", Static).update(self._choice.flow(pool, client, users).value)
        self.query_one("#secret", Static).update(kept_in(self._services) if has_secret else "none in the file")
        needed = self._choice.needs_user(pool, client)
        hint = "alice, or several: alice, bob" if needed else "none is needed"
        self.query_one("#username", Input).placeholder = hint
        self.propose_names()

    @property
    def _client_id(self) -> str:
        found = self.query("#client").results()
        widget = next(iter(found), None)
        if isinstance(widget, Select | Input):
            return str(widget.value).strip()
        return self._pool.clients[0].id if self._pool.clients else ""

    @property
    def _users(self) -> tuple[str, ...]:
        text = self.query_one("#username", Input).value
        return tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))

    def typed_texts(self) -> dict[str, str]:
        """Return the typed and chosen values."""
        return {**super().typed_texts(), **{str(select.id): str(select.value) for select in self.query(Select)}}

    def drafting(self, environment: str, names: Sequence[str]) -> MakeDrafts:
        """Return the function that reads the secret and creates the profiles."""
        choice, pool, client, users = self._choice, self._pool.id, self._client_id, self._users
        return lambda: choice.drafts(pool, client, users, environment, names)


def _one_of(name: str, label: str, options: dict[str, str], chosen: str = "") -> ComposeResult:
    """Yield the only one, a list of several, or a field if the file names none."""
    if not options:
        yield from field(name, label, "1h57kf5cpq17m0eml12example: the file names none")
    elif len(options) == 1:
        yield from fact(label, next(iter(options.values())), name)
    else:
        with Horizontal(classes="field"):
            yield Label(label, markup=False)
            rows = [(shown, id_) for id_, shown in options.items()]
            value = chosen if chosen in options else rows[0][1]
            yield Select(rows, value=value, allow_blank=False, compact=True, id=name)
