"""What the keys of the main screen do: each is a line or two that hands over to a flow."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from textual import work

from cognitui.model.challenge import FORGOT
from cognitui.model.errors import BadToken, CognituiError
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.request import TokenPolicy
from cognitui.tui.background import in_background
from cognitui.tui.copying import Copying
from cognitui.tui.keymap import is_key_of, remapped_in
from cognitui.tui.profile_requests import ProfileRequests
from cognitui.tui.screens.profile_actions import ProfileActions
from cognitui.tui.token_flow import TokenFlow, Wish
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.profile_list import ProfileList

if TYPE_CHECKING:
    from cognitui.model.token_formats import TokenFormat

TRY_DEMO = 100
"""What the app ends with where a person chose the demo; no exit code of the program."""


class MainActions(ProfileActions):
    """The actions of the keymap, by their ids."""

    copying: Copying
    """Copies tokens; set before the screen is shown."""

    def focused_list(self) -> LineList:
        """The list that the moving keys act on; the main screen tells."""
        return self.query_one(ProfileList)

    def open_filter(self) -> None:
        """Opens the line that filters; the main screen has it."""

    def leave_filter(self, *, clear: bool) -> None:
        """Goes back to the list; the main screen has the filter."""

    # Move

    def action_move_down(self) -> None:
        """Goes to the next row."""
        self.focused_list().move(1)

    def action_move_up(self) -> None:
        """Goes to the row above."""
        self.focused_list().move(-1)

    def action_move_first(self) -> None:
        """Goes to the first row."""
        self.focused_list().cursor = 0

    def action_move_last(self) -> None:
        """Goes to the last row."""
        focused = self.focused_list()
        focused.cursor = focused.row_count - 1

    def action_switch_pane(self) -> None:
        """Goes to the other pane."""
        profiles = self.query_one(ProfileList)
        (self.query_one(ClaimsList) if self.focused is profiles else profiles).focus()

    def action_filter(self) -> None:
        """Opens the filter."""
        if self.can("filter"):
            self.open_filter()

    def action_dismiss(self, _result: object = None) -> None:  # type: ignore[override]  # a screen's own closes it
        """Cancels what runs, else dismisses an error or a question, else clears the filter."""
        profile = self.selected
        entry = self.entry_of(profile)
        if profile and self.is_current and self.requests.cancel(profile):
            what = entry.running.what if entry.running else f"what was asked for {inert(profile.id, 80)}"
            self.notify(f"Cancelled: {what}.", timeout=3, markup=False)
        elif profile and (entry.error or entry.challenge):
            self.keep_entry(profile, entry.dismissed())
        else:
            self.leave_filter(clear=True)

    # Token

    def action_get_token(self) -> None:
        """Gets the shown token."""
        self._begin("get_token", TokenPolicy.CACHED)

    def action_refresh_token(self) -> None:
        """Refreshes."""
        self._begin("refresh_token", TokenPolicy.REFRESH)

    def action_sign_in(self) -> None:
        """Signs in anew."""
        self._begin("sign_in", TokenPolicy.SIGN_IN)

    def action_forgot_password(self) -> None:
        """Has a code sent that sets another password, and signs in with that."""
        if self.can("forgot_password") and self.selected:
            question = f"Have a code sent to set the password of {self.selected.id} anew?"
            verb = "Send a code"
            self._get(Wish(self.selected, self.kind, TokenPolicy.SIGN_IN, verb, question, instead=FORGOT.value))

    def action_copy_token(self) -> None:
        """Copies the shown token, getting it first where it is not at hand."""
        if self.can("copy_token") and self.selected:
            # Costs 2 ms, and the first paint needs none.
            from cognitui.model.token_formats import TokenFormat

            wish = Wish(self.selected, self.kind, verb="Copy")
            what = f"{wish.kind.value} token"
            self.requests.copy(wish.profile, what, lambda: self._carry_out(wish, TokenFormat.RAW))

    def copy_behind(self, key: str) -> bool:
        """Take a key typed before the question of a get was painted, if it asks for a copy of what that get brings.

        Returns whether the key was meant for that.
        """
        meant = is_key_of(key, "copy_token", remapped_in(self.app)) and self.requests.is_under_way(self.selected)
        if meant:
            self.action_copy_token()
        return meant

    def show_kind(self, kind: TokenKind) -> None:
        """Shows a token; where the profile is open already, it is read, too."""
        self.kind = kind
        profile, entry = self.selected, self.entry_of(self.selected)
        if profile:
            self.keep_tab(profile, kind)
        if profile and entry.tokens and kind not in entry.tokens and not profile.protected and not entry.running:
            self._get(Wish(profile, kind))

    def action_verify(self) -> None:
        """Checks the shown token against the keys of its pool."""
        if self.can("verify") and (profile := self.selected):
            kind = self.kind
            self.requests.start(profile, lambda: self._tokens.verify(profile, kind))

    def watch_entries(self) -> None:
        """Copies what was asked for while a request for many profiles ran."""
        self.requests.look()

    def drop_secrets(self) -> None:
        """Copies nothing that was asked for before the lock: nobody is there to use it."""
        for words in self.requests.cancel_copies():
            self.tell_when_back(words)
        super().drop_secrets()

    @cached_property
    def requests(self) -> ProfileRequests:
        """What is under way, by profile."""
        return ProfileRequests(self)

    @cached_property
    def _tokens(self) -> TokenFlow:
        return TokenFlow(self, self.services, self._copy_address)

    async def _copy_address(self, url: str) -> None:
        await self.copying.copy_text(url, "address of the sign-in", stays=True)

    def _begin(self, action_id: str, how: TokenPolicy) -> None:
        if self.can(action_id) and self.selected:
            self._get(Wish(self.selected, self.kind, how))

    def _get(self, wish: Wish) -> None:
        self.requests.start(wish.profile, lambda: self._carry_out(wish, None), brings=True)

    async def _carry_out(self, wish: Wish, copy: TokenFormat | None) -> bool:
        """Gets a token and copies it, where a form is named; returns whether it was handed out."""
        got = await self._tokens.carry_out(wish)
        self.secrets_in_memory = self.services.secrets_in_memory
        if got is None:
            return False
        self.note_use(got.profile)
        if got.warning:
            self.notify(got.warning, severity="warning", timeout=10, markup=False)
        try:
            return copy is None or await self.copying.copy(got, copy)
        except BadToken as error:
            self.keep_entry(got.profile, self.entry_of(got.profile).failed(error))
            return False

    # Environment and program

    def action_next_environment(self) -> None:
        """Goes to the next environment, and from the last to the first."""
        self._step_environment(1)

    def action_previous_environment(self) -> None:
        """Goes to the environment before."""
        self._step_environment(-1)

    def action_environment(self, number: int) -> None:
        """Goes to the environment of that place, from 1."""
        names = self._environment_names()
        if number <= len(names):
            self.environment = names[number - 1]
        else:
            self.notify(f"There is no environment {number}.", severity="warning", timeout=4, markup=False)

    def action_help(self) -> None:
        """Shows all keys."""
        from cognitui.tui.dialogs.help import Help

        self.app.push_screen(Help())

    def action_palette(self) -> None:
        """Opens the palette."""
        from cognitui.tui.palette import Palette

        if not Palette.is_open(self.app):
            self.app.push_screen(Palette(placeholder="What do you want to do?"))

    def action_show_problems(self) -> None:
        """Shows the faults of the profile file and of `config.toml`."""
        if self.can("show_problems"):
            from cognitui.tui.dialogs.problems import Problems

            problems = self.book.errors if self.book else ()
            self.app.push_screen(Problems((*problems, *self.settings_problems)), self._read_if)

    def _read_if(self, wanted: bool | None) -> None:
        if wanted:
            self.action_reload()

    def action_try_demo(self) -> None:
        """Leaves for the demo."""
        if self.can("try_demo"):
            self.app.exit(TRY_DEMO)

    def action_quit(self) -> None:
        """Leaves."""
        self.app.exit(0)

    def warm_up(self) -> None:
        """Loads what a first token will need, once the list is on the screen."""
        if self.selected or (self.book and self.book.profiles):
            profile = self.selected or self.book.profiles[0]  # type: ignore[union-attr]  # there are profiles
            self._warm(profile)

    @work(group="warm", exclusive=True)
    async def _warm(self, profile: Profile) -> None:
        await in_background(self._filter.prepare, "filter")
        profiles = self.book.profiles if self.book else ()
        # Each keeps its own: the first token that comes among 10,000 profiles would cost a key 90 ms.
        await in_background(lambda: [one.token_key for one in profiles], "names")
        with suppress(CognituiError):  # what stands in the way is told by the first token of a profile that it concerns
            await in_background(lambda: self.services.warm_up(profile), "warm-up")
        self.spare_the_collector()

    def _step_environment(self, distance: int) -> None:
        if self.can("next_environment"):
            names = self._environment_names()
            # All of them at once stand behind the last one.
            here = names.index(self.environment) if self.environment in names else (-1 if distance > 0 else 0)
            self.environment = names[(here + distance) % len(names)]

    def _environment_names(self) -> list[str]:
        return [environment.name for environment in self.book.environments] if self.book else []
