"""One action: its key, its words, when it is available and what it does."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from cognitui.tui.actions.availability import ActionContext, Rule
    from cognitui.tui.main_screen import MainScreen

Handler: TypeAlias = "Callable[[MainScreen], None]"


class Place(StrEnum):
    """Where an action works. In one place a key has one meaning."""

    MAIN = "main"
    LIST = "list"
    FILTER = "filter"
    DIALOG = "dialog"
    QUESTION = "question"
    FORM = "form"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    COPY_AS = "copy-as"
    PICK = "pick"
    READER = "reader"
    HELP = "help"
    COMPARISON = "comparison"
    INSPECTION = "inspection"
    EXAMINATION = "examination"


class Group(StrEnum):
    """Heading in the help dialog and in `docs/keys.md`."""

    MOVE = "Move"
    TOKEN = "Token"
    PROFILE = "Profile"
    ENVIRONMENT = "Environment"
    PROGRAM = "Program"
    FILTER = "Filter"
    DIALOG = "Dialogs"
    PICK = "Import lists"
    SIGN_OUT = "Sign out"
    COPY_AS = "Copy as"
    READER = "Help and error lists"
    INSPECTION = "Inspect"
    COMPARISON = "Compare"
    EXAMINATION = "Doctor"


class Action(Struct, frozen=True):
    """Something you can do with a key.

    The footer, the help, the palette, tooltips, Textual's bindings, the keys of `config.toml` and `docs/keys.md` are
    made from this entry.
    """

    id: str
    """Name in `config.toml` and in the search of the help."""
    keys: str
    """Default keys, separated by commas, as Textual names them."""
    label: str
    """One or two words for the footer, the palette and toasts."""
    help: str
    """Sentence for the help, the palette and tooltips."""
    group: Group
    run: Handler | str
    """What it does: a function of the main screen. Elsewhere the action that the dialog or widget has for Textual."""
    place: Place = Place.MAIN
    needs: tuple[Rule, ...] = ()
    """Conditions of being available. The first one that is not met gives the reason."""
    search_terms: str | None = None
    """More words that the palette and the help find it by. None keeps it out of the palette: it makes sense as a key
    only, such as moving."""
    footer: int = 0
    """Position in the footer, 1 first; 0 is not in the footer."""
    claims_footer: int = 0
    """Position in the footer while the claims have the focus."""
    always_in_footer: bool = False
    """Whether it stays in the footer of a narrow terminal."""
    hidden_if_unavailable: bool = False
    """Whether the palette leaves it out instead of showing the reason."""
    first_step: str = ""
    """Offer on the welcome screen, which is shown while there are no profiles; empty is not offered."""
    first_step_note: str = ""
    before_fields: bool = False
    """Whether its key works while a text field has the focus that would use the key itself."""

    def __post_init__(self) -> None:
        """Reject an entry that could not run.

        Raises:
            ValueError: The handler does not fit the place.
        """
        if isinstance(self.run, str) == (self.place is Place.MAIN):
            expected = "a function of the main screen" if self.place is Place.MAIN else "the name of Textual's action"
            raise ValueError(f"action {self.id}: run must be {expected}")

    @property
    def in_palette(self) -> bool:
        """Whether the palette offers it."""
        return self.place is Place.MAIN and self.search_terms is not None

    @property
    def call(self) -> str:
        """What Textual runs for its key or a click on it; on the main screen, the dispatcher."""
        return self.run if isinstance(self.run, str) else f"run('{self.id}')"

    def unavailable_reason(self, context: ActionContext) -> str | None:
        """Return why it cannot be done now, as a sentence; None if it can."""
        for need in self.needs:
            if reason := need(context):
                return reason
        return None
