"""What keys `config.toml` may give to actions: what is told, and what is used."""

from __future__ import annotations

import pytest

from cognitui.tui.key_rules import keymap_faults, usable_keymap


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
        ({"copy_token": ""}, "Give it a key"),
        ({"copy_token": "F2"}, "Did you mean f2?"),
        ({"copy_token": "ctlr+y"}, "Keys are written"),
        ({"filter_keep": "x"}, "writes nothing"),
        ({"instead": "r"}, "writes nothing"),
        ({"instead": "escape"}, "another key"),
    ],
)
def test_a_keymap_that_cannot_be_is_told_with_its_fix(keymap: dict[str, str], words: str) -> None:
    (fault,) = keymap_faults(keymap)

    assert fault.path == ("keymap", *keymap)
    assert words in fault.fix
    assert usable_keymap(keymap) == {}


def test_two_actions_may_swap_their_keys() -> None:
    swapped = {"copy_token": "v", "verify": "c"}

    assert keymap_faults(swapped) == ()
    assert usable_keymap(swapped) == swapped


def test_each_fault_of_a_keymap_is_told_and_the_keys_without_one_are_kept() -> None:
    keymap = {"copy_tokn": "y", "verify": "c", "sort": "f9", "get_token": "F12", "filter_keep": "x"}

    assert {fault.path[1] for fault in keymap_faults(keymap)} == {"copy_tokn", "verify", "get_token", "filter_keep"}
    assert usable_keymap(keymap) == {"sort": "f9"}


@pytest.mark.parametrize(
    ("keymap", "told"),
    [
        ({"copy_token": "v", "verify": "ctlr+v"}, ["verify", "copy_token"]),
        ({"copy_token": "bogus", "get_token": "c"}, ["copy_token", "get_token"]),
        ({"get_token": "c", "copy_token": "x", "sign_out": "bogus"}, ["sign_out", "copy_token", "get_token"]),
    ],
)
def test_an_action_that_keeps_its_own_key_takes_it_back_from_another_which_is_told(
    keymap: dict[str, str], told: list[str]
) -> None:
    assert [fault.path[1] for fault in keymap_faults(keymap)] == told
    assert usable_keymap(keymap) == {}


def test_an_unknown_action_is_told_with_few_ids_and_where_all_of_them_stand() -> None:
    (fault,) = keymap_faults({"copy_tokn": "y"})

    assert fault.what == "is the id of no action"
    assert fault.fix == "Did you mean copy_token? All ids stand in the help (?) and in docs/keys.md."
