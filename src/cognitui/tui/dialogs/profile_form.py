"""Form to add, edit or duplicate a profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Button, Collapsible, Input, Label, Static

from cognitui.model.errors import CognituiError, ProfileFileError
from cognitui.model.expectations import Expect, read_expect, written_expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    DEFAULT_REDIRECT_URI,
    NO_FIELDS,
    Flow,
    PreferredChallenge,
    ProfileFields,
    ProfileSet,
    SubjectToken,
    region_of_pool,
)
from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.dialogs.confirm import Confirm, Decision
from cognitui.tui.presentation import plain


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a profile in the form."""

    name: str
    label: str
    help: str
    """A description, or "For example" and a value: at most `LONGEST_HELP` characters, so that it is never cut."""
    common: bool = False
    """Whether it is shown above the fold."""
    default: str = ""
    """The default if neither the profile nor its environment sets it."""


LONGEST_HELP = 35
"""Characters in the narrowest column of help."""

FIELDS: tuple[Field, ...] = (
    Field("username", "Username", "For example alice@example.com", common=True),
    Field("user_pool_id", "User pool id", "For example eu-west-1_AbCdEf123", common=True),
    Field("client_id", "App client id", "One of the pool's app clients", common=True),
    Field("flow", "Flow", "How to sign in, such as USER_AUTH", common=True, default=DEFAULT_FLOW.value),
    Field("region", "Region", "If it differs from the pool id's", common=True),
    Field("tags", "Tags", "For example web, admin", common=True),
    Field("notes", "Notes", "Anything worth knowing"),
    Field("endpoint_url", "Endpoint URL", "Of an emulator; empty is AWS"),
    Field("domain", "Domain", "Of the pool, beginning https://"),
    Field("scopes", "Scopes", "For example openid, orders/read"),
    Field("api_url", "API URL", "For example https://api.example.com"),
    Field("redirect_uri", "Redirect URI", "As registered with the app client", default=DEFAULT_REDIRECT_URI),
    Field("identity_provider", "Identity provider", "For federated users, such as Google"),
    Field("resource", "Resource", "For example https://api.example.com"),
    Field("acr_values", "Levels (acr)", "Best first: urn:cognito:loa:3"),
    Field("max_age", "Longest age", "Since authentication, such as 5m"),
    Field("subject", "Subject", "Profile whose token is exchanged"),
    Field("subject_token", "Subject's token", "access or id; access if empty"),
    Field("actor", "Actor", "Profile that acts for the subject"),
    Field("audiences", "Audience", "Who the new token is meant for"),
    Field("client_secret_from", "Client secret from", "For example secretsmanager:ARN"),
    Field("issuer", "Issuer", "Of an emulator, if it differs"),
    Field("identity_pool_id", "Identity pool id", "For AWS credentials: REGION:UUID"),
    Field("aws_profile", "AWS profile", "IAM credentials for admin calls"),
    Field("remember_device", "Remember device", "yes or no"),
    Field("preferred_challenge", "Preferred factor", "For USER_AUTH, such as EMAIL_OTP"),
    Field("srp_first", "SRP first", "yes or no, for CUSTOM_AUTH"),
    Field("mfa_process", "MFA command", "A command that prints the MFA code"),
    Field("client_metadata", "Client metadata", "For example source=cli, step=2"),
    Field("expect", "API expects", "Such as token_use=id min_valid=5m"),
)

_YES, _NO = frozenset({"yes", "true", "y"}), frozenset({"no", "false", "n"})


def shown(fields: ProfileFields, name: str) -> str:
    """Return a key's value as text for the form; empty if it is not set."""
    value = getattr(fields, name)
    if value is None:
        return ""
    if isinstance(value, Expect):
        return written_expect(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in value.items())
    return str(value)


def typed(texts: dict[str, str], before: ProfileFields = NO_FIELDS) -> ProfileFields:
    """Return the keys that were typed; an empty text is a key that is not set.

    Args:
        texts: The text of the fields, by key.
        before: The values at the start; a text that was not edited keeps its value, however it would be read now.

    Raises:
        ValueError: A text is invalid; its first argument is the key, its second says how to write it.
    """
    return ProfileFields(**{name: _kept_or_read(name, text.strip(), before) for name, text in texts.items()})  # type: ignore[arg-type]  # by name


def _kept_or_read(name: str, text: str, before: ProfileFields) -> object:
    if text == shown(before, name):
        return getattr(before, name)
    if text and name == "expect":
        return _expected(name, text, before.expect)
    return _value(name, text) if text else None


def _expected(name: str, text: str, before: Expect | None) -> Expect:
    try:
        return read_expect(text, before)
    except ValueError as error:
        raise ValueError(name, str(error)) from None


def _value(name: str, text: str) -> object:
    if name in ("scopes", "audiences", "acr_values"):
        return tuple(text.replace(",", " ").split())
    if name == "tags":
        return tuple(filter(None, map(str.strip, text.split(","))))
    if name in ("remember_device", "srp_first"):
        return _yes_or_no(name, text)
    if name == "client_metadata":
        return _pairs(name, text)
    if name == "flow":
        return _one_of(Flow, name, text)
    if name == "preferred_challenge":
        return _one_of(PreferredChallenge, name, text)
    if name == "subject_token":
        return _one_of(SubjectToken, name, text)
    return text


def _one_of(words: type[StrEnum], name: str, text: str) -> StrEnum:
    try:
        return words(text)
    except ValueError:
        raise ValueError(name, f"one of {', '.join(words)}") from None


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(name, "write yes or no")
    return text.lower() in _YES


def _pairs(name: str, text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(separator and key.strip() for key, separator, _ in pairs):
        raise ValueError(name, "write key=value, key=value")
    return {key.strip(): value.strip() for key, _, value in pairs}


_SAVE = "Save (enter)"

_MIN_WIDTH_BESIDE = 110
"""Columns from which a field's help fits beside it; on a narrower screen it is on the line below."""

Save = Callable[[str, str, ProfileFields], ProfileSet]
"""Saves environment, name and own fields; returns the profiles afterwards, or raises with nothing changed."""


_ENVIRONMENT = Field("environment", "Environment", "Groups profiles in the list")
_NAME = Field("name", "Name", "For example alice")
_LABELS = {field.name: field.label for field in (_ENVIRONMENT, _NAME, *FIELDS)}


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved profile."""

    book: ProfileSet
    profile_id: str


class ProfileForm(Dialog[Saved | None]):
    """All keys of a profile, with inherited ones marked; a failed save keeps the input."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.FORM)

    def __init__(
        self,
        title: str,
        book: ProfileSet,
        save: Save,
        *,
        environment: str = "",
        name: str = "",
        fields: ProfileFields = NO_FIELDS,
    ) -> None:
        super().__init__()
        self._title = title
        self._book = book
        self._save_profile = save
        self._environment = environment
        self._profile_name = name
        self._fields = fields
        self._saving = False
        self._initial_texts: dict[str, str] = {}
        """The initial text of the inputs, by their ids."""

    def compose(self) -> ComposeResult:
        """Environment and name, the common keys, and the others in a fold."""
        names = [environment.name for environment in self._book.environments]
        with VerticalScroll(classes="dialog -form -long -profile", can_focus=False) as dialog:
            dialog.border_title = plain(self._title)
            dialog.set_class(self._is_wide, "-beside")
            yield Static("", id="remark", classes="remark", markup=False)
            of_names = SuggestFromList(names, case_sensitive=True)
            yield from _compose_field(_ENVIRONMENT, self._environment, of_names)
            yield from _compose_field(_NAME, self._profile_name)
            for field in FIELDS:
                if field.common:
                    yield from self._compose_key(field)
            rest = [field for field in FIELDS if not field.common]
            folded = not any(shown(self._fields, field.name) for field in rest)
            with Collapsible(title=f"{len(rest)} more fields: OAuth, endpoint, AWS, API", collapsed=folded):
                for field in rest:
                    yield from self._compose_key(field)
            with Horizontal(classes="buttons"):
                yield Button(_SAVE, id="save", variant="primary", compact=True)
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def _compose_key(self, field: Field) -> ComposeResult:
        words = self._suggested(field.name)
        suggester = SuggestFromList(words, case_sensitive=False) if words else None
        yield from _compose_field(field, shown(self._fields, field.name), suggester)

    def _suggested(self, name: str) -> Sequence[str]:
        if name in ("subject", "actor"):
            return tuple(self._book.by_id)
        return {"flow": tuple(Flow), "subject_token": tuple(SubjectToken)}.get(name, ())

    def on_mount(self) -> None:
        """Focus the first field to fill in."""
        self.query_one("#remark").display = False
        self._initial_texts = {str(input_.id): input_.value for input_ in self.query(Input)}
        self._show_inherited()
        self.query_one("#field-name" if self._environment else "#field-environment").focus()

    def on_resize(self) -> None:
        """Show the help beside the fields, if there is room."""
        self.query_one(".dialog").set_class(self._is_wide, "-beside")

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= _MIN_WIDTH_BESIDE

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.input.id in ("field-environment", "field-user_pool_id"):
            self._show_inherited()
        else:
            self.query_one(f"#row-{(event.input.id or '').removeprefix('field-')} .tag").set_class(
                bool(event.value), "-hidden"
            )

    def _show_inherited(self) -> None:
        """Show the effective value of an empty field and its source as a placeholder."""
        environment = self._book.environment(self._text("environment"))
        for field in FIELDS:
            # An empty text in the file replaces what the environment says by nothing.
            is_replaced = getattr(self._fields, field.name) == ""
            inherited = shown(environment.defaults, field.name) if environment and not is_replaced else ""
            default = self._region_of_pool() if field.name == "region" else field.default
            source = f"from {inert(environment.name, 20)}" if environment and inherited else "default"
            input_ = self.query_one(f"#field-{field.name}", Input)
            input_.placeholder = "none" if is_replaced else inert(inherited or default, 60)
            tag = self.query_one(f"#row-{field.name} .tag", Static)
            tag.update(source if inherited or default else "")
            tag.set_class(bool(input_.value or not (inherited or default)), "-hidden")

    def _region_of_pool(self) -> str:
        field = self.query_one("#field-user_pool_id", Input)
        return region_of_pool(field.value.strip() or field.placeholder)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self._save()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close, after a question if something was typed; a running save is not stopped."""
        if self._saving:
            self.app.notify("The save was still running: the list will show its result.", severity="warning")
        if self._saving or not self._is_changed:
            self.dismiss(None)
            return
        question = Confirm("Leave this form", "Your input is not saved. Leave anyway?", yes="Leave")
        self.app.push_screen(question, self._leave)

    def _leave(self, decision: Decision | None) -> None:
        if decision and decision.yes:
            self.dismiss(None)

    @property
    def _is_changed(self) -> bool:
        return any(input_.value != self._initial_texts[str(input_.id)] for input_ in self.query(Input))

    def _save(self) -> None:
        # A second enter right away would find that the profile exists.
        if not self._saving:
            self._show_saving(True)
            self._store()

    def _show_saving(self, saving: bool) -> None:
        self._saving = saving
        self.query_one("#save", Button).label = "Saving…" if saving else _SAVE

    @work(group="save")
    async def _store(self) -> None:
        environment, name = self._text("environment"), self._text("name")
        try:
            fields = typed({field.name: self._text(field.name) for field in FIELDS}, self._fields)
            book = await in_background(lambda: self._save_profile(environment, name, fields), "save")
        except ValueError as error:
            key, how = error.args
            self._fail(_message_of(str(key), "is not valid", str(how)), str(key))
        except ProfileFileError as error:
            # An error of the whole file is not about the input.
            first = next((found for found in error.errors if found.where), None)
            key = first.key if first else ""
            words = _message_of(key, first.what, first.fix) if first else f"{error.cause} {error.fix}"
            self._fail(words, key)
        except CognituiError as error:
            self._fail(f"{error.cause} {error.fix}", "")
        else:
            self.dismiss(Saved(book, f"{environment}/{name}"))

    def _fail(self, words: str, key: str) -> None:
        self._show_saving(False)
        remark = self.query_one("#remark", Static)
        remark.display = True
        remark.update(inert(words, 600))
        key = key.partition(".")[0]
        for widget in self.query(".field"):
            widget.set_class(widget.id == f"row-{key}", "-wrong")
        if key and (found := self.query(f"#field-{key}")):
            found.first().focus()
            # The message above takes its room first.
            self.call_after_refresh(found.first().scroll_visible, animate=False)
        else:
            remark.scroll_visible(animate=False)

    def _text(self, name: str) -> str:
        return self.query_one(f"#field-{name}", Input).value.strip()


def _message_of(key: str, what: str, fix: str) -> str:
    """Return an error for the form: the field's label, what is wrong, how to fix it."""
    first, _, inside = key.partition(".")
    label = ", ".join(filter(None, (_LABELS.get(first, first), inside)))
    how = f" {fix[:1].upper()}{fix[1:].rstrip('.')}." if fix else ""
    return f"{label + ': ' if label else ''}{what.rstrip('.')}.{how}"


def _compose_field(field: Field, value: str, suggester: SuggestFromList | None = None) -> ComposeResult:
    with Container(classes="field", id=f"row-{field.name}"):
        with Horizontal(classes="line"):
            yield Label(field.label, markup=False)
            yield Input(value=value, suggester=suggester, compact=True, id=f"field-{field.name}")
            yield Static("", classes="tag -hidden", markup=False)
        yield Static(field.help, classes="help", markup=False)
