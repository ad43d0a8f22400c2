"""A wrong clock of this machine is detected, reported once, and corrected for."""

from __future__ import annotations

import pytest

from cognitui.cognito.transport import ServerClocks
from tests.unit.fakes import FakeClock

NOON = 1_795_348_800.0
"""2026-11-22 12:00:00 UTC."""

AT_NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
AWS = ""
KEYS = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json"
EMULATOR = "http://localhost:4566"


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (NOON + 3700, "clock is 1h1m ahead of Cognito's"),
        (NOON - 300, "clock is 5m behind Cognito's"),
    ],
)
def test_a_wrong_clock_is_reported_and_corrected(ours: float, words: str) -> None:
    reported: list[str] = []
    clocks = ServerClocks(FakeClock(ours), reported.append)
    clocks.hear(AWS, AT_NOON)

    assert clocks.now_at(AWS) == NOON
    assert len(reported) == 1
    assert words in reported[0]


def test_a_wrong_clock_is_reported_once() -> None:
    reported: list[str] = []
    clocks = ServerClocks(FakeClock(NOON + 3700), reported.append)
    clocks.hear(AWS, AT_NOON)
    clocks.hear(KEYS, AT_NOON)

    assert len(reported) == 1


def test_a_skew_of_seconds_is_not_reported() -> None:
    reported: list[str] = []
    clocks = ServerClocks(FakeClock(NOON + 5), reported.append)
    clocks.hear(AWS, AT_NOON)

    assert reported == []


def test_a_wrong_clock_of_an_emulator_is_reported_and_changes_no_other() -> None:
    reported: list[str] = []
    clocks = ServerClocks(FakeClock(NOON), reported.append)
    clocks.hear(EMULATOR, "Sun, 22 Nov 2026 11:00:00 GMT")

    assert clocks.now_at(f"{EMULATOR}/eu-west-1_AbCdEf123") == NOON - 3600
    assert clocks.now_at(KEYS) == NOON
    assert "clock is 1h ahead of that of localhost:4566" in reported[0]


def test_a_clock_that_was_corrected_later_is_used_as_it_is() -> None:
    clock = FakeClock(NOON + 3700)
    clocks = ServerClocks(clock, lambda _text: None)
    clocks.hear(AWS, AT_NOON)
    clock.now = NOON
    clocks.hear(AWS, AT_NOON)

    assert clocks.now_at(AWS) == NOON


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_a_date_that_cannot_be_read_changes_nothing(date: str) -> None:
    clocks = ServerClocks(FakeClock(NOON), lambda _text: None)
    clocks.hear(AWS, date)

    assert clocks.now_at(AWS) == NOON


def test_a_date_without_a_time_zone_is_utc() -> None:
    clocks = ServerClocks(FakeClock(NOON - 300), lambda _text: None)
    clocks.hear(AWS, "Sun, 22 Nov 2026 12:00:00 -0000")

    assert clocks.now_at(AWS) == NOON
