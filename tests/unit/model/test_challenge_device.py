"""A remembered device as the vault holds it."""

from __future__ import annotations

import pytest

from cognitui.model.challenge import RememberedDevice

DEVICE = RememberedDevice("eu-west-1_5ac1", "-group", 'pa"ss\nword')


def test_it_comes_back_as_it_went_in() -> None:
    assert RememberedDevice.unpack(DEVICE.pack()) == DEVICE


@pytest.mark.parametrize("stored", ["", "{", "[]", '["a", "b"]', '["a", "b", 3]', '["a", "", "c"]', "[" * 100_000])
def test_anything_else_is_as_good_as_no_device(stored: str) -> None:
    assert RememberedDevice.unpack(stored) is None


def test_its_password_does_not_show_itself() -> None:
    assert "pa" not in repr(DEVICE)
