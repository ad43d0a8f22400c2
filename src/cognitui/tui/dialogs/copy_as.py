"""Dialog for the format of a copied token and its minimum validity."""

from __future__ import annotations

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Button, Static

from cognitui.model.duration import rough
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, TokenKind
from cognitui.model.token_formats import TokenFormat, preview
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain
from cognitui.tui.theme import environment_color, theme_colors
from cognitui.tui.widgets.line_list import LineList

_CHOICES = (300.0, 900.0, 1800.0, 3600.0, 4 * 3600.0)
"""Seconds, as many as fit into a line. Cognito allows lifetimes of access and ID tokens from 5 minutes to a day."""

_USUAL_LIFETIME = Lifetime(0, 3600)
"""The lifetime of a token that was not seen yet: an hour, unless the app client sets another (AWS)."""

_LABEL = "Valid for at least "

_SHORT_LABEL = "Valid for "
"""For a small screen and a long-lived token."""


class CopyChoice(Struct, frozen=True):
    """The user's choice."""

    form: TokenFormat
    min_valid: float | None = None
    """Seconds; None for the broker's default."""


class CopyAsScreen(Dialog[CopyChoice | None]):
    """A menu of all formats. It shows no token: one is fetched once a format is chosen."""

    CSS_PATH = "../dialogs.tcss"
    CSS = f"""
    .dialog.-copy-as {{ height: {len(TokenFormat) + 9}; }}
    .-narrow .dialog.-copy-as {{ height: {len(TokenFormat) + 7}; }}
    """
    """A row for each format, and the frame with the validity and the button."""
    BINDINGS = bindings(Place.COPY_AS)
    AUTO_FOCUS = "FormatList"

    def __init__(self, profile: Profile, kind: TokenKind, *, last: str, life: Lifetime | None, now: float) -> None:
        """Create the dialog.

        Args:
            profile: The profile of the token.
            kind: The kind of the token.
            last: The format that was copied last, which comes first; empty if there is none.
            life: The lifetime of the profile's last token of this kind, if it is known.
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
        """Yield the formats, the validity and the cancel button."""
        with Vertical(classes="dialog -copy-as") as dialog:
            dialog.border_title = plain(f"Copy the {self._kind.value} token of {self._profile.id} as", 80)
            if self._profile.protected:
                color = environment_color(self.app, self._profile.protecting_environment)
                dialog.styles.border = ("round", color)
                dialog.styles.border_title_color = color
                dialog.border_subtitle = plain(f"{self._profile.why_protected} is protected: you will be asked")
            yield FormatList(self._rows())
            if len(self._validities) > 1:
                yield ValidityLine(key_in(self.app, "form_longer"), self._validities)
                yield Static("A token that expires sooner is refreshed first.", classes="note")
            else:
                yield Static(self._why_no_choice(), classes="note")
            with Horizontal(classes="buttons"):
                yield Button(f"Cancel ({key_in(self.app, 'form_none')})", id="cancel", compact=True)

    def action_pick(self, form: str) -> None:
        """Close with a format."""
        self.dismiss(CopyChoice(TokenFormat.named(form), self._min_valid()))

    def action_pick_chosen(self) -> None:
        """Close with the format under the cursor."""
        # Empty if the key came before the dialog was composed.
        for forms in self.query(FormatList):
            self.action_pick(forms.highlighted)

    def action_move(self, distance: int) -> None:
        """Move the cursor."""
        for forms in self.query(FormatList):
            forms.move(distance)

    def action_change_validity(self, distance: int) -> None:
        """Change the validity, if there is a choice."""
        for line in self.query(ValidityLine):
            line.step(distance)

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_pick_chosen()

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.action_cancel()

    def _rows(self) -> tuple[FormatRow, ...]:
        forms = sorted(TokenFormat, key=lambda form: form.value != self._last)
        return tuple(
            FormatRow(form, key_in(self.app, f"form_{form.value}"), preview(self._profile, self._kind, form, self._now))
            for form in forms
        )

    def _why_no_choice(self) -> str:
        if not self._validities:
            return "A refresh token is copied as it is: a new one needs a sign-in."
        length = rough(self._life.length) if self._life else ""
        return f"This app client's tokens are valid for {length}: there is no longer validity to ask for."

    def _min_valid(self) -> float | None:
        lines = self.query(ValidityLine)
        chosen = lines.first().chosen if lines else 0
        return self._validities[chosen] if chosen else None


def validities(kind: TokenKind, life: Lifetime | None) -> tuple[float, ...]:
    """Return the choices in seconds, the shortest first: the broker's default, and what a new token can have.

    A refresh token cannot be renewed without a sign-in, so it has no choices.
    """
    if kind is TokenKind.REFRESH:
        return ()
    life = life or _USUAL_LIFETIME
    return (life.default_min_valid(), *(step for step in _CHOICES if step < life.length))


class FormatRow(Struct, frozen=True):
    """One format."""

    form: TokenFormat
    key: str
    """The label of its key."""
    preview: str
    """The preview without the token; inert."""


class FormatList(LineList):
    """A menu: a single click chooses, as the key of a row does."""

    DEFAULT_CSS = """
    FormatList { height: 1fr; }
    """

    def __init__(self, rows: tuple[FormatRow, ...]) -> None:
        super().__init__()
        self._rows = rows
        self._key_width = max(cell_len(row.key) for row in rows)
        self._name_width = max(cell_len(row.form.label) for row in rows)

    @property
    def row_count(self) -> int:
        """The number of formats."""
        return len(self._rows)

    @property
    def highlighted(self) -> TokenFormat:
        """The format under the cursor."""
        return self._rows[self.cursor].form

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw one format."""
        shown = self._rows[row]
        colors = theme_colors(self.app)
        room = width - self._key_width - self._name_width - 6
        return Strip(
            [
                Segment(
                    f" {set_cell_size(shown.key, self._key_width)}  ",
                    style + Style(bold=True, color=colors["primary"]),
                ),
                Segment(f"{set_cell_size(shown.form.label, self._name_width)}  ", style),
                Segment(inert(shown.preview, max(1, room)), style + Style(color=colors["foreground-muted"])),
            ]
        )

    def on_click(self, event: events.Click) -> None:
        """Choose the row at once."""
        # Otherwise the base class would handle the click too, and wait for a second one.
        event.prevent_default()
        row = event.y + self.scroll_offset.y
        if row < self.row_count:
            self.cursor = row
            self.post_message(self.Chosen(self, row))


class ValidityLine(Widget):
    """The choices; a full circle marks the current one, and a click chooses."""

    DEFAULT_CSS = """
    ValidityLine { height: 1; width: 100%; }
    """

    chosen: reactive[int] = reactive(0)
    """The index of the current choice."""

    def __init__(self, key: str, seconds: tuple[float, ...]) -> None:
        super().__init__()
        self._key = key
        self._seconds = seconds
        self._spans: list[tuple[int, int, int]] = []

    def step(self, distance: int) -> None:
        """Move to the next choice, and from the last to the first."""
        self.chosen = (self.chosen + distance) % len(self._seconds)

    def render(self) -> RenderResult:
        """Draw key, words and choices."""
        colors = theme_colors(self.app)
        line = Text(no_wrap=True, end="")
        line.append(f" {self._key}  ", Style(bold=True, color=colors["primary"]))
        line.append(self._label(self.size.width - line.cell_len), Style(color=colors["foreground-muted"]))
        self._spans = []
        for place in range(len(self._seconds)):
            here = place == self.chosen
            start = line.cell_len
            style = Style(bold=here, color=colors["primary" if here else "foreground-muted"])
            line.append(self._choice(place), style)
            self._spans.append((start, line.cell_len, place))
        return line

    def _label(self, room: int) -> str:
        choices = sum(cell_len(self._choice(place)) for place in range(len(self._seconds)))
        return _LABEL if len(_LABEL) + choices <= room else _SHORT_LABEL

    def _choice(self, place: int) -> str:
        return f" {'●' if place == self.chosen else '○'} {rough(self._seconds[place])} "

    def on_click(self, event: events.Click) -> None:
        """Choose the entry under the mouse."""
        for start, end, place in self._spans:
            if start <= event.x < end:
                self.chosen = place
