"""Cognito's answers, typed: the edge where boto3's dicts become ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """AuthenticationResult."""

    access: str = field(repr=False)
    id: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    """Empty where the client keeps the one it has."""
    expires_in: float = 0.0
    """Seconds; 0 where Cognito did not say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge: its name, its session and its parameters."""

    name: str
    session: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What InitiateAuth, RespondToAuthChallenge and GetTokensFromRefreshToken return."""

    outcome: IssuedTokens | Asked
    received_at: float
    """Seconds since the epoch, on our clock."""
    skew: float = 0.0
    """Seconds that Cognito's clock is ahead of ours."""
