"""The one registry of keys: every action's id, key, words and place.

The footer, the help, the palette and Textual's bindings are all made from it, so they cannot disagree. A key is
remapped in `config.toml`, section `[keymap]`, by the action's id; `key_rules.py` checks that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from msgspec import Struct
from textual.binding import Binding, BindingType


class Action(Struct, frozen=True):
    """Something that a person can do by a key."""

    id: str
    """Names it in `config.toml`; in a dialog or widget also its method `action_<id>`, unless `call` is given."""
    keys: str
    """Its default keys, parted by commas, as Textual names them."""
    short: str
    """Its words in the footer."""
    long: str
    """Its sentence in the help, the palette and the tooltip."""
    group: str
    """Its heading in the help."""
    call: str = ""
    """The action with its arguments, where it is not the id."""
    rank: int = 0
    """Its place in the footer, 1 first; 0 is not in the footer."""
    palette: bool = True
    """False for what makes sense as a key alone, such as moving."""
    before_fields: bool = False
    """Whether it acts before the field that has the focus, which would take the key itself."""
    place: str = "main"
    """Where it acts: a key means one thing in one place."""


MOVE, TOKEN, PROFILE, ENVIRONMENT, PROGRAM = "Move", "Token", "Profile", "Environment", "Program"
FILTERING, ASKED, READING = "While filtering", "When asked", "While reading help or faults"
SIGNING_OUT, COPYING, COMPARING = "When signing out", "When copying as", "While comparing"
MAIN, LIST, FILTER, QUESTION, FORM, READER = "main", "list", "filter", "question", "form", "reader"
SIGN_OUT, COPY_AS, COMPARISON, SIGN_IN = "sign-out", "copy-as", "comparison", "sign-in"
EXAMINING, EXAMINATION = "While examining", "examination"
INSPECTING, INSPECTION = "While inspecting", "inspection"
CHOOSING, PICK = "While choosing", "pick"
HELP, DIALOG = "help", "dialog"


def _form(form: str, key: str, short: str, words: str) -> Action:
    """One of the forms in which a token can be copied."""
    return Action(f"form_{form}", key, short, f"Copy {words}.", COPYING, f"pick('{form}')", place=COPY_AS)


ACTIONS: tuple[Action, ...] = (
    Action("move_down", "j,down", "Down", "Go to the next row.", MOVE, palette=False),
    Action("move_up", "k,up", "Up", "Go to the row above.", MOVE, palette=False),
    Action("move_first", "g,home", "First", "Go to the first row.", MOVE, palette=False),
    Action("move_last", "G,end", "Last", "Go to the last row.", MOVE, palette=False),
    Action("page_down", "pagedown,ctrl+d", "Page down", "Go down by a page.", MOVE, "move_page(1)", place=LIST),
    Action("page_up", "pageup,ctrl+u", "Page up", "Go up by a page.", MOVE, "move_page(-1)", place=LIST),
    Action("switch_pane", "tab", "Pane", "Go from the profiles to the claims and back.", MOVE, palette=False),
    Action("jump", "ctrl+o", "Jump", "Put a letter on all that is in view, and go to one.", MOVE),
    Action("maximise", "z", "Alone", "Show the pane with the focus alone, or both again.", MOVE),
    Action("filter", "slash", "Filter", "Filter the profiles, or the claims, as you type.", MOVE, rank=4),
    Action("sort", "s", "Sort", "Sort by name, by what dies first, or by what you use most.", MOVE),
    Action("dismiss", "escape", "Clear", "Cancel what runs, dismiss an error or clear the filter.", MOVE),
    Action("copy_token", "c", "Copy", "Copy the shown token; without one, get it first.", TOKEN, rank=1),
    Action(
        "get_token", "enter", "Get token", "Get the token: the stored one, by a refresh or by a sign-in.", TOKEN, rank=2
    ),
    Action(
        "copy_as",
        "C",
        "Copy as…",
        "Copy the shown token as a header, a command or a variable.",
        TOKEN,
        rank=3,
    ),
    Action(
        "next_kind",
        "t,right",
        "Type",
        "Show the next tab: a token, the user, or AWS credentials.",
        TOKEN,
        rank=8,
    ),
    Action("previous_kind", "left", "Type back", "Show the tab before.", TOKEN),
    Action("verify", "v", "Verify", "Check the signature and the claims against the keys of the pool.", TOKEN, rank=9),
    Action("mark", "m", "Mark", "Mark the shown token, to compare others with it.", TOKEN),
    Action("compare", "equals_sign", "Compare", "Compare the claims of the shown token with the marked one's.", TOKEN),
    Action("compare_former", "minus", "Before", "Compare the shown token with the one before it was renewed.", TOKEN),
    Action("copy_claim", "y", "Copy claim", "Copy the claim under the cursor; in the list, the token.", TOKEN),
    Action("raw_token", "o", "Raw", "Show the raw token in its three parts, or its claims again.", TOKEN),
    Action("inspect", "i", "Inspect", "Read a token that you paste: its claims, and whether it is genuine.", TOKEN),
    Action("refresh_token", "r", "Refresh", "Get new tokens now, by the refresh token.", TOKEN, rank=10),
    Action("sign_in", "L", "Sign in", "Sign in anew, from the start.", TOKEN, rank=11),
    Action("forgot_password", "F", "Forgot", "Set a forgotten password anew: a code is sent.", TOKEN),
    Action("sign_out", "x", "Sign out", "Forget the tokens here, revoke them, or end all sessions.", TOKEN),
    Action(
        "keep_alive",
        "w",
        "Keep alive",
        "Renew its tokens before they end, until you quit.",
        TOKEN,
    ),
    Action("get_all", "A", "Get all", "Get the tokens of all profiles that are listed.", TOKEN),
    Action("refresh_all", "R", "Refresh all", "Refresh all listed profiles that have tokens.", TOKEN),
    Action("clear_expired", "X", "Clear expired", "Forget the tokens that have ended, of all listed profiles.", TOKEN),
    Action("new_profile", "n", "New", "Add a profile.", PROFILE, rank=6),
    Action(
        "edit_profile", "e", "Edit", "Edit or rename the profile, or move it to another environment.", PROFILE, rank=7
    ),
    Action(
        "edit_secrets", "p", "Passwords", "Store or remove its password, client secret and TOTP seed.", PROFILE, rank=12
    ),
    Action("duplicate_profile", "D", "Duplicate", "Add a profile that begins as a copy of this one.", PROFILE),
    Action("import_profiles", "I", "Import", "Import profiles from an AWS account.", PROFILE),
    Action("import_file", "O", "From a file", "Import from a file: JSON, .env, YAML, TOML, INI or a script.", PROFILE),
    Action("delete_profile", "d", "Delete", "Delete the profile, after a question.", PROFILE),
    Action("reload", "f5", "Reload", "Read the profile file again.", PROFILE),
    Action(
        "next_environment", "right_square_bracket", "Environment", "Go to the next environment.", ENVIRONMENT, rank=5
    ),
    Action("previous_environment", "left_square_bracket", "Previous", "Go to the environment before.", ENVIRONMENT),
    *(
        Action(
            f"environment_{number}",
            str(number),
            f"{number}",
            f"Go to environment {number}.",
            ENVIRONMENT,
            palette=False,
        )
        for number in range(1, 10)
    ),
    Action("overview", "0", "All", "List all environments at once, or one again.", ENVIRONMENT),
    Action(
        "same_person", "greater_than_sign", "Same person", "Go to the same person in the next environment.", ENVIRONMENT
    ),
    Action(
        "show_problems",
        "exclamation_mark",
        "Faults",
        "Show the faults of the profile file and of config.toml.",
        PROGRAM,
    ),
    Action("try_demo", "T", "Demo", "Leave for the demo; offered while there are no profiles.", PROGRAM),
    Action("settings", "comma", "Settings", "Choose theme, clipboard, lock and renewal.", PROGRAM),
    Action("doctor", "H", "Doctor", "Examine the set-up and the selected profile.", PROGRAM),
    Action("help", "question_mark,f1", "Help", "Show all keys, and find one.", PROGRAM, rank=13),
    Action("palette", "ctrl+p", "Palette", "Find an action by its words.", PROGRAM, palette=False),
    Action("quit", "q,ctrl+c", "Quit", "Leave cognitui.", PROGRAM, rank=14),
    Action("filter_down", "down", "Down", "Go to the next row.", FILTERING, "move(1)", place=FILTER),
    Action("filter_up", "up", "Up", "Go to the row above.", FILTERING, "move(-1)", place=FILTER),
    Action("filter_keep", "enter", "Keep", "Go back to the list.", FILTERING, "leave(False)", place=FILTER),
    Action("filter_clear", "escape", "Clear", "Clear the filter.", FILTERING, "leave(True)", place=FILTER),
    Action(
        "leave_dialog",
        "ctrl+c",
        "Leave",
        "Do what esc does; in a field, copy what is selected.",
        ASKED,
        place=DIALOG,
    ),
    Action("answer_yes", "y", "Yes", "Say yes.", ASKED, "answer(True)", place=QUESTION),
    Action("answer_part", "o", "Others", "Say yes to the others alone.", ASKED, place=QUESTION),
    Action("answer_no", "n,escape,q", "No", "Say no.", ASKED, "answer(False)", place=QUESTION),
    Action(
        "other_button", "left,right,h,l", "Other", "Go to the other button.", ASKED, "app.focus_next", place=QUESTION
    ),
    Action(
        "pick",
        "enter",
        "Choose",
        "Go on with this one, or with those that are marked.",
        CHOOSING,
        place=PICK,
        before_fields=True,
    ),
    Action("pick_mark", "tab", "Mark", "Mark it, to choose several.", CHOOSING, place=PICK),
    Action("pick_back", "escape", "Back", "Clear the letters, or go back.", CHOOSING, place=PICK),
    Action("pick_down", "down", "Down", "Go to the next row.", CHOOSING, place=PICK),
    Action("pick_up", "up", "Up", "Go to the row above.", CHOOSING, place=PICK),
    Action("pick_page_down", "pagedown", "Page down", "Go down by a page.", CHOOSING, "pick_page(1)", place=PICK),
    Action("pick_page_up", "pageup", "Page up", "Go up by a page.", CHOOSING, "pick_page(-1)", place=PICK),
    Action("pick_again", "f5", "Retry", "Ask for the list again.", CHOOSING, place=PICK),
    Action("pick_elsewhere", "f6", "Elsewhere", "Choose another AWS profile or region.", CHOOSING, place=PICK),
    Action("pick_source", "f4", "Source", "Import from a file instead, or from AWS.", CHOOSING, place=PICK),
    Action("cancel", "escape", "Cancel", "Close a form without saving.", ASKED, place=FORM),
    Action("instead", "ctrl+o", "Other way", "Choose the other way: another code, say.", ASKED, place=SIGN_IN),
    Action("show_qr", "f2", "QR code", "Show the QR code of a new authenticator app alone.", ASKED, place=SIGN_IN),
    Action("end_here", "h", "Forget here", "Forget the tokens here alone.", SIGNING_OUT, "end('here')", place=SIGN_OUT),
    Action("end_revoke", "r", "Revoke", "Revoke the refresh token, too.", SIGNING_OUT, "end('revoke')", place=SIGN_OUT),
    Action("end_everywhere", "e", "Everywhere", "End all sessions.", SIGNING_OUT, "end('everywhere')", place=SIGN_OUT),
    Action("end_device", "d", "Forget device", "Forget the device.", SIGNING_OUT, "end('device')", place=SIGN_OUT),
    _form("raw", "r", "Raw", "the token as it is"),
    _form("bearer", "b", "Bearer", "it as a Bearer value"),
    _form("header", "h", "Header", "an Authorization header"),
    _form("curl", "c", "curl", "a curl command"),
    _form("httpie", "t", "HTTPie", "an HTTPie command"),
    _form("env", "e", "export", "an export line for bash and zsh"),
    _form("fish", "f", "fish", "a line for fish"),
    _form("powershell", "p", "PowerShell", "a line for PowerShell"),
    _form("dotenv", "d", ".env", "a line of a .env file"),
    _form("json", "s", "JSON", "JSON with kind and expiry"),
    _form("postman", "m", "Postman", "an environment for Postman"),
    _form("bruno", "u", "Bruno", "a block of vars for Bruno"),
    _form("insomnia", "i", "Insomnia", "a variable for Insomnia"),
    Action("form_down", "j,down", "Down", "Go to the next form.", COPYING, "move(1)", place=COPY_AS),
    Action("form_up", "k,up", "Up", "Go to the form above.", COPYING, "move(-1)", place=COPY_AS),
    Action("form_chosen", "enter", "Copy", "Copy in the form under the cursor.", COPYING, "pick_chosen", place=COPY_AS),
    Action("form_longer", "v,right", "Longer", "Ask for a token that lives longer.", COPYING, "last(1)", place=COPY_AS),
    Action("form_shorter", "V,left", "Shorter", "Be content with a shorter life.", COPYING, "last(-1)", place=COPY_AS),
    Action("form_none", "escape,q", "Cancel", "Copy nothing.", COPYING, "cancel", place=COPY_AS),
    Action("close", "escape,q,enter", "Close", "Close it.", READING, "dismiss", place=READER),
    Action("scroll_down", "j,down", "Down", "Scroll down by a line.", READING, "scroll(1)", place=READER),
    Action("scroll_up", "k,up", "Up", "Scroll up by a line.", READING, "scroll(-1)", place=READER),
    Action("find_key", "slash", "Find", "Find a key in the help, by words, its name or its id.", READING, place=HELP),
    Action("read_claims", "enter", "Claims", "Go to the claims of the pasted token.", INSPECTING, place=INSPECTION),
    Action("fold", "n", "Fold", "Show what is folded, or fold it again.", COMPARING, place=COMPARISON),
    Action("examine_again", "r,f5", "Again", "Examine again.", EXAMINING, place=EXAMINATION),
    Action("copy_fix", "y,c", "Copy fix", "Copy what to do about a finding.", EXAMINING, place=EXAMINATION),
)

BY_ID = {action.id: action for action in ACTIONS}

_KEY_NAMES = {
    "slash": "/",
    "comma": ",",
    "question_mark": "?",
    "exclamation_mark": "!",
    "escape": "esc",
    "greater_than_sign": ">",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "down": "↓",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "ctrl+d": "^d",
    "ctrl+u": "^u",
    "up": "↑",
    "left": "←",
    "right": "→",
    "f1": "F1",
    "f2": "F2",
    "f4": "F4",
    "f5": "F5",
    "f6": "F6",
    "ctrl+o": "^o",
    "ctrl+p": "^p",
    "ctrl+c": "^c",
}


def bindings(place: str = MAIN) -> list[BindingType]:
    """Returns Textual's bindings of the actions of a place."""
    return [binding_of(action.id) for action in ACTIONS if action.place == place]


def main_bindings() -> list[BindingType]:
    """Return Textual's bindings of the main screen: each runs an action by its id."""
    return [binding_of(action.id, call_of(action)) for action in ACTIONS if action.place == MAIN]


def call_of(action: Action) -> str:
    """Return Textual's text for an action that is run in its place."""
    return f"run('{action.id}')" if action.place == MAIN else action.call or action.id


def binding_of(action_id: str, call: str = "") -> Binding:
    """Returns Textual's binding of an action, for a place that gives its key another `call`, too."""
    action = BY_ID[action_id]
    return Binding(
        action.keys,
        call or action.call or action.id,
        action.short,
        show=False,
        tooltip=action.long,
        id=action.id,
        priority=action.before_fields,
    )


def leads_out(action_id: str) -> bool:
    """Return whether an action is what esc does in its place, whatever key it has been given."""
    action = BY_ID.get(action_id)
    return action is not None and "escape" in action.keys.split(",")


def is_key_of(key: str, action_id: str, remapped: Mapping[str, str]) -> bool:
    """Return whether an action has a key, by Textual's name for it."""
    keys = remapped.get(action_id) or BY_ID[action_id].keys
    return key in (one.strip() for one in keys.split(","))


def key_labels(action_id: str, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the keys of an action as people read them: `("?", "F1")`."""
    keys = remapped.get(action_id) or BY_ID[action_id].keys
    return tuple(_KEY_NAMES.get(key.strip(), key.strip()) for key in keys.split(","))


@runtime_checkable
class HasKeys(Protocol):
    """An app whose keys a person has changed, or not."""

    remapped: Mapping[str, str]
    """Keys from `config.toml`, by the action's id."""


def remapped_in(app: object) -> Mapping[str, str]:
    """Returns the keys that a person has changed in an app, by the action's id."""
    return app.remapped if isinstance(app, HasKeys) else {}


def key_in(app: object, action_id: str) -> str:
    """Returns the first key of an action in an app, as people read it."""
    return key_labels(action_id, remapped_in(app))[0]
