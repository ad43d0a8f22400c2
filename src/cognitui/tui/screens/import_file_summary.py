"""The summary of what a file says, with what it leaves open: which pool and client, and who signs in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Select, Static

from cognitui.importing.detect import FoundPool
from cognitui.importing.endpoint import told_of
from cognitui.importing.file_choice import FileChoice
from cognitui.importing.naming import free_name
from cognitui.services import Services
from cognitui.tui.keymap import key_in
from cognitui.tui.screens.import_summary import Draft, ImportSummary, Typed, fact, field, kept_in


class PoolFacts(Vertical):
    """What belongs to the chosen pool; another pool has other clients."""

    def __init__(self, pool: FoundPool, client: str, secrets_key: str) -> None:
        """Takes the pool, the client that is chosen first, and the key that stores secrets."""
        super().__init__()
        self._client = client
        self._secrets_key = secrets_key
        self.pool = pool

    def compose(self) -> ComposeResult:
        """The app client, the region, and what is not taken."""
        pool = self.pool
        clients = {each.id: f"{each.id}  {each.label}" for each in pool.clients}
        yield from _one_of("client", "App client", clients, self._client)
        yield from fact("Region", pool.region or "as the pool id tells")
        if pool.endpoint_url:
            yield from fact("At", told_of(pool.endpoint_url))
        if pool.passwords or pool.loose_secrets:
            labels = ", ".join((*pool.passwords, *pool.loose_secrets))
            yield from fact("Not taken", f"{labels}: {self._secrets_key} stores secrets afterwards")

    async def show(self, pool: FoundPool) -> None:
        """Shows another pool."""
        self.pool, self._client = pool, ""
        await self.recompose()


class FileSummary(ImportSummary):
    """What follows from pool, client and user is shown as they are chosen and typed."""

    def __init__(self, choice: FileChoice, services: Services, typed: Typed) -> None:
        """Takes what the file offers, the parts, and what was typed before."""
        super().__init__(services, typed)
        self._choice = choice
        known = {pool.id: pool for pool in choice.pools}
        self._pool = known.get(typed.texts.get("pool", ""), choice.pools[0])
        self._proposed["username"] = self._pool.username

    @property
    def hint(self) -> str:
        """What may speak of the environment: what the file says of the pool, then its name."""
        return f"{self._pool.environment} {Path(self._choice.path).name}"

    @property
    def proposed_names(self) -> tuple[str, ...]:
        """What the profiles are called, where nobody says."""
        client, users = self._client_id, self._users
        names = self._choice.names(self._pool.id, client, users)
        environment = self.query_one("#environment", Input).value.strip()
        return names if users else tuple(free_name(self.book, environment, name, client) for name in names)

    @property
    def pool(self) -> tuple[str, str]:
        """The pool's id; a file tells no name."""
        return self._pool.id, ""

    def compose_source(self) -> ComposeResult:
        """What the file says, and the fields for what it does not."""
        choice, file = self._choice, Path(self._choice.path)
        yield from fact("File", f"{file.name} ({choice.wrote_it}) in {file.absolute().parent}")
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
        """Shows what follows, and begins where something is missing."""
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
        """What was typed, and what was chosen from lists."""
        return {**super().typed_texts(), **{str(select.id): str(select.value) for select in self.query(Select)}}

    def drafting(self, environment: str, names: Sequence[str]) -> Draft:
        """Returns what reads the secret and makes the profiles."""
        choice, pool, client, users = self._choice, self._pool.id, self._client_id, self._users
        return lambda: choice.drafts(pool, client, users, environment, names)


def _one_of(name: str, label: str, options: dict[str, str], chosen: str = "") -> ComposeResult:
    """The only one, a list of several, or a field where the file names none."""
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
