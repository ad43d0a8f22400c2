"""Clock skew: the time at each server, by the Date header of its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cognitui.model.aws_hosts import is_aws
from cognitui.model.duration import length
from cognitui.model.text import inert

HearDate = Callable[[str, str], None]
"""Receives the server's address, empty for AWS, and the Date header of each answer."""

_SKEW_WORTH_TELLING = 2.0
"""Seconds: the Date header has whole seconds, and the answer took a while."""

_AWS = ""
"""All servers of AWS have one clock; an emulator's, in a virtual machine that slept, may be another."""

_WORTH_TELLING = 60.0
"""Seconds; a smaller skew does no harm."""


def no_date(_url: str, _date: str) -> None:
    """Receive nothing."""


class ServerClocks:
    """This machine's clock, corrected by the last answer of each server; uncorrected before the first one."""

    def __init__(self, clock: Callable[[], float], notify: Callable[[str], None]) -> None:
        self._clock = clock
        self._notify = notify
        self._skews: dict[str, float] = {}
        self._notified: set[str] = set()

    def now_at(self, url: str) -> float:
        """Return the seconds since the epoch as the server of an address counts them; empty is AWS."""
        return self._clock() + self._skews.get(_server(url), 0.0)

    def hear(self, url: str, date: str) -> None:
        """Take the Date header of an answer that has just come; `HearDate`. One that is missing changes nothing."""
        if not date:
            return
        server, skew = _server(url), skew_by(date, self._clock())
        self._skews[server] = skew
        if abs(skew) > _WORTH_TELLING and server not in self._notified:
            self._notified.add(server)
            self._notify(_wrong_by(skew, server))


def skew_of(raw: Mapping[str, object], now: float) -> float:
    """Return the seconds that the server's clock is ahead of ours, by the Date header; 0 if it has none."""
    return skew_by(date_of(raw), now)


def date_of(raw: Mapping[str, object]) -> str:
    """Return the Date header of an answer as botocore keeps it, or an empty text."""
    metadata = raw.get("ResponseMetadata")
    headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    return str(headers.get("date") or "") if isinstance(headers, Mapping) else ""


def skew_by(date: str, now: float) -> float:
    """Return the seconds that the server's clock is ahead of ours, by a Date header; 0 if it is not a date."""
    try:
        date_there = parsedate_to_datetime(date)
        # RFC 5322: -0000 is UTC, too; Python returns a time without a zone, which it would take for this machine's.
        skew = (date_there if date_there.tzinfo else date_there.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
    return skew if abs(skew) > _SKEW_WORTH_TELLING else 0.0


def _wrong_by(skew: float, server: str) -> str:
    amount = length(abs(skew))
    direction = "behind" if skew > 0 else "ahead of"
    clock = f"This computer's clock is {amount} {direction}"
    if server == _AWS:
        return f"{clock} Cognito's. cognitui allows for it; your programs may not."
    return f"{clock} that of {inert(server, 100)}. cognitui allows for it; your programs may not."


def _server(url: str) -> str:
    return _AWS if not url or is_aws(url) else urlsplit(url).netloc
