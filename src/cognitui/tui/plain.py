"""Untrusted text for places that Textual reads as markup: the titles of borders."""

from __future__ import annotations

from rich.text import Text

from cognitui.model.text import inert


def plain(text: str, longest: int = 60) -> Text:
    """Returns a text that is drawn as it is: no markup in it acts, no control character reaches the terminal."""
    return Text(inert(text, longest))
