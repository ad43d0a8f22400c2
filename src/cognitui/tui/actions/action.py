"""One action: its key, its words, when it is available and what it does."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from msgspec import Struct

from cognitui.model.profile import REACHING_LEVELS, Flow, Profile, ProfileSet
from cognitui.model.profile_matching import at_other_replica, in_next_environment
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.tui.state import EMPTY, ProfileState, View

if TYPE_CHECKING:
    from cognitui.tui.main_screen import MainScreen


Handler: TypeAlias = "Callable[[MainScreen], None]"


class Place(StrEnum):
    """The part of the TUI in which an action works. In one place a key has one meaning."""

    MAIN = "main"
    LIST = "list"
    FILTER = "filter"
    DIALOG = "dialog"
    QUESTION = "question"
    FORM = "form"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    STEP_UP = "step-up"
    COPY_AS = "copy-as"
    PICK = "pick"
    READER = "reader"
    HELP = "help"
    COMPARISON = "comparison"
    INSPECTION = "inspection"
    EXAMINATION = "examination"


class Group(StrEnum):
    """Heading in the help dialog and in `docs/keys.md`."""

    MOVE = "Move"
    TOKEN = "Token"
    PROFILE = "Profile"
    ENVIRONMENT = "Environment"
    PROGRAM = "Program"
    FILTER = "Filter"
    DIALOG = "Dialogs"
    PICK = "Import lists"
    SIGN_OUT = "Sign out"
    STEP_UP = "Step up"
    COPY_AS = "Copy as"
    READER = "Help and error lists"
    INSPECTION = "Inspect"
    COMPARISON = "Compare"
    EXAMINATION = "Doctor"


class Action(Struct, frozen=True):
    """Something you can do with a key.

    The footer, the help, the palette, tooltips, Textual's bindings, the keys of `config.toml` and `docs/keys.md` are
    made from this entry.
    """

    id: str
    """Name in `config.toml` and in the search of the help."""
    keys: str
    """Default keys, separated by commas, as Textual names them."""
    label: str
    """One or two words for the footer, the palette and toasts."""
    help: str
    """Sentence for the help, the palette and tooltips."""
    group: Group
    run: Handler | str
    """What it does: a function of the main screen. Elsewhere the action that the dialog or widget has for Textual."""
    place: Place = Place.MAIN
    needs: tuple[Rule, ...] = ()
    """Conditions of being available. The first one that is not met gives the reason."""
    search_terms: str | None = None
    """More words that the palette and the help find it by. None keeps it out of the palette: it makes sense as a key
    only, such as moving."""
    footer: int = 0
    """Position in the footer, 1 first; 0 is not in the footer."""
    claims_footer: int = 0
    """Position in the footer while the claims have the focus."""
    always_in_footer: bool = False
    """Whether it stays in the footer of a narrow terminal."""
    hidden_if_unavailable: bool = False
    """Whether the palette leaves it out instead of showing the reason."""
    first_step: str = ""
    """Offer on the welcome screen, which is shown while there are no profiles; empty is not offered."""
    first_step_note: str = ""
    before_fields: bool = False
    """Whether its key works while a text field has the focus that would use the key itself."""

    def __post_init__(self) -> None:
        """Reject an entry that could not run.

        Raises:
            ValueError: The handler does not fit the place.
        """
        if isinstance(self.run, str) == (self.place is Place.MAIN):
            expected = "a function of the main screen" if self.place is Place.MAIN else "the name of Textual's action"
            raise ValueError(f"action {self.id}: run must be {expected}")

    @property
    def in_palette(self) -> bool:
        """Whether the palette offers it."""
        return self.place is Place.MAIN and self.search_terms is not None

    @property
    def call(self) -> str:
        """What Textual runs for its key or a click on it; on the main screen, the dispatcher."""
        return self.run if isinstance(self.run, str) else f"run('{self.id}')"

    def unavailable_reason(self, context: ActionContext) -> str | None:
        """Return why it cannot be done now, as a sentence; None if it can."""
        for need in self.needs:
            if reason := need(context):
                return reason
        return None


class ActionContext(Frozen, frozen=True):
    """What is selected on the main screen, and what is known of it."""

    hidden: ClassVar[tuple[str, ...]] = ("marked", "key")

    book: ProfileSet | None
    profile: Profile | None
    key: Callable[[str], str]
    """Returns the first key of an action as it is shown, by the action's id."""
    state: ProfileState = EMPTY
    kind: TokenKind = TokenKind.ACCESS
    view: View | None = None
    """Tab that is shown instead of a token."""
    file_error: str = ""
    """Why the profile file cannot be read; empty if it can."""
    has_settings_errors: bool = False
    """Whether `config.toml` has errors."""
    bulk_running: bool = False
    """Whether an action for all listed profiles is running."""
    marked: Token | None = None
    """Token that others are compared with."""
    among_claims: bool = False
    """Whether the claims have the focus."""
    claim: str = ""
    """Claim under the cursor, if it can be copied."""


Rule = Callable[[ActionContext], str | None]
"""Returns why something cannot be done now; None if it can."""


# The list and its environments


def some_profiles(purpose: str = "") -> Rule:
    """Return a rule that requires at least one profile, for a purpose such as ` to sort`."""

    def rule(context: ActionContext) -> str | None:
        has_profiles = context.book and context.book.profiles
        return None if has_profiles else f"There are no profiles{purpose} yet."

    return rule


def no_bulk_action(context: ActionContext) -> str | None:
    """Reject a second action for all listed profiles while one is running."""
    if not context.bulk_running:
        return None
    return f"An action for several profiles is running: {context.key('dismiss')} cancels it."


def another_environment(context: ActionContext) -> str | None:
    """Require at least two environments."""
    return None if context.book and len(context.book.environments) > 1 else "There is no other environment."


def no_profiles(context: ActionContext) -> str | None:
    """Require a first start: the demo is for people who have no profiles."""
    has_profiles = context.book and context.book.profiles
    return "The demo is available only while there are no profiles." if has_profiles else None


def errors_to_show(context: ActionContext) -> str | None:
    """Require errors in one of the files. If the profile file cannot be read, its error is the reason."""
    if context.has_settings_errors or (context.book and context.book.errors):
        return None
    return context.file_error or "The profile file and config.toml have no errors."


# The selected profile


def selected(*rules: Callable[[ActionContext, Profile], str | None]) -> Rule:
    """Return a rule that requires a selected profile, and then what other rules require of it."""

    def rule(context: ActionContext) -> str | None:
        profile = context.profile
        if profile is None:
            return "Select a profile first."
        for one in rules:
            if reason := one(context, profile):
                return reason
        return None

    return rule


def writable(context: ActionContext, profile: Profile) -> str | None:
    """Require a profile of the user's own file."""
    if not profile.read_only:
        return None
    copies = context.key("duplicate_profile")
    return f"{profile.id} comes from an included file. Edit it there, or duplicate it with {copies}."


def idle(context: ActionContext, profile: Profile) -> str | None:
    """Require no running request."""
    return f"{profile.id} is busy: {context.key('dismiss')} cancels." if context.state.running else None


def no_sign_out(context: ActionContext, profile: Profile) -> str | None:
    """Require no running sign-out. A copy waits for any other request and copies the token that it brings."""
    running = context.state.running
    return idle(context, profile) if running and running.ends else None


def password_first(context: ActionContext, profile: Profile) -> str | None:
    """Require a flow that begins with a password."""
    return None if profile.begins_with_password else f"{profile.flow.value} does not begin with a password here."


def reaching_levels(context: ActionContext, profile: Profile) -> str | None:
    """Require a flow that can ask for an authentication level."""
    flows = " and ".join(flow.value for flow in REACHING_LEVELS)
    return None if profile.reaches_levels else f"{profile.flow.value} cannot ask for a level: {flows} can."


def several_tokens(context: ActionContext, profile: Profile) -> str | None:
    """Require a flow that returns more than an access token."""
    return f"{profile.flow.value} returns only an access token." if len(profile.kinds) < 2 else None


def secrets_to_store(context: ActionContext, profile: Profile) -> str | None:
    """Require an app client, or a flow with a secret of the user."""
    has_none = profile.flow is Flow.AUTHORIZATION_CODE and not profile.client_id
    return "The profile has no app client." if has_none else None


def same_user_elsewhere(context: ActionContext, profile: Profile) -> str | None:
    """Require a profile of the same user in another environment."""
    found = in_next_environment(context.book, profile) if context.book else None
    return None if found else f"No other environment has {inert(profile.username or profile.name, 60)}."


def exchanges(context: ActionContext, profile: Profile) -> str | None:
    """Require a profile that exchanges the token of another."""
    return None if profile.subject is not None else f"{profile.id} exchanges no token, so it has no subject."


def another_replica(context: ActionContext, profile: Profile) -> str | None:
    """Require a profile of the same user at another Region of the same pool."""
    if context.book and at_other_replica(context.book, profile):
        return None
    if not profile.user_pool_id:
        return f"{profile.id} names no user pool."
    return f"No profile has {inert(profile.username or profile.name, 60)} at another Region of this pool."


# The shown token


def token_tab(context: ActionContext, profile: Profile) -> str | None:
    """Require a token in view; the tabs of the user and of AWS credentials have one format."""
    if context.view is None:
        return None
    return f"Only tokens have other formats: {context.key('next_kind')} shows one."


def verifiable(context: ActionContext, profile: Profile) -> str | None:
    """Require an open access or ID token."""
    if context.view is not None:
        return "Only a token can be verified."
    if context.kind is TokenKind.REFRESH:
        return "A refresh token is opaque: it cannot be verified."
    return _open_token(context)


def claims_to(done: str) -> Callable[[ActionContext, Profile], str | None]:
    """Return a rule that requires an open token with claims, for something to be done such as `marked`."""

    def rule(context: ActionContext, profile: Profile) -> str | None:
        if context.view is not None:
            return f"Only a token can be {done}."
        if context.kind is TokenKind.REFRESH:
            return "A refresh token has no claims, and is never shown."
        return _open_token(context)

    return rule


def other_token_marked(context: ActionContext, profile: Profile) -> str | None:
    """Require a marked token that is not the shown one."""
    if context.marked is None:
        return f"Mark a token with {context.key('mark')} first, then show another one."
    is_shown = context.marked == context.state.tokens[context.kind]
    return "This is the marked token: show another one." if is_shown else None


def renewed(context: ActionContext, profile: Profile) -> str | None:
    """Require a token that was renewed in this run."""
    is_renewed = context.kind in context.state.previous
    return None if is_renewed else "The token was not refreshed since it was opened, so there is nothing to compare."


def claim_or_token(context: ActionContext, profile: Profile) -> str | None:
    """Require a claim under the cursor; in the profile list, a token that can be copied."""
    if not context.among_claims:
        return no_sign_out(context, profile)
    return None if context.claim else "There is no claim under the cursor."


def _open_token(context: ActionContext) -> str | None:
    return None if context.kind in context.state.tokens else "Get the token first."
