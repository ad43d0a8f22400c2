"""Every key can be changed: each action of each place, all at once, and the default does nothing then."""

from __future__ import annotations

import string
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from cognitui.model.profile import Flow, ProfileSet
from cognitui.tui.actions.action import ActionContext
from cognitui.tui.actions.keybindings import key_in, key_labels, keymap_errors
from cognitui.tui.actions.registry import ACTIONS, Action, Place
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import FakeSettings, FakeSignIn, make_profile, make_tokens, password_challenge

ALICE, BOB = make_profile("dev/alice", flow=Flow.USER_AUTH), make_profile("dev/bob")

_SPARE = [f"{modifier}+{mark}" for modifier in ("alt", "hyper", "meta") for mark in string.ascii_letters + "0123456789"]
"""Keys that no action has."""


KEYMAP = {action.id: key for action, key in zip(ACTIONS, _SPARE, strict=False)}
"""A spare key for each action."""

Opener = Callable[[Story], Awaitable[None]]


def pressing(*action_ids: str) -> Opener:
    async def open_by(story: Story) -> None:
        for action_id in action_ids:
            await story.press(KEYMAP[action_id])
            await story.pilot.pause()

    return open_by


PLACES: dict[str, Opener] = {
    Place.MAIN: pressing(),
    Place.LIST: pressing(),
    Place.FILTER: pressing("filter"),
    Place.READER: pressing("help"),
    Place.FORM: pressing("new_profile"),
    Place.QUESTION: pressing("delete_profile"),
    Place.SIGN_OUT: pressing("sign_out"),
    Place.STEP_UP: pressing("step_up"),
    Place.COPY_AS: pressing("copy_as"),
    Place.COMPARISON: pressing("mark", "next_kind", "compare"),
    Place.PICK: pressing("import_profiles"),
    Place.SIGN_IN: pressing("move_down", "get_token"),
    Place.EXAMINATION: pressing("doctor"),
    Place.INSPECTION: pressing("inspect"),
    Place.HELP: pressing("help"),
    Place.DIALOG: pressing("new_profile"),
}


def test_the_new_keys_are_valid() -> None:
    assert len(KEYMAP) == len(ACTIONS)
    assert keymap_errors(KEYMAP) == ()


def test_each_place_of_an_action_is_tried() -> None:
    assert {action.place for action in ACTIONS} == PLACES.keys()


@pytest.mark.parametrize("place", PLACES)
async def test_each_action_has_its_new_key_and_not_the_default(place: str) -> None:
    signin = FakeSignIn(start=[password_challenge(BOB)])
    services = desk(ALICE, BOB, signin=signin, settings=FakeSettings(keymap=KEYMAP)).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press(KEYMAP["get_token"])
        await story.see("alice-sub")
        await PLACES[place](story)
        actions = [action for action in ACTIONS if action.place == place]
        await story.until(lambda: KEYMAP[actions[0].id] in story.app.screen.active_bindings)

        bound = {key: active.binding.id for key, active in story.app.screen.active_bindings.items()}

        assert {KEYMAP[action.id]: action.id for action in actions}.items() <= bound.items()
        defaults = {key: action.id for action in actions for key in action.keys.split(",")}
        assert not defaults.items() & bound.items()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_each_action_shows_its_new_key(action: Action) -> None:
    assert key_labels(action.id, KEYMAP) != key_labels(action.id, {})


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.in_palette], ids=lambda action: action.id)
def test_each_action_of_the_palette_has_search_terms_and_a_reason_if_unavailable(action: Action) -> None:
    reason = action.unavailable_reason(ActionContext(ProfileSet(), None, partial(key_in, None)))

    assert action.help[:1].isupper()
    assert action.help.endswith(".")
    assert reason is None or (reason[:1].isupper() and reason.endswith("."))
