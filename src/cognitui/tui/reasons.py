"""Why an action cannot be done now: a key that does nothing says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cognitui.model.profile import Flow, Profile, ProfileSet
from cognitui.model.profile_matching import in_next_environment
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.tui.claim_reasons import CLAIM_ACTIONS, why_no_claims
from cognitui.tui.keymap import key_labels
from cognitui.tui.state import EMPTY, Entry, View

_NEEDS_PROFILE = frozenset(
    {
        "get_token",
        "copy_token",
        "copy_as",
        "next_kind",
        "previous_kind",
        "verify",
        "refresh_token",
        "sign_in",
        "forgot_password",
        "sign_out",
        "edit_profile",
        "edit_secrets",
        "duplicate_profile",
        "delete_profile",
        "same_person",
        "keep_alive",
        *CLAIM_ACTIONS,
    }
)
_FOR_MANY = frozenset({"get_all", "refresh_all", "clear_expired"})
_NEEDS_SOME = {
    "filter": "There are no profiles to filter yet.",
    "sort": "There are no profiles to sort yet.",
    **dict.fromkeys(_FOR_MANY, "There are no profiles yet."),
}
_WRITES_PROFILE = frozenset({"edit_profile", "delete_profile"})
_ASKS_COGNITO = frozenset(
    {"get_token", "copy_token", "copy_as", "refresh_token", "sign_in", "forgot_password", "sign_out", "verify"}
)

_AWAITS = frozenset({"copy_token", "copy_as"})
"""What is asked for while a request runs is done when its token arrives."""

_IN_THE_LIST = {"copy_claim": "copy_token"}
"""What a key of the claims does beside them."""


class Situation(Frozen, frozen=True):
    """What is selected on the screen."""

    hidden: ClassVar[tuple[str, ...]] = ("marked",)

    book: ProfileSet | None
    profile: Profile | None
    entry: Entry = EMPTY
    kind: TokenKind = TokenKind.ACCESS
    view: View | None = None
    """What is shown in the place of a token."""
    file_fault: str = ""
    """Why the profile file as a whole cannot be read; empty where it can."""
    settings_faulty: bool = False
    """Whether `config.toml` has faults."""
    remapped: Mapping[str, str] = {}
    """Keys from `config.toml`, by the action's id."""
    many: bool = False
    """Whether something is under way for many profiles at once."""
    marked: Token | None = None
    """The token that others are compared with."""
    among_claims: bool = False
    """Whether the keys move through the claims."""
    claim: str = ""
    """The claim under the cursor, where it can be copied."""

    def key(self, action_id: str) -> str:
        """Returns the key of an action, as people read it."""
        return key_labels(action_id, self.remapped)[0]


def why_not(action_id: str, situation: Situation) -> str:
    """Returns why an action cannot be done now, or an empty text where it can."""
    profile, entry = situation.profile, situation.entry
    action_id = _IN_THE_LIST.get(action_id, action_id) if not situation.among_claims else action_id
    if action_id in ("next_environment", "previous_environment", "overview"):
        return _why_no_other_environment(situation.book)
    if action_id in _NEEDS_SOME and not (situation.book and situation.book.profiles):
        return _NEEDS_SOME[action_id]
    if action_id in _FOR_MANY and situation.many:
        return f"Something is under way for many profiles: {situation.key('dismiss')} cancels it."
    if action_id in ("try_demo", "show_problems"):
        return _why_not_of_book(action_id, situation)
    if action_id not in _NEEDS_PROFILE:
        return ""
    if profile is None:
        return "Select a profile first."
    if action_id in _WRITES_PROFILE and profile.read_only:
        copies = situation.key("duplicate_profile")
        return f"{profile.id} comes from an included file: edit it there, or duplicate it with {copies}."
    if action_id in _ASKS_COGNITO and entry.running and (entry.running.ends or action_id not in _AWAITS):
        return f"{profile.id} is busy: {situation.key('dismiss')} cancels."
    if action_id in CLAIM_ACTIONS:
        return why_no_claims(action_id, situation)
    return _why_no_token(action_id, profile, situation)


def _why_not_of_book(action_id: str, situation: Situation) -> str:
    book = situation.book
    if action_id == "try_demo":
        return "The demo is offered while there are no profiles." if book and book.profiles else ""
    if situation.settings_faulty or (book and book.errors):
        return ""
    return situation.file_fault or "Neither the profile file nor config.toml has faults."


def _why_no_token(action_id: str, profile: Profile, situation: Situation) -> str:
    if action_id == "verify":
        if situation.view is not None:
            return "Only a token can be verified."
        if situation.kind is TokenKind.REFRESH:
            return "A refresh token is opaque: it cannot be verified here."
        return "" if situation.kind in situation.entry.tokens else "Get the token first."
    if action_id == "forgot_password" and not profile.begins_with_password:
        return f"{profile.flow.value} does not begin with a password here."
    if action_id == "copy_as" and situation.view is not None:
        return f"Only a token has other forms: {situation.key('next_kind')} shows one."
    if action_id == "same_person":
        found = in_next_environment(situation.book, profile) if situation.book else None
        return "" if found else f"No other environment has {inert(profile.username or profile.name, 60)}."
    if action_id in ("next_kind", "previous_kind") and len(profile.kinds) < 2:
        return f"{profile.flow.value} brings an access token alone."
    if action_id == "edit_secrets" and profile.flow is Flow.AUTHORIZATION_CODE and not profile.client_id:
        return "The profile names no client."
    return ""


def _why_no_other_environment(book: ProfileSet | None) -> str:
    return "" if book and len(book.environments) > 1 else "There is no other environment."
