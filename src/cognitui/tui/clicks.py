"""Words that do with a click what their key does."""

from __future__ import annotations

from rich.style import Style

from cognitui.tui.keymap import BY_ID, call_of


def does(action_id: str) -> Style:
    """Returns the style of words that carry an action of the screen out when they are clicked."""
    return Style(meta={"@click": f"screen.{call_of(BY_ID[action_id])}"})
