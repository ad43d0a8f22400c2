"""Dialogs for challenges: prompts, a QR code, and a sign-in in the browser.

They render the data and know no Cognito challenge by name.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rich.style import Style
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Label, RadioSet, Static

from cognitui.model.challenge import AGAIN, INSTEAD, Challenge, Prompt
from cognitui.model.duration import countdown
from cognitui.model.errors import CognituiError
from cognitui.model.text import as_heading, inert
from cognitui.system.qr import qr_lines
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background, in_worker
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain
from cognitui.tui.state import Answers, Unsent
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.inputs import ChoiceButton, SecretInput, TickBox

_AGAIN = "again-"
_INSTEAD = "instead-"

_TIME_IS_UP = "Time is up. Continue anyway; if Cognito no longer accepts it, the sign-in starts again automatically."

_ROOM_FOR_QR = (104, 30)
"""Columns and lines of a terminal that can show a QR code and its text at once."""


class ChallengeScreen(Dialog[Answers | None]):
    """Inputs for the prompts, their rules as they are met, and what is left of the session."""

    holds_secrets = True

    is_before_token = True

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = [  # noqa: RUF012 (Textual's own way to declare them)
        *bindings(Place.FORM),
        *bindings(Place.SIGN_IN),
        binding_of("answer_yes", "say(True)"),
        binding_of("answer_no", "say(False)"),
    ]

    def __init__(
        self,
        challenge: Challenge,
        *,
        unsent: Unsent | None = None,
        in_memory: bool = False,
        keeps: bool = True,
        clock: Callable[[], float] = time.time,
        may_restart: bool = False,
    ) -> None:
        """Create the dialog.

        Args:
            challenge: The challenge.
            unsent: Earlier answers that did not reach Cognito; they are filled in again.
            in_memory: Whether secrets are kept for this run only, so that there is no question where to keep them.
            keeps: Whether the checkbox for that starts ticked.
            clock: The clock for the time left.
            may_restart: Whether it starts again automatically once the time is up and nothing is typed.
        """
        super().__init__()
        self._may_restart = may_restart
        self._challenge = challenge
        self._remark = unsent.why if unsent else challenge.remark
        self._given = {**challenge.given, **(unsent.answers.values if unsent else {})}
        self._in_memory = in_memory
        self._keeps = keeps
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Title and explanation, with a QR code beside them if there is one."""
        with VerticalScroll(classes="dialog -form", can_focus=False) as dialog:
            dialog.border_title = plain(self._challenge.title)
            dialog.border_subtitle = plain(self._challenge.profile.id)
            if not self._challenge.qr or not self._has_room_for_qr():
                yield from self._compose_question()
                return
            dialog.add_class("-qr")
            with Horizontal(classes="beside"):
                yield Static(drawn_qr(self._challenge.qr), id="qr")
                with Vertical():
                    yield from self._compose_question()

    def _compose_question(self) -> ComposeResult:
        """Yield the question, what was wrong, the prompts and the buttons."""
        challenge = self._challenge
        yield Static(inert(challenge.message, 400), markup=False, classes="message")
        if challenge.sent_to:
            yield Static(f"Sent to {inert(challenge.sent_to, 80)}.", markup=False, classes="message")
        yield Static(inert(self._remark, 400), markup=False, id="remark", classes="remark")
        yield from self._compose_shown()
        for prompt in challenge.prompts:
            yield from self._compose_prompt(prompt)
        if challenge.may_keep and not self._in_memory:
            what = " and ".join(kind.label for kind in challenge.offered)
            kept = f"the {what}" if what else "it"
            yield TickBox(f"Keep {kept} in the keyring, not only until you quit", value=self._keeps, id="keep")
        yield Static("", id="session", markup=False)
        if challenge.instead:
            with Horizontal(classes="buttons -instead"):
                for number, choice in enumerate(challenge.instead):
                    key = "" if number else f" ({key_in(self.app, 'instead')})"
                    yield Button(Text(inert(choice.label, 60) + key), id=_INSTEAD + choice.value, compact=True)
        with Horizontal(classes="buttons"):
            words = "Continue (enter)" if challenge.prompts else f"Yes, do it ({key_in(self.app, 'answer_yes')})"
            # A button that enter does not press must not look as if it did.
            variant: Literal["primary", "default"] = "primary" if challenge.prompts else "default"
            yield Button(words, id="continue", variant=variant, compact=True)
            # The question stays with the profile: enter returns to it.
            yield Button(f"Later ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def _has_room_for_qr(self) -> bool:
        return self.app.size.width >= _ROOM_FOR_QR[0] and self.app.size.height >= _ROOM_FOR_QR[1]

    def _compose_shown(self) -> ComposeResult:
        """Further information: the pool's own text, a seed, a QR code."""
        for label, value in self._challenge.shown:
            with Horizontal(classes="field"):
                yield Label(as_heading(label), markup=False)
                yield Static(Text(inert(value, 400)), classes="shown")
        if self._challenge.qr and not self._has_room_for_qr():
            with Horizontal(classes="buttons -instead"):
                yield Button(f"Show the QR code ({key_in(self.app, 'show_qr')})", id="show-qr", compact=True)

    def _compose_prompt(self, prompt: Prompt) -> ComposeResult:
        name, hint, given = _widget_id(prompt), inert(prompt.hint, 80), self._given.get(prompt.name, "")
        with Horizontal(classes="field"):
            yield Label(as_heading(prompt.label), markup=False)
            if prompt.choices:
                with RadioSet(id=name, compact=True):
                    for choice in prompt.choices:
                        yield ChoiceButton(Text(inert(choice.label, 60)))
            elif prompt.masked:
                yield SecretInput(placeholder=hint, id=name, value=given)
            else:
                yield Input(value=given, placeholder=hint, compact=True, id=name)
        if prompt.confirm:
            with Horizontal(classes="field"):
                yield Label(f"Repeat {prompt.label}", markup=False)
                yield SecretInput(id=_AGAIN + name, value=given)
        if prompt.rules:
            yield Static("", id=f"rules-{name}", classes="rules")

    def on_mount(self) -> None:
        """Start the session's clock, and focus the first prompt."""
        self._show_remark(self._remark)
        self._show_rules()
        self._show_session()
        self.set_interval(1, self._show_session)
        if fields := self.query("Input, RadioSet"):
            empty = [field for field in fields if not (isinstance(field, Input) and field.value)]
            (empty[0] if empty else fields.first()).focus()
        else:
            # If only a confirmation is asked for, enter must not give it.
            self.query_one("#cancel").focus()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._show_rules()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        inputs = list(self.query(Input))
        after = inputs.index(event.input) + 1
        if after < len(inputs):
            inputs[after].focus()
        else:
            self._submit()

    @on(RadioSet.Changed)
    def _chosen(self) -> None:
        # If there is only a choice to make, it needs no second key.
        if len(self._challenge.prompts) == 1:
            self._submit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        pressed = event.button.id or ""
        if pressed == "continue":
            self._submit()
        elif pressed.startswith(_INSTEAD):
            self._choose_instead(pressed.removeprefix(_INSTEAD))
        elif pressed == "show-qr":
            self.action_show_qr()
        elif pressed == "cancel":
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close; the question stays with the profile."""
        self.dismiss(None)

    def action_say(self, yes: bool) -> None:
        """Confirm or decline, if only that is asked for."""
        if self._challenge.prompts:
            return
        if yes:
            self._submit()
        else:
            self.action_cancel()

    def action_show_qr(self) -> None:
        """Show only the QR code, in a window that has no room for it beside the question."""
        if self._challenge.qr:
            self.app.push_screen(QrCode(self._challenge.qr))

    def action_instead(self) -> None:
        """Choose the alternative, or the first of several."""
        if self._challenge.instead:
            self._choose_instead(self._challenge.instead[0].value)

    def _choose_instead(self, other_way: str) -> None:
        # A new password that was typed is kept when another code replaces the old one.
        typed = {prompt.name: self._value(prompt) for prompt in self._challenge.prompts if prompt.confirm}
        self.dismiss(Answers({**typed, INSTEAD: other_way}, keep=False))

    def _submit(self) -> None:
        for prompt in self._challenge.prompts:
            if error := self._error_of(prompt):
                self._show_remark(error)
                self.query_one(f"#{_widget_id(prompt)}").focus()
                return
        tick = self.query("#keep")
        keep = tick.first(TickBox).value if tick else self._in_memory and self._challenge.may_keep
        values = {prompt.name: self._value(prompt) for prompt in self._challenge.prompts}
        self.dismiss(Answers(values, keep=keep))

    def _error_of(self, prompt: Prompt) -> str:
        again = self.query_one(f"#{_AGAIN}{_widget_id(prompt)}", Input).value if prompt.confirm else None
        return prompt.error(self._value(prompt), again)

    def _value(self, prompt: Prompt) -> str:
        widget = self.query_one(f"#{_widget_id(prompt)}")
        if isinstance(widget, RadioSet):
            return prompt.choices[widget.pressed_index].value if widget.pressed_index >= 0 else ""
        assert isinstance(widget, Input)
        return widget.value

    def _show_remark(self, remark: str) -> None:
        widget = self.query_one("#remark", Static)
        widget.display = bool(remark)
        widget.update(Text(inert(remark, 400)))

    def _show_rules(self) -> None:
        colors = theme_colors(self.app)
        for prompt in self._challenge.prompts:
            if not prompt.rules:
                continue
            value = self._value(prompt)
            text = Text()
            for rule in prompt.rules:
                holds = rule.holds(value)
                color = colors["success"] if holds else colors["foreground-muted"]
                text.append(f"{'✓' if holds else '·'} {inert(rule.label, 60)}   ", Style(color=color))
            if not any(rule.binding for rule in prompt.rules):
                text.append(
                    "\nCognito's default policy; the pool's own may differ.", Style(color=colors["foreground-muted"])
                )
            self.query_one(f"#rules-{_widget_id(prompt)}", Static).update(text)

    def _show_session(self) -> None:
        ends = self._challenge.session_ends
        widget = self.query_one("#session", Static)
        widget.display = ends is not None
        if ends is None:
            return
        left = ends - self._clock()
        # Only the top screen can be dismissed, and a QR code may have just been scanned: neither must close.
        may_begin = self._may_restart and self.is_active and not self._challenge.qr
        if left <= 0 and may_begin and not any(field.value for field in self.query(Input)):
            self._may_restart = False
            self._choose_instead(AGAIN.value)
            return
        words = f"This step expires in {countdown(left)}." if left > 0 else _TIME_IS_UP
        widget.update(Text(words, Style(color=theme_colors(self.app)["foreground-muted"])))


def _widget_id(prompt: Prompt) -> str:
    """Return a prompt's name (`userAttributes.name`) as a widget id."""
    return "prompt-" + "".join(character if character.isalnum() else "-" for character in prompt.name)


def drawn_qr(text: str) -> Text:
    """Return the code in its own colours in every theme: cameras need white and black."""
    return Text("\n".join(qr_lines(text)), Style(color="#ffffff", bgcolor="#000000"))


class QrCode(Dialog[None]):
    """The code, as large as it is; any key or click goes back to the question."""

    holds_secrets = True

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Yield the code, and how to go back."""
        with Vertical(id="only-code"):
            yield Static(drawn_qr(self._text), id="qr")
            yield Static("Any key goes back.", markup=False, classes="back")

    def on_key(self, event: events.Key) -> None:
        """Go back."""
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        """Go back."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Browsing:
    """What the dialog needs from the main screen."""

    open: Callable[[str], bool]
    """Opens a URL in the user's browser; returns False if the user must open it."""
    wait: Callable[[Challenge, threading.Event], Mapping[str, str] | None]
    """Returns the answers that the browser brings, or None once the event is set."""
    copy: Callable[[str], Awaitable[None]]
    """Copies a URL, and says so."""


_BY_HAND = "Open it in a browser, on any machine."


class BrowserScreen(ChallengeScreen):
    """Shows the URL, opens it, and closes automatically once the browser has come back; the user may also paste."""

    def __init__(self, challenge: Challenge, browsing: Browsing, *, opened: bool = False) -> None:
        super().__init__(challenge)
        self._browsing = browsing
        self._opened = opened
        self._stop = threading.Event()

    def _compose_shown(self) -> ComposeResult:
        """Yield the full URL: the browser may run on another machine."""
        yield Static(Text(inert(self._challenge.url)), id="address")
        with Horizontal(classes="buttons -instead"):
            yield Button("Copy the address", id="copy", compact=True)
            yield Button("Open the browser", id="open", compact=True)
        yield Static("", id="state", markup=False, classes="message")

    def on_mount(self) -> None:
        """Open the browser and start to wait; the base class focuses the field for a pasted URL."""
        if not self._opened:
            self._open()
        else:
            # Opened before: a second window is not opened automatically.
            self._say(_BY_HAND)
        if self._challenge.waits:
            in_worker(self, "browser", self._await_browser)

    def on_unmount(self) -> None:
        """Stop waiting: nothing listens on this machine once the dialog is gone."""
        self._stop.set()

    @on(Button.Pressed, "#copy")
    @work(exclusive=True, group="copy")
    async def _copy(self) -> None:
        await self._browsing.copy(self._challenge.url)

    @on(Button.Pressed, "#open")
    def _open(self) -> None:
        self._say("Asked a browser to open it." if self._browsing.open(self._challenge.url) else _BY_HAND)

    def _say(self, words: str) -> None:
        if self._challenge.waits:
            words += " Waiting for the browser to come back …"
        self.query_one("#state", Static).update(Text(words))

    async def _await_browser(self) -> None:
        try:
            answers = await in_background(lambda: self._browsing.wait(self._challenge, self._stop), "browser")
        except CognituiError as error:
            self._show_remark(f"{error.cause} {error.fix}")
            return
        if answers is not None and self.is_active:
            self.dismiss(Answers(dict(answers), keep=False))
