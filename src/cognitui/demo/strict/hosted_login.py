"""Login pages of a domain: of the pool, of an identity provider, and the logout."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from cognitui.demo.strict.authorization import AuthorizationCodes, AuthorizationRequest, authorization_request
from cognitui.demo.strict.errors import Refusal, not_authorized
from cognitui.demo.strict.oauth_messages import Form, form_of, page, query_of, redirect
from cognitui.demo.strict.pools import Pool, Pools
from cognitui.demo.strict.users import User, UserStatus, check_password_is_set, check_password_proven
from cognitui.demo.strict.wire import Answer, Call

PROVIDER_PAGE = "idp/login"

_COOKIE = "cognito"

_SESSION_LIFETIME = 3_600.0
"""AWS, "Managed login": a session lasts an hour, and no setting changes that."""


class HostedLogin:
    """/oauth2/authorize, /login, /logout and the page of an identity provider.

    A browser that is logged in does not see the form again, unless the request demands it.
    """

    def __init__(self, pools: Pools, codes: AuthorizationCodes, now: Callable[[], float]) -> None:
        self._pools = pools
        self._codes = codes
        self._now = now
        self._sessions = _BrowserSessions(now)

    def authorize(self, call: Call) -> Answer:
        """Show the login form, or send a browser that is logged in straight back with a code."""
        request = authorization_request(self._pools, query_of(call))
        user = self._sessions.user(request.client.pool, call)
        if user is not None and "login" not in request.prompt:
            return request.redirect_back(code=self._codes.issue(request, user))
        if "none" in request.prompt:
            return request.redirect_back(error="login_required")
        return redirect(f"/{PROVIDER_PAGE}", request.form) if request.provider else _login_page(request)

    def login(self, call: Call) -> Answer:
        """Check the login form, whose URL repeats the request, and send the browser back with a code."""
        if call.method == "GET":
            return self.authorize(call)
        request = authorization_request(self._pools, query_of(call))
        try:
            user = self._user(request, form_of(call))
        except Refusal as refusal:
            return _login_page(request, refusal.message)
        return self._logged_in(request, user)

    def provider_login(self, call: Call) -> Answer:
        """Show the login page of an identity provider, which accepts any username."""
        request = authorization_request(self._pools, query_of(call))
        if not request.provider:
            return page("<p>invalid_request</p>", 400)
        account = form_of(call).get("username", "") if call.method == "POST" else ""
        if not account:
            return _provider_page(request)
        return self._logged_in(request, _federated_user(self._pools, request, account))

    def logout(self, call: Call) -> Answer:
        """End the browser's session and redirect it to one of the client's logout URIs."""
        query = query_of(call)
        try:
            client = self._pools.client(query.get("client_id", ""))
        except Refusal:
            return page("<p>invalid_client</p>", 400)
        if query.get("logout_uri") not in client.logout_uris:
            return page("<p>invalid_request</p>", 400)
        answer = redirect(query["logout_uri"], {})
        return replace(answer, headers={**answer.headers, **self._sessions.end(call)})

    def _logged_in(self, request: AuthorizationRequest, user: User) -> Answer:
        answer = request.redirect_back(code=self._codes.issue(request, user))
        return replace(answer, headers={**answer.headers, **self._sessions.begin(request.client.pool, user)})

    def _user(self, request: AuthorizationRequest, form: Form) -> User:
        known, password = request.client.user(form.get("username", "")), form.get("password", "")
        check_password_is_set(known)
        user = check_password_proven(
            known, lambda user: hmac.compare_digest(user.password.encode(), password.encode()), self._now()
        )
        if not user.enabled:
            raise not_authorized("User is disabled.")
        if user.status is not UserStatus.CONFIRMED:
            raise not_authorized(f"This page cannot log in a user whose status is {user.status}.")
        return user


@dataclass(frozen=True, slots=True)
class _Session:
    pool: Pool
    user: User
    ends_at: float


class _BrowserSessions:
    """The users that browsers are logged in as, by cookie."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, _Session] = {}

    def begin(self, pool: Pool, user: User) -> dict[str, str]:
        """Return the header that logs a browser in; it replaces an earlier login."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[cookie] = _Session(pool, user, self._now() + _SESSION_LIFETIME)
        return {"Set-Cookie": f"{_COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_SESSION_LIFETIME:.0f}"}

    def user(self, pool: Pool, call: Call) -> User | None:
        """Return the user that a browser is logged in as, or None."""
        session = self._sessions.get(_cookie_of(call))
        if session is None or session.pool is not pool or self._now() >= session.ends_at or not session.user.enabled:
            return None
        return session.user

    def end(self, call: Call) -> dict[str, str]:
        """Return the header that logs a browser out."""
        self._sessions.pop(_cookie_of(call), None)
        return {"Set-Cookie": f"{_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"}


def _cookie_of(call: Call) -> str:
    try:
        cookies = SimpleCookie(call.headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[_COOKIE].value if _COOKIE in cookies else ""


def _login_page(request: AuthorizationRequest, error: str = "") -> Answer:
    action = escape(f"/login?{urlencode(request.form)}")
    username = escape(request.form.get("login_hint", ""))
    return page(
        f'<form method="post" action="{action}"><p>{escape(error)}</p>'
        f'<label>Username <input name="username" value="{username}"></label>'
        '<label>Password <input name="password" type="password"></label><button>Sign in</button></form>'
    )


def _provider_page(request: AuthorizationRequest) -> Answer:
    action = escape(f"/{PROVIDER_PAGE}?{urlencode(request.form)}")
    return page(
        f'<form method="post" action="{action}"><p>{escape(request.provider)}</p>'
        '<label>Username <input name="username"></label>'
        '<label>Password <input name="password" type="password"></label><button>Sign in</button></form>'
    )


def _federated_user(pools: Pools, request: AuthorizationRequest, account: str) -> User:
    """Return the pool's user for a provider's account; the first login creates it as `Provider_account`."""
    pool, name = request.client.pool, f"{request.provider}_{account}"
    if (known := pool.users.get(name.casefold())) is not None:
        return known
    identity = {"userId": account, "providerName": request.provider, "providerType": "OIDC", "primary": "true"}
    user = User(
        "",
        name,
        attributes={"identities": json.dumps([identity])},
        status=UserStatus.EXTERNAL_PROVIDER,
        groups=(f"{pool.id}_{request.provider}",),
    )
    pools.add_user(pool, user, name)
    return user
