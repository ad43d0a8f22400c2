"""The right pane: the selected profile's token, or what is known of it."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.widgets import Static

from cognitui.model.claim_row import ClaimRow
from cognitui.model.duration import local_time
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, Token, TokenKind
from cognitui.tui.desk import EMPTY, Entry
from cognitui.tui.keymap import key_labels
from cognitui.tui.profile_facts import facts_of_profile, facts_of_refresh_token
from cognitui.tui.view import View, views_of
from cognitui.tui.view_facts import facts_of_aws, facts_of_user
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.notice import Notice
from cognitui.tui.widgets.panel_head import PanelHead

_QUIET_SECONDS = 10
"""Between two drawings of what is known without a token: minutes and days."""


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
    entry: var[Entry] = var(EMPTY)
    """What this run knows of it."""
    expiries: var[Expiries] = var(NO_EXPIRIES)
    """What is known of its tokens without the vault."""
    kind: var[TokenKind] = var(TokenKind.ACCESS)
    """Which token is shown."""
    view: var[View | None] = var(None)
    """What is shown in the place of a token."""
    now: var[float] = var(0.0)
    """Seconds since the epoch."""
    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by the action's id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._drawn_at = 0.0

    def compose(self) -> ComposeResult:
        """The four parts, from top to bottom."""
        yield PanelHead().data_bind(TokenPanel.kind, TokenPanel.view, TokenPanel.now)
        yield Notice().data_bind(TokenPanel.entry, TokenPanel.now, TokenPanel.remapped)
        yield ClaimsList(id="claims")
        yield Static(id="explanation", markup=False)

    @property
    def token(self) -> Token | None:
        """The token that is shown, where it is at hand."""
        return None if self.view else self.entry.tokens.get(self.kind)

    def watch_profile(self) -> None:
        """Another profile: from its first claim."""
        self._show()
        self.query_one(ClaimsList).cursor = 0

    def watch_entry(self) -> None:
        """Something came, ran or failed."""
        self._show()

    def watch_expiries(self) -> None:
        """Times changed."""
        self._show()

    def watch_kind(self) -> None:
        """Another tab."""
        self._show()

    def watch_view(self) -> None:
        """Another tab."""
        self._show()

    def watch_now(self) -> None:
        """Relative times are drawn anew: each second beside a token, whose youngest times are seconds old."""
        if abs(self.now - self._drawn_at) >= (1 if self.token else _QUIET_SECONDS):
            self._show_claims()

    def on_mount(self) -> None:
        """The explanation follows the cursor, in the same frame."""
        self.watch(self.query_one(ClaimsList), "cursor", self._explain, init=False)

    def on_descendant_focus(self) -> None:
        """The keys move through the claims now."""
        self._explain()

    def on_descendant_blur(self) -> None:
        """The keys move through the profiles again."""
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
        head.note = self._note()
        head.verification = self.entry.verified.get(self.kind)
        self._show_claims()
        self._explain()

    def _life(self, token: Token | None) -> Lifetime | None:
        if self.view is None:
            return token.lifetime if token else self.expiries.of(self.kind)
        return self.entry.aws.lifetime if self.view is View.AWS and self.entry.aws else None

    def _note(self) -> str:
        if self.view is View.USER and (told := self.entry.user):
            return f"told by {told.told_by} at {local_time(told.asked_at)}"
        return {View.USER: "not asked yet", View.AWS: "no credentials yet"}[self.view] if self.view else ""

    def _show_claims(self) -> None:
        self._drawn_at = self.now
        self.query_one(ClaimsList).claims = self._rows(self.profile, self.token) if self.profile else ()

    def _rows(self, profile: Profile, token: Token | None) -> tuple[ClaimRow, ...]:
        if self.view is not None:
            return self._rows_of_view(profile, self.view)
        if token is None:
            return facts_of_profile(profile, self.expiries, self.now)
        if token.kind is TokenKind.REFRESH:
            return facts_of_refresh_token(token, self.now)
        # Costs 4 ms, and the first paint has no token.
        from cognitui.model.claims import decode, describe

        try:
            return describe(decode(token.value), self.now)
        except BadToken as error:
            return (ClaimRow(name="token", lines=(error.cause,), kind="text", explanation=error.fix, note=""),)

    def _rows_of_view(self, profile: Profile, view: View) -> tuple[ClaimRow, ...]:
        key = key_labels("get_token", self.remapped)[0]
        if view is View.USER:
            return facts_of_user(self.entry.user, key, self.now)
        return facts_of_aws(profile, self.entry.aws, key, self.now)

    def _explain(self) -> None:
        # Of a height of its own, so that a move lays nothing out anew.
        self.query_one("#explanation", Static).update(self._explanation(), layout=False)

    def _explanation(self) -> Text:
        claims, verification = self.query_one(ClaimsList), self.entry.verified.get(self.kind)
        if self.token and verification and not verification.verified:
            return Text(f"Not verified: {inert(verification.reason, 300)}", Style(bold=True))
        if (claim := claims.highlighted) is None:
            return Text()
        if not claims.has_focus:
            what = "each claim" if self.token else "each line"
            return Text(f"{key_labels('switch_pane', self.remapped)[0]} explains {what}")
        return Text(f"{inert(claim.name, 40)}: {claim.explanation or 'a claim of the pool or its triggers.'}")
