"""Registry of all actions, in the order of the help."""

from __future__ import annotations

from cognitui.tui.actions.action import Action, Group, Place
from cognitui.tui.actions.dialog_actions import DIALOG_ACTIONS
from cognitui.tui.actions.main_actions import MAIN_ACTIONS
from cognitui.tui.actions.token_actions import TOKEN_ACTIONS

__all__ = ["ACTIONS", "BY_ID", "Action", "Group", "Place", "actions_of", "by_id"]

_IN_SOURCE = (*MAIN_ACTIONS, *TOKEN_ACTIONS, *DIALOG_ACTIONS)

ACTIONS: tuple[Action, ...] = tuple(action for group in Group for action in _IN_SOURCE if action.group is group)


def by_id(actions: tuple[Action, ...]) -> dict[str, Action]:
    """Return actions by their ids.

    Raises:
        ValueError: Two actions have one id.
    """
    by_id: dict[str, Action] = {}
    for action in actions:
        if by_id.setdefault(action.id, action) is not action:
            raise ValueError(f"action {action.id}: the registry has two of this id")
    return by_id


BY_ID = by_id(ACTIONS)


def actions_of(place: Place) -> tuple[Action, ...]:
    """Return the actions that work in a place."""
    return tuple(action for action in ACTIONS if action.place is place)
