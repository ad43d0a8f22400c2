"""For how long a copied token shall be valid: what a person can ask for."""

from __future__ import annotations

from cognitui.model.token import Lifetime, TokenKind

_STEPS = (300.0, 900.0, 1800.0, 3600.0, 4 * 3600.0)
"""Seconds, as many as fit into a line. Cognito lets access and ID tokens live from five minutes to a day."""

_USUAL = Lifetime(0, 3600)
"""Of a token that was not seen yet: an hour, where the app client does not say otherwise (AWS)."""


def validities(kind: TokenKind, life: Lifetime | None) -> tuple[float, ...]:
    """Returns seconds, the shortest first: the broker's default, and what a new token of that life can have.

    A refresh token cannot be renewed without a sign-in, so there is no choice: nothing is returned.
    """
    if kind is TokenKind.REFRESH:
        return ()
    life = life or _USUAL
    return (life.default_min_valid(), *(step for step in _STEPS if step < life.length))
