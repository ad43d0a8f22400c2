"""Every key can be another: each action of each place, all at once, and the former key does nothing there."""

from __future__ import annotations

import string
from collections.abc import Awaitable, Callable

import pytest

from cognitui.model.profile import ProfileSet
from cognitui.tui.key_rules import keymap_faults
from cognitui.tui.keymap import (
    ACTIONS,
    COMPARISON,
    COPY_AS,
    DIALOG,
    EXAMINATION,
    FILTER,
    FORM,
    HELP,
    INSPECTION,
    LIST,
    MAIN,
    PICK,
    QUESTION,
    READER,
    SIGN_IN,
    SIGN_OUT,
    Action,
    key_labels,
)
from cognitui.tui.reasons import Situation, why_not
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import FakeSettings, FakeSignIn, make_profile, make_tokens, password_challenge

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")

_SPARE = [f"{modifier}+{mark}" for modifier in ("alt", "hyper") for mark in string.ascii_letters + string.digits]
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
    MAIN: pressing(),
    LIST: pressing(),
    FILTER: pressing("filter"),
    READER: pressing("help"),
    FORM: pressing("new_profile"),
    QUESTION: pressing("delete_profile"),
    SIGN_OUT: pressing("sign_out"),
    COPY_AS: pressing("copy_as"),
    COMPARISON: pressing("mark", "next_kind", "compare"),
    PICK: pressing("import_profiles"),
    SIGN_IN: pressing("move_down", "get_token"),
    EXAMINATION: pressing("doctor"),
    INSPECTION: pressing("inspect"),
    HELP: pressing("help"),
    DIALOG: pressing("new_profile"),
}


def test_the_other_keys_are_a_keymap_that_can_be() -> None:
    assert len(KEYMAP) == len(ACTIONS)
    assert keymap_faults(KEYMAP) == ()


def test_each_place_of_an_action_is_tried() -> None:
    assert {action.place for action in ACTIONS} == PLACES.keys()


@pytest.mark.parametrize("place", PLACES)
async def test_each_action_has_its_other_key_and_no_longer_the_former(place: str) -> None:
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
        former = {key: action.id for action in actions for key in action.keys.split(",")}
        assert not former.items() & bound.items()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_each_action_tells_its_other_key(action: Action) -> None:
    assert key_labels(action.id, KEYMAP) != key_labels(action.id, {})


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.palette], ids=lambda action: action.id)
def test_each_action_of_the_palette_has_words_and_says_in_a_sentence_why_it_is_off(action: Action) -> None:
    reason = why_not(action.id, Situation(ProfileSet(), None))

    assert action.long[:1].isupper()
    assert action.long.endswith(".")
    assert reason == "" or (reason[:1].isupper() and reason.endswith("."))
