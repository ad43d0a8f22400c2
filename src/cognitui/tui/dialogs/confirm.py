"""Confirmation, sign-out and lock: dialogs that ask before something happens, or before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from cognitui.model.duration import rough
from cognitui.model.errors import SecretStoreError
from cognitui.model.profile import Profile
from cognitui.model.sign_out import no_session_message
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.services import Services
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background
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


class Ending(StrEnum):
    """How far a sign-out goes."""

    HERE = "here"
    REVOKE = "revoke"
    EVERYWHERE = "everywhere"
    DEVICE = "device"


_DESCRIPTIONS = {
    Ending.HERE: "Removes the tokens from this machine; Cognito is not asked.",
    Ending.REVOKE: "Revokes the refresh token and its tokens, then removes them from this machine.",
    Ending.EVERYWHERE: "Revokes all sessions of the user, on every device and for every app client.",
    Ending.DEVICE: "Cognito forgets this machine: the next sign-in asks for the second factor again.",
}

_LABELS = {
    Ending.HERE: "Forget here",
    Ending.REVOKE: "Revoke",
    Ending.EVERYWHERE: "Everywhere",
    Ending.DEVICE: "Forget device",
}


class SignOutScreen(Dialog[Ending | None]):
    """One button per choice with a description; `Cancel` has the focus, so that a stray enter does nothing.

    A choice that is typed before it is painted leaves the dialog open.
    """

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = [*bindings(Place.SIGN_OUT), binding_of("cancel")]  # noqa: RUF012 (Textual's own way to declare them)
    AUTO_FOCUS = "#cancel"

    def __init__(self, profile: Profile, services: Services, sharing: tuple[str, ...] = (), *, color: str = "") -> None:
        """Create the dialog.

        Args:
            profile: The profile to sign out.
            services: The services; the vault knows whether this machine is a device of the user.
            sharing: The ids of the profiles that have the same tokens.
            color: The colour of a protected environment, `#rrggbb`; else empty.
        """
        super().__init__()
        self._profile = profile
        self._services = services
        self._sharing = sharing
        self._color = color

    def compose(self) -> ComposeResult:
        """Yield the choices, one below the other."""
        with VerticalScroll(classes="dialog -question -wide", can_focus=False) as dialog:
            dialog.border_title = plain(f"Sign out {self._profile.id}")
            if self._color:
                dialog.styles.border = ("round", self._color)
                dialog.styles.border_title_color = self._color
            yield Static(self._introduction(), markup=False, classes="message")
            for ending in Ending:
                with Horizontal(classes="choice"):
                    label = f"{_LABELS[ending]} ({key_in(self.app, f'end_{ending.value}')})"
                    yield Button(label, id=ending.value, compact=True, disabled=not self._is_available(ending))
                    yield Static(_DESCRIPTIONS[ending], markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Check whether this machine is a device."""
        if self._profile.needs_user:
            self._check_device()

    @work(exclusive=True, group="vault")
    async def _check_device(self) -> None:
        try:
            known = await in_background(lambda: self._services.broker.signing_out.has_device(self._profile), "device")
        except SecretStoreError:
            return  # the button stays disabled; a sign-out reports what is wrong with the keyring
        self.query_one("#device", Button).disabled = not known

    def action_end(self, ending: str) -> None:
        """Close with the choice, if it is available."""
        if not self.was_typed_unseen and not self.query_one(f"#{ending}", Button).disabled:
            self.dismiss(Ending(ending))

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if self.was_typed_unseen:
            return
        self.dismiss(None if event.button.id == "cancel" else Ending(event.button.id or ""))

    def _is_available(self, ending: Ending) -> bool:
        if ending is Ending.REVOKE:
            return TokenKind.REFRESH in self._profile.kinds
        if ending is Ending.EVERYWHERE:
            return TokenKind.ID in self._profile.kinds
        # Whether there is a device is still being checked.
        return ending is Ending.HERE

    def _introduction(self) -> str:
        words = "The password and other secrets stay."
        if where := no_session_message(self._profile):
            words = f"{where} {words}"
        if self._profile.protected:
            words = f"{inert(self._profile.environment.title, 60)} is protected. {words}"
        if self._sharing:
            names = ", ".join(inert(id_, 60) for id_ in self._sharing[:4])
            more = f" and {len(self._sharing) - 4} more" if len(self._sharing) > 4 else ""
            words += f"\nThese profiles share the tokens and lose them too: {names}{more}."
        return words
