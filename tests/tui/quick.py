"""Shortcuts that a test of the TUI takes: frames are drawn only if someone looks, and a worker computes styles once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from rich.console import RenderableType
from textual import strip
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual._styles_cache import StylesCache
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen

_Rules = LRUCache[tuple[Any, ...], list[RuleSet]]

_render_update = Compositor.render_update
_init_sheet = Stylesheet.__init__
_set_variables = Stylesheet.set_variables
_apply = Stylesheet.apply
_replace_rules = Stylesheet.replace_rules


def draw_only_when_asked(patch: pytest.MonkeyPatch) -> None:
    """Skip the frames that Textual would send to a terminal, which a test has none of.

    What a test reads (`Story.text`, a snapshot) is drawn when it is read.
    """
    patch.setattr(Compositor, "render_update", _render_if_asked)
    patch.setattr(strip, "FIFOCache", _NothingKept)


def forget_frames() -> None:
    """Free the frames of finished apps: Textual keeps the last thousand pieces of them."""
    StylesCache.get_inner_outer.cache_clear()


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


def match_rules_once(patch: pytest.MonkeyPatch) -> None:
    """Find the rules of a node once for all apps in which the same node is in the same place and state.

    Textual finds them for each node of each app, and again for each change: a quarter of what a test costs.
    """
    seen: dict[tuple[int, ...], _Seen] = {}
    seen_by: WeakKeyDictionary[Stylesheet, _Seen] = WeakKeyDictionary()
    found: dict[DOMNode, RulesMap] = {}

    def seen_with(sheet: Stylesheet) -> _Seen:
        rules = sheet.rules
        if (known := seen_by.get(sheet)) is None or known.listed is not rules:
            key = tuple(map(id, rules))
            if (known := seen.get(key)) is None:
                known = seen[key] = _Seen(rules)
            known.listed = rules
            seen_by[sheet] = known
        return known

    def apply(
        sheet: Stylesheet, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], RulesMap] | None = None
    ) -> None:
        place, state = seen_with(sheet).place_and_state(node)
        if (known := place.rules.get(state)) is None:
            _apply(sheet, node, animate=animate, cache=cache)
            rules = found.pop(node, None)
            place.rules[state] = _Applied(rules, None if animate else node.styles.base._rules.copy())
            place.learn_marks(node)
        else:
            place.mark(node)
            known.apply_to(node, animate=animate)
            sheet._process_component_classes(node)

    def replace_rules(cls: type[Stylesheet], node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        found[node] = rules
        _replace_rules(node, rules, animate)

    patch.setattr(Stylesheet, "replace_rules", classmethod(replace_rules))
    patch.setattr(Stylesheet, "apply", apply)


def compute_styles_as_textual_does(patch: pytest.MonkeyPatch) -> None:
    """Take `match_rules_once` back."""
    patch.setattr(Stylesheet, "apply", _apply)


@dataclass(frozen=True)
class _Applied:
    """The rules that apply to a node."""

    rules: RulesMap | None
    made: RulesMap | None
    """What the node's styles have become, unless they were animated: Textual converts some values as it sets them."""

    def apply_to(self, node: DOMNode, *, animate: bool) -> None:
        """Do with the node what Textual would, and nothing that changes nothing."""
        if self.rules is None:
            return
        styles = node.styles.base
        if self.made is None or animate:
            _replace_rules(node, self.rules, animate)
        elif styles._rules == self.made:
            node.notify_style_update()
        elif type(node) is DOMNode and not styles._rules:
            # It stands for a component class: there is nothing to draw again.
            styles._rules.update(self.made)
            styles._updates += 1
        else:
            _replace_rules(node, self.rules, animate)


class _Place:
    """Nodes of the same type, id and classes, below nodes that are alike."""

    _MARKS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")

    def __init__(self, rules: list[RuleSet], path: list[DOMNode]) -> None:
        self.rules: dict[tuple[bool, ...], _Applied] = {}
        """The rules that apply, by what holds of `asked`."""
        names = path[-1]._selector_names
        asked = {
            (at, frozenset(selector.pseudo_classes))
            for rule in rules
            if rule.pseudo_classes and not names.isdisjoint(rule.selector_names)
            for selectors in rule.selector_set
            for selector in selectors.selectors
            if selector.pseudo_classes
            for at, node in enumerate(path)
            if (node is path[-1] or selector is not selectors.selectors[-1]) and selector._check(node)
        }
        self.asked = [(at, set(names)) for at, names in asked]
        """The pseudo classes that the rules ask for, and where in the path."""
        self._marks: tuple[bool, ...] = ()

    def learn_marks(self, node: DOMNode) -> None:
        """Keep what Textual has noted about the node."""
        self._marks = tuple(getattr(node, mark) for mark in self._MARKS)

    def mark(self, node: DOMNode) -> None:
        """Note about the node what Textual would have."""
        node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even = self._marks


class _Seen:
    """The places seen under some rules."""

    def __init__(self, rules: list[RuleSet]) -> None:
        self.listed = rules
        self._rules = rules
        self._places: dict[Hashable, _Place] = {}

    def place_and_state(self, node: DOMNode) -> tuple[_Place, tuple[bool, ...]]:
        path = node.css_path_nodes
        key = tuple([(type(each), each._id, frozenset(each._classes)) for each in path])
        if (place := self._places.get(key)) is None:
            place = self._places[key] = _Place(self._rules, path)
        return place, tuple([path[at].has_pseudo_classes(names) for at, names in place.asked])


class _NothingKept:
    """Replaces the seven caches that each line of each frame has: a test draws a line once."""

    def __new__(cls, *_arguments: object) -> _NothingKept:
        return _NOTHING_KEPT

    def get(self, _key: object) -> None:
        """Return that it is not there."""

    def __setitem__(self, _key: object, _value: object) -> None:
        """Drop it."""


_NOTHING_KEPT: _NothingKept = object.__new__(_NothingKept)


def _render_if_asked(
    self: Compositor, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
) -> RenderableType | None:
    if full:
        return _render_update(self, full, screen_stack, simplify)
    visible_screen_stack.set(screen_stack or [])
    self._dirty_regions.clear()
    return None
