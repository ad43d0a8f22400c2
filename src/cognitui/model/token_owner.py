"""Whose token it is: the profile that a token from anywhere may belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cognitui.model.endpoint import issuer_names
from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind


def owner_of(claims: Mapping[str, object], profiles: Iterable[Profile]) -> Profile | None:
    """Returns the first profile with the client and the pool that a token names, or None where none has the client.

    One of its client whose pool is another tells a forgery: its own pool's keys refuse the token.
    """
    clients = _clients(claims)
    of_client = [profile for profile in profiles if profile.client_id in clients]
    issuer = claims.get("iss")
    return next((profile for profile in of_client if issuer in issuer_names(profile)), next(iter(of_client), None))


def kind_told_by(claims: Mapping[str, object]) -> TokenKind:
    """Returns which token it says that it is; an access token where it does not say."""
    return TokenKind.ID if claims.get("token_use") == "id" else TokenKind.ACCESS


def _clients(claims: Mapping[str, object]) -> set[str]:
    """The clients that a token names: `client_id` of an access token, `aud` of an ID token (RFC 7519: or several)."""
    audience = claims.get("aud")
    named = [claims.get("client_id"), *(audience if isinstance(audience, list) else [audience])]
    return {client for client in named if isinstance(client, str) and client}
