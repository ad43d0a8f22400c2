"""Responses of Cognito as typed data, made from boto3's dicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import urlsplit

from cognitui.model.aws import is_aws
from cognitui.model.claims import lifetime_of
from cognitui.model.duration import length
from cognitui.model.errors import ServiceFault
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import REFRESH_LIFETIME, Lifetime, Token, TokenKind, TokenSet

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


_LONGEST_LIFETIME = 10 * 366 * 86_400.0
"""Seconds: ten years, the most that AWS allows to any token."""


@dataclass(frozen=True, slots=True)
class NewDevice:
    """NewDeviceMetadata: this machine could become a remembered device."""

    key: str
    group: str


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """AuthenticationResult."""

    access: str = field(repr=False)
    id: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    """Empty if the client keeps the one it has."""
    expires_in: float = 0.0
    """Seconds; 0 if Cognito did not say."""
    new_device: NewDevice | None = None


class Asked(Frozen, frozen=True):
    """A challenge: its name, its session and its parameters."""

    hidden: ClassVar[tuple[str, ...]] = ("session", "parameters")

    name: str
    session: str = ""
    parameters: Mapping[str, str] = {}
    available: tuple[str, ...] = ()
    """AvailableChallenges: the factors of USER_AUTH."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What InitiateAuth, RespondToAuthChallenge and GetTokensFromRefreshToken return."""

    outcome: IssuedTokens | Asked
    received_at: float
    """Seconds since the epoch, on our clock."""
    skew: float = 0.0
    """Seconds that Cognito's clock is ahead of ours."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """CodeDeliveryDetails: where a code went."""

    medium: str = ""
    """EMAIL or SMS."""
    destination: str = ""
    """Masked by Cognito: `a***@e***`."""


def reply_of(raw: Mapping[str, object], now: float) -> Reply:
    """Return the answer to a call of a sign-in.

    Args:
        raw: botocore's parsed answer.
        now: Seconds since the epoch, on our clock, when it came.

    Raises:
        ServiceFault: It holds neither tokens nor a challenge.
    """
    skew = skew_of(raw, now)
    result, name = raw.get("AuthenticationResult"), raw.get("ChallengeName")
    if isinstance(result, Mapping) and isinstance(result.get("AccessToken"), str):
        return Reply(_issued(result), now, skew)
    if isinstance(name, str) and name:
        parameters, available = raw.get("ChallengeParameters"), raw.get("AvailableChallenges")
        asked = Asked(
            name,
            session=str(raw.get("Session") or ""),
            parameters=_texts(parameters),
            available=tuple(map(str, available)) if isinstance(available, list) else (),
        )
        return Reply(asked, now, skew)
    # botocore raises nothing if an answer was cut off.
    raise ServiceFault("The answer of Cognito holds neither tokens nor a challenge: it was cut off on its way.")


def delivery_of(raw: Mapping[str, object]) -> Delivery:
    """Return where the code went that a call had sent; nothing if Cognito does not say."""
    details = raw.get("CodeDeliveryDetails")
    if not isinstance(details, Mapping):
        return Delivery()
    return Delivery(str(details.get("DeliveryMedium") or ""), str(details.get("Destination") or ""))


def _texts(parameters: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in parameters.items()} if isinstance(parameters, Mapping) else {}


def seconds_of(value: object) -> float:
    """Return the lifetime of a token as a server states it, in seconds; 0 if that is missing or impossible."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LONGEST_LIFETIME
    return float(value) if fits else 0.0  # type: ignore[arg-type]  # it is a number, then


def _issued(result: Mapping[str, object]) -> IssuedTokens:
    device = result.get("NewDeviceMetadata")
    return IssuedTokens(
        access=str(result["AccessToken"]),
        id=str(result.get("IdToken") or ""),
        refresh=str(result.get("RefreshToken") or ""),
        expires_in=seconds_of(result.get("ExpiresIn")),
        new_device=_new_device(device) if isinstance(device, Mapping) else None,
    )


def _new_device(metadata: Mapping[str, object]) -> NewDevice | None:
    key, group = metadata.get("DeviceKey"), metadata.get("DeviceGroupKey")
    return NewDevice(str(key), str(group)) if key and group else None


_USUAL_LIFETIME = 3600.0
"""Seconds, if neither the token nor Cognito says (AWS: one hour)."""


def token_set(issued: IssuedTokens, reply: Reply) -> TokenSet:
    """Return the tokens; `exp` is the truth about their life, and what Cognito said beside them the next best."""
    refresh = Lifetime(reply.received_at, reply.received_at + REFRESH_LIFETIME, estimated=True)
    return TokenSet(
        access=_token(TokenKind.ACCESS, issued.access, issued, reply),
        id=_token(TokenKind.ID, issued.id, issued, reply) if issued.id else None,
        refresh=Token(TokenKind.REFRESH, issued.refresh, refresh) if issued.refresh else None,
    )


def _token(kind: TokenKind, value: str, issued: IssuedTokens, reply: Reply) -> Token:
    said = Lifetime(
        reply.received_at, reply.received_at + (issued.expires_in or _USUAL_LIFETIME), estimated=not issued.expires_in
    )
    return Token(kind, value, lifetime_of(value, reply.received_at, reply.skew) or said)
