"""Sign-out dialog: how far a sign-out goes, and the sessions of the user, each of which can end on its own."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from cognitui.model.challenge import Challenge
from cognitui.model.errors import (
    ChallengePending,
    CognituiError,
    RefreshTokenDead,
    SecretStoreError,
    SessionsNotTracked,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.sign_out import no_session_message
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.model.user_session import UserSession, ended_words, linked_with
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tokens.user_sessions import SessionList, asks_as_admin, has_tokens
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background, no_keyring_warning, with_keyring_or_memory
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.presentation import plain, shortened
from cognitui.tui.widgets.session_rows import SessionRows

Result = TypeVar("Result")


class Ending(StrEnum):
    """How far a sign-out goes."""

    HERE = "here"
    REVOKE = "revoke"
    EVERYWHERE = "everywhere"
    DEVICE = "device"
    LINKED = "linked"
    """Revoke, and end the login of the browser that it came through."""


_DESCRIPTIONS = {
    Ending.HERE: "Removes the tokens here; Cognito is not asked.",
    Ending.REVOKE: "Revokes the refresh token, then removes all here.",
    Ending.EVERYWHERE: "Ends all sessions of the user, on every device.",
    Ending.DEVICE: "Cognito forgets this machine: it asks for MFA again.",
}
"""In one line each at 80 columns."""

_LABELS = {
    Ending.HERE: "Forget here",
    Ending.REVOKE: "Revoke",
    Ending.EVERYWHERE: "Everywhere",
    Ending.DEVICE: "Forget device",
}

_ACTIONS = {
    "end_session": "end_session(False)",
    "end_linked": "end_session(True)",
    "list_sessions": "list_sessions",
}
"""What the buttons below the sessions do; each is also the id of its key."""

_LOADING = "Sessions: asking Cognito where this user is signed in…"
_ENDING = "Ending the session…"
_STILL_RUNS = "The call before is still running."
_GET_ONE = "Get one first: Cognito asks who wants to know."
_NONE_CHOSEN = "There is no session to end."


class SignOutScreen(Dialog[Ending | None]):
    """One button per choice with a description, and the sessions of the user below them.

    `Cancel` has the focus, so that a stray enter does nothing. A choice that is typed before it is painted leaves the
    dialog open. The sessions are listed at once if a token can show who asks; IAM credentials, which may ask the user
    for a code, are only used on request. It never signs in for them: that would be one more session.
    """

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = [*bindings(Place.SIGN_OUT), binding_of("cancel")]  # noqa: RUF012 (Textual's own way to declare them)
    AUTO_FOCUS = "#cancel"

    def __init__(
        self,
        profile: Profile,
        services: Services,
        sharing: tuple[str, ...] = (),
        *,
        others: tuple[Profile, ...] = (),
        color: str = "",
    ) -> None:
        """Create the dialog.

        Args:
            profile: The profile to sign out.
            services: The services; the vault knows whether this machine is a device of the user.
            sharing: The ids of the profiles that have the same tokens.
            others: All profiles, which may know an app client that has no other name.
            color: The colour of a protected environment, `#rrggbb`; else empty.
        """
        super().__init__()
        self._profile = profile
        self._services = services
        self._sharing = sharing
        self._others = others
        self._color = color
        self._runs = False
        """Whether a call about sessions runs."""
        self._by_request = False
        """Whether the user has asked for the list: only then IAM credentials are used."""
        self._ended_ids: frozenset[str] = frozenset()
        """Sessions that ended here: Cognito's list is late and may still have them."""

    def compose(self) -> ComposeResult:
        """Yield the choices, one below the other, and the sessions."""
        with VerticalScroll(classes="dialog -question -wide", can_focus=False) as dialog:
            dialog.border_title = plain(f"Sign out {self._profile.id}")
            if self._color:
                dialog.styles.border = ("round", self._color)
                dialog.styles.border_title_color = self._color
            yield Static(self._introduction(), markup=False, classes="message")
            for ending, label in _LABELS.items():
                with Horizontal(classes="choice"):
                    words = f"{label} ({key_in(self.app, f'end_{ending.value}')})"
                    yield Button(words, id=ending.value, compact=True, disabled=not self._is_available(ending))
                    yield Static(_DESCRIPTIONS[ending], markup=False)
            if self._has_sessions:
                yield Static("", id="sessions-status", markup=False)
                yield SessionRows(id="sessions")
            with Horizontal(classes="buttons -sessions"):
                if self._has_sessions:
                    yield self._button("End session", "end_session")
                    yield self._button("With linked", "end_linked")
                    yield self._button("List sessions", "list_sessions")
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Check whether this machine is a device, and list the sessions."""
        if self._profile.needs_user:
            self._check_device()
        if not self._has_sessions:
            return
        self.watch(self._rows, "cursor", self._show_details, init=False)
        self._show_list(())
        if self._profile.protected:
            key = key_in(self.app, "list_sessions")
            self._say(f"Sessions: press {key} to ask Cognito where this user is signed in.")
        else:
            self._start_list(by_request=False)

    # The sign-out

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
    async def _pressed(self, event: Button.Pressed) -> None:
        button = event.button.id or ""
        if self.was_typed_unseen:
            return
        if button in _ACTIONS:
            await self.run_action(_ACTIONS[button])
        else:
            self.dismiss(None if button == "cancel" else Ending(button))

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
            words = f"{inert(self._profile.why_protected, 120)} is protected. {words}"
        if self._sharing:
            names = ", ".join(inert(id_, 60) for id_ in self._sharing[:4])
            more = f" and {len(self._sharing) - 4} more" if len(self._sharing) > 4 else ""
            words += f"\nThese profiles share the tokens and lose them too: {names}{more}."
        return words

    # The sessions

    @property
    def _has_sessions(self) -> bool:
        return self._profile.flow is not Flow.CLIENT_CREDENTIALS and self._profile.subject is None

    def action_list_sessions(self) -> None:
        """Ask Cognito for the sessions, unless a call runs."""
        if self._has_sessions and not self._is_busy():
            self._start_list(by_request=True)

    def action_move_session(self, distance: int) -> None:
        """Move the cursor in the list of sessions."""
        if self._has_sessions:
            self._rows.move(distance)

    def action_end_session(self, linked: bool) -> None:
        """End the session under the cursor; this one ends by a sign-out."""
        if not self._has_sessions or self.was_typed_unseen or self._is_busy():
            return
        session = self._rows.highlighted
        if session is None:
            self.notify(_NONE_CHOSEN, severity="warning", timeout=4, markup=False)
        elif session.is_current:
            self.dismiss(Ending.LINKED if linked else Ending.REVOKE)
        else:
            self._runs = True
            self._say(_ENDING)
            self._end(session, linked)

    def _start_list(self, *, by_request: bool) -> None:
        self._runs = True
        self._by_request = by_request
        self._say(_LOADING)
        self._list()

    @work(exclusive=True, group="sessions")
    async def _list(self) -> None:
        services, profile, others, names = self._services, self._profile, self._others, self._by_request
        try:
            found = await self._ask(lambda got: services.user_sessions.of(profile, got, others, names=names))
        except CognituiError as error:
            self._fail(error)
            return
        self._runs = False
        self._show_list(tuple(session for session in found.sessions if session.id not in self._ended_ids))
        self._say(_summary(found, len(self._rows.sessions)))

    @work(exclusive=True, group="sessions")
    async def _end(self, session: UserSession, linked: bool) -> None:
        services, profile = self._services, self._profile
        also = linked_with(session, self._rows.sessions) if linked else ()
        try:
            await self._ask(lambda got: services.user_sessions.end(profile, got, session, linked=linked))
        except CognituiError as error:
            self._fail(error)
            return
        self._runs = False
        self._ended_ids |= {one.id for one in (session, *also)}
        self._show_list(tuple(one for one in self._rows.sessions if one.id not in self._ended_ids))
        self._say(ended_words(session, also))

    async def _ask(self, call: Callable[[TokenResult | None], Result]) -> Result:
        """Return what a call returns that is given an access token, or None for IAM credentials; off the UI thread.

        The token is not kept here: the idle lock drops those in memory.
        """
        warn, by_request, key = no_keyring_warning(self.app), self._by_request, key_in(self.app, "list_sessions")
        services, profile = self._services, self._profile
        return await in_background(
            lambda: call(
                with_keyring_or_memory(services, warn, lambda: _token_of(services, profile, key, may_sign=by_request))
            ),
            "sessions",
        )

    @property
    def _rows(self) -> SessionRows:
        return self.query_one(SessionRows)

    def _show_details(self) -> None:
        """Show all of the session under the cursor, as its row is cut, in two lines at 80 columns."""
        if not self._runs and (session := self._rows.highlighted) is not None:
            self._say(shortened(session.details, 150))

    def _is_busy(self) -> bool:
        if self._runs:
            self.notify(_STILL_RUNS, severity="warning", timeout=4, markup=False)
        return self._runs

    def _say(self, words: str) -> None:
        self.query_one("#sessions-status", Static).update(words)

    def _fail(self, error: CognituiError) -> None:
        self._runs = False
        if isinstance(error, SessionsNotTracked):
            command = f"cognitui sessions {inert(self._profile.id, 60)}"
            self._say(f"Sessions: {inert(error.cause, 200)} {command} says more.")
        else:
            self._say(inert(f"Sessions: {error.cause} {error.fix}", 300))

    def _show_list(self, sessions: tuple[UserSession, ...]) -> None:
        rows = self._rows
        rows.now, rows.sessions = self._services.clock(), sessions
        rows.display = bool(sessions)
        for button in ("end_session", "end_linked"):
            self.query_one(f"#{button}", Button).display = bool(sessions)

    def _button(self, words: str, action: str) -> Button:
        return Button(f"{words} ({key_in(self.app, action)})", id=action, compact=True)


def _summary(found: SessionList, count: int) -> str:
    """Return what is listed, in a sentence for someone who has never heard of sessions."""
    if not count:
        return "Sessions: none. Cognito lists a new sign-in after a few seconds."
    times = "once" if count == 1 else f"{count} times"
    if found.by_admin:
        return f"Sessions: signed in {times}. AWS credentials don't say which is this one."
    return f'Sessions: signed in {times}; "this" is the sign-in of these tokens.'


def _token_of(services: Services, profile: Profile, key: str, *, may_sign: bool) -> TokenResult | None:
    """Return a cached or refreshed access token; None if IAM credentials are to ask instead.

    Args:
        services: The services.
        profile: Whose token.
        key: The key that lists the sessions.
        may_sign: Whether IAM credentials may be used.

    Raises:
        RefreshTokenDead: There is none, and only a sign-in would bring one.
    """
    known = has_tokens(profile, services.expiries(), services.clock())
    is_admin = asks_as_admin(profile, has_tokens=known)
    if is_admin and may_sign:
        return None
    if not known:
        fix = f"Press {key} to ask with AWS credentials." if is_admin else _GET_ONE
        raise RefreshTokenDead(f"{inert(profile.id)} has no tokens here.", fix=fix)
    # The dialog is the confirmation of a protected environment.
    got = services.broker.get(profile, policy=TokenPolicy.RENEW, consent=True)
    if isinstance(got, Challenge):
        raise ChallengePending(got)
    return got
