"""What two tokens say differently, side by side."""

from __future__ import annotations

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from cognitui.model.claim_diff import Change, ClaimChange, compare, differences
from cognitui.model.claims import Decoded, decode
from cognitui.model.duration import relative, short_local_time
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Token
from cognitui.tui.keymap import COMPARISON, bindings, key_in
from cognitui.tui.plain import plain
from cognitui.tui.screens.reader import Reader
from cognitui.tui.screens.secretive import Secretive
from cognitui.tui.widgets.comparison_list import ComparisonList


class Side(Struct, frozen=True):
    """One of the two tokens; not the token itself, only what it says."""

    word: str
    """`marked`, `before`, `shown`."""
    title: str
    """Whose it is and how long it lives; inert."""
    decoded: Decoded


def side_of(word: str, profile: Profile, token: Token, now: float) -> Side:
    """Returns one side of a comparison; raises BadToken where it is no JWT."""
    life = token.lifetime
    ends = "ended" if life.expires_at <= now else "ends"
    times = f"issued {short_local_time(life.issued_at, now)}, {ends} {relative(life.expires_at, now)}"
    return Side(word, f"{inert(profile.id, 60)} {token.kind.value} · {times}", decode(token.value))


class CompareScreen(Secretive, Reader[None]):
    """The two tokens on top, below them what tells them apart; what they share and the noise are folded away."""

    BINDINGS = bindings(COMPARISON)

    def __init__(self, left: Side, right: Side) -> None:
        """Takes the two sides."""
        super().__init__()
        self._sides = (left, right)
        changes = compare(left.decoded, right.decoded)
        self._differing = differences(changes)
        self._same = tuple(change for change in changes if change.change is Change.SAME)
        self._noise = tuple(change for change in changes if change.noise)
        self._folded = True

    def compose(self) -> ComposeResult:
        """Who is compared, the claims, and the buttons."""
        with Vertical(classes="dialog -compare") as dialog:
            dialog.border_title = "Compare"
            dialog.border_subtitle = _summary(self._differing)
            yield Static(self._heading(), id="sides")
            yield ComparisonList(id="comparison")
            yield Static("", id="folded", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("", id="fold", compact=True, disabled=not (self._same or self._noise))
                yield Button(f"Close ({key_in(self.app, 'close')})", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Shows what differs, and lets the moving keys act on it."""
        self.query_one(ComparisonList).empty_text = " They say the same, but for what is folded."
        self._show()
        self.query_one(ComparisonList).focus()

    def action_fold(self) -> None:
        """Shows what they share and what differs in every token, or folds both again."""
        self._folded = not self._folded
        self._show()

    def action_scroll(self, lines: int) -> None:
        """Moves the cursor."""
        self.query_one(ComparisonList).move(lines)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "fold":
            self.action_fold()
        else:
            self.dismiss()

    def _show(self) -> None:
        shown = self._differing if self._folded else (*self._differing, *self._same, *self._noise)
        self.query_one(ComparisonList).changes = shown
        self.query_one("#folded", Static).update(self._folded_words())
        verb = "Show folded" if self._folded else "Fold again"
        self.query_one("#fold", Button).label = plain(f"{verb} ({key_in(self.app, 'fold')})")

    def _folded_words(self) -> str:
        if not self._folded:
            return "First what tells them apart, then what is the same, then what differs in every token."
        kinds = (("the same", self._same), ("different in every token", self._noise))
        folded = [f"{words} {', '.join(change.name for change in changes)}" for words, changes in kinds if changes]
        return f"Folded: {'; '.join(folded)}" if folded else "Nothing is folded."

    def _heading(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        width = max(len(side.word) for side in self._sides)
        for where, side in zip(("left ", "right"), self._sides, strict=True):
            text.append(f"{where}  {side.word:<{width}}  ", Style(bold=True))
            text.append(f"{side.title}\n")
        text.right_crop()
        return text


def _summary(changes: tuple[ClaimChange, ...]) -> str:
    count = len(differences(changes))
    if not count:
        return "they say the same"
    return "1 claim differs" if count == 1 else f"{count} claims differ"
