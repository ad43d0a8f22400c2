"""What a server says of the life of a token, as far as it can be true."""

from __future__ import annotations

import pytest

from cognitui.cognito.responses import seconds_of


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (3600, 3600.0),
        (300.0, 300.0),
        (int("9" * 400), 0.0),
        (float("inf"), 0.0),
        (float("nan"), 0.0),
        (-1, 0.0),
        (True, 0.0),
        ("3600", 0.0),
        (None, 0.0),
    ],
)
def test_a_life_that_cannot_be_true_counts_as_none(told: object, seconds: float) -> None:
    assert seconds_of(told) == seconds
