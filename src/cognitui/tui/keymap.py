"""The one registry of keys: every action's id, key, words and place.

The footer, the help, the palette and Textual's bindings are all made from it, so they cannot disagree. A key is
remapped in `config.toml`, section `[keymap]`, by the action's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from textual.binding import Binding, BindingType

from cognitui.model.errors import UsageError
from cognitui.model.text import inert


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a person can do on the main screen."""

    id: str
    """Names it in `config.toml`; also the method `action_<id>` of the screen, unless `call` says otherwise."""
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
    at_once: bool = False
    """True where the next key, typed in the same breath, is meant for what this one opens."""


MOVE, TOKEN, PROFILE, ENVIRONMENT, PROGRAM = "Move", "Token", "Profile", "Environment", "Program"

ACTIONS: tuple[Action, ...] = (
    Action("move_down", "j,down", "Down", "Go to the next row.", MOVE, palette=False),
    Action("move_up", "k,up", "Up", "Go to the row above.", MOVE, palette=False),
    Action("move_first", "g,home", "First", "Go to the first row.", MOVE, palette=False),
    Action("move_last", "G,end", "Last", "Go to the last row.", MOVE, palette=False),
    Action("switch_pane", "tab", "Pane", "Go from the profiles to the claims and back.", MOVE, palette=False),
    Action("filter", "slash", "Filter", "Filter the profiles as you type.", MOVE, rank=4, at_once=True),
    Action(
        "dismiss", "escape", "Clear", "Cancel what runs, dismiss an error or clear the filter.", MOVE, palette=False
    ),
    Action(
        "get_token", "enter", "Get token", "Get the token: the stored one, by a refresh or by a sign-in.", TOKEN, rank=1
    ),
    Action("copy_token", "c", "Copy", "Copy the shown token to the clipboard.", TOKEN, rank=2),
    Action("next_kind", "t", "Type", "Show the access, the ID or the refresh token.", TOKEN, rank=3),
    Action("verify", "v", "Verify", "Check the signature and the claims against the keys of the pool.", TOKEN, rank=5),
    Action("refresh_token", "r", "Refresh", "Get new tokens now, by the refresh token.", TOKEN, rank=6),
    Action("sign_in", "L", "Sign in", "Sign in anew, from the start.", TOKEN, rank=9),
    Action("new_profile", "n", "New", "Add a profile.", PROFILE, rank=8),
    Action("edit_profile", "e", "Edit", "Edit the profile; its name and its environment, too.", PROFILE, rank=10),
    Action("edit_secrets", "p", "Passwords", "Store or remove its password and client secret.", PROFILE, rank=11),
    Action("duplicate_profile", "D", "Duplicate", "Add a profile that begins as a copy of this one.", PROFILE),
    Action("delete_profile", "d", "Delete", "Delete the profile, after a question.", PROFILE),
    Action("reload", "f5", "Reload", "Read the profile file again.", PROFILE),
    Action(
        "next_environment", "right_square_bracket", "Environment", "Go to the next environment.", ENVIRONMENT, rank=7
    ),
    Action("previous_environment", "left_square_bracket", "Previous", "Go to the environment before.", ENVIRONMENT),
    *(
        Action(
            f"environment_{number}",
            str(number),
            f"{number}",
            f"Go to environment {number}.",
            ENVIRONMENT,
            call=f"environment({number})",
            palette=False,
        )
        for number in range(1, 10)
    ),
    Action("show_problems", "exclamation_mark", "Faults", "Show the faults of the profile file.", PROGRAM),
    Action("try_demo", "T", "Demo", "Leave for the demo; offered while there are no profiles.", PROGRAM),
    Action("help", "question_mark,f1", "Help", "Show all keys.", PROGRAM, rank=12),
    Action("palette", "ctrl+p", "Palette", "Find an action by its words.", PROGRAM, palette=False),
    Action("quit", "q,ctrl+c", "Quit", "Leave cognitui.", PROGRAM, rank=13),
)

BY_ID = {action.id: action for action in ACTIONS}

_KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "down": "↓",
    "up": "↑",
    "f1": "F1",
    "f5": "F5",
    "ctrl+p": "^p",
    "ctrl+c": "^c",
}


def check_keymap(remapped: Mapping[str, str]) -> None:
    """Checks the keys of `config.toml`.

    Raises:
        UsageError: There is no such action, or a key that two actions would share.
    """
    for action_id in remapped:
        if action_id not in BY_ID:
            near = get_close_matches(action_id, BY_ID, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            fix = f"{hint}The actions are {', '.join(action.id for action in ACTIONS)}."
            raise UsageError(f"config.toml: keymap: there is no action {inert(action_id, 60)}.", fix=fix)
    taken: dict[str, str] = {}
    for action in ACTIONS:
        for key in map(str.strip, remapped.get(action.id, action.keys).split(",")):
            if key in taken:
                raise UsageError(
                    f"config.toml: keymap: {inert(key, 40)} would be {taken[key]} and {action.id}.",
                    fix=f"Give {action.id} or {taken[key]} another key.",
                )
            taken[key] = action.id


def bindings() -> list[BindingType]:
    """Returns Textual's bindings of all actions."""
    return [
        Binding(
            action.keys,
            action.call or action.id,
            action.short,
            show=False,
            tooltip=action.long,
            id=action.id,
            priority=action.at_once,
        )
        for action in ACTIONS
    ]


def key_labels(action_id: str, remapped: dict[str, str]) -> tuple[str, ...]:
    """Returns the keys of an action as people read them: `("?", "F1")`."""
    keys = remapped.get(action_id) or BY_ID[action_id].keys
    return tuple(_KEY_NAMES.get(key.strip(), key.strip()) for key in keys.split(","))
