"""What the keys do to the layout: one pane alone, and a jump to whatever is in view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.message import Message
from textual.reactive import var

from cognitui.tui.screens.desk_screen import names_in
from cognitui.tui.screens.many_actions import ManyActions
from cognitui.tui.state import View
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.environment_bar import EnvironmentBar
from cognitui.tui.widgets.panel_head import PanelHead
from cognitui.tui.widgets.profile_list import ProfileList

LIST_PANE, TOKEN_PANE = "list-pane", "panel"

Target = tuple[int, int, Callable[[], None]]
"""Column and line on the screen, one before what it leads to, and what a jump there does."""


class LayoutActions(ManyActions):
    """The actions of the keymap that choose what is seen, by their ids."""

    class SettingsChanged(Message):
        """A person has changed settings; the app takes them."""

    alone: var[str] = var("", init=False)
    """The id of the pane that has the screen alone; empty where both are there."""

    def watch_alone(self) -> None:
        """Hides the other pane, and gives its place to the one that is alone."""
        for name in (LIST_PANE, TOKEN_PANE):
            pane = self.query_one(f"#{name}")
            pane.display = self.alone in ("", name)
            pane.set_class(self.alone == name, "-alone")

    def words_of_alone(self) -> str:
        """Says how the other pane comes back, which may have been hidden in an earlier run."""
        return f"{self.situation().key('maximise')} shows both panes" if self.alone else ""

    def action_maximise(self) -> None:
        """Gives the pane with the focus the whole screen, or both their places again."""
        self.alone = "" if self.alone else (TOKEN_PANE if isinstance(self.focused, ClaimsList) else LIST_PANE)

    def focus_pane(self) -> None:
        """Gives the keys to the profiles, or to the claims where these are alone."""
        self.query_one(ClaimsList if self.alone == TOKEN_PANE else ProfileList).focus()

    def action_switch_pane(self) -> None:
        """Goes to the other pane, which takes the place of one that is alone."""
        if self.alone:
            self.alone = LIST_PANE if self.alone == TOKEN_PANE else TOKEN_PANE
        super().action_switch_pane()

    def action_settings(self) -> None:
        """Opens the settings."""
        from cognitui.tui.dialogs.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.services), self._apply_settings)

    def _apply_settings(self, changed: bool | None) -> None:
        if changed:
            self.post_message(self.SettingsChanged())

    def action_jump(self) -> None:
        """Puts a letter on everything that can be gone to; the next key goes there."""
        from cognitui.tui.screens.jump import Jump

        targets = tuple(self._targets())
        self.app.push_screen(Jump([target[:2] for target in targets]), partial(self._jump, targets))

    def _jump(self, targets: tuple[Target, ...], chosen: int | None) -> None:
        if chosen is not None:
            targets[chosen][2]()

    def _targets(self) -> Iterator[Target]:
        bar, head = self.query_one(EnvironmentBar), self.query_one(PanelHead)
        for column, name in bar.places():
            yield bar.region.x + column - 1, bar.region.y, partial(self.go_to_environment, name)
        if self.alone != TOKEN_PANE:
            yield from self._rows_in_view()
        if self.alone != LIST_PANE:
            for column, tab in head.places():
                show = partial(self.show_view, tab) if isinstance(tab, View) else partial(self.show_kind, tab)
                yield head.region.x + column - 1, head.region.y, show
            yield from self._claims_in_view()

    def _rows_in_view(self) -> Iterator[Target]:
        rows = self.query_one(ProfileList)
        first = rows.scroll_offset.y
        lines = range(first, first + rows.size.height)
        in_view = (row for line in lines if (row := rows.row_at(line)) is not None)
        scores = self.remembered.use_scores()
        # The letters under the fingers for what is used most.
        for row in sorted(in_view, key=lambda row: -scores.get(rows.profiles[row].id, 0.0)):
            yield rows.region.x + 1, rows.region.y + rows.line_of(row) - first, partial(self._go_to_row, row)

    def _claims_in_view(self) -> Iterator[Target]:
        claims = self.query_one(ClaimsList)
        first = claims.scroll_offset.y
        for line in claims.first_lines:
            if first <= line < first + claims.size.height:
                yield claims.region.x - 1, claims.region.y + line - first, partial(self._go_to_claim, line)

    def _go_to_claim(self, line: int) -> None:
        claims = self.query_one(ClaimsList)
        claims.focus()
        claims.cursor = line

    def go_to_environment(self, name: str) -> None:
        """Lists another environment, unless it is gone: a palette or a jump may have stood open meanwhile."""
        if self.book is None:
            return
        if name in names_in(self.book):
            self.environment = name
        else:
            self.tell_gone(name)

    def _go_to_row(self, row: int) -> None:
        rows = self.query_one(ProfileList)
        rows.focus()
        rows.cursor = row
