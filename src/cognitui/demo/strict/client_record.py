"""How an app client is told of."""

from __future__ import annotations

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.pools import AppClient


def client_record(client: AppClient) -> Body:
    """Returns a UserPoolClientType."""
    return {
        "UserPoolId": client.pool.id,
        "ClientId": client.id,
        "ClientName": client.name or client.id,
        **({"ClientSecret": client.secret} if client.secret else {}),
        "ExplicitAuthFlows": sorted(f"ALLOW_{flow}" for flow in client.flows),
        "AccessTokenValidity": int(client.access_validity),
        "IdTokenValidity": int(client.id_validity),
        "RefreshTokenValidity": int(client.refresh_validity),
        "TokenValidityUnits": {"AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds"},
        "AuthSessionValidity": int(client.session_validity // 60),
        "EnableTokenRevocation": client.revocation,
        "PreventUserExistenceErrors": "ENABLED" if client.hides_users else "LEGACY",
        "CallbackURLs": list(client.redirect_uris),
        "LogoutURLs": list(client.logout_uris),
        "AllowedOAuthFlows": sorted(client.grants),
        "AllowedOAuthScopes": list(client.scopes),
        "AllowedOAuthFlowsUserPoolClient": bool(client.redirect_uris) or "client_credentials" in client.grants,
        **_rotation(client),
    }


def _rotation(client: AppClient) -> Body:
    if not client.rotation:
        return {"RefreshTokenRotation": {"Feature": "DISABLED"}}
    grace = int(client.rotation_grace)
    return {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}}
