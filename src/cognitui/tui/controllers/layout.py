"""Layout: one pane or both, the focus, and jump mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from cognitui.tui.controllers.navigation import Navigation
from cognitui.tui.controllers.tokens import Tokens
from cognitui.tui.state_screen import LIST_PANE, TOKEN_PANE, StateScreen
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.environment_bar import EnvironmentBar
from cognitui.tui.widgets.panel_head import PanelHead
from cognitui.tui.widgets.profile_list import ProfileList

Target = tuple[int, int, Callable[[], None]]
"""Column and line on the screen, one before the target, and what a jump there does."""


class Panes:
    """Shows one pane or both, and moves the focus between them."""

    def __init__(self, screen: StateScreen, *, navigation: Navigation, tokens: Tokens) -> None:
        self._screen = screen
        self._navigation = navigation
        self._tokens = tokens

    def show_panes(self) -> None:
        """Hide the other pane if one is maximised, and give it the room."""
        maximised = self._screen.maximised
        for name in (LIST_PANE, TOKEN_PANE):
            pane = self._screen.query_one(f"#{name}")
            pane.display = maximised in ("", name)
            pane.set_class(maximised == name, "-maximised")

    def maximise(self) -> None:
        """Show only the pane with the focus, or both again."""
        is_among_claims = isinstance(self._screen.focused, ClaimsList)
        self._screen.maximised = "" if self._screen.maximised else (TOKEN_PANE if is_among_claims else LIST_PANE)

    def focus_pane(self) -> None:
        """Focus the profiles, or the claims if their pane is maximised."""
        self._screen.query_one(ClaimsList if self._screen.maximised == TOKEN_PANE else ProfileList).focus()

    def switch_pane(self) -> None:
        """Go to the other pane, which takes the place of a maximised one."""
        screen = self._screen
        if screen.maximised:
            screen.maximised = LIST_PANE if screen.maximised == TOKEN_PANE else TOKEN_PANE
        profiles = screen.query_one(ProfileList)
        (screen.query_one(ClaimsList) if screen.focused is profiles else profiles).focus()

    def jump(self) -> None:
        """Label every target with a letter; the next key goes there."""
        from cognitui.tui.dialogs.picker import Jump

        targets = tuple(self._targets())
        self._screen.app.push_screen(Jump([target[:2] for target in targets]), partial(self._jump, targets))

    def _jump(self, targets: tuple[Target, ...], chosen: int | None) -> None:
        if chosen is not None:
            targets[chosen][2]()

    def _targets(self) -> Iterator[Target]:
        screen = self._screen
        bar, head = screen.query_one(EnvironmentBar), screen.query_one(PanelHead)
        for column, name in bar.places():
            yield bar.region.x + column - 1, bar.region.y, partial(self._navigation.go_to_environment, name)
        if screen.maximised != TOKEN_PANE:
            yield from self._rows_in_view()
        if screen.maximised != LIST_PANE:
            for column, tab in head.places():
                yield head.region.x + column - 1, head.region.y, partial(self._tokens.show_tab, tab)
            yield from self._claims_in_view()

    def _rows_in_view(self) -> Iterator[Target]:
        rows = self._screen.query_one(ProfileList)
        first = rows.scroll_offset.y
        lines = range(first, first + rows.size.height)
        in_view = (row for line in lines if (row := rows.row_at(line)) is not None)
        scores = self._screen.remembered.use_scores()
        # The home row for what is used most.
        for row in sorted(in_view, key=lambda row: -scores.get(rows.profiles[row].id, 0.0)):
            yield rows.region.x + 1, rows.region.y + rows.line_of(row) - first, partial(self._go_to_row, row)

    def _claims_in_view(self) -> Iterator[Target]:
        claims = self._screen.query_one(ClaimsList)
        first = claims.scroll_offset.y
        for line in claims.first_lines:
            if first <= line < first + claims.size.height:
                yield claims.region.x - 1, claims.region.y + line - first, partial(self._go_to_claim, line)

    def _go_to_claim(self, line: int) -> None:
        claims = self._screen.query_one(ClaimsList)
        claims.focus()
        claims.cursor = line

    def _go_to_row(self, row: int) -> None:
        rows = self._screen.query_one(ProfileList)
        rows.focus()
        rows.cursor = row
