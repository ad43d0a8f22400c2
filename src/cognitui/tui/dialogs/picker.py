"""Base of the import screens: a filter field above a list."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from cognitui.model.errors import CognituiError
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.dialogs.import_review import Imported
from cognitui.tui.widgets.line_list import ChoiceList, LineList


class Source(Enum):
    """The source of an import."""

    AWS = "From AWS"
    FILE = "From a file"


class PickScreen(Dialog[Imported | Source | None]):
    """The keys of the list are handled by the field above it; each button is a key of `keymap.PICK`."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.PICK)

    title_words = ""
    """The title on the frame."""
    source = Source.AWS
    """The source of this screen; the other one is one key away."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def compose(self) -> ComposeResult:
        """The steps so far, the filter, the list, and the status."""
        with Vertical(classes="dialog -pick") as dialog:
            dialog.border_title = self.title_words
            yield Static("", id="trail", markup=False)
            yield Static("", id="remark", classes="remark", markup=False)
            yield Input(id="letters", compact=True)
            yield ChoiceList(id="choices")
            yield Static("", id="under-way", classes="under-way", markup=False)
            with Horizontal(classes="buttons"):
                yield self._button("Choose", "pick", primary=True)
                yield self._button("Retry", "pick_again", primary=True)
                yield self._button("Mark", "pick_mark")
                yield self._button("Elsewhere", "pick_elsewhere")
                yield self._button(self.other_source.value, "pick_source")
                yield self._button("Back", "pick_back")

    def on_mount(self) -> None:
        """Show no error yet; the keys stay with the field."""
        for button in self.query(Button):
            button.can_focus = False
        self.query_one("#remark").display = False
        self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Request the first list."""

    @property
    def other_source(self) -> Source:
        """The other source."""
        return Source.FILE if self.source is Source.AWS else Source.AWS

    def action_pick_source(self) -> None:
        """Import from the other source instead."""
        self.dismiss(self.other_source)

    def action_pick_down(self) -> None:
        """Move to the next row."""
        self.query_one(ChoiceList).move(1)

    def action_pick_up(self) -> None:
        """Move to the previous row."""
        self.query_one(ChoiceList).move(-1)

    def action_pick_page(self, direction: int) -> None:
        """Move by a page."""
        self.query_one(ChoiceList).action_move_page(direction)

    @on(LineList.Chosen)
    async def _row_chosen(self) -> None:
        await self.run_action("pick")

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        await self.run_action(str(event.button.id))

    # Words

    @property
    def letters(self) -> str:
        """The text of the field."""
        return self.query_one("#letters", Input).value.strip()

    def offer(self, **offered: bool) -> None:
        """Show the buttons of the available actions."""
        for action, is_offered in offered.items():
            self.query_one(f"#{action}").display = is_offered

    def name_button(self, action: str, words: str) -> None:
        """Change the label of a button; its key stays."""
        button = self.query_one(f"#{action}", Button)
        button.label = f"{words} ({key_in(self.app, action)})"
        # Textual keeps the width of the old label.
        button.refresh(layout=True)

    def say(self, words: str) -> None:
        """Show what is being loaded, or what was found."""
        self.query_one("#under-way", Static).update(words)

    def show_fault(self, error: CognituiError | None) -> None:
        """Show an error and its fix; None removes it."""
        remark = self.query_one("#remark", Static)
        remark.display = error is not None
        if error is not None:
            remark.update(inert(f"{error.title}: {error.cause} {error.fix}", 600))

    def _button(self, words: str, action: str, *, primary: bool = False) -> Button:
        label = f"{words} ({key_in(self.app, action)})"
        return Button(label, id=action, variant="primary" if primary else "default", compact=True)
