"""The lifetime of a token as a server states it, if that is possible."""

from __future__ import annotations

import pytest

from cognitui.cognito.responses import seconds_of


@pytest.mark.parametrize(
    ("stated", "seconds"),
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
def test_an_impossible_lifetime_counts_as_none(stated: object, seconds: float) -> None:
    assert seconds_of(stated) == seconds
