"""Keys: what they run, how they are shown, and how `config.toml` changes them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from textual.app import App

import cognitui.tui
from cognitui.model.errors import Unreachable
from cognitui.model.profile import ProfileSet
from cognitui.tui.actions.action import ActionContext
from cognitui.tui.actions.keybindings import key_in, keymap_errors
from cognitui.tui.actions.registry import ACTIONS, BY_ID, Action, Place
from cognitui.tui.dialogs.base import Dialog, Reader
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.dialogs.compare import CompareScreen
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.copy_as import CopyAsScreen
from cognitui.tui.dialogs.doctor import DoctorScreen
from cognitui.tui.dialogs.help import Help
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.dialogs.inspect import InspectScreen
from cognitui.tui.dialogs.profile_form import ProfileForm
from cognitui.tui.dialogs.sign_out import SignOutScreen
from cognitui.tui.dialogs.step_up import StepUpScreen
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.line_list import LineList
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import FakeSettings, FakeSignIn, make_profile, signed_in

ALICE = make_profile("dev/alice")

TAKEN = {"ctrl+j", "ctrl+m", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+b", "ctrl+a"}
"""What tmux, screen or a terminal takes for itself."""


def test_no_two_actions_of_one_place_share_a_key() -> None:
    assert keymap_errors({"quit": "q"}) == ()


def test_no_key_is_one_that_a_terminal_takes() -> None:
    assert not {key for action in ACTIONS for key in action.keys.split(",")} & TAKEN


PLACES = {
    Place.MAIN: MainScreen,
    Place.LIST: LineList,
    Place.FILTER: FilterInput,
    Place.QUESTION: Confirm,
    Place.FORM: ProfileForm,
    Place.READER: Reader,
    Place.SIGN_OUT: SignOutScreen,
    Place.STEP_UP: StepUpScreen,
    Place.COPY_AS: CopyAsScreen,
    Place.COMPARISON: CompareScreen,
    Place.PICK: ImportScreen,
    Place.SIGN_IN: ChallengeScreen,
    Place.EXAMINATION: DoctorScreen,
    Place.INSPECTION: InspectScreen,
    Place.HELP: Help,
    Place.DIALOG: Dialog,
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_carried_out_in_its_place(action: Action) -> None:
    call = action.call.partition("(")[0]
    place = App if call.startswith("app.") else PLACES[action.place]

    assert callable(getattr(place, f"action_{call.removeprefix('app.')}"))


def test_no_key_is_bound_outside_the_registry() -> None:
    room = Path(cognitui.tui.__file__).parent
    makes_bindings = [path.name for path in room.rglob("*.py") if re.search(r"\bBinding\(", path.read_text())]

    assert sorted(makes_bindings) == ["keybindings.py"]


def test_the_keys_of_the_design_are_the_keys() -> None:
    expected = {
        "j": "move_down",
        "k": "move_up",
        "g": "move_first",
        "G": "move_last",
        "enter": "get_token",
        "c": "copy_token",
        "C": "copy_as",
        "r": "refresh_token",
        "L": "sign_in",
        "t": "next_kind",
        "n": "new_profile",
        "e": "edit_profile",
        "D": "duplicate_profile",
        "d": "delete_profile",
        "v": "verify",
        "x": "sign_out",
        "slash": "filter",
        "escape": "dismiss",
        "right_square_bracket": "next_environment",
        "left_square_bracket": "previous_environment",
        "question_mark": "help",
        "f1": "help",
        "ctrl+p": "palette",
        "q": "quit",
        "1": "environment_1",
        "9": "environment_9",
    }
    actual = {key: action.id for action in ACTIONS if action.place == Place.MAIN for key in action.keys.split(",")}

    assert expected.items() <= actual.items()


@pytest.mark.parametrize(
    "action_id", ["get_token", "copy_token", "copy_as", "edit_profile", "delete_profile", "verify"]
)
def test_without_a_profile_an_action_says_why(action_id: str) -> None:
    context = ActionContext(ProfileSet(), None, partial(key_in, None))

    assert BY_ID[action_id].unavailable_reason(context) == "Select a profile first."


async def test_help_names_every_action() -> None:
    async with opened(desk(ALICE), size=(120, 200)) as story:
        await story.press("question_mark")
        await story.see("Keys")

        for action in ACTIONS:
            if not action.id.startswith("environment_"):
                assert action.help in story.text, action.id
                assert action.id in story.text


async def test_a_changed_key_is_on_the_buttons_of_a_dialog_and_works_there() -> None:
    services = desk(ALICE, settings=FakeSettings(keymap={"cancel": "f8"}))
    async with opened(services) as story:
        await story.press("e")
        await story.see("Cancel (f8)")
        await story.press("f8")

        await story.until(lambda: story.app.screen is story.main)


async def test_the_key_of_the_filter_is_a_letter_in_the_filter() -> None:
    services = desk(ALICE, settings=FakeSettings(keymap={"filter": "f"}))
    async with opened(services) as story:
        await story.press("f", "f")

        assert story.main.query_text == "f"


async def test_a_palette_with_another_key_leaves_its_default_free() -> None:
    services = desk(ALICE, settings=FakeSettings(keymap={"palette": "f9"}))
    async with opened(services) as story:
        await story.press("ctrl+p")
        assert story.app.screen is story.main
        await story.press("f9")

        await story.see("What do you want to do?")


async def test_a_key_of_config_toml_replaces_the_default() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    services.settings = FakeSettings(keymap={"get_token": "f9"})
    async with opened(services) as story:
        assert "f9 Get token" in story.text
        await story.press("f9")

        await story.until(lambda: len(services.signin.started) == 1)


async def test_a_click_on_the_key_bar_does_what_the_key_does() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        column = story.text.splitlines()[-1].index("Get token")
        await story.pilot.click("KeyBar", offset=(column + 1, 0))

        await story.until(lambda: len(services.signin.started) == 1)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_the_program_is_left_by_q_and_by_ctrl_c(key: str) -> None:
    async with opened(desk(ALICE)) as story:
        await story.press(key)

        await story.until(lambda: not story.app.is_running or story.app._exit)
        assert story.app.return_value == 0


async def test_verify_before_a_token_says_what_to_do() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("v")

        await story.see("Get the token first.")


async def test_a_click_on_the_words_of_an_error_does_what_its_key_does() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[Unreachable("No network."), signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("No network.")
        row, column = place_of(story, "Dismiss")
        await story.pilot.click(offset=(column, row))

        await story.until(lambda: "No network." not in story.text)


async def test_a_click_on_a_first_step_does_what_its_key_does() -> None:
    async with opened(desk()) as story:
        row, column = place_of(story, "Add a profile")
        await story.pilot.click(offset=(column, row))

        await story.until(lambda: isinstance(story.app.screen, ProfileForm))


def place_of(story: Story, words: str) -> tuple[int, int]:
    """Return row and column of words on the screen."""
    return next((row, line.index(words)) for row, line in enumerate(story.text.splitlines()) if words in line)
