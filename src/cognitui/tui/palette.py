"""Palette: actions of the main screen, environments and profiles, found by words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import bindings, key_labels, remapped_in
from cognitui.tui.actions.registry import ACTIONS, BY_ID, Action, Place
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.theme import theme_colors

_NAME_WIDTH, _KEY_WIDTH = 15, 5
_MAX_PROFILES = 20


class Offer(Struct, frozen=True):
    """A line of the palette."""

    name: str
    key: str
    """Its first key; empty if it has none."""
    sentence: str
    """What it does, or why it is not available now; inert."""
    run: IgnoreReturnCallbackType
    search_terms: str = ""
    """More words that it is found by."""
    is_off: bool = False
    """Whether it is not available now."""


def offers(screen: MainScreen, remapped: Mapping[str, str]) -> Iterator[Offer]:
    """Yield the actions of the main screen, the most important first, and each environment to go to."""
    context = screen.context()
    for action in sorted(ACTIONS, key=lambda action: action.footer or len(ACTIONS)):
        reason = action.unavailable_reason(context)
        if action.in_palette and not (reason and action.hidden_if_unavailable):
            yield _offer(screen, action, key_labels(action.id, remapped)[0], reason)
    for number, environment in enumerate(screen.book.environments if screen.book else (), start=1):
        id_ = f"environment_{number}"
        key = key_labels(id_, remapped)[0] if id_ in BY_ID else ""
        sentence = f"Go to the environment {inert(environment.title, 60)}."
        yield Offer(
            inert(environment.name, 40), key, sentence, partial(screen.navigation.go_to_environment, environment.name)
        )


def _offer(screen: MainScreen, action: Action, key: str, reason: str | None) -> Offer:
    sentence = f"Not now: {reason}" if reason else action.help
    terms = f"{action.id.replace('_', ' ')} {action.search_terms} {action.help if reason else ''}"
    run = partial(screen.run_action, action.id)
    return Offer(action.label, key, inert(sentence, 400), run, terms, bool(reason))


def likelihood(offer: Offer, query: str) -> float:
    """Return how likely an offer is meant by a query; 0 if it is not.

    Each word of the query must begin one of the offer's. A word of the name counts for more than one of the search
    terms or the sentence, and a name that starts with the whole query comes first.
    """
    name, terms, sentence = offer.name.casefold(), offer.search_terms.casefold(), offer.sentence.casefold()
    found = 0.0
    for word in query.casefold().split():
        begins = re.compile(rf"(?<!\w){re.escape(word)}")
        if begins.search(name):
            found += 3
        elif begins.search(terms):
            found += 2
        elif begins.search(sentence):
            found += 1
        else:
            return 0.0
    return found + (4 if name.startswith(query.casefold()) else 0)


class Palette(CommandPalette):
    """Textual's palette, with the keys of our dialogs."""

    BINDINGS = bindings(Place.DIALOG)

    def action_leave_dialog(self) -> None:
        """Close it, as esc does."""
        self._action_escape()


class PaletteOffers(Provider):
    """Our offers for Textual's palette. Its own commands would save a screenshot with a token's claims."""

    async def discover(self) -> Hits:
        """Yield all offers, before anything is typed."""
        for offer in self._offers():
            yield DiscoveryHit(self._drawn(offer, ""), offer.run, text=offer.name)

    async def search(self, query: str) -> Hits:
        """Yield the offers that match, profiles among them."""
        for offer in (*self._offers(), *self._profiles(query)):
            if likely := likelihood(offer, query):
                yield Hit(likely, self._drawn(offer, query), offer.run, text=offer.name)

    def _offers(self) -> Iterator[Offer]:
        if isinstance(self.screen, MainScreen):
            yield from offers(self.screen, remapped_in(self.app))

    def _profiles(self, query: str) -> Iterator[Offer]:
        """Yield the first profiles whose id has all words of the query: more often, an action is meant."""
        screen, words = self.screen, query.casefold().split()
        if isinstance(screen, MainScreen) and screen.book and words:
            found = (one for one in screen.book.profiles if all(word in one.id.casefold() for word in words))
            for profile in islice(found, _MAX_PROFILES):
                sentence = f"Go to the profile of {inert(profile.username, 60)}." if profile.username else "Go to it."
                run = partial(screen.navigation.go_to_profile, profile.id)
                yield Offer(inert(profile.id, 60), "", sentence, run, search_terms=query)

    def _drawn(self, offer: Offer, query: str) -> Text:
        """Return one line: the name, the key and the sentence. The palette would read markup in a string."""
        colors = theme_colors(self.app)
        muted = Style(color=colors["foreground-muted"])
        name = Text(f"{offer.name:<{_NAME_WIDTH}}", muted if offer.is_off else Style(bold=True))
        key = Text(f"{offer.key:>{_KEY_WIDTH}}  ", muted if offer.is_off else Style(color=colors["primary"]))
        line = Text.assemble(name, key, Text(offer.sentence, muted))
        for word in query.split():
            line.highlight_regex(rf"(?i)(?<!\w){re.escape(word)}", Style(underline=True))
        return line
