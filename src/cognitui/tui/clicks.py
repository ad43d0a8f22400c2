"""Words that do with a click what their key does."""

from __future__ import annotations

from rich.style import Style

from cognitui.tui.keymap import BY_ID


def does(action_id: str) -> Style:
    """Returns the style of words that carry an action of the screen out when they are clicked."""
    action = BY_ID[action_id]
    return Style(meta={"@click": f"screen.{action.call or action.id}"})
