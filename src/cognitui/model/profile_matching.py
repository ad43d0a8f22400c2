"""Matching of a token to its profile, and of a user's profiles across environments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cognitui.model.issuer import issuer_names
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.token import TokenKind


def owner_of(claims: Mapping[str, object], profiles: Iterable[Profile]) -> Profile | None:
    """Return the first profile with the token's client and pool, or None if none has the client.

    A profile with the client but another pool is returned too: the token is forged, and its pool's keys refuse it.
    """
    clients = _clients(claims)
    of_client = [profile for profile in profiles if profile.client_id in clients]
    issuer = claims.get("iss")
    return next((profile for profile in of_client if issuer in issuer_names(profile)), next(iter(of_client), None))


def token_kind_of(claims: Mapping[str, object]) -> TokenKind:
    """Return the kind in the token's `token_use`; an access token if there is none."""
    return TokenKind.ID if claims.get("token_use") == "id" else TokenKind.ACCESS


def in_next_environment(profile_set: ProfileSet, profile: Profile) -> Profile | None:
    """Return the same user in the next environment that has one, wrapping around; None if none has.

    Profiles match by username, or by name if no profile has the username. If several match, one with the same name
    comes first. Returns None if the profile's environment is gone.
    """
    names = [environment.name for environment in profile_set.environments]
    if profile.environment.name not in names:
        return None
    here = names.index(profile.environment.name)
    for name in (*names[here + 1 :], *names[:here]):
        if (found := _same(profile, profile_set.by_environment[name])) is not None:
            return found
    return None


def at_other_replica(profile_set: ProfileSet, profile: Profile) -> Profile | None:
    """Return the profile of the same user, app client and flow at the pool's other Region; None if there is none.

    A replicated pool has the same id, app clients and users in two Regions. If several match, one of the same
    environment comes first.
    """
    known = profile_set.at_replicas
    if not known or not profile.user_pool_id:
        return None
    found = [other for other in known.get(profile.pool_and_user, ()) if other.region != profile.region]
    here = [other for other in found if other.environment.name == profile.environment.name]
    return next(iter((*here, *found)), None)


def _clients(claims: Mapping[str, object]) -> set[str]:
    """Return the token's clients: `client_id` of an access token, `aud` of an ID token (RFC 7519: maybe a list).

    The `aud` of an access token is the API that it is for, which may be named after another app client.
    """
    audience, client_id = claims.get("aud"), claims.get("client_id")
    named = [client_id] if client_id else audience if isinstance(audience, list) else [audience]
    return {client for client in named if isinstance(client, str) and client}


def _same(profile: Profile, others: Sequence[Profile]) -> Profile | None:
    username = profile.username.casefold()
    by_username = [other for other in others if username and other.username.casefold() == username]
    by_name = [other for other in others if other.name == profile.name]
    both = [other for other in by_username if other.name == profile.name]
    return next(iter((*both, *by_username, *by_name)), None)
