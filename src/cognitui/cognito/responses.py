"""Responses of Cognito as typed data, made from the dicts of its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from cognitui.model.claims import lifetime_of
from cognitui.model.errors import ServiceFault
from cognitui.model.struct import Frozen
from cognitui.model.token import REFRESH_LIFETIME, Lifetime, Token, TokenKind, TokenSet

_LONGEST_LIFETIME = 10 * 366 * 86_400.0
"""Seconds: ten years, the most that AWS allows to any token."""

_LATEST = 253_402_300_799.0
"""The last second of the year 9999, since the epoch."""


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


def reply_of(raw: Mapping[str, object], now: float, skew: float) -> Reply:
    """Return the answer to a call of a sign-in.

    Args:
        raw: The members of the answer.
        now: Seconds since the epoch, on our clock, when it came.
        skew: Seconds that Cognito's clock is ahead of ours.

    Raises:
        ServiceFault: It holds neither tokens nor a challenge.
    """
    result, name = raw.get("AuthenticationResult"), raw.get("ChallengeName")
    if isinstance(result, Mapping) and isinstance(result.get("AccessToken"), str):
        return Reply(_issued(result), now, skew)
    if isinstance(name, str) and name:
        parameters, available = raw.get("ChallengeParameters"), raw.get("AvailableChallenges")
        asked = Asked(
            name,
            session=str(raw.get("Session") or ""),
            parameters=_texts(parameters),
            available=tuple(name for name in available if isinstance(name, str)) if isinstance(available, list) else (),
        )
        return Reply(asked, now, skew)
    raise ServiceFault("The answer of Cognito holds neither tokens nor a challenge: it was cut off on its way.")


def client_tokens(raw: Mapping[str, object], now: float, skew: float) -> TokenSet:
    """Return the token in the answer to GetClientToken; see `reply_of`."""
    result = raw.get("ClientAuthenticationResult")
    if not isinstance(result, Mapping) or not isinstance(result.get("AccessToken"), str) or not result["AccessToken"]:
        raise ServiceFault("The answer of Cognito holds no token: it was cut off on its way.")
    return token_set(_issued(result), Reply(_issued(result), now, skew))


def derived_tokens(raw: Mapping[str, object], now: float, skew: float) -> TokenSet:
    """Return the token in the answer to GetDerivedToken; see `reply_of`."""
    token = raw.get("IssuedToken")
    if not isinstance(token, str) or not token:
        raise ServiceFault("The answer of Cognito holds no token: it was cut off on its way.")
    issued = IssuedTokens(token, expires_in=seconds_of(raw.get("ExpiresIn")))
    return token_set(issued, Reply(issued, now, skew))


def date_of(raw: Mapping[str, object]) -> str:
    """Return the Date header of an answer as botocore keeps it, or an empty text."""
    metadata = raw.get("ResponseMetadata")
    headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    return str(headers.get("date") or "") if isinstance(headers, Mapping) else ""


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


def moment_of(value: object) -> float | None:
    """Return a time in an answer as seconds since the epoch; None if it is none.

    It is a number in the JSON of AWS, a text in ISO 8601 from some emulators, and a datetime of botocore in XML.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        try:
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        except (OverflowError, ValueError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        return None
    return float(value)


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
