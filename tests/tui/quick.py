"""Shortcuts that a test of the TUI takes: frames drawn only if someone looks, style sheets parsed once per worker."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

_Rules = LRUCache[tuple[Any, ...], list[RuleSet]]

_render_update = Compositor.render_update
_init_sheet = Stylesheet.__init__
_set_variables = Stylesheet.set_variables


def draw_only_when_asked(patch: pytest.MonkeyPatch) -> None:
    """Skip the frames that Textual would send to a terminal, which a test has none of.

    What a test reads (`Story.text`, a snapshot) is drawn when it is read.
    """
    patch.setattr(Compositor, "render_update", _render_if_asked)


def parse_style_sheets_once(patch: pytest.MonkeyPatch) -> None:
    """Share parsed style sheets among all apps with the same variables: parsing is a sixth of what a test costs."""
    parsed: LRUCache[frozenset[tuple[str, str]], _Rules] = LRUCache(64)

    def shared(variables: dict[str, str]) -> _Rules:
        key = frozenset(variables.items())
        if (rules := parsed.get(key)) is None:
            rules = parsed[key] = LRUCache(512)
        return rules

    def init(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        _init_sheet(sheet, variables=variables)
        sheet._parse_cache = shared(variables or {})

    def set_variables(sheet: Stylesheet, variables: dict[str, str]) -> None:
        sheet._parse_cache = LRUCache(1)  # Textual clears the one that it finds.
        _set_variables(sheet, variables)
        sheet._parse_cache = shared(variables)

    patch.setattr(Stylesheet, "__init__", init)
    patch.setattr(Stylesheet, "set_variables", set_variables)


def _render_if_asked(
    self: Compositor, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
) -> RenderableType | None:
    if full:
        return _render_update(self, full, screen_stack, simplify)
    visible_screen_stack.set(screen_stack or [])
    self._dirty_regions.clear()
    return None
