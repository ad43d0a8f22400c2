"""Inspection of a token from anywhere: its claims, its signature, and whether the API would accept it."""

from __future__ import annotations

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, Static

from cognitui.model.authentication_level import NO_NAMES
from cognitui.model.claims import Decoded, decode, lifetime_of
from cognitui.model.duration import relative
from cognitui.model.errors import BadToken, CognituiError
from cognitui.model.pasted_token import tokens_in
from cognitui.model.profile import Profile
from cognitui.model.profile_matching import owner_of, token_kind_of
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token, Verification
from cognitui.services import Services
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.base import Reader
from cognitui.tui.presentation import explanation_of, rows_of_token
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.inputs import PasteInput

_HINT = "Bearer, Authorization and line breaks may be left in."
_NO_OWNER = "○ unverified: no profile has its pool and client, so there are no keys to check it with."


class InspectScreen(Reader[None]):
    """A masked line for the token, and its claims below; the token itself is not kept."""

    holds_secrets = True

    BINDINGS = bindings(Place.INSPECTION)

    def __init__(self, services: Services, profiles: tuple[Profile, ...]) -> None:
        super().__init__()
        self._services = services
        self._profiles = profiles
        self._decoded: Decoded | None = None
        self._ends_at: float | None = None
        self._owner: Profile | None = None

    def compose(self) -> ComposeResult:
        """Yield the input, the verdict, the claims with their explanation, and the button."""
        with Vertical(classes="dialog -compare") as dialog:
            dialog.border_title = "Inspect a token"
            with Horizontal(classes="field"):
                yield Label("Token", markup=False)
                yield PasteInput(placeholder="paste it here; it is neither shown nor kept", id="token")
            yield Static(_HINT, id="verdict", markup=False)
            yield ClaimsList(id="claims")
            yield Static("", id="explanation", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"Close ({key_in(self.app, 'close')})", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Wait for a paste."""
        claims = self.query_one(ClaimsList)
        self.watch(claims, "cursor", self._explain, init=False)
        self.set_interval(1, self._show)
        self.query_one(PasteInput).focus()

    def action_scroll(self, lines: int) -> None:
        """Move the cursor."""
        self.query_one(ClaimsList).move(lines)

    def action_read_claims(self) -> None:
        """Move to the claims, if there are any: a paste is often followed by enter, which must not close them."""
        (self.query_one(PasteInput) if self._decoded is None else self.query_one(ClaimsList)).focus()

    def on_paste(self, event: events.Paste) -> None:
        """Show another token, pasted while the keys move through the claims."""
        event.stop()
        self._take(event.text)

    @on(PasteInput.Pasted)
    def _pasted(self, event: PasteInput.Pasted) -> None:
        self._take(event.text)

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.dismiss()

    def _take(self, text: str) -> None:
        self.workers.cancel_group(self, "verify")
        now = self._services.clock()
        try:
            value, decoded = read_paste(text)
        except BadToken as error:
            self._decoded = None
            self._say(f"✕ {error.cause} {error.fix}", "-bad")
            self._show()
            self.query_one(PasteInput).focus()
            return
        life = lifetime_of(value, now)
        self._decoded, self._ends_at = decoded, life.expires_at if life else None
        self._owner = owner_of(decoded.claims, self._profiles)
        self._show()
        self.query_one(ClaimsList).cursor = 0
        self.query_one(ClaimsList).focus()
        if self._owner is None:
            self._say(_NO_OWNER)
        else:
            self._say(f"… verifying it with the keys of the pool of {self._owner.id}")
            # A verification only needs the token: its times are among what it checks.
            self._verify(self._owner, Token(token_kind_of(decoded.claims), value, Lifetime(0, 0)))

    @work(exclusive=True, group="verify")
    async def _verify(self, profile: Profile, token: Token) -> None:
        try:
            found = await in_background(lambda: self._services.broker.verify(profile, token), "verify")
        except CognituiError as error:
            self._say(f"○ unverified: {error.cause} {error.fix}")
        else:
            self._say(_verdict(profile, found), "-good" if found.verified else "-bad")

    def _show(self) -> None:
        claims = self.query_one(ClaimsList)
        self._show_end()
        if self._decoded is None:
            claims.claims = ()
            return
        expect, names = (self._owner.fields.expect, self._owner.level_names) if self._owner else (None, NO_NAMES)
        claims.claims = rows_of_token(self._decoded, expect, self._ends_at, self._services.clock(), names).rows
        self._explain()

    def _explain(self) -> None:
        claim = self.query_one(ClaimsList).highlighted
        self.query_one("#explanation", Static).update(explanation_of(claim) if claim else "", layout=False)

    def _show_end(self) -> None:
        """On the frame: an expired token is of no use to anyone."""
        now, ends_at = self._services.clock(), self._ends_at
        words = ""
        if self._decoded is not None and ends_at is not None:
            words = f"{'✕ expired' if ends_at <= now else 'expires'} {relative(ends_at, now)}"
        self.query_one(".dialog").border_subtitle = words

    def _say(self, words: str, look: str = "") -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.set_classes(look)
        verdict.update(inert(words, 500))


def read_paste(text: str) -> tuple[str, Decoded]:
    """Return the first readable token in a pasted text, decoded.

    Raises:
        BadToken: There is none; the error is about the first text that looks like one.
    """
    wrong: BadToken | None = None
    for token in tokens_in(text):
        try:
            return token.value, decode(token.value)
        except BadToken as error:
            wrong = wrong or error
    assert wrong is not None, "a text holds at least one token, or raises"
    raise wrong


def _verdict(profile: Profile, found: Verification) -> str:
    if found.verified:
        return f"✓ verified: {inert(found.algorithm, 20)}, with a key of the pool of {profile.id}"
    return f"✕ not verified with the keys of the pool of {profile.id}: {inert(found.reason, 300)}"
