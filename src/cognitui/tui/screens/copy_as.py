"""In which form a token shall be copied, and how long it must be valid."""

from __future__ import annotations

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from cognitui.model.duration import rough
from cognitui.model.profile import Profile
from cognitui.model.token import Lifetime, TokenKind
from cognitui.model.token_formats import TokenFormat, preview
from cognitui.tui.colors import environment_color
from cognitui.tui.keymap import COPY_AS, bindings, key_in
from cognitui.tui.plain import plain
from cognitui.tui.screens.dialog import Dialog
from cognitui.tui.validities import validities
from cognitui.tui.widgets.form_list import FormList, FormRow
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.validity_line import ValidityLine


class CopyChoice(Struct, frozen=True):
    """What a person chose."""

    form: TokenFormat
    min_valid: float | None = None
    """Seconds; None for the broker's default."""


class CopyAsScreen(Dialog[CopyChoice | None]):
    """A menu of all forms. It shows no token: one is got once the form is chosen."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(COPY_AS)
    AUTO_FOCUS = "FormList"

    def __init__(self, profile: Profile, kind: TokenKind, *, last: str, life: Lifetime | None, now: float) -> None:
        """Takes what is to be copied.

        Args:
            profile: Whose token.
            kind: Which of the three.
            last: The form that was copied last, which stands first; empty where there was none.
            life: That of the profile's last token of this kind, where it is known.
            now: Seconds since the epoch.
        """
        super().__init__()
        self._profile = profile
        self._kind = kind
        self._last = last
        self._life = life
        self._validities = validities(kind, life)
        self._now = now

    def compose(self) -> ComposeResult:
        """The forms, the validity, and the way out."""
        with Vertical(classes="dialog -copy-as") as dialog:
            dialog.border_title = plain(f"Copy the {self._kind.value} token of {self._profile.id} as", 80)
            if self._profile.protected:
                color = environment_color(self.app, self._profile.environment)
                dialog.styles.border = ("round", color)
                dialog.styles.border_title_color = color
                dialog.border_subtitle = plain(f"{self._profile.why_protected} is protected: you will be asked")
            yield FormList(self._rows())
            if len(self._validities) > 1:
                yield ValidityLine(key_in(self.app, "form_longer"), self._validities)
                yield Static("One that ends sooner is refreshed first.", classes="note")
            else:
                yield Static(self._why_no_choice(), classes="note")
            with Horizontal(classes="buttons"):
                yield Button(f"Cancel ({key_in(self.app, 'form_none')})", id="cancel", compact=True)

    def action_pick(self, form: str) -> None:
        """Closes with a form."""
        self.dismiss(CopyChoice(TokenFormat(form), self._min_valid()))

    def action_pick_chosen(self) -> None:
        """Closes with the form under the cursor."""
        self.action_pick(self.query_one(FormList).highlighted)

    def action_move(self, distance: int) -> None:
        """Moves the cursor."""
        self.query_one(FormList).move(distance)

    def action_last(self, distance: int) -> None:
        """Asks for another validity, where there is a choice."""
        for line in self.query(ValidityLine):
            line.step(distance)

    def action_cancel(self) -> None:
        """Closes without a choice."""
        self.dismiss(None)

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_pick_chosen()

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.action_cancel()

    def _rows(self) -> tuple[FormRow, ...]:
        forms = sorted(TokenFormat, key=lambda form: form.value != self._last)
        return tuple(
            FormRow(form, key_in(self.app, f"form_{form.value}"), preview(self._profile, self._kind, form, self._now))
            for form in forms
        )

    def _why_no_choice(self) -> str:
        if not self._validities:
            return "A refresh token is copied as it is: a new one takes a sign-in."
        length = rough(self._life.length) if self._life else ""
        return f"This app client's tokens live {length}: there is no longer life to ask for."

    def _min_valid(self) -> float | None:
        lines = self.query(ValidityLine)
        chosen = lines.first().chosen if lines else 0
        return self._validities[chosen] if chosen else None
