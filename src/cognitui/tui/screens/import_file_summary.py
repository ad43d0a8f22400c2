"""The summary of what a file tells, with what it leaves open: which pool and client, and who signs in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Select, Static

from cognitui.importing.endpoint import told_of
from cognitui.importing.file_choice import FileChoice
from cognitui.importing.naming import free_name
from cognitui.services import Services
from cognitui.tui.keymap import key_in
from cognitui.tui.screens.import_summary import Draft, ImportSummary, Typed, fact, field, kept_in


class FileSummary(ImportSummary):
    """What follows from client and user is shown as they are typed."""

    def __init__(self, choice: FileChoice, services: Services, typed: Typed) -> None:
        """Takes what the file offers, the parts, and what was typed before."""
        super().__init__(services, typed)
        self._choice = choice
        self._proposed["username"] = choice.found.username
        self.hint = Path(choice.path).name

    @property
    def proposed_names(self) -> tuple[str, ...]:
        """What the profiles are called, where nobody says."""
        client, users = self._client_id, self._users
        names = self._choice.names(client, users)
        environment = self.query_one("#environment", Input).value.strip()
        return names if users else tuple(free_name(self.book, environment, name, client) for name in names)

    @property
    def pool(self) -> tuple[str, str]:
        """The pool's id; a file tells no name."""
        return self._chosen("pool"), ""

    def compose_source(self) -> ComposeResult:
        """What the file tells, and the fields for what it does not."""
        found, clients = self._choice.found, self._choice.clients
        file = Path(self._choice.path)
        yield from fact("File", f"{file.name} ({self._choice.wrote_it}) in {file.absolute().parent}")
        yield from _one_of("pool", "Pool", {id_: f"{id_}  {label}" for id_, label in found.pools})
        yield from _one_of("client", "App client", {each.id: f"{each.id}  {each.name}" for each in clients})
        yield from fact("Region", found.region or "as the pool id tells")
        if found.endpoint_url:
            yield from fact("At", told_of(found.endpoint_url))
        yield from fact("Signs in by", "", "flow")
        yield from fact("Client secret", "", "secret")
        if found.passwords or found.loose_secrets:
            labels = ", ".join((*found.passwords, *found.loose_secrets))
            yield from fact("Not taken", f"{labels}: {key_in(self.app, 'edit_secrets')} stores secrets afterwards")
        yield from field("username", "Username", "", found.username)

    def begin(self) -> None:
        """Shows what follows, and begins where something is missing."""
        self._bring_back_choices()
        self._show_what_follows()
        missing = (name for name in ("client", "username") if self._is_missing(name))
        self.query_one(f"#{next(missing, 'environment')}").focus()

    def _is_missing(self, name: str) -> bool:
        found = self.query(f"Input#{name}")
        if not found or found.first(Input).value:
            return False
        return name == "client" or self._choice.needs_user(self._client_id)

    @on(Input.Changed, "#username, #client")
    @on(Select.Changed)
    def _show_what_follows(self) -> None:
        client, users = self._client_id, self._users
        has_secret = client in self._choice.with_secret
        self.query_one("#flow", Static).update(self._choice.flow(client, users).value)
        self.query_one("#secret", Static).update(kept_in(self._services) if has_secret else "none in the file")
        needed = self._choice.needs_user(client)
        hint = "alice, or several: alice, bob" if needed else "none is needed"
        self.query_one("#username", Input).placeholder = hint
        self.propose_names()

    @property
    def _client_id(self) -> str:
        return self._chosen("client")

    @property
    def _users(self) -> tuple[str, ...]:
        text = self.query_one("#username", Input).value
        return tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))

    def _chosen(self, name: str) -> str:
        widget = self.query_one(f"#{name}")
        if isinstance(widget, Select | Input):
            return str(widget.value).strip()
        return self._only(name)

    def _only(self, name: str) -> str:
        return self._choice.found.pools[0][0] if name == "pool" else self._choice.clients[0].id

    def _bring_back_choices(self) -> None:
        for select in self.query(Select):
            if text := self._typed.texts.get(str(select.id)):
                select.value = text

    def typed_texts(self) -> dict[str, str]:
        """What was typed, and what was chosen from lists."""
        return {**super().typed_texts(), **{str(select.id): str(select.value) for select in self.query(Select)}}

    def drafting(self, environment: str, names: Sequence[str]) -> Draft:
        """Returns what reads the secret and makes the profiles."""
        choice, pool, client, users = self._choice, self.pool[0], self._client_id, self._users
        return lambda: choice.drafts(pool, client, users, environment, names)


def _one_of(name: str, label: str, options: dict[str, str]) -> ComposeResult:
    """The only one, a list of several, or a field where the file tells of none."""
    if not options:
        yield from field(name, label, "1h57kf5cpq17m0eml12example: the file tells of none")
    elif len(options) == 1:
        yield from fact(label, next(iter(options.values())), name)
    else:
        with Horizontal(classes="field"):
            yield Label(label, markup=False)
            rows = [(shown, id_) for id_, shown in options.items()]
            yield Select(rows, value=rows[0][1], allow_blank=False, compact=True, id=name)
