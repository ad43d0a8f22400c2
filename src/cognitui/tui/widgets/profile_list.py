"""List of the profiles with their countdowns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from cognitui.model.profile import Profile, default_client_label
from cognitui.model.sorting import Order
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries
from cognitui.tui.presentation import RowFacts, bar, row_facts, shortened
from cognitui.tui.profile_filter import MARK, ProfileGroup, ProfileGroups, Reason, marks, reason_of
from cognitui.tui.state import EMPTY, ProfileState
from cognitui.tui.theme import colored, environment_style, theme_colors
from cognitui.tui.widgets.environment_bar import label_of
from cognitui.tui.widgets.line_list import LineList

_CLIENT_WIDTH = 8
_BAR_WIDTH = 5
_TIME_WIDTH = 8
_HEADING = Style(bold=True)
KEPT_ALIVE = "↻"
"""The sign before the time of a profile whose token is kept alive."""
_LONGEST, _BEFORE = 2000, 8
"""Characters of a note that are searched, and that are shown before a match."""
_NARROW = 34
"""Below this many cells, the client and the bar are left out."""


class ProfileList(LineList):
    """One row per profile: state, name, client, remaining share and time.

    In the order of the file, several environments are shown below a heading each; in another order, and
    when a filter has found them, each row names its environment.
    """

    DEFAULT_CSS = """
    ProfileList { height: 1fr; }
    """
    profiles: var[tuple[Profile, ...]] = var(())
    """The profiles in order."""
    expiries: var[Mapping[str, Expiries]] = var({})
    """What is known of tokens, by `Profile.token_key`."""
    states: var[Mapping[str, ProfileState]] = var({})
    """What this run knows, by `Profile.id`."""
    kept_alive: var[frozenset[str]] = var(frozenset())
    """The profiles whose tokens are kept alive, by `Profile.id`: each has a sign for it."""
    with_environment: var[bool] = var(False)
    """Whether several environments are listed."""
    order: var[Order] = var(Order.FILE)
    """The sort order."""
    searched: var[str] = var("")
    """The filter, whose matching letters are marked."""
    now: var[float] = var(0.0)
    """Seconds since the epoch; each second, the visible rows whose text changed are redrawn."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._known: dict[int, RowFacts] = {}
        """The facts at `now`, by row."""
        self._groups: ProfileGroups | None = None
        self._headings: dict[int, str] = {}
        """The texts of the visible headings at `now`, by line."""

    class HeadingClicked(Message):
        """The user clicked the heading of an environment."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    @property
    def row_count(self) -> int:
        """The number of listed profiles."""
        return len(self.profiles)

    @property
    def line_count(self) -> int:
        """Profiles and headings."""
        return self._groups.line_count if self._groups else len(self.profiles)

    def line_of(self, row: int) -> int:
        """Return the line of a profile."""
        return self._groups.line_of(row) if self._groups else row

    def row_at(self, line: int) -> int | None:
        """Return the profile at a line, or None."""
        return self._groups.row_at(line) if self._groups else super().row_at(line)

    @property
    def highlighted(self) -> Profile | None:
        """The profile under the cursor."""
        return self.profiles[self.cursor] if self.cursor < len(self.profiles) else None

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw a profile."""
        profile = self.profiles[row]
        if (facts := self._known.get(row)) is None:
            facts = self._known[row] = self._facts(profile)
        color = self._color(facts.variable)
        name_width = width - 3 - 2 - _TIME_WIDTH - 1
        segments = [Segment(f" {facts.glyph} ", style + color)]
        wide = width >= _NARROW
        # If a row names its environment, the bar leaves room for it.
        with_bar = wide and (not self.with_environment or self._groups is not None)
        if reason := self._reason(profile):
            segments += self._named_with_reason(profile, reason, name_width, style)
        else:
            if wide:
                name_width -= _CLIENT_WIDTH + 1
            if with_bar:
                name_width -= _BAR_WIDTH + 1
            segments += self._named(profile, max(4, name_width), style)
            if wide:
                client = _fit(default_client_label(profile), _CLIENT_WIDTH)
                segments += self._marked(f" {client}", style + self._muted())
            if with_bar:
                segments.append(Segment(" " + bar(facts.fraction, _BAR_WIDTH), style + color))
        sign = KEPT_ALIVE if profile.id in self.kept_alive else " "
        segments.append(Segment(f" {sign}{facts.time:>{_TIME_WIDTH}} ", style + color))
        return Strip(segments)

    def draw_heading(self, line: int, width: int, style: Style) -> Strip:
        """Draw the name of an environment, with its profiles and valid tokens."""
        if self._groups is None or (group := self._groups.group_at(line)) is None:
            return super().draw_heading(line, width, style)
        color = environment_style(self.app, group.environment)
        name = f" {label_of(group.environment)}  "
        words = self._headings.setdefault(line, self._heading_text(group))
        said = _fit(words, max(0, width - cell_len(name)))
        return Strip([Segment(name, style + color + _HEADING), Segment(said, style + self._muted())])

    def tooltip_of_row(self, row: int) -> str:
        """Return the tooltip: the details that do not fit into the row, and the meaning of its signs."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_profile

        profile = self.profiles[row]
        return of_profile(
            profile,
            self.states.get(profile.id, EMPTY),
            self.expiries.get(profile.token_key, NO_EXPIRIES).access,
            self.now,
            kept_alive=profile.id in self.kept_alive,
            found=self._reason(profile),
        )

    def tooltip_of_heading(self, line: int) -> str:
        """Return the tooltip of a heading."""
        from cognitui.tui.tooltips import of_environment

        group = self._groups.group_at(line) if self._groups else None
        return of_environment(group.environment, []) if group else ""

    def _heading_text(self, group: ProfileGroup) -> str:
        count = "1 profile" if group.count == 1 else f"{group.count} profiles"
        label = group.environment.label
        return " · ".join(part for part in (label, count, str(group.tallier.count(self.now))) if part)

    def _named(self, profile: Profile, width: int, style: Style) -> list[Segment]:
        """Draw a profile's name, after its environment if several are listed."""
        if not self.with_environment or self._groups is not None:
            return self._marked(_fit(profile.name, width), style)
        place = f"{label_of(profile.environment)}/"
        place = place if len(place) < width // 2 else _fit(place, width // 2)
        color = environment_style(self.app, profile.environment)
        return [
            *self._marked(place, style + color),
            *self._marked(_fit(profile.name, width - cell_len(place)), style),
        ]

    def _reason(self, profile: Profile) -> Reason | None:
        return reason_of(profile, self.searched) if self.searched else None

    def _named_with_reason(self, profile: Profile, reason: Reason, width: int, style: Style) -> list[Segment]:
        """Draw a name and, instead of client and bar, the match of the filter."""
        whole = self._named(profile, width, style)
        name = max(4, min(width * 3 // 5, len("".join(segment.text for segment in whole).rstrip())))
        room = max(0, width - name - 2)
        muted = style + self._muted()
        said = f"{reason.field} "
        value = _fit(_from_match(reason), max(0, room - cell_len(said)))
        return [
            *self._named(profile, name, style),
            Segment(f"  {said}", muted),
            *self._marked(value, muted),
        ]

    def _marked(self, text: str, style: Style) -> list[Segment]:
        """Draw a text with the letters that the filter found underlined."""
        if not self.searched:
            return [Segment(text, style)]
        found = marks(text.rstrip(), self.searched)
        if not found:
            return [Segment(text, style)]
        runs = [(is_found, [*places]) for is_found, places in groupby(range(len(text)), key=found.__contains__)]
        return [
            Segment(text[places[0] : places[-1] + 1], style + MARK if is_found else style) for is_found, places in runs
        ]

    def _facts(self, profile: Profile) -> RowFacts:
        state = self.states.get(profile.id, EMPTY)
        life = self.expiries.get(profile.token_key, NO_EXPIRIES).access
        # In eighths of a cell, as the bar is drawn.
        return row_facts(state, life, self.now, steps=8 * _BAR_WIDTH, still=self.app.animation_level == "none")

    def _color(self, variable: str) -> Style:
        return colored(theme_colors(self.app)[variable])

    def _muted(self) -> Style:
        return colored(theme_colors(self.app)["foreground-muted"])

    def watch_profiles(self) -> None:
        """Measure and draw again."""
        self._known.clear()
        self._group()

    def watch_expiries(self) -> None:
        """Redraw the visible rows."""
        self._known.clear()
        if self._groups:
            self._group()
        self.refresh()

    def watch_states(self) -> None:
        """Redraw the visible rows."""
        self._known.clear()
        self.refresh()

    def watch_searched(self) -> None:
        """Redraw the visible rows."""
        self._group_or_not()

    def watch_order(self) -> None:
        """Redraw the visible rows."""
        self._group_or_not()

    def watch_kept_alive(self) -> None:
        """Redraw the visible rows."""
        self.refresh()

    def watch_with_environment(self) -> None:
        """Redraw the visible rows."""
        self._group_or_not()

    @property
    def _is_grouped(self) -> bool:
        return self.with_environment and not self.searched and self.order is Order.FILE

    def _group_or_not(self) -> None:
        if self._is_grouped != (self._groups is not None):
            self._group()
        self.refresh()

    def _group(self) -> None:
        self._groups = ProfileGroups(self.profiles, self.expiries) if self._is_grouped else None
        self._headings.clear()
        self.rows_changed()

    def watch_now(self) -> None:
        """Redraw the visible rows between the first and the last whose text has changed."""
        first = self.scroll_offset.y
        in_view = range(first, min(first + self.size.height, self.line_count))
        changed = [*self._changed_rows(in_view), *self._changed_headings(in_view)]
        if changed:
            # One region: redrawing a few extra lines costs less than tracking thirty regions.
            self.refresh_lines(min(changed), max(changed) - min(changed) + 1)

    def _changed_rows(self, lines: range) -> list[int]:
        rows = [row for line in lines if (row := self.row_at(line)) is not None]
        before, self._known = self._known, {row: self._facts(self.profiles[row]) for row in rows}
        return [self.line_of(row) for row in rows if self._known[row] != before.get(row)]

    def _changed_headings(self, lines: range) -> list[int]:
        if self._groups is None:
            return []
        groups = {line: group for line in lines if (group := self._groups.group_at(line)) is not None}
        before, self._headings = self._headings, {line: self._heading_text(group) for line, group in groups.items()}
        return [line for line in groups if self._headings[line] != before.get(line)]

    def on_click(self, event: events.Click) -> None:
        """Switch to the environment whose heading was clicked."""
        if self._groups and (group := self._groups.group_at(event.y + self.scroll_offset.y)):
            self.post_message(self.HeadingClicked(group.environment.name))


def _from_match(reason: Reason) -> str:
    """Return the line with the match, cut before it so that the match is visible."""
    shown = inert(reason.text, _LONGEST)
    at = min(marks(shown, reason.word), default=0)
    return f"…{shown[at - _BEFORE + 1 :]}" if at > _BEFORE else shown


@lru_cache(maxsize=1024)
def _fit(text: str, width: int) -> str:
    """Return untrusted text in exactly `width` cells, with an ellipsis if it was cut; called each second."""
    return set_cell_size(shortened(inert(text, 200), width), width)
