"""Keys of `config.toml`: which errors are reported, and which keys are used."""

from __future__ import annotations

import pytest

from cognitui.tui.actions.keybindings import keymap_errors, usable_keymap


@pytest.mark.parametrize(
    ("keymap", "words"),
    [
        ({"copy_tokn": "y"}, "Did you mean copy_token?"),
        ({"copy_token": "v"}, "another key"),
        ({"copy_token": "y,q"}, "another key"),
        ({"copy_token": "?"}, "another key"),
        ({"page_down": "j"}, "another key"),
        ({"page_down": "y"}, "another key"),
        ({"copy_fix": "j"}, "another key"),
        ({"copy_token": ""}, "Set a key"),
        ({"copy_token": "F2"}, "Did you mean f2?"),
        ({"copy_token": "ctlr+y"}, "Write keys as"),
        ({"filter_keep": "x"}, "types nothing"),
        ({"instead": "r"}, "types nothing"),
        ({"instead": "escape"}, "another key"),
    ],
)
def test_an_invalid_key_is_reported_with_its_fix(keymap: dict[str, str], words: str) -> None:
    (error,) = keymap_errors(keymap)

    assert error.path == ("keymap", *keymap)
    assert words in error.fix
    assert usable_keymap(keymap) == {}


def test_two_actions_may_swap_their_keys() -> None:
    swapped = {"copy_token": "v", "verify": "c"}

    assert keymap_errors(swapped) == ()
    assert usable_keymap(swapped) == swapped


def test_each_error_is_reported_and_the_valid_keys_are_used() -> None:
    keymap = {"copy_tokn": "y", "verify": "c", "sort": "f9", "get_token": "F12", "filter_keep": "x"}

    assert {error.path[1] for error in keymap_errors(keymap)} == {"copy_tokn", "verify", "get_token", "filter_keep"}
    assert usable_keymap(keymap) == {"sort": "f9"}


@pytest.mark.parametrize(
    ("keymap", "reported"),
    [
        ({"copy_token": "v", "verify": "ctlr+v"}, ["verify", "copy_token"]),
        ({"copy_token": "bogus", "get_token": "c"}, ["copy_token", "get_token"]),
        ({"get_token": "c", "copy_token": "x", "sign_out": "bogus"}, ["sign_out", "copy_token", "get_token"]),
    ],
)
def test_an_action_that_keeps_its_default_takes_it_back_from_another_which_is_reported(
    keymap: dict[str, str], reported: list[str]
) -> None:
    assert [error.path[1] for error in keymap_errors(keymap)] == reported
    assert usable_keymap(keymap) == {}


def test_an_unknown_action_is_reported_with_a_likely_id_and_where_to_find_all() -> None:
    (error,) = keymap_errors({"copy_tokn": "y"})

    assert error.what == "is not the id of an action"
    assert error.fix == "Did you mean copy_token? The help (?) and docs/keys.md list all ids."
