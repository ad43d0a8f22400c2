"""Dialogs to pick from what is shown: the base of the import screens, and jump mode."""

from __future__ import annotations

import string
from abc import abstractmethod
from collections.abc import Sequence
from enum import Enum

from textual import events, on
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


class ImportSource(Enum):
    """The source of an import."""

    AWS = "From AWS"
    FILE = "From a file"


class PickScreen(Dialog[Imported | ImportSource | None]):
    """A filter field above a list, whose keys the field handles; each button has a key of `Place.PICK`."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.PICK)

    dialog_title = ""
    """The title on the frame."""
    source = ImportSource.AWS
    """The source of this screen; the other one is one key away."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def compose(self) -> ComposeResult:
        """Yield the steps so far, the filter, the list, and the status."""
        with Vertical(classes="dialog -pick") as dialog:
            dialog.border_title = self.dialog_title
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
    def other_source(self) -> ImportSource:
        """The other source."""
        return ImportSource.FILE if self.source is ImportSource.AWS else ImportSource.AWS

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

    def show_error(self, error: CognituiError | None) -> None:
        """Show an error and its fix; None removes it."""
        remark = self.query_one("#remark", Static)
        remark.display = error is not None
        if error is not None:
            remark.update(inert(f"{error.title}: {error.cause} {error.fix}", 600))

    def _button(self, words: str, action: str, *, primary: bool = False) -> Button:
        label = f"{words} ({key_in(self.app, action)})"
        return Button(label, id=action, variant="primary" if primary else "default", compact=True)


LETTERS = "asdfghjklqwertyuiopzxcvbnm" + string.ascii_uppercase
"""The home row first. Targets beyond the last letter get none."""


class Jump(Dialog[int | None]):
    """Wait for one key: a letter chooses its target, any other key or a click chooses none."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        """Create it for targets, each a column and a line on the screen."""
        super().__init__()
        self._places = places[: len(LETTERS)]

    def compose(self) -> ComposeResult:
        """Label each target with a letter."""
        for letter, (column, line) in zip(LETTERS, self._places, strict=False):
            label = Static(letter, classes="jump", markup=False)
            label.styles.offset = (column, line)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Choose the target of a letter."""
        event.stop()
        at = LETTERS.find(event.character) if event.character else -1
        self.dismiss(at if 0 <= at < len(self._places) else None)

    def on_click(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
