"""Frozen data keeps what it was made with, and its repr keeps secrets."""

from __future__ import annotations

from typing import ClassVar

import pytest

from cognitui.model.struct import Frozen


class Key(Frozen, frozen=True):
    """A key with a secret in it."""

    hidden: ClassVar[tuple[str, ...]] = ("secret",)

    name: str
    secret: str = "canary"


def test_a_hidden_field_is_in_no_repr() -> None:
    assert repr(Key("door")) == "Key(name='door')"
    assert "canary" not in f"{Key('door')} {[Key('door')]}"


def test_what_is_frozen_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Key("door").name = "window"  # type: ignore[misc]  # that is what must fail


def test_the_same_values_are_the_same_data() -> None:
    assert Key("door") == Key("door")
    assert hash(Key("door")) == hash(Key("door"))
    assert Key("door") != Key("door", "another")
