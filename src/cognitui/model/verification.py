"""What a pool's keys say of a token."""

from __future__ import annotations

from cognitui.model.frozen import Frozen


class Verification(Frozen, frozen=True):
    """The outcome of a check of signature and claims."""

    verified: bool
    """True where the signature, the issuer, the audience and the times hold."""
    algorithm: str = ""
    """The algorithm of the signature, `RS256`; empty where the token does not get that far."""
    key_id: str = ""
    """The key of the pool that signed it."""
    issuer: str = ""
    """The issuer that was expected: built from the profile, never read from the token."""
    reason: str = ""
    """Why it is not verified, in one sentence; empty where it is."""
