"""What a row of the list says of a profile's token: a sign, a time, and how much is left."""

from __future__ import annotations

from typing import NamedTuple

from cognitui.model.duration import countdown, rough
from cognitui.model.token import Lifetime, TokenState
from cognitui.tui.bars import spinner
from cognitui.tui.colors import GLYPHS, STATE_VARIABLES
from cognitui.tui.desk import Entry


class RowFacts(NamedTuple):
    """All that a row shows beyond the profile itself."""

    glyph: str
    time: str
    fraction: float
    """Of the life that is left, from 0 to 1."""
    variable: str
    """The theme's variable of its colour."""


def row_facts(entry: Entry, life: Lifetime | None, now: float, *, steps: int, still: bool) -> RowFacts:
    """Returns what a row shows, of what this run knows and of the access token's life.

    `steps` is into how many parts the bar is divided: a fraction between two of them would be another row each second
    for nothing that is seen. `still` is whether nothing is to move.
    """
    if entry.running:
        return RowFacts(spinner(now, still=still), "…", 0.0, "primary")
    if entry.error:
        return RowFacts("!", "failed", 0.0, "error")
    if entry.challenge:
        return RowFacts("?", "answer", 0.0, "accent")
    state = TokenState.NONE if life is None else life.state(now)
    glyph, variable = GLYPHS[state], STATE_VARIABLES[state]
    if life is None:
        return RowFacts(glyph, "-", 0.0, variable)
    left = life.remaining(now)
    if state is TokenState.EXPIRED:
        return RowFacts(glyph, f"{rough(-left)} ago", 0.0, variable)
    return RowFacts(glyph, countdown(left), round(life.fraction(now) * steps) / steps, variable)
