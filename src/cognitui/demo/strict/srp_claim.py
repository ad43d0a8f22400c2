"""The answer to an SRP challenge, before it is known whether it proves anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from cognitui.demo.strict.challenge import Response
from cognitui.demo.strict.srp_verifier import Exchange, claimed_time

_CLOCK_TOLERANCE = 300.0
"""Seconds that a TIMESTAMP may be off."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What someone sends who says that they know a password."""

    block: str = field(repr=False)
    """PASSWORD_CLAIM_SECRET_BLOCK."""
    signature: str = field(repr=False)
    timestamp: str
    claimed_at: float
    """What the timestamp says, in seconds since the epoch."""

    @classmethod
    def of(cls, response: Response) -> Claim:
        """Returns the claim of an answer, or refuses one that lacks something or has a timestamp of another form."""
        block, signature = response.needed("PASSWORD_CLAIM_SECRET_BLOCK"), response.needed("PASSWORD_CLAIM_SIGNATURE")
        timestamp = response.needed("TIMESTAMP")
        return cls(block, signature, timestamp, claimed_time(timestamp))

    def is_timely(self, now: float) -> bool:
        """Tells whether the sender's clock is right enough."""
        return abs(now - self.claimed_at) <= _CLOCK_TOLERANCE

    def proven_by(self, exchange: Exchange) -> bool:
        """Tells whether the signature shows that the password is known."""
        return exchange.proves(self.signature, self.timestamp)
