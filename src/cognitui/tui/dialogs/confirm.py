"""Confirmation and lock: dialogs that ask before something happens, or before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from cognitui.model.duration import rough
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain
from cognitui.tui.widgets.inputs import TickBox


@dataclass(frozen=True, slots=True)
class Decision:
    """The user's decision."""

    yes: bool
    option: bool = False
    """Whether the option was ticked, if there was one."""
    part: bool = False
    """Whether only a part was confirmed, if that was possible."""


class Confirm(Dialog[Decision]):
    """Asks before something that cannot be undone; `no` has the focus, so that a stray enter does nothing.

    A third button may confirm only a part. Before the question is painted, only no can be typed: any other early key
    leaves it open.
    """

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.QUESTION)
    AUTO_FOCUS = "#no"

    def __init__(
        self, title: str, question: str, *, yes: str, no: str = "No", part: str = "", color: str = "", option: str = ""
    ) -> None:
        """Create the dialog.

        Args:
            title: The title on the frame.
            question: Inert text of a few lines.
            yes: The label of the button that does it.
            no: The label of the button that does not.
            part: The label of the button that confirms only a part, if there is one.
            option: The label of a checkbox, if there is one.
            color: The colour of the frame, `#rrggbb`; empty for a warning's.
        """
        super().__init__()
        self._title = title
        self._question = question
        self._yes = yes
        self._no = no
        self._part = part
        self._color = color
        self._option = option

    def compose(self) -> ComposeResult:
        """Yield the question above the buttons."""
        with Vertical(classes="dialog -question") as dialog:
            dialog.border_title = plain(self._title)
            if self._color:
                dialog.styles.border = ("round", self._color)
                dialog.styles.border_title_color = self._color
            yield Static(self._question, markup=False)
            if self._option:
                yield TickBox(self._option, id="option")
            with Horizontal(classes="buttons"):
                yield Button(
                    f"{self._yes} ({key_in(self.app, 'answer_yes')})", id="yes", variant="warning", compact=True
                )
                if self._part:
                    yield Button(f"{self._part} ({key_in(self.app, 'answer_part')})", id="part", compact=True)
                yield Button(f"{self._no} ({key_in(self.app, 'answer_no')})", id="no", compact=True)

    def action_answer_part(self) -> None:
        """Close with a confirmation of a part, if that is possible."""
        if self._part and not self.was_typed_unseen:
            self.dismiss(Decision(False, part=True))

    def action_answer(self, agreed: bool) -> None:
        """Close with the answer."""
        if agreed and self.was_typed_unseen:
            return
        ticked = self.query("#option")
        self.dismiss(Decision(agreed, option=bool(ticked) and ticked.first(TickBox).value))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if self.was_typed_unseen:
            return  # enter on a button that was never painted is no answer
        if event.button.id == "part":
            self.action_answer_part()
        else:
            self.action_answer(event.button.id == "yes")


class Locked(Dialog[None]):
    """Hide everything until a key is pressed; that key does nothing else."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, after: float, *, in_memory: bool = False) -> None:
        """Create a lock.

        Args:
            after: Seconds without input.
            in_memory: Secrets are kept in memory because there is no keyring.
        """
        super().__init__()
        self._after = after
        self._in_memory = in_memory

    def compose(self) -> ComposeResult:
        """Say why nothing is shown and how to continue."""
        with Vertical(classes="dialog -question"):
            hidden = "Tokens are hidden" if self._in_memory else "Tokens and secrets were dropped from memory"
            kept = "Secrets stay in memory: no keyring is in use" if self._in_memory else "The keyring is unchanged"
            yield Static(f"Locked after {rough(self._after)} idle. {hidden}.")
            yield Static(f"Press any key or click to continue. {kept}.", classes="message")

    async def on_event(self, event: events.Event) -> None:
        """Close on any input, before it means anything else."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            event.stop()
            event.prevent_default()
            self.dismiss()
        else:
            await super().on_event(event)
