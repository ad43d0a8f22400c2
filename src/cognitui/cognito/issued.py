"""Tokens as Cognito issued them -> tokens with their lives on our clock."""

from __future__ import annotations

from cognitui.cognito.replies import IssuedTokens, Reply
from cognitui.model.claims import lifetime_of
from cognitui.model.token import REFRESH_LIFETIME, Lifetime, Token, TokenKind, TokenSet

_USUAL_LIFETIME = 3600.0
"""Seconds, where neither the token nor Cognito says (AWS: one hour)."""


def token_set(issued: IssuedTokens, reply: Reply) -> TokenSet:
    """Returns the tokens; `exp` is the truth about their life, and what Cognito said beside them the next best."""
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
