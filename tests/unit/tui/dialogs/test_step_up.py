"""Levels that the dialog of a step-up offers."""

from __future__ import annotations

import pytest

from cognitui.model.expectations import Expect
from cognitui.model.profile import Flow
from cognitui.tui.dialogs.step_up import offered_levels
from tests.unit.fakes import make_profile

TWO, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (2, 3, 4))


@pytest.mark.parametrize(
    ("expect", "own", "offered"),
    [
        (None, None, (TWO, THREE, FOUR)),
        (Expect(acr="3"), ("loa:4",), (THREE, FOUR, TWO)),
        (Expect(acr=("gold", "silver")), (), ("gold", "silver")),
        (None, ("gold", FOUR), ("gold", FOUR)),
    ],
)
def test_what_the_api_and_the_profile_want_comes_first(
    expect: Expect | None, own: tuple[str, ...] | None, offered: tuple[str, ...]
) -> None:
    profile = make_profile(flow=Flow.USER_AUTH, expect=expect, acr_values=own)
    assert offered_levels(profile) == offered
