"""Ending a refresh token of the OAuth endpoints: `Revocation` in `after_sign_in`."""

from __future__ import annotations

from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.user_pool_api import SessionCalls
from cognitui.model.endpoints import foreign_endpoint
from cognitui.model.errors import PoolOrClientNotFound
from cognitui.model.profile import Profile


class DomainRevocation:
    """/oauth2/revoke of the pool's domain."""

    def __init__(self, endpoint: TokenEndpoint, sessions: SessionCalls) -> None:
        """Takes the endpoint, and the calls of Cognito's own API."""
        self._endpoint = endpoint
        self._sessions = sessions

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """Ends a refresh token, and what came from it; raises Refused or Unreachable."""
        try:
            self._endpoint.revoke(profile, refresh_token, client_secret)
        except PoolOrClientNotFound:
            # An emulator may lack the endpoint, and have RevokeToken.
            if not foreign_endpoint(profile):
                raise
            self._sessions.revoke(profile, refresh_token, client_secret)
