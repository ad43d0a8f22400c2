"""State of the main screen: widgets bind to it, and controllers change it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec

from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from cognitui.model.profile import Profile, ProfileError, ProfileSet
from cognitui.model.sorting import Order
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, Token, TokenKind
from cognitui.services import Services
from cognitui.tui.actions.action import ActionContext
from cognitui.tui.actions.keybindings import key_in
from cognitui.tui.actions.registry import BY_ID
from cognitui.tui.background import in_worker
from cognitui.tui.preferences import Remembered
from cognitui.tui.state import EMPTY, ProfileState, Tally, View
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.token_panel import TokenPanel

if TYPE_CHECKING:
    from cognitui.tui.controllers.bulk import Progress


_PROMPT_INTERVAL = 0.004
"""Seconds. Changes that belong together (a list, the panel beside it) are still drawn in one frame."""


class PromptScreen(Screen[int]):
    """Draw what the user changed within 4 ms; other changes wait for Textual's grid of 16 ms.

    That grid keeps a hundred tokens that arrive together from costing a hundred frames. But a letter of the filter is
    drawn in two steps, the input and then the list, and the second would wait for the grid: 8 ms with 10,000 profiles,
    as measured. The names with an underscore belong to Textual: a test fails if they disappear.
    """

    _prompt_timer: Timer | None = None
    _is_awaited = False

    def expect_change(self) -> None:
        """Draw the next change at once: the user has pressed a key or the mouse."""
        self._is_awaited = True

    @property
    def _update_timer(self) -> Timer:
        if not self._is_awaited:
            return super()._update_timer
        if self._prompt_timer is None:
            self._prompt_timer = self.set_interval(_PROMPT_INTERVAL, self._on_timer_update, name="prompt", pause=True)
        return self._prompt_timer

    def _on_timer_update(self) -> None:
        super()._on_timer_update()
        self._is_awaited = False
        super()._update_timer.pause()
        if self._prompt_timer is not None:
            self._prompt_timer.pause()


OVERVIEW = "*"
"""In place of an environment's name: all of them at once. No environment can have this name."""

LIST_PANE, TOKEN_PANE = "list-pane", "panel"
"""The ids of the two panes."""


class StateScreen(PromptScreen):
    """A screen without layout and keys. All that controllers know of the main screen is this class.

    Profile states are kept here only: an answer that comes late may belong to a profile that means another user by now.
    """

    class SettingsChanged(Message):
        """The user has changed settings; the app applies them."""

    book: var[ProfileSet | None] = var(None, init=False)
    """Contents of the profile file; None until it is read."""
    expiries: var[Mapping[str, Expiries]] = var({}, init=False)
    """What is known of tokens without the vault, by `Profile.token_key`."""
    states: var[Mapping[str, ProfileState]] = var({}, init=False)
    """What this run knows, by `Profile.id`."""
    environment: var[str] = var("", init=False)
    """Name of the listed environment, or `OVERVIEW`."""
    order: var[Order] = var(Order.FILE, init=False)
    """Order of the list."""
    query_text: var[str] = var("", init=False)
    """Filter of the list."""
    profiles: var[tuple[Profile, ...]] = var((), init=False)
    """The listed profiles: those of the environment that match the filter."""
    selected: var[Profile | None] = var(None, init=False)
    """The profile under the cursor."""
    kind: var[TokenKind] = var(TokenKind.ACCESS, init=False)
    """The shown token."""
    view: var[View | None] = var(None, init=False)
    """The tab that is shown instead of a token, if the profile has it."""
    raw: var[bool] = var(False, init=False)
    """Whether the raw token is shown; it never outlasts the view of that token."""
    kept_alive: var[frozenset[str]] = var(frozenset())
    """Profiles whose tokens are renewed before they expire, by `Profile.id`."""
    progress: var[Progress | None] = var(None, init=False)
    """Progress of a bulk operation; None if none runs."""
    maximised: var[str] = var("", init=False)
    """Id of the only visible pane; empty if both are visible."""
    frame_color: var[str] = var("", init=False)
    """Colour of a protected environment; empty otherwise."""
    tally: var[Tally] = var(Tally())
    """Number of valid tokens in the environment."""
    secrets_in_memory: var[bool] = var(False)
    """Whether secrets are kept in memory for this run only."""
    now: var[float] = var(0.0)
    """Seconds since the epoch, set once a second."""
    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by action id."""

    settings_errors: tuple[ProfileError, ...] = ()
    """Errors in `config.toml`."""
    file_error = ""
    """Why the profile file as a whole cannot be read; empty if it can."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.remembered = Remembered(services)
        """What the user chose, in this run and in earlier ones."""
        self.cursors: dict[str, str] = {}
        """Id of the selected profile, by environment."""
        self._missed: dict[str, None] = {}
        self.set_reactive(StateScreen.secrets_in_memory, services.secrets_in_memory)

    # Profiles

    def present(self, profile: Profile) -> Profile | None:
        """Return a profile as the book has it now; None if it is gone or means other tokens."""
        now = self.book.by_id.get(profile.id) if self.book else None
        return now if now is not None and now.token_key == profile.token_key else None

    def is_selected(self, profile: Profile) -> bool:
        """Return whether a profile is the one under the cursor."""
        return self.selected is not None and self.selected.id == profile.id

    def state_of(self, profile: Profile | None) -> ProfileState:
        """Return what this run knows of a profile."""
        return self.states.get(profile.id, EMPTY) if profile else EMPTY

    def keep_state(self, profile: Profile, state: ProfileState) -> None:
        """Keep what this run knows of a profile, and the lifetimes of its tokens for the list."""
        self.keep_states({profile.id: (profile, state)})

    def keep_states(self, came: Mapping[str, tuple[Profile, ProfileState]]) -> None:
        """Keep what this run knows of several profiles, by `Profile.id`, and paint once."""
        if len(self.query("TokenPanel, KeyBar")) < 2:
            return  # the user quits, and what still ran ends now
        # A profile that was edited in the meantime means somebody else.
        current = [(profile, state) for profile, state in came.values() if self.present(profile)]
        opened = {
            profile.token_key: state.tokens
            for profile, state in current
            if state.tokens and state.tokens != self.state_of(profile).tokens
        }
        if opened:
            self.note_lifetimes(opened)
        if self.is_locked:
            current = self._without_secrets(current)
        if current:
            self.states = {**self.states, **{profile.id: state for profile, state in current}}

    def opened_states(self) -> list[tuple[Profile, ProfileState]]:
        """Return the profiles with tokens in memory and no running request."""
        known = ((self.book.by_id.get(id_), state) for id_, state in self.states.items()) if self.book else ()
        return [(profile, state) for profile, state in known if profile and state.tokens and not state.running]

    def note_lifetimes(self, tokens: Mapping[str, Mapping[TokenKind, Token]]) -> None:
        """Note the lifetimes of tokens for the list, by `Profile.token_key`."""
        noted = {
            key: replace(
                self.expiries.get(key, NO_EXPIRIES), **{kind.value: token.lifetime for kind, token in opened.items()}
            )
            for key, opened in tokens.items()
        }
        self.expiries = {**self.expiries, **noted}

    def drop_secrets(self) -> None:
        """Drop everything that was read from the vault or typed; the vault itself is unchanged."""
        self.services.broker.drop_memory()
        self.states = {id_: state.dropped() for id_, state in self.states.items()}

    def forget_states(self, token_key: str) -> None:
        """Drop what this run knows of all profiles with those tokens, unless a request runs."""
        profiles = self.book.by_id if self.book else {}
        self.states = {
            id_: state
            for id_, state in self.states.items()
            if state.running or id_ not in profiles or profiles[id_].token_key != token_key
        }

    def marked(self) -> tuple[Profile, Token] | None:
        """Return the token that others are compared with, and its profile."""
        profiles = self.book.by_id if self.book else {}
        found = (
            (profiles[id_], state.marked)
            for id_, state in self.states.items()
            if state.marked is not None and id_ in profiles
        )
        return next(found, None)

    def note_storage(self) -> None:
        """Show whether secrets are kept in memory only: a call may have found no keyring."""
        self.secrets_in_memory = self.services.secrets_in_memory

    def _without_secrets(self, came: Iterable[tuple[Profile, ProfileState]]) -> list[tuple[Profile, ProfileState]]:
        place = "in memory" if self.services.secrets_in_memory else "in the keyring"
        for profile, state in came:
            if state.tokens or state.user or state.aws:
                self.say_after_unlock(f"{inert(profile.id, 80)}: the result is {place} and was not opened.")
            elif state.challenge:
                self.say_after_unlock(f"{inert(profile.id, 80)}: input required.")
        return [(profile, state.dropped()) for profile, state in came]

    # Actions

    def context(self) -> ActionContext:
        """Return what is selected now, and what is known of it."""
        among_claims = isinstance(self.focused, ClaimsList)
        copyable = self.query_one(TokenPanel).copyable if among_claims else None
        marked = self.marked()
        return ActionContext(
            self.book,
            self.selected,
            partial(key_in, self.app),
            self.state_of(self.selected),
            self.kind,
            self.view,
            self.file_error,
            has_settings_errors=bool(self.settings_errors),
            bulk_running=self.progress is not None,
            marked=marked[1] if marked else None,
            among_claims=among_claims,
            claim=copyable.name if copyable else "",
        )

    def can(self, action_id: str) -> bool:
        """Return whether an action is available; if not, a toast says why."""
        action = BY_ID[action_id]
        if reason := action.unavailable_reason(self.context()):
            self.notify(reason, title=action.label, severity="warning", timeout=4, markup=False)
        return not reason

    # Lock

    @property
    def is_locked(self) -> bool:
        """Whether the idle lock hides everything, whatever else is open."""
        from cognitui.tui.dialogs.confirm import Locked

        return any(isinstance(screen, Locked) for screen in self.app.screen_stack)

    def say_after_unlock(self, words: str) -> None:
        """Say a sentence, once, after the lock opens: in front of the lock nobody would read it in time."""
        self._missed[words] = None

    def missed_messages(self) -> tuple[str, ...]:
        """Return the sentences of `say_after_unlock`, in the order in which they came, and forget them."""
        missed, self._missed = self._missed, {}
        return tuple(missed)


def names_in(book: ProfileSet) -> tuple[str, ...]:
    """Return the names of the environments and, if there are several, `OVERVIEW`."""
    names = tuple(environment.name for environment in book.environments)
    return (*names, OVERVIEW) if len(names) > 1 else names


Given = ParamSpec("Given")


class DialogRunner:
    """Runs what opens dialogs. A second press in one go does not open a second dialog."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._worker: Worker[None] | None = None

    def run(
        self, dialog: Callable[Given, Coroutine[Any, Any, None]], *given: Given.args, **named: Given.kwargs
    ) -> None:
        """Begin it, unless another one runs."""
        if self._worker is None or self._worker.is_finished:
            self._worker = in_worker(self._screen, "profile", dialog, *given, **named)
