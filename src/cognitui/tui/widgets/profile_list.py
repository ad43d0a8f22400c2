"""The profiles of an environment with their countdowns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from cognitui.model.duration import countdown, rough
from cognitui.model.profile import Profile, default_client_label
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, TokenState
from cognitui.tui.bars import bar, spinner
from cognitui.tui.colors import GLYPHS, STATE_VARIABLES, colored, environment_color, inks
from cognitui.tui.desk import EMPTY, Entry
from cognitui.tui.profile_filter import marks
from cognitui.tui.widgets.line_list import LineList

_CLIENT_WIDTH = 8
_BAR_WIDTH = 6
_TIME_WIDTH = 8
_FOUND = Style(bold=True, underline=True)
KEPT_ALIVE = "↻"
"""Stands behind the time of a profile whose token is renewed before it ends."""
_NARROW = 34
"""Below this many cells the client and the bar give way to the name."""


class _Facts(NamedTuple):
    """All that a row shows beyond the profile itself."""

    glyph: str
    time: str
    fraction: float
    variable: str
    """The theme's variable of its colour."""


class ProfileList(LineList):
    """One row a profile: state, name, client, how much is left and for how long."""

    DEFAULT_CSS = """
    ProfileList { height: 1fr; }
    """
    profiles: var[tuple[Profile, ...]] = var(())
    """What is listed, in this order."""
    expiries: var[Mapping[str, Expiries]] = var({})
    """What is known of tokens, by `Profile.token_key`."""
    entries: var[Mapping[str, Entry]] = var({})
    """What this run knows, by `Profile.id`."""
    kept_alive: var[frozenset[str]] = var(frozenset())
    """The profiles whose tokens are renewed before they end, by `Profile.id`: each has a sign for it."""
    with_environment: var[bool] = var(False)
    """Whether each row names its environment, too."""
    searched: var[str] = var("")
    """What the list is filtered by: the letters that it found are marked."""
    now: var[float] = var(0.0)
    """Seconds since the epoch; a second later, the rows in view are drawn where a text changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._known: dict[int, _Facts] = {}
        """By row, as of `now`."""

    @property
    def row_count(self) -> int:
        """How many profiles are listed."""
        return len(self.profiles)

    @property
    def highlighted(self) -> Profile | None:
        """The profile under the cursor."""
        return self.profiles[self.cursor] if self.cursor < len(self.profiles) else None

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draws a profile."""
        profile = self.profiles[row]
        if (facts := self._known.get(row)) is None:
            facts = self._known[row] = self._facts(profile)
        color = self._color(facts.variable)
        name_width = max(4, width - 3 - _TIME_WIDTH - 1)
        segments = [Segment(f" {facts.glyph} ", style + color)]
        wide = width >= _NARROW
        if wide:
            name_width -= _CLIENT_WIDTH + 1 + _BAR_WIDTH + 1
        segments += self._named(profile, name_width, style)
        if wide:
            segments.append(Segment(" " + _fit(default_client_label(profile), _CLIENT_WIDTH), style + self._muted()))
            segments.append(Segment(" " + bar(facts.fraction, _BAR_WIDTH), style + color))
        sign = KEPT_ALIVE if profile.id in self.kept_alive else " "
        segments.append(Segment(f"{facts.time:>{_TIME_WIDTH}}{sign}", style + color))
        return Strip(segments)

    def _named(self, profile: Profile, width: int, style: Style) -> list[Segment]:
        """Draws a profile's name, behind its environment where several are listed."""
        if not self.with_environment:
            return self._marked(_fit(profile.name, width), style)
        # A protected environment is told by a sign and capitals, not by its colour alone.
        name = profile.environment.name
        place = f"◆ {name.upper()}/" if profile.protected else f"{name}/"
        place = place if len(place) < width // 2 else _fit(place, width // 2)
        color = colored(environment_color(profile.environment))
        return [
            *self._marked(place, style + color),
            *self._marked(_fit(profile.name, width - cell_len(place)), style),
        ]

    def _marked(self, text: str, style: Style) -> list[Segment]:
        """Draws a text with the letters that the filter found underlined."""
        if not self.searched:
            return [Segment(text, style)]
        found = marks(text.rstrip(), self.searched)
        runs = groupby(range(len(text)), key=lambda at: at in found)
        return [
            Segment("".join(text[at] for at in places), style + _FOUND if is_found else style)
            for is_found, places in runs
        ]

    def _facts(self, profile: Profile) -> _Facts:
        entry = self.entries.get(profile.id, EMPTY)
        life = self.expiries.get(profile.token_key, NO_EXPIRIES).access
        if entry.running:
            return _Facts(spinner(self.now, still=self.app.animation_level == "none"), "…", 0.0, "primary")
        if entry.challenge:
            return _Facts("?", "answer", 0.0, "accent")
        if entry.error:
            return _Facts("!", "failed", 0.0, "error")
        state = TokenState.NONE if life is None else life.state(self.now)
        glyph = GLYPHS[state]
        if life is None:
            return _Facts(glyph, "-", 0.0, STATE_VARIABLES[state])
        left = life.remaining(self.now)
        if state is TokenState.EXPIRED:
            return _Facts(glyph, f"{rough(-left)} ago", 0.0, STATE_VARIABLES[state])
        # In eighths of a cell, as it is drawn: less would be another row each second for nothing that is seen.
        fraction = round(life.fraction(self.now) * _BAR_WIDTH * 8) / _BAR_WIDTH / 8
        return _Facts(glyph, countdown(left), fraction, STATE_VARIABLES[state])

    def _color(self, variable: str) -> Style:
        return colored(inks(self.app)[variable])

    def _muted(self) -> Style:
        return colored(inks(self.app)["foreground-muted"])

    def watch_profiles(self) -> None:
        """Measures and draws anew."""
        self._known.clear()
        self.rows_changed()

    def watch_expiries(self) -> None:
        """Draws what is in view."""
        self._known.clear()
        self.refresh()

    def watch_entries(self) -> None:
        """Draws what is in view."""
        self._known.clear()
        self.refresh()

    def watch_searched(self) -> None:
        """Draws what is in view."""
        self.refresh()

    def watch_kept_alive(self) -> None:
        """Draws what is in view."""
        self.refresh()

    def watch_with_environment(self) -> None:
        """Draws what is in view."""
        self.refresh()

    def watch_now(self) -> None:
        """Draws the rows in view from the first to the last whose text is another one than a second ago."""
        first = self.scroll_offset.y
        in_view = range(first, min(first + self.size.height, self.row_count))
        before, self._known = self._known, {row: self._facts(self.profiles[row]) for row in in_view}
        changed = [row for row in in_view if self._known[row] != before.get(row)]
        if changed:
            # As one region: to redraw a few lines too many costs less than to keep thirty regions apart.
            self.refresh_lines(changed[0], changed[-1] - changed[0] + 1)


@lru_cache(maxsize=1024)
def _fit(text: str, width: int) -> str:
    """Returns untrusted text in exactly `width` cells, with an ellipsis where it was cut; asked each second."""
    shown = inert(text, 200)
    if cell_len(shown) > width:
        shown = set_cell_size(shown, width - 1).rstrip() + "…"
    return set_cell_size(shown, width)
