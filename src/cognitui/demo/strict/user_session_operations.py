"""Operations on the sessions of users: by the user's access token, or by an administrator; and their configuration."""

from __future__ import annotations

from cognitui.demo.strict.admin import client_of, pool_of, user_of
from cognitui.demo.strict.errors import Refusal, invalid_parameter
from cognitui.demo.strict.parameters import Parameters, optional, required
from cognitui.demo.strict.pools import AppClient, Pool, Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.tokens import AccessTokens, Bearer
from cognitui.demo.strict.user_sessions import SESSION_ID, UserSession, ends_linked
from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Body

_FEATURE = "Session tracking"

_ADMIN_PAGE = 125
"""SessionsListType: an administrator gets all sessions of a user in one page."""


class UserSessionOperations:
    """ListUserSessions, RevokeUserSession, their Admin forms, and the configuration of pools and app clients."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, access_tokens: AccessTokens) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._sessions = refresh_tokens.user_sessions
        self._access_tokens = access_tokens

    def list_user_sessions(self, parameters: Parameters) -> Body:
        """Return the sessions of the access token's user, over all app clients; `IsCurrentSession` marks its own."""
        bearer = self._bearer(parameters)
        found, after = self._sessions.of(bearer.user), optional(parameters, "NextToken")
        return _page(found, after, bearer.token.pool.session_tracking.page_size, bearer.token.text("origin_jti"))

    def revoke_user_session(self, parameters: Parameters) -> Body:
        """End another session of the access token's user; never the token's own."""
        bearer = self._bearer(parameters)
        session = self._session(bearer.user, parameters)
        if session.jti == bearer.token.text("origin_jti"):
            raise invalid_parameter("The session of the access token cannot be revoked.")
        self._end(session, parameters)
        return {}

    def admin_list_user_sessions(self, parameters: Parameters) -> Body:
        """Return the sessions of a user, none of them marked as the current one."""
        user = self._user(parameters)
        return _page(self._sessions.of(user), optional(parameters, "NextToken"), _ADMIN_PAGE)

    def admin_revoke_user_session(self, parameters: Parameters) -> Body:
        """End a session of a user."""
        self._end(self._session(self._user(parameters), parameters), parameters)
        return {}

    def get_user_pool_session_configuration(self, parameters: Parameters) -> Body:
        """Return whether the pool tracks sessions, and how many of a user."""
        return _pool_configuration(pool_of(self._pools, parameters))

    def set_user_pool_session_configuration(self, parameters: Parameters) -> Body:
        """Replace the pool's configuration."""
        pool = pool_of(self._pools, parameters)
        tracking, most = required(parameters, "UserSessionTracking"), _number(parameters, "TokenSession", "MaxPerUser")
        if tracking not in ("ENABLED", "DISABLED"):
            raise invalid_parameter(_failed("userSessionTracking", "Member must satisfy enum value set"))
        if not 1 <= most <= 100:
            raise invalid_parameter(_failed("tokenSession.maxPerUser", "Member must be between 1 and 100"))
        pool.check_tier(Tier.ESSENTIALS, _FEATURE)
        pool.session_tracking.enabled, pool.session_tracking.max_per_user = tracking == "ENABLED", most
        return _pool_configuration(pool)

    def get_user_pool_client_session_configuration(self, parameters: Parameters) -> Body:
        """Return how long an app client reuses the login of a browser."""
        return _client_configuration(client_of(self._pools, parameters))

    def set_user_pool_client_session_configuration(self, parameters: Parameters) -> Body:
        """Replace the app client's configuration."""
        client, minutes = client_of(self._pools, parameters), _number(parameters, "SSOSession", "MaxValidityMinutes")
        if not 0 <= minutes <= 129_600:
            raise invalid_parameter(_failed("sSOSession.maxValidityMinutes", "Member must be between 0 and 129600"))
        client.pool.check_tier(Tier.ESSENTIALS, _FEATURE)
        _check_tracked(client.pool)
        client.sso_reuse.minutes = minutes
        return _client_configuration(client)

    def _bearer(self, parameters: Parameters) -> Bearer:
        bearer = self._access_tokens.bearer_of(parameters)
        _check_tracked(bearer.token.pool)
        return bearer

    def _user(self, parameters: Parameters) -> User:
        user = user_of(self._pools, parameters)
        _check_tracked(pool_of(self._pools, parameters))
        return user

    def _session(self, user: User, parameters: Parameters) -> UserSession:
        session_id = required(parameters, "SessionId")
        if not SESSION_ID.fullmatch(session_id):
            raise invalid_parameter(
                _failed("sessionId", f"Member must satisfy regular expression pattern: ^{SESSION_ID.pattern}$")
            )
        session = self._sessions.find(user, session_id)
        if session is None:
            raise Refusal("ResourceNotFoundException", "Session does not exist.")
        return session

    def _end(self, session: UserSession, parameters: Parameters) -> None:
        linked = self._sessions.linked_to(session) if ends_linked(parameters) else ()
        for ended in (session, *linked):
            self._refresh_tokens.end_session(ended)


def _page(sessions: tuple[UserSession, ...], after: str | None, size: int, current_jti: str = "") -> Body:
    """Return a page of sessions; the token of the next one is the id that the page ends with."""
    ids = [session.id for session in sessions]
    if after is not None and after not in ids:
        raise invalid_parameter("Invalid pagination token.")
    start = ids.index(after) + 1 if after else 0
    shown = sessions[start : start + size]
    more = {"NextToken": shown[-1].id} if start + size < len(sessions) else {}
    return {"Sessions": [session.description(current_jti) for session in shown], **more}


def _pool_configuration(pool: Pool) -> Body:
    tracking = pool.session_tracking
    return {
        "UserPoolId": pool.id,
        "UserSessionTracking": "ENABLED" if tracking.enabled else "DISABLED",
        "TokenSession": {"MaxPerUser": tracking.max_per_user},
    }


def _client_configuration(client: AppClient) -> Body:
    minutes = {"MaxValidityMinutes": client.sso_reuse.minutes}
    return {"UserPoolId": client.pool.id, "ClientId": client.id, "SSOSession": minutes}


def _check_tracked(pool: Pool) -> None:
    if not pool.session_tracking.enabled:
        raise Refusal("OperationNotEnabledException", "Session tracking is not enabled for this user pool.")


def _number(parameters: Parameters, structure: str, name: str) -> int:
    """Return an integer that must be present in a structure that must be present."""
    given = parameters.get(structure)
    if given is not None and not isinstance(given, dict):
        raise Refusal("SerializationException")
    member = structure[0].lower() + structure[1:]
    value = given.get(name) if given else None
    if value is None:
        raise invalid_parameter(_failed(member, "Member must not be null"))
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal("SerializationException")
    return value


def _failed(member: str, constraint: str) -> str:
    return f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
