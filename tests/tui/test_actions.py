"""The action registry: every entry is complete, and everything made from it has every entry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from textual.binding import Binding

from cognitui.model.errors import CognituiError
from cognitui.model.profile import ProfileError, ProfileSet
from cognitui.model.struct import replace
from cognitui.model.token import TokenKind
from cognitui.tui.actions.action import Action, ActionContext, Group, Place
from cognitui.tui.actions.keybindings import bindings, key_in, keymap_errors
from cognitui.tui.actions.registry import ACTIONS, BY_ID, by_id
from cognitui.tui.dialogs.help import key_rows
from cognitui.tui.state import ProfileState, Running, View
from tests.tui.harness import desk, opened
from tests.unit.fakes import make_book, make_profile, make_tokens

ALICE = make_profile("dev/alice")
INCLUDED = replace(make_profile("dev/bob"), read_only=True)

KEYS_ONLY = {
    "move_down",
    "move_up",
    "move_first",
    "move_last",
    "switch_pane",
    "palette",
    *(f"environment_{number}" for number in range(1, 10)),
}
"""What the palette leaves out: it makes sense as a key only."""

ALL = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)


@ALL
def test_an_action_has_an_id_keys_and_words(action: Action) -> None:
    assert action.id
    assert all(key.strip() for key in action.keys.split(","))
    assert 0 < len(action.label) <= 14
    assert action.help[:1].isupper()
    assert action.help.endswith(".")
    assert action.group in Group


@ALL
def test_an_action_of_the_main_screen_is_in_the_palette_unless_it_is_a_key_only(action: Action) -> None:
    assert action.in_palette == (action.place is Place.MAIN and action.id not in KEYS_ONLY)


@ALL
def test_an_action_has_a_line_in_the_help(action: Action) -> None:
    if not action.id.startswith("environment_"):
        (row,) = (row for row in key_rows({}) if row.id == action.id)
        assert (row.words, row.group) == (action.help, action.group)


@pytest.mark.parametrize("place", Place)
def test_a_place_binds_each_of_its_actions_with_label_and_tooltip(place: Place) -> None:
    made = [made for made in bindings(place) if isinstance(made, Binding)]

    expected = [(action.id, action.keys, action.label, action.help) for action in ACTIONS if action.place is place]
    assert [(one.id, one.key, one.description, one.tooltip) for one in made] == expected
    assert expected


def test_default_keys_do_not_clash() -> None:
    assert keymap_errors({}) == ()
    assert keymap_errors({action.id: action.keys for action in ACTIONS}) == ()


@pytest.mark.parametrize("footer", ["footer", "claims_footer"])
def test_the_positions_in_a_footer_are_1_2_3(footer: str) -> None:
    positions = sorted(position for action in ACTIONS if (position := getattr(action, footer)))

    assert positions == list(range(1, len(positions) + 1))


def test_an_error_names_only_actions_that_exist_as_its_remedy() -> None:
    remedies = {error.__name__: error.remedy for error in errors() if error.remedy}

    assert remedies
    assert {name: remedy for name, remedy in remedies.items() if remedy not in BY_ID} == {}


def errors(of: type[CognituiError] = CognituiError) -> Iterator[type[CognituiError]]:
    yield of
    for error in of.__subclasses__():
        yield from errors(error)


async def test_every_action_of_the_main_screen_runs() -> None:
    # Protected, so that each request asks first: there is no answer from Cognito.
    profile = make_profile("prod/alice", protected=True)
    async with opened(desk(profile, INCLUDED).holding(profile, make_tokens())) as story:
        for action in ACTIONS:
            if action.place is Place.MAIN and action.id != "quit":
                await story.main.run_action(action.id)
                await story.pilot.pause()
                await story.come_back()

        await story.main.run_action("quit")
        await story.until(lambda: story.app._exit)


async def test_an_action_that_is_not_available_says_why_and_does_not_run() -> None:
    async with opened(desk(ALICE)) as story:
        await story.main.run_action("mark")

        await story.hear("Get the token first.")
        assert not any(entry.marked for entry in story.main.states.values())


TOKENS = {token.kind: token for token in make_tokens().present()}
CONTEXTS = [
    ActionContext(None, None, partial(key_in, None)),
    ActionContext(ProfileSet(), None, partial(key_in, None), file_error="Profile file is invalid. Fix it."),
    ActionContext(make_book(ALICE), None, partial(key_in, None), has_settings_errors=True),
    *(
        ActionContext(
            make_book(profile),
            profile,
            partial(key_in, None),
            entry,
            kind,
            view,
            bulk_running=True,
            marked=marked,
            among_claims=among_claims,
        )
        for profile in (ALICE, INCLUDED)
        for entry in (
            ProfileState(),
            ProfileState(tokens=TOKENS),
            ProfileState(running=Running(1, "Signing out", 0, ends=True)),
        )
        for kind in TokenKind
        for view in (None, View.USER)
        for marked in (None, TOKENS[TokenKind.ACCESS])
        for among_claims in (False, True)
    ),
]


@ALL
def test_the_reason_is_a_sentence_in_every_state(action: Action) -> None:
    reasons = {reason for context in CONTEXTS if (reason := action.unavailable_reason(context)) is not None}

    assert {reason for reason in reasons if not reason[:1].isalnum() or not reason.endswith(".")} == set()
    assert bool(reasons) == bool(action.needs)


def test_a_main_action_without_a_function_is_rejected_by_name() -> None:
    with pytest.raises(ValueError, match="action wave: run must be a function of the main screen"):
        Action("wave", "w", "Wave", "Wave.", Group.MOVE, "wave")


def test_a_dialog_action_without_a_textual_action_is_rejected_by_name() -> None:
    with pytest.raises(ValueError, match="action wave: run must be the name of Textual's action"):
        Action("wave", "w", "Wave", "Wave.", Group.DIALOG, lambda main: None, Place.FORM)


def test_a_second_action_of_an_id_is_rejected_by_name() -> None:
    with pytest.raises(ValueError, match="action quit: the registry has two of this id"):
        by_id((BY_ID["quit"], Action("quit", "w", "Leave", "Leave.", Group.DIALOG, "x", Place.FORM)))


def test_a_problem_of_the_file_makes_the_errors_available() -> None:
    book = ProfileSet(errors=(ProfileError(where="dev", key="region", what="is invalid", fix="Fix it."),))

    assert BY_ID["show_problems"].unavailable_reason(ActionContext(book, None, partial(key_in, None))) is None
