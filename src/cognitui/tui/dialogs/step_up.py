"""Choice of an authentication level: what the API and the profile want first, then Cognito's other levels."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from cognitui.model.authentication_level import (
    LEVELS,
    URN,
    Authentication,
    WantedLevel,
    authentication_of,
    level_names,
)
from cognitui.model.claims import decode
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.token import Token
from cognitui.tui.actions.dialog_actions import MOST_LEVELS
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain

_METHODS = {
    2: "A code by e-mail or text message.",
    3: "A password and a code, or a passkey.",
    4: "A password and an authenticator app.",
}
"""AWS, "Authentication levels with ACR and AMR claims"."""


class StepUpScreen(Dialog[str | None]):
    """One button per level; the first one, which is wanted most, has the focus."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = [*bindings(Place.STEP_UP), binding_of("cancel")]  # noqa: RUF012 (Textual's own way to declare them)
    AUTO_FOCUS = "#choice-1"

    def __init__(self, profile: Profile, token: Token | None, now: float) -> None:
        """Create the dialog.

        Args:
            profile: Whose level is raised.
            token: Its access token, if it is loaded: its level is shown.
            now: Seconds since the epoch.
        """
        super().__init__()
        self._profile = profile
        self._found = _authentication(token, now)
        self._levels = offered_levels(profile)

    def compose(self) -> ComposeResult:
        """Yield the level of the token, and the choices one below the other."""
        with VerticalScroll(classes="dialog -question -wide", can_focus=False) as dialog:
            dialog.border_title = plain(f"Step up {self._profile.id}")
            yield Static(self._introduction(), markup=False, classes="message")
            for place, level in enumerate(self._levels, start=1):
                with Horizontal(classes="choice"):
                    label = f"{self._profile.level_names.words(level).capitalize()}"
                    key = key_in(self.app, f"level_choice_{place}")
                    yield Button(plain(f"{label} ({key})"), id=f"choice-{place}", compact=True)
                    yield Static(self._description(level), markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def action_pick(self, place: int) -> None:
        """Close with a level, if there is one at that place."""
        if place <= len(self._levels):
            self.dismiss(self._levels[place - 1])

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        _, _, place = (event.button.id or "").partition("choice-")
        if place:
            self.action_pick(int(place))
        else:
            self.action_cancel()

    def _introduction(self) -> str:
        words = self._found.words(self._profile.level_names)
        return f"The token has {words}." if words else "The level of the token is not known."

    def _description(self, level: str) -> str:
        """Return what reaches a level, who wants it, and whether the token has it."""
        names, fields = self._profile.level_names, self._profile.fields
        by_api = fields.expect is not None and level in fields.expect.wanted_level.acr_values
        by_profile = level in _own_levels(self._profile)
        has_it = bool(self._found.acr) and WantedLevel((level,)).is_reached_by(self._found, names)
        words = (
            _METHODS.get(names.level_of(level) or 0, ""),
            "The API wants it." if by_api else "The profile wants it." if by_profile else "",
            "The token has it." if has_it else "",
        )
        return " ".join(filter(None, words))


def offered_levels(profile: Profile) -> tuple[str, ...]:
    """Return the levels of a profile's API and its own, then Cognito's other ones that take more than a password.

    A pool that has names of its own takes those: Cognito's are left out then.
    """
    of_api = profile.fields.expect.wanted_level.acr_values if profile.fields.expect else ()
    wanted = dict.fromkeys((*of_api, *_own_levels(profile)))
    has_own_names = any(profile.level_names.level_of(level) is None for level in wanted)
    others = () if has_own_names else tuple(f"{URN}{number}" for number in LEVELS if number in _METHODS)
    return tuple(dict.fromkeys((*wanted, *others)))[:MOST_LEVELS]


def _own_levels(profile: Profile) -> tuple[str, ...]:
    return level_names(profile.acr_values)


def _authentication(token: Token | None, now: float) -> Authentication:
    if token is None:
        return Authentication()
    try:
        return authentication_of(decode(token.value).claims, now, token.lifetime.issued_at)
    except BadToken:
        return Authentication()
