"""The keymap: everything has a key, words, a palette entry and a reason; keys can be changed."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from cognitui.model.errors import UsageError
from cognitui.model.profile import ProfileBook
from cognitui.tui.keymap import ACTIONS, BY_ID, bindings, check_keymap
from cognitui.tui.reasons import Situation, why_not
from cognitui.tui.screens.main import MainScreen
from tests.tui.harness import desk, opened
from tests.unit.fakes import FakeSettings, FakeSignIn, make_profile, signed_in

ALICE = make_profile("dev/alice")

TAKEN = {"ctrl+j", "ctrl+m", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+b", "ctrl+a"}
"""What tmux, screen or a terminal takes for itself."""


def test_every_action_has_an_id_words_and_a_tooltip() -> None:
    assert all(action.id and action.short and action.long.endswith(".") for action in ACTIONS)
    assert all(isinstance(made, Binding) and made.id and made.description and made.tooltip for made in bindings())


def test_no_two_actions_share_a_key() -> None:
    keys = [key for action in ACTIONS for key in action.keys.split(",")]

    assert len(keys) == len(set(keys))


def test_no_key_is_one_that_a_terminal_takes() -> None:
    assert not {key for action in ACTIONS for key in action.keys.split(",")} & TAKEN


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_carried_out_by_the_screen(action: object) -> None:
    call = getattr(action, "call") or getattr(action, "id")  # noqa: B009 (the parametrization is untyped)

    assert callable(getattr(MainScreen, f"action_{call.partition('(')[0]}"))


def test_the_keys_of_the_design_are_the_keys() -> None:
    expected = {
        "j": "move_down",
        "k": "move_up",
        "g": "move_first",
        "G": "move_last",
        "enter": "get_token",
        "c": "copy_token",
        "r": "refresh_token",
        "L": "sign_in",
        "t": "next_kind",
        "n": "new_profile",
        "e": "edit_profile",
        "D": "duplicate_profile",
        "d": "delete_profile",
        "v": "verify",
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
    actual = {key: action.id for action in ACTIONS for key in action.keys.split(",")}

    assert expected.items() <= actual.items()


@pytest.mark.parametrize("action_id", ["get_token", "copy_token", "edit_profile", "delete_profile", "verify"])
def test_without_a_profile_an_action_says_why(action_id: str) -> None:
    assert why_not(action_id, Situation(ProfileBook(), None)) == "Select a profile first."


async def test_help_names_every_action() -> None:
    async with opened(desk(ALICE), size=(120, 60)) as story:
        await story.press("question_mark")
        await story.see("Keys")

        for action in ACTIONS:
            if not action.id.startswith("environment_"):
                assert action.long in story.text, action.id


async def test_the_palette_offers_the_actions_and_no_screenshot() -> None:
    async with opened(desk(ALICE)) as story:
        titles = {command.title for command in story.app.get_system_commands(story.main)}

        assert titles == {action.short for action in ACTIONS if action.palette and action.id != "try_demo"}


async def test_the_palette_finds_an_action_by_its_words() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("ctrl+p")
        await story.type("Get token")
        await story.see("Get the token")
        await story.press("enter")

        await story.until(lambda: len(services.signin.started) == 1)


async def test_a_key_of_config_toml_takes_the_place_of_the_default() -> None:
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


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize(
    ("keymap", "words"),
    [
        ({"copy_tokn": "y"}, "Did you mean copy_token?"),
        ({"copy_token": "v"}, "another key"),
        ({"copy_token": "y,q"}, "another key"),
    ],
)
def test_a_keymap_that_cannot_be_is_told_with_its_fix(keymap: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_keymap(keymap)

    assert "config.toml" in caught.value.cause
    assert words in caught.value.fix


def test_two_actions_may_swap_their_keys() -> None:
    check_keymap({"copy_token": "v", "verify": "c"})
