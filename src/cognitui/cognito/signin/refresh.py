"""New tokens for a refresh token. The token is sent only once: it may be good for one use."""

from __future__ import annotations

from cognitui.cognito.challenges.attempt import with_secret_hash
from cognitui.cognito.responses import IssuedTokens, Reply, token_set
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.errors import (
    AnswerLost,
    BlockedByFirewall,
    ClientSecretMissing,
    ClientSecretUnwanted,
    ClientSecretWrong,
    CognituiError,
    DeviceUnknown,
    FlowNotEnabled,
    InputRejected,
    NotInThisPool,
    OperationUnknown,
    PoolMisconfigured,
    PoolOrClientNotFound,
    RefreshTokenDead,
    Refused,
    ServiceFault,
    SessionExpired,
    TokenRefused,
    TriggerRefused,
    UserDisabled,
)
from cognitui.model.profile import Profile, foreign_endpoint
from cognitui.model.token import TokenSet

_ABOUT_SOMETHING_ELSE = (
    BlockedByFirewall,
    ClientSecretMissing,
    ClientSecretUnwanted,
    ClientSecretWrong,
    DeviceUnknown,
    FlowNotEnabled,
    InputRejected,
    NotInThisPool,
    PoolMisconfigured,
    PoolOrClientNotFound,
    TriggerRefused,
    UserDisabled,
)
"""Refusals of a refresh that a new sign-in would not get past."""


def refreshed(
    api: UserPoolApi,
    profile: Profile,
    refresh_token: str,
    client_secret: str | None,
    username: str,
    device_key: str = "",
) -> TokenSet:
    """Return the new tokens; a new refresh token is among them if the pool rotates it.

    Uses GetTokensFromRefreshToken, or REFRESH_TOKEN_AUTH if a server lacks that.

    Args:
        api: The calls to Cognito.
        profile: Whose tokens.
        refresh_token: The newest one.
        client_secret: The app client's secret, or None.
        username: The real username; the older call hashes it (in pools that sign in by e-mail, the sub).
        device_key: The key of the remembered device that the token belongs to, or empty.

    Raises:
        RefreshTokenDead: It has expired, was revoked, or another program used it.
        Refused: Cognito refused for another reason.
        Unreachable: No network, or no proper answer; the token may be used up.
    """
    try:
        try:
            reply = api.tokens_from_refresh_token(profile, refresh_token, client_secret, device_key)
        except CognituiError as error:
            if not is_lacking(error, profile):
                raise
            reply = _by_initiate_auth(api, profile, refresh_token, client_secret, username, device_key)
        return _tokens(reply)
    except (SessionExpired, TokenRefused) as error:
        # The only session and token of a refresh are those of the refresh token.
        raise RefreshTokenDead(error.cause) from None


def is_lacking(error: CognituiError, profile: Profile) -> bool:
    """Return whether a refused GetTokensFromRefreshToken means that the server does not have the call.

    Only an emulator answers a call that it does not know with a page or a 500. From AWS a 500 is a 500, and an answer
    that is lost says nothing of the server: the token may be used up, and another try would be a reuse.
    """
    if isinstance(error, OperationUnknown):
        return True
    unclear = isinstance(error, ServiceFault | NotInThisPool) and not isinstance(error, AnswerLost)
    return unclear and bool(foreign_endpoint(profile))


def is_about_the_token(refusal: Refused) -> bool:
    """Return whether a refused REFRESH_TOKEN_AUTH means that the refresh token is no good.

    No password is sent, so a refusal in words that are not known is about the token: cognito-local says "User not
    authorized".
    """
    return not isinstance(refusal, _ABOUT_SOMETHING_ELSE)


def _by_initiate_auth(
    api: UserPoolApi,
    profile: Profile,
    refresh_token: str,
    client_secret: str | None,
    username: str,
    device_key: str,
) -> Reply:
    hashed = with_secret_hash({"USERNAME": username}, profile, client_secret)
    del hashed["USERNAME"]
    if device_key:
        hashed["DEVICE_KEY"] = device_key
    try:
        return api.initiate(profile, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh_token, **hashed}, repeat=False)
    except RefreshTokenDead:
        raise
    except Refused as refusal:
        if foreign_endpoint(profile) and is_about_the_token(refusal):
            raise RefreshTokenDead(refusal.cause) from None
        raise


def _tokens(reply: Reply) -> TokenSet:
    if not isinstance(reply.outcome, IssuedTokens):
        raise RefreshTokenDead("Cognito asks for a new sign-in instead of refreshing.")
    return token_set(reply.outcome, reply)
