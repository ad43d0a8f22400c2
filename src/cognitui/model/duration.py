"""Durations and times as people read and write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_YEAR = 31_556_952
"""Seconds in a mean calendar year."""
_YEARS_FROM = 2 * _YEAR
"""Shorter durations are shown in days."""
_SECONDS_UNTIL = 600
"""Shorter durations are shown with seconds."""
_PART = re.compile(r"(\d+)([smhd])")
_WHOLE = re.compile(r"(?:\d+[smhd])+")


def parse_duration(text: str) -> int:
    """Return the seconds of a duration such as `30s`, `5m`, `1h`, `1h30m` or `2d`.

    Raises:
        ValueError: It is not a duration.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError("a duration is written 30s, 5m or 1h")
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))


def written_duration(seconds: float) -> str:
    """Return whole seconds in the notation of `parse_duration`: `30s`, `5m`, `1h30m`."""
    left, parts = int(seconds), []
    for unit, length in reversed(_UNITS.items()):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def countdown(seconds: float) -> str:
    """Return the remaining time as a clock: `0:09`, `4:12`, `52:10`, `2:03:00`, `29d 4h`."""
    left = max(0, int(seconds))
    if left >= 86400:
        return f"{left // 86400}d {left % 86400 // 3600}h"
    hours, minutes, rest = left // 3600, left % 3600 // 60, left % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def rough(seconds: float) -> str:
    """Return a duration in its largest unit: `9s`, `3m`, `7h`, `12d`, `8y`."""
    whole = max(0, int(seconds))
    if whole >= _YEARS_FROM:
        return f"{whole // _YEAR}y"
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole >= length:
            return f"{whole // length}{unit}"
    return f"{whole}s"


def length(seconds: float) -> str:
    """Return a duration for reading: `9s`, `4m12s`, `52m`, `1h59m`, `29d4h`, `8y`.

    A second unit is shown if it matters: seconds below ten minutes, and the next unit after hours and days.
    """
    whole = max(0, int(seconds))
    if whole >= _YEARS_FROM:
        return rough(whole)
    grain = 1 if whole < _SECONDS_UNTIL else 60 if whole < _UNITS["d"] else _UNITS["h"]
    return written_duration(whole // grain * grain)


def from_now(moment: float, now: float) -> str:
    """Return the distance of `moment` from `now` in short: `in 52m`, `7m3s ago`, `now`."""
    distance = abs(moment - now)
    if distance < 1:
        return "now"
    return f"in {length(distance)}" if moment > now else f"{length(distance)} ago"


def relative(moment: float, now: float) -> str:
    """Return the distance of `moment` from `now`: `in 52 min`, `7 min ago`, `8 y ago`, `now`."""
    distance = int(abs(moment - now))
    if distance < 1:
        return "now"
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    largest = next((word, length) for word, length in units if distance >= length)
    word, length = ("y", _YEAR) if distance >= _YEARS_FROM else largest
    amount = f"{distance // length} {word}"
    return f"in {amount}" if moment > now else f"{amount} ago"


def iso_utc(moment: float | None) -> str | None:
    """Return seconds since the epoch as ISO 8601 in UTC, `2026-11-23T09:42:11Z`; None for None.

    Also None for a time beyond any calendar (a hostile `exp`).
    """
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def local_time(moment: float) -> str:
    """Return seconds since the epoch as `2026-11-23 09:42:11` in local time, or the bare number."""
    try:
        return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ006 (the user's clock is meant)
    except (OverflowError, ValueError, OSError):
        return str(moment)


def short_local_time(moment: float, now: float) -> str:
    """Return `local_time` without the date if it is less than a day away."""
    shown = local_time(moment)
    return shown.rpartition(" ")[2] if abs(moment - now) < _UNITS["d"] else shown
