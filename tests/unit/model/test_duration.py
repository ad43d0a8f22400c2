from __future__ import annotations

from datetime import datetime

import pytest

from cognitui.model.duration import (
    countdown,
    from_now,
    iso_utc,
    length,
    local_time,
    parse_duration,
    relative,
    rough,
    short_local_time,
)
from tests.unit.fakes import NOW


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600), ("1h30m", 5400), ("2d", 172_800), ("0s", 0)]
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "1.5h", "5M", "5m ", "5m\n", "1w", "5min"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="30s, 5m or 1h"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "0:00"),
        (0.9, "0:00"),
        (9, "0:09"),
        (252, "4:12"),
        (3599.9, "59:59"),
        (3600, "1:00:00"),
        (7380, "2:03:00"),
        (86_399, "23:59:59"),
        (86_400, "1d 0h"),
        (29 * 86_400 + 4 * 3600 + 1800, "29d 4h"),
    ],
)
def test_time_that_is_left_runs_as_a_clock(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0s"), (9.9, "9s"), (60, "1m"), (3599, "59m"), (7 * 3600, "7h"), (12 * 86_400, "12d"), (3233 * 86_400, "8y")],
)
def test_a_rough_length_has_one_unit(seconds: float, shown: str) -> None:
    assert rough(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0s"),
        (9.9, "9s"),
        (60, "1m"),
        (252, "4m12s"),
        (599, "9m59s"),
        (600, "10m"),
        (3599.9, "59m"),
        (7199, "1h59m"),
        (86_399, "23h59m"),
        (29 * 86_400 + 4 * 3600 + 1800, "29d4h"),
        (3233 * 86_400, "8y"),
    ],
)
def test_a_length_is_reported_the_way_one_is_typed(seconds: float, shown: str) -> None:
    assert length(seconds) == shown


@pytest.mark.parametrize(
    ("distance", "shown"), [(0.9, "now"), (45, "in 45s"), (3120, "in 52m"), (-423, "7m3s ago"), (7200, "in 2h")]
)
def test_a_command_says_a_moment_from_now_in_the_same_units(distance: float, shown: str) -> None:
    assert from_now(NOW + distance, NOW) == shown


@pytest.mark.parametrize(
    ("distance", "shown"),
    [
        (0, "now"),
        (0.9, "now"),
        (-0.9, "now"),
        (45, "in 45 s"),
        (3120, "in 52 min"),
        (-420, "7 min ago"),
        (-7200, "2 h ago"),
        (30 * 86_400, "in 30 d"),
        (-729 * 86_400, "729 d ago"),
        (-3233 * 86_400, "8 y ago"),
    ],
)
def test_a_moment_is_reported_from_now(distance: float, shown: str) -> None:
    assert relative(NOW + distance, NOW) == shown


def test_a_moment_in_utc_is_iso_8601() -> None:
    assert iso_utc(NOW) == "2026-11-22T09:42:11Z"
    assert iso_utc(None) is None


def test_a_local_time_is_that_of_this_machine() -> None:
    assert datetime.strptime(local_time(NOW), "%Y-%m-%d %H:%M:%S").astimezone().timestamp() == NOW


@pytest.mark.parametrize("moment", [1e18, -1e18, float("inf"), float("nan")])
def test_a_moment_that_no_calendar_holds_is_no_crash(moment: float) -> None:
    assert iso_utc(moment) is None
    assert local_time(moment) == str(moment)


def test_today_the_time_says_enough() -> None:
    assert short_local_time(NOW + 60, NOW) == local_time(NOW + 60).split()[1]


def test_from_a_day_on_the_day_is_reported() -> None:
    assert short_local_time(NOW + 86_400, NOW) == local_time(NOW + 86_400)
