"""A wrong clock of this machine is found out, told once, and allowed for."""

from __future__ import annotations

import pytest

from cognitui.cognito.server_clock import ServerClock
from tests.unit.fakes import FakeClock

NOON = 1_795_348_800.0
"""2026-11-22 12:00:00 UTC."""

AT_NOON = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (NOON + 3700, "clock is 1 h ahead of Cognito's"),
        (NOON - 300, "clock is 5 min behind Cognito's"),
    ],
)
def test_a_wrong_clock_is_told_and_put_right(ours: float, words: str) -> None:
    told: list[str] = []
    clock = ServerClock(FakeClock(ours), told.append)
    clock.hear(AT_NOON)

    assert clock() == NOON
    assert len(told) == 1
    assert words in told[0]


def test_a_wrong_clock_is_told_once() -> None:
    told: list[str] = []
    clock = ServerClock(FakeClock(NOON + 3700), told.append)
    clock.hear(AT_NOON)
    clock.hear(AT_NOON)

    assert len(told) == 1


def test_a_clock_that_is_right_within_seconds_is_not_told() -> None:
    told: list[str] = []
    clock = ServerClock(FakeClock(NOON + 5), told.append)
    clock.hear(AT_NOON)

    assert told == []


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_a_date_that_cannot_be_read_changes_nothing(date: str) -> None:
    clock = ServerClock(FakeClock(NOON), lambda _text: None)
    clock.hear(date)

    assert clock() == NOON
