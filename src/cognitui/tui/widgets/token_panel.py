"""Token panel: the selected profile's token or what is known of it, and a notice above."""

from __future__ import annotations

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.widgets import Static

from cognitui.model.claims import text_of
from cognitui.model.duration import local_time
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, Token, TokenKind, Verification
from cognitui.tui.actions.keybindings import clickable, key_labels
from cognitui.tui.actions.registry import BY_ID
from cognitui.tui.presentation import Shown, TokenRows, explanation_of, rows_of, spinner
from cognitui.tui.state import EMPTY, ProfileState, Tab, View, views_of
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.inputs import ClaimsFilter, FilterInput
from cognitui.tui.widgets.panel_head import PanelHead

_QUIET_SECONDS = 10
"""Seconds between redraws of facts without a token, which change by minutes and days."""


class Copyable(Struct, frozen=True):
    """A claim that can be copied."""

    name: str
    """The name for display; inert."""
    text: str
    """Its whole value; inert."""


class TokenPanel(Vertical):
    """Head, notice, claims, and the explanation of the claim under the cursor."""

    DEFAULT_CSS = """
    TokenPanel {
        & > ClaimsList:blur .line-list--cursor { background: transparent; }
        & > #explanation { height: 2; padding: 0 1; color: $foreground-muted; }
    }
    """

    profile: var[Profile | None] = var(None)
    """The selected profile."""
    state: var[ProfileState] = var(EMPTY)
    """What this run knows of it."""
    expiries: var[Expiries] = var(NO_EXPIRIES)
    """The known lifetimes of its tokens."""
    kind: var[TokenKind] = var(TokenKind.ACCESS)
    """The kind of token that is shown."""
    view: var[View | None] = var(None)
    """The view that is shown instead of a token."""
    raw: var[bool] = var(False)
    """Whether the raw token is shown instead of its claims."""
    now: var[float] = var(0.0)
    """Seconds since the epoch."""
    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by action id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._drawn_at = 0.0
        self._claims_from = 0
        self._filter_input: ClaimsFilter | None = None

    def compose(self) -> ComposeResult:
        """Yield the widgets from top to bottom."""
        yield PanelHead().data_bind(TokenPanel.kind, TokenPanel.view, TokenPanel.now)
        yield Notice().data_bind(TokenPanel.state, TokenPanel.now, TokenPanel.remapped)
        yield ClaimsList(id="claims")
        yield Static(id="explanation", markup=False)

    @property
    def token(self) -> Token | None:
        """The token that is shown, if it is loaded."""
        return None if self.view else self.state.tokens.get(self.kind)

    @property
    def copyable(self) -> Copyable | None:
        """The claim under the cursor, if it is one of a token or of the user."""
        claims, source = self.query_one(ClaimsList), self._shown(self.profile).source if self.profile else None
        if source is None or claims.highlighted is None or claims.highlighted_place is None:
            return None
        place = claims.highlighted_place - self._claims_from
        return Copyable(claims.highlighted.name, text_of(source, place)) if 0 <= place < len(source.claims) else None

    def search(self) -> None:
        """Open the search field for the claims; an input costs 4 ms, and the first paint does not need it."""
        filter_input = self._filter_input or ClaimsFilter(placeholder="type to search the claims")
        if self._filter_input is None:
            self._filter_input = filter_input
            self.mount(filter_input, before="#explanation")
            self.watch(filter_input, "value", lambda: self._search_for(filter_input.value), init=False)
        filter_input.display = True
        filter_input.focus()

    def stop_search(self) -> bool:
        """Show all claims again; return whether some were hidden."""
        filter_input = self._filter_input
        if filter_input is None or not filter_input.display:
            return False
        filter_input.value = ""
        filter_input.display = False
        return True

    def watch_profile(self) -> None:
        """Show another profile from its first claim."""
        if self.is_mounted:
            self.stop_search()
        self._show()
        self.query_one(ClaimsList).cursor = 0

    def watch_state(self) -> None:
        """Show a new state of the profile."""
        self._show()

    def watch_expiries(self) -> None:
        """Show new times."""
        self._show()

    def watch_kind(self) -> None:
        """Show another tab."""
        self._show()

    def watch_view(self) -> None:
        """Show another tab."""
        self._show()

    def watch_raw(self) -> None:
        """Show the raw token, or its claims again."""
        self._show()
        if self.is_mounted:
            self.query_one(ClaimsList).cursor = 0

    def watch_now(self) -> None:
        """Relative times are redrawn: each second beside a token, whose newest times are seconds old."""
        if abs(self.now - self._drawn_at) >= (1 if self.token else _QUIET_SECONDS):
            self._show_claims()

    def on_mount(self) -> None:
        """Update the explanation in the same frame as the cursor."""
        self.watch(self.query_one(ClaimsList), "cursor", self._explain, init=False)

    def _search_for(self, query: str) -> None:
        self.query_one(ClaimsList).query_text = query
        self._explain()

    def on_filter_input_moved(self, event: FilterInput.Moved) -> None:
        """Move the cursor while searching."""
        event.stop()
        self.query_one(ClaimsList).move(event.distance)

    def on_filter_input_left(self, event: FilterInput.Left) -> None:
        """Leave the search field."""
        event.stop()
        if event.clear or not (self._filter_input and self._filter_input.value):
            self.stop_search()
        self.query_one(ClaimsList).focus()

    def on_descendant_focus(self) -> None:
        """Let the keys move through the claims."""
        self._explain()

    def on_descendant_blur(self) -> None:
        """Let the keys move through the profiles again."""
        self._explain()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        head = self.query_one(PanelHead)
        token = self.token
        head.kinds = self.profile.kinds if self.profile else ()
        head.views = views_of(self.profile) if self.profile else ()
        head.opened = token is not None
        head.life = self._life(token)
        head.lifetimes = self._lifetimes()
        head.note = self._note()
        head.verification = self.state.verified.get(self.kind)
        self._show_claims()
        self._explain()

    def _life(self, token: Token | None) -> Lifetime | None:
        if self.view is None:
            return token.lifetime if token else self.expiries.of(self.kind)
        return self.state.aws.lifetime if self.view is View.AWS and self.state.aws else None

    def _lifetimes(self) -> dict[Tab, Lifetime | None]:
        tokens: dict[Tab, Lifetime | None] = {
            kind: token.lifetime if (token := self.state.tokens.get(kind)) else self.expiries.of(kind)
            for kind in TokenKind
        }
        return tokens | {View.AWS: self.state.aws.lifetime if self.state.aws else None}

    def _note(self) -> str:
        if self.view is View.USER and (user := self.state.user):
            return f"from {user.source_call}, {local_time(user.asked_at)}"
        if self.view is None:
            get, copy = (key_labels(id_, self.remapped)[0] for id_ in ("get_token", "copy_token"))
            return f"no token yet: {get} gets one, {copy} copies it"
        return {View.USER: "not asked yet", View.AWS: "no credentials yet"}[self.view]

    def _show_claims(self) -> None:
        self._drawn_at = self.now
        profile = self.profile
        found = rows_of(self._shown(profile), self.expiries, self.remapped, self.now) if profile else TokenRows(())
        self._claims_from = found.claims_from
        self.query_one(ClaimsList).claims = found.rows

    def _shown(self, profile: Profile) -> Shown:
        return Shown(profile, self.state, self.token, self.view, self.raw)

    def _explain(self) -> None:
        # A fixed height, so that moving the cursor causes no new layout.
        explanation = self.query_one("#explanation", Static)
        explanation.set_class(self._refusal is not None, "-refused")
        explanation.update(self._explanation(), layout=False)

    @property
    def _refusal(self) -> Verification | None:
        """The result of a check of the token that is shown, if it did not pass."""
        verification = self.state.verified.get(self.kind)
        return verification if self.token and verification and not verification.verified else None

    def _explanation(self) -> Text:
        claims = self.query_one(ClaimsList)
        if (refusal := self._refusal) is not None:
            return Text(f"Not verified: {inert(refusal.reason, 300)}", Style(bold=True))
        if self._filter_input is not None and self._filter_input.has_focus:
            return Text(self._search_hint())
        if self.profile is None:
            return Text("No profile is selected.")
        if (claim := claims.highlighted) is None:
            return Text()
        if not claims.has_focus:
            return Text(self._list_hint())
        return Text(explanation_of(claim))

    def _list_hint(self) -> str:
        """Return what is available for the selection, while the keys move through the profiles."""
        tab = key_labels("switch_pane", self.remapped)[0]
        if self.token:
            return f"{tab} goes to the parts" if self.raw else f"{tab} explains each claim"
        explains = f"{tab} explains each line"
        life = self.expiries.of(self.kind) if self.view is None else None
        if life is None or life.remaining(self.now) <= 0:
            return explains
        return f"{key_labels('get_token', self.remapped)[0]} shows the claims; {explains}"

    def _search_hint(self) -> str:
        claims = self.query_one(ClaimsList)
        keep, clear = (key_labels(id_, self.remapped)[0] for id_ in ("filter_keep", "filter_clear"))
        return f"{claims.match_count} of {len(claims.claims)} match; {keep} goes to them, {clear} shows all"


class Notice(Static):
    """Empty and hidden if there is nothing to say."""

    DEFAULT_CSS = """
    Notice { height: auto; width: 100%; padding: 0 1; margin-bottom: 1; }
    Notice.-error { border-left: outer $error; background: $error 12%; }
    Notice.-busy { border-left: outer $primary; background: $primary 10%; }
    Notice.-question { border-left: outer $accent; background: $accent 12%; }
    """

    state: var[ProfileState] = var(EMPTY)
    """What this run knows of the profile."""
    now: var[float] = var(0.0)
    """Seconds since the epoch."""
    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by action id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id, markup=False)
        self._shown: Text | None = None

    def watch_state(self) -> None:
        """Show other content."""
        self._show()

    def watch_now(self) -> None:
        """Count the seconds of the running operation."""
        if self.state.running:
            self._show()

    def _show(self) -> None:
        state = self.state
        self.set_class(state.running is not None, "-busy")
        self.set_class(state.running is None and state.error is not None, "-error")
        self.set_class(state.running is None and state.challenge is not None, "-question")
        text = self._text()
        if text != self._shown:
            # A layout of the whole screen: not for a move from one quiet profile to the next.
            self._shown = text
            self.display = bool(text)
            self.update(text)

    def _text(self) -> Text:
        state = self.state
        if state.running:
            seconds = max(0, int(self.now - state.running.since))
            text = Text(
                f"{spinner(seconds, still=self.app.animation_level == 'none')} {inert(state.running.what, 160)}…",
                Style(bold=True),
            )
            text.append(f"  {seconds} s" if seconds else "", Style(bold=False))
            return self._with_keys(text, ("dismiss", "Cancel"))
        if state.error:
            return self._error(state.error)
        if state.challenge:
            text = Text(inert(state.challenge.title, 120), Style(bold=True))
            if state.unsent:
                text.append(f"\n{inert(state.unsent.why, 600)}", Style(bold=False))
            whose = f" of {inert(state.challenge.profile.id, 80)}" if state.challenge.exchange else ""
            text.append(f"\nWaiting for you: {inert(state.challenge.needs, 160)}{whose}.", Style(bold=False))
            return self._with_keys(text, ("get_token", "Answer"), ("dismiss", "Dismiss"))
        return Text()

    def _error(self, error: CognituiError) -> Text:
        colors = theme_colors(self.app)
        text = Text(f"✕ {error.title}\n", Style(bold=True, color=colors["error"]))
        text.append(inert(error.cause, 600), Style(bold=False, color=colors["foreground"]))
        if error.fix:
            text.append(f"\n{inert(error.fix, 400)}", Style(bold=False, color=colors["foreground-muted"]))
        remedy = BY_ID.get(error.remedy)
        if error.about and error.remedy != "sign_in":
            # The key would act on the exchange: only a sign-in goes through it to its subject.
            remedy = None
            text.append(f"\nSelect {inert(error.about, 80)} in the list to fix it.", Style(bold=False))
        keys = ((remedy.id, remedy.label),) if remedy else ()
        return self._with_keys(text, *keys, ("dismiss", "Dismiss"))

    def _with_keys(self, text: Text, *keys: tuple[str, str]) -> Text:
        colors = theme_colors(self.app)
        text.append("\n")
        for action_id, words in keys:
            click = clickable(action_id)
            text.append(key_labels(action_id, self.remapped)[0], Style(bold=True, color=colors["primary"]) + click)
            text.append(f" {words}", Style(bold=False, color=colors["foreground-muted"]) + click)
            text.append("   ")
        return text
