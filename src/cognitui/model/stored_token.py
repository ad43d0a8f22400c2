"""How a token lies in the vault: its life in front of it, as an opaque refresh token does not tell its own."""

from __future__ import annotations

from cognitui.model.secret import SecretKind
from cognitui.model.token import Lifetime, Token, TokenKind

_VERSION = "v1"

SECRET_OF_TOKEN = {
    TokenKind.ACCESS: SecretKind.ACCESS_TOKEN,
    TokenKind.ID: SecretKind.ID_TOKEN,
    TokenKind.REFRESH: SecretKind.REFRESH_TOKEN,
}
"""Under which kind of secret each token is stored."""


def pack(token: Token) -> str:
    """Returns the token as one line: `v1 ISSUED EXPIRES exact|estimated VALUE`, times in seconds since the epoch."""
    life = token.lifetime
    certainty = "estimated" if life.estimated else "exact"
    return f"{_VERSION} {life.issued_at:.0f} {_end(token):.0f} {certainty} {token.value}"


def unpack(kind: TokenKind, stored: str) -> Token | None:
    """Returns the token of a line that `pack` wrote; None for anything else, which is as good as no token."""
    parts = stored.split(" ", 4)
    if len(parts) != 5 or parts[0] != _VERSION:
        return None
    try:
        lifetime = Lifetime(float(parts[1]), float(parts[2]), estimated=parts[3] == "estimated")
    except ValueError:
        return None
    return Token(kind, parts[4], lifetime)


def _end(token: Token) -> float:
    """Returns when it ends, and never later than it says itself.

    The life of a token is on the clock of this machine. One that runs ahead may be put right before the token is read
    again, and what has expired by then must not be handed out.
    """
    life = token.lifetime
    if life.estimated:
        return life.expires_at
    # Costs 4 ms where a token is not decoded anyway.
    from cognitui.model.claims import lifetime_of

    told = lifetime_of(token.value, life.issued_at)
    return min(life.expires_at, told.expires_at) if told else life.expires_at
