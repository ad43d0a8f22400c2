"""Actions of dialogs, of the filter and of lists in dialogs."""

from __future__ import annotations

from cognitui.model.token_formats import TokenFormat
from cognitui.tui.actions.action import Action, Group, Place

MOST_LEVELS = 5
"""Levels that the dialog of a step-up offers at most."""


def _at(place: Place, group: Group, *entries: tuple[str, str, str, str, str]) -> tuple[Action, ...]:
    """Return the actions of a place: id, keys, label, help and the action that Textual runs there."""
    return tuple(Action(id_, keys, label, words, group, run, place) for id_, keys, label, words, run in entries)


_FILTER = _at(
    Place.FILTER,
    Group.FILTER,
    ("filter_down", "down", "Down", "Go to the next row.", "move(1)"),
    ("filter_up", "up", "Up", "Go to the previous row.", "move(-1)"),
    ("filter_keep", "enter", "Keep", "Keep the filter and go back to the list.", "leave(False)"),
    ("filter_clear", "escape", "Clear", "Clear the filter and go back to the list.", "leave(True)"),
)

_DIALOG = (
    *_at(
        Place.DIALOG,
        Group.DIALOG,
        ("leave_dialog", "ctrl+c", "Leave", "Same as esc; in a field, copy the selected text.", "leave_dialog"),
    ),
    *_at(
        Place.QUESTION,
        Group.DIALOG,
        ("answer_yes", "y", "Yes", "Confirm.", "answer(True)"),
        ("answer_part", "o", "Others", "Confirm for the other profiles only.", "answer_part"),
        ("answer_no", "n,escape,q", "No", "Decline.", "answer(False)"),
        ("other_button", "left,right,h,l", "Other", "Go to the other button.", "app.focus_next"),
    ),
    *_at(
        Place.FORM,
        Group.DIALOG,
        ("cancel", "escape", "Cancel", "Close a form without saving.", "cancel"),
    ),
    *_at(
        Place.SIGN_IN,
        Group.DIALOG,
        ("instead", "ctrl+o", "Other way", "Sign in another way, such as by another code.", "instead"),
        ("show_qr", "f2", "QR code", "Show only the QR code of a new authenticator app.", "show_qr"),
    ),
)

_PICK = (
    Action(
        "pick",
        "enter",
        "Choose",
        "Continue with this row, or with the marked ones.",
        Group.PICK,
        "pick",
        Place.PICK,
        before_fields=True,
    ),
    *_at(
        Place.PICK,
        Group.PICK,
        ("pick_mark", "tab", "Mark", "Mark the row, to choose several.", "pick_mark"),
        ("pick_back", "escape", "Back", "Clear the search, or go back.", "pick_back"),
        ("pick_down", "down", "Down", "Go to the next row.", "pick_down"),
        ("pick_up", "up", "Up", "Go to the previous row.", "pick_up"),
        ("pick_page_down", "pagedown", "Page down", "Go down one page.", "pick_page(1)"),
        ("pick_page_up", "pageup", "Page up", "Go up one page.", "pick_page(-1)"),
        ("pick_again", "f5", "Retry", "Load the list again.", "pick_again"),
        ("pick_elsewhere", "f6", "Elsewhere", "Choose another AWS profile or region.", "pick_elsewhere"),
        ("pick_source", "f4", "Source", "Switch between importing from AWS and from a file.", "pick_source"),
    ),
)

_SIGN_OUT = _at(
    Place.SIGN_OUT,
    Group.SIGN_OUT,
    ("end_here", "h", "Forget here", "Remove only the tokens on this machine.", "end('here')"),
    ("end_revoke", "r", "Revoke", "Revoke the refresh token too.", "end('revoke')"),
    ("end_everywhere", "e", "Everywhere", "End all sessions of the user.", "end('everywhere')"),
    ("end_device", "d", "Forget device", "Forget this device.", "end('device')"),
    ("end_session", "s", "End session", "End the session under the cursor.", "end_session(False)"),
    (
        "end_linked",
        "l",
        "With linked",
        "End the session under the cursor and those linked with it.",
        "end_session(True)",
    ),
    ("list_sessions", "f5", "List sessions", "Ask Cognito for the sessions of the user.", "list_sessions"),
    ("session_down", "j,down", "Down", "Go to the next session.", "move_session(1)"),
    ("session_up", "k,up", "Up", "Go to the previous session.", "move_session(-1)"),
)


_STEP_UP = _at(
    Place.STEP_UP,
    Group.STEP_UP,
    *(
        (f"level_choice_{place}", str(place), f"Choice {place}", f"Step up to choice {place}.", f"pick({place})")
        for place in range(1, MOST_LEVELS + 1)
    ),
)


_COPY_AS = _at(
    Place.COPY_AS,
    Group.COPY_AS,
    *((f"form_{form}", form.key, form.short, form.help, f"pick('{form}')") for form in TokenFormat),
    ("form_down", "j,down", "Down", "Go to the next format.", "move(1)"),
    ("form_up", "k,up", "Up", "Go to the previous format.", "move(-1)"),
    ("form_chosen", "enter", "Copy", "Copy in the format under the cursor.", "pick_chosen"),
    ("form_longer", "v,right", "Longer", "Require a longer lifetime.", "change_validity(1)"),
    ("form_shorter", "V,left", "Shorter", "Accept a shorter lifetime.", "change_validity(-1)"),
    ("form_none", "escape,q", "Cancel", "Close without copying.", "cancel"),
)

_READER = (
    *_at(
        Place.READER,
        Group.READER,
        ("close", "escape,q,enter", "Close", "Close the dialog.", "dismiss"),
        ("scroll_down", "j,down", "Down", "Scroll down one line.", "scroll(1)"),
        ("scroll_up", "k,up", "Up", "Scroll up one line.", "scroll(-1)"),
    ),
    *_at(
        Place.HELP,
        Group.READER,
        ("find_key", "slash", "Find", "Search the keys by words, key or id.", "find_key"),
    ),
)

_INSPECTION = _at(
    Place.INSPECTION,
    Group.INSPECTION,
    ("read_claims", "enter", "Claims", "Go to the claims of the pasted token.", "read_claims"),
)

_COMPARISON = _at(
    Place.COMPARISON,
    Group.COMPARISON,
    ("fold", "n", "Fold", "Show or hide identical claims.", "fold"),
)

_EXAMINATION = _at(
    Place.EXAMINATION,
    Group.EXAMINATION,
    ("examine_again", "r,f5", "Again", "Check again.", "examine_again"),
    ("copy_fix", "y,c", "Copy fix", "Copy how to fix the error under the cursor.", "copy_fix"),
)

DIALOG_ACTIONS: tuple[Action, ...] = (
    *_FILTER,
    *_DIALOG,
    *_PICK,
    *_SIGN_OUT,
    *_STEP_UP,
    *_COPY_AS,
    *_READER,
    *_INSPECTION,
    *_COMPARISON,
    *_EXAMINATION,
)
