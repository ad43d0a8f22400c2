"""What the palette offers: each action of the main screen by its name, its sentence and other words for it."""

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
from cognitui.tui.keymap import ACTIONS, BY_ID, DIALOG, MAIN, HasKeys, bindings, key_labels
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.other_words import OTHER_WORDS
from cognitui.tui.reasons import why_not
from cognitui.tui.theme import inks

_NAME_WIDTH, _KEY_WIDTH = 15, 5
_MOST_PROFILES = 20


class Offer(Struct, frozen=True):
    """One thing that a person can do."""

    name: str
    key: str
    """Its first key; empty where it has none."""
    sentence: str
    """What it does, or why it cannot be done now; inert."""
    run: IgnoreReturnCallbackType
    words: str = ""
    """Other words for it, by which it is found, too."""
    off: bool = False
    """Whether it cannot be done now."""


def offers(screen: MainScreen, remapped: Mapping[str, str]) -> Iterator[Offer]:
    """Returns what can be done on the main screen, the most wanted first, and each environment to go to."""
    situation = screen.situation()
    for action in sorted(ACTIONS, key=lambda action: action.rank or len(ACTIONS)):
        if not action.palette or action.place != MAIN:
            continue
        reason = why_not(action.id, situation)
        if reason and action.id == "try_demo":
            continue
        sentence = f"Not now: {reason}" if reason else action.long
        run = partial(screen.action_run, action.id)
        words = f"{action.id.replace('_', ' ')} {OTHER_WORDS.get(action.id, '')} {action.long if reason else ''}"
        key = key_labels(action.id, remapped)[0]
        yield Offer(action.short, key, inert(sentence, 400), run, words, bool(reason))
    for number, environment in enumerate(screen.book.environments if screen.book else (), start=1):
        id_ = f"environment_{number}"
        key = key_labels(id_, remapped)[0] if id_ in BY_ID else ""
        sentence = f"Go to the environment {inert(environment.title, 60)}."
        yield Offer(
            inert(environment.name, 40), key, sentence, partial(screen.navigation.go_to_environment, environment.name)
        )


def likelihood(offer: Offer, query: str) -> float:
    """Returns how likely an offer is what was typed; 0 where it is not.

    Each word that was typed must begin one of the offer's. A word of the name counts for more than one of the
    sentence, and a name that was typed from its beginning stands first.
    """
    name, others = offer.name.casefold(), f"{offer.words} {offer.sentence}".casefold()
    found = 0.0
    for word in query.casefold().split():
        begins = re.compile(rf"(?<!\w){re.escape(word)}")
        if begins.search(name):
            found += 3
        elif begins.search(offer.words.casefold()):
            found += 2
        elif begins.search(others):
            found += 1
        else:
            return 0.0
    return found + (4 if name.startswith(query.casefold()) else 0)


class Palette(CommandPalette):
    """Textual's, left as our dialogs are."""

    BINDINGS = bindings(DIALOG)

    def action_leave_dialog(self) -> None:
        """Closes it, as esc does."""
        self._action_escape()


class PaletteOffers(Provider):
    """Hands the offers to Textual's palette; its own commands would make a picture of a token's claims."""

    async def discover(self) -> Hits:
        """Yields all, before anything is typed."""
        for offer in self._offers():
            yield DiscoveryHit(self._drawn(offer, ""), offer.run, text=offer.name)

    async def search(self, query: str) -> Hits:
        """Yields what is likely meant."""
        for offer in (*self._offers(), *self._profiles(query)):
            if likely := likelihood(offer, query):
                yield Hit(likely, self._drawn(offer, query), offer.run, text=offer.name)

    def _offers(self) -> Iterator[Offer]:
        screen, app = self.screen, self.app
        if isinstance(screen, MainScreen):
            yield from offers(screen, app.remapped if isinstance(app, HasKeys) else {})

    def _profiles(self, query: str) -> Iterator[Offer]:
        """The first profiles whose id has all that was typed; what is meant is an action more often."""
        screen, words = self.screen, query.casefold().split()
        if isinstance(screen, MainScreen) and screen.book and words:
            found = (one for one in screen.book.profiles if all(word in one.id.casefold() for word in words))
            for profile in islice(found, _MOST_PROFILES):
                sentence = f"Go to the profile of {inert(profile.username, 60)}." if profile.username else "Go to it."
                run = partial(screen.navigation.go_to_profile, profile.id)
                yield Offer(inert(profile.id, 60), "", sentence, run, words=query)

    def _drawn(self, offer: Offer, query: str) -> Text:
        """One line: the name, the key and the sentence. Drawn, as the palette would read markup in a string."""
        variables = inks(self.app)
        muted = Style(color=variables["foreground-muted"])
        name = Text(f"{offer.name:<{_NAME_WIDTH}}", muted if offer.off else Style(bold=True))
        key = Text(f"{offer.key:>{_KEY_WIDTH}}  ", muted if offer.off else Style(color=variables["primary"]))
        line = Text.assemble(name, key, Text(offer.sentence, muted))
        for word in query.split():
            line.highlight_regex(rf"(?i)(?<!\w){re.escape(word)}", Style(underline=True))
        return line
