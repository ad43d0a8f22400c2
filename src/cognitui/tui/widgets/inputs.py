"""Inputs: filters, masked fields, checkboxes and radio buttons."""

from __future__ import annotations

from textual import events
from textual.actions import SkipAction
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, RadioButton

from cognitui.tui.actions.keybindings import bindings
from cognitui.tui.actions.registry import Place


class FilterInput(Input):
    """An input that lets the arrows move the list; enter goes back to it, esc clears the filter."""

    BINDINGS = bindings(Place.FILTER)

    DEFAULT_CSS = """
    FilterInput, FilterInput:focus {
        border: none;
        border-top: solid $primary 40%;
        height: 2;
        padding: 0 1;
        background: $surface;
    }
    """

    class Moved(Message):
        """An arrow was pressed."""

        def __init__(self, distance: int) -> None:
            super().__init__()
            self.distance = distance

    class Left(Message):
        """The user has finished typing."""

        def __init__(self, clear: bool) -> None:
            super().__init__()
            self.clear = clear

    def _on_paste(self, event: events.Paste) -> None:
        """Pass a token to the app, which inspects it: in this field it would be readable."""
        from cognitui.model.pasted_token import holds_token

        if holds_token(event.text):
            event.prevent_default()

    def action_move(self, distance: int) -> None:
        """Ask for another row."""
        self.post_message(self.Moved(distance))

    def action_leave(self, clear: bool) -> None:
        """Return to the list."""
        self.post_message(self.Left(clear))


class ClaimsFilter(FilterInput):
    """The search field for claims."""


class SecretInput(Input):
    """A masked input whose text never reaches the clipboard.

    Textual's own copies the clear text of a masked input on ctrl+c, and sends it to the terminal by OSC 52.
    """

    def __init__(
        self,
        *,
        value: str = "",
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        super().__init__(value, placeholder=placeholder, password=True, compact=True, id=id)

    def on_unmount(self) -> None:
        """Forget the text: Textual keeps a closed field for a while, as its signals and timers refer to it."""
        self.set_reactive(Input.value, "")

    def action_copy(self) -> None:
        """Say that masked text is not copied; without a selection, the key acts as in the dialog."""
        if not self.selected_text:
            raise SkipAction
        self.app.notify("Masked text is not copied.", severity="warning", markup=False)

    def action_cut(self) -> None:
        """Say that a masked text is not copied."""
        self.action_copy()


class PasteInput(SecretInput):
    """Masked, and cleared as soon as something was pasted, so that no token stays in it.

    Textual's own takes only the first line of a paste, and a terminal may have wrapped the token.
    """

    class Pasted(Message):
        """A text was pasted, or typed and entered; it may be a secret."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        """Pass on the whole paste with all its lines."""
        event.stop()
        event.prevent_default()
        self.value = ""
        self.post_message(self.Pasted(event.text))

    async def action_submit(self) -> None:
        """Pass on the typed text."""
        text, self.value = self.value, ""
        self.post_message(self.Pasted(text))


_TICKED, _EMPTY = "[x]", "[ ]"
_ON_OFF = {True: "on", False: "off"}


class TickBox(Checkbox):
    """A checkbox that is empty unless it is ticked; Textual's own has a paler cross there."""

    @property
    def _button(self) -> Content:
        style = self.get_visual_style("toggle--button", partial=True)
        return Content.assemble((_TICKED if self.value else _EMPTY, style))


class OnOff(TickBox):
    """A tick box that says itself which it is."""

    def __init__(self, value: bool, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(_ON_OFF[value], value, id=id)

    def watch_value(self) -> None:
        """Redraw the sign."""
        self.label = _ON_OFF[self.value]
        super().watch_value()


_CHOSEN, _OPEN = "●", "○"


class ChoiceButton(RadioButton):
    """A radio button whose sign says whether it is chosen; Textual's uses only the colour."""

    BUTTON_INNER = _OPEN

    def watch_value(self) -> None:
        """Redraw the sign."""
        self.BUTTON_INNER = _CHOSEN if self.value else _OPEN
        super().watch_value()
