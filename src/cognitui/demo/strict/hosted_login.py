"""Login pages of a domain: of the pool, of an identity provider, and the logout."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from cognitui.demo.strict.authentication_levels import Method
from cognitui.demo.strict.authorization import (
    AuthorizationCodes,
    AuthorizationRequest,
    Login,
    authorization_request,
)
from cognitui.demo.strict.errors import Refusal, not_authorized
from cognitui.demo.strict.oauth_messages import Form, form_of, page, query_of, redirect
from cognitui.demo.strict.outbox import Destination, Message, Outbox
from cognitui.demo.strict.pools import AppClient, Pool, Pools
from cognitui.demo.strict.user_sessions import LONGEST_SSO_SESSION, UserSessions
from cognitui.demo.strict.users import User, UserStatus, check_password_is_set, check_password_proven
from cognitui.demo.strict.wire import Answer, Call

PROVIDER_PAGE = "idp/login"
CODE_PAGE = "mfa"

_COOKIE = "cognito"

_SESSION_LIFETIME = 3_600.0
"""AWS, "Managed login": a session lasts an hour; only a pool that tracks sessions lets its app clients change that."""


class HostedLogin:
    """/oauth2/authorize, /login, /mfa, /logout and the page of an identity provider.

    A browser that is logged in does not see the form again, unless the request demands it. For a level that its login
    lacks, it only sees the page for a code.
    """

    def __init__(
        self,
        pools: Pools,
        codes: AuthorizationCodes,
        user_sessions: UserSessions,
        outbox: Outbox,
        now: Callable[[], float],
    ) -> None:
        self._pools = pools
        self._codes = codes
        self._outbox = outbox
        self._now = now
        self._sessions = _BrowserSessions(user_sessions, now)
        self._pending: dict[str, _PendingCode] = {}

    def authorize(self, call: Call) -> Answer:
        """Show the login form, or send a browser that is logged in straight back with a code."""
        request = authorization_request(self._pools, query_of(call))
        known = self._sessions.reusable(request.client, call)
        is_old = known is not None and request.max_age is not None and self._now() - known.at > request.max_age
        if known is not None and "login" not in request.prompt and not is_old:
            missing = request.missing_methods(known.user, known.methods)
            if not missing:
                return self._answered(request, known)
            if "none" not in request.prompt and (asked := self._ask_code(request, known.user, known.methods, missing)):
                return asked
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
        return self._stepped_up(request, user, frozenset({Method.PASSWORD}))

    def code(self, call: Call) -> Answer:
        """Check the code of a second factor, and send the browser back."""
        form = form_of(call)
        pending = self._pending.get(form.get("pending", ""))
        if pending is None:
            return page("<p>invalid_request</p>", 400)
        if not pending.accepts(form.get("code", ""), self._now()):
            return _code_page(pending.request, form["pending"], pending.method, "Invalid code")
        del self._pending[form["pending"]]
        return self._stepped_up(pending.request, pending.user, pending.have | {pending.method})

    def provider_login(self, call: Call) -> Answer:
        """Show the login page of an identity provider, which accepts any username."""
        request = authorization_request(self._pools, query_of(call))
        if not request.provider:
            return page("<p>invalid_request</p>", 400)
        account = form_of(call).get("username", "") if call.method == "POST" else ""
        if not account:
            return _provider_page(request)
        user = _federated_user(self._pools, request, account)
        return self._logged_in(request, user, frozenset({Method.FEDERATED}))

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

    def _stepped_up(self, request: AuthorizationRequest, user: User, have: frozenset[Method]) -> Answer:
        missing = request.missing_methods(user, have)
        return (missing and self._ask_code(request, user, have, missing)) or self._logged_in(request, user, have)

    def _ask_code(
        self, request: AuthorizationRequest, user: User, have: frozenset[Method], missing: tuple[Method, ...]
    ) -> Answer | None:
        """Return the page for a code that is missing; None if another method than a code is."""
        attributes = {Method.EMAIL: "email", Method.SMS: "phone_number"}
        method = next((method for method in missing if method in (*attributes, Method.APP)), None)
        if method is None:
            return None
        code = ""
        if method is not Method.APP:
            to = Destination(attributes[method], user.attributes[attributes[method]])
            code = f"{secrets.randbelow(10**6):06}"
            self._outbox.send(Message(user.username, to.medium, to.address, code, self._now()))
        key = secrets.token_urlsafe(32)
        self._pending[key] = _PendingCode(request, user, have, method, code)
        return _code_page(request, key, method)

    def _logged_in(self, request: AuthorizationRequest, user: User, methods: frozenset[Method]) -> Answer:
        session, cookie = self._sessions.begin(request.client, user, methods)
        answer = self._answered(request, session)
        return replace(answer, headers={**answer.headers, **cookie})

    def _answered(self, request: AuthorizationRequest, session: _Session) -> Answer:
        """Send the browser back with a code, or with tokens."""
        if request.is_implicit:
            now = self._now()
            return request.redirect_with_tokens(Login(request, session.user, now, session.at, session.methods), now)
        code = self._codes.issue(request, session.user, session.at, session.methods, session.sso_session)
        return request.redirect_back(code=code)

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
class _PendingCode:
    """A login that lacks a code."""

    request: AuthorizationRequest
    user: User
    have: frozenset[Method]
    method: Method
    code: str = field(repr=False)
    """What was sent; empty for an authenticator app."""

    def accepts(self, code: str, now: float) -> bool:
        if self.code:
            return hmac.compare_digest(self.code.encode(), code.encode())
        token = self.user.software_token
        step = token.step_of(code, now) if token else None
        if token is None or step is None or step in token.used:
            return False
        token.used.add(step)
        return True


@dataclass(frozen=True, slots=True)
class _Session:
    pool: Pool
    user: User
    methods: frozenset[Method]
    at: float
    """When the user logged in."""
    sso_session: str = ""
    """Its id among the sessions of the user; empty if the pool tracks none."""


class _BrowserSessions:
    """The users that browsers are logged in as, by cookie."""

    def __init__(self, user_sessions: UserSessions, now: Callable[[], float]) -> None:
        self._user_sessions = user_sessions
        self._now = now
        self._sessions: dict[str, _Session] = {}

    def begin(self, client: AppClient, user: User, methods: frozenset[Method]) -> tuple[_Session, dict[str, str]]:
        """Return a new session and the header that logs a browser in; it replaces an earlier login."""
        cookie, sso_session = secrets.token_urlsafe(32), self._user_sessions.begin_sso(client, user)
        session = self._sessions[cookie] = _Session(client.pool, user, methods, self._now(), sso_session)
        age = LONGEST_SSO_SESSION if sso_session else _SESSION_LIFETIME
        return session, {"Set-Cookie": f"{_COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age:.0f}"}

    def reusable(self, client: AppClient, call: Call) -> _Session | None:
        """Return the session of a browser if an app client may reuse it without another login, or None."""
        session = self._sessions.get(_cookie_of(call))
        if session is None or session.pool is not client.pool or not session.user.enabled:
            return None
        if session.sso_session and not self._user_sessions.is_open(session.sso_session):
            return None
        validity = client.sso_reuse.minutes * 60 if session.sso_session else _SESSION_LIFETIME
        return session if self._now() < session.at + validity else None

    def end(self, call: Call) -> dict[str, str]:
        """Return the header that logs a browser out."""
        session = self._sessions.pop(_cookie_of(call), None)
        if session is not None:
            self._user_sessions.end(session.sso_session)
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


def _code_page(request: AuthorizationRequest, key: str, method: Method, error: str = "") -> Answer:
    action = escape(f"/{CODE_PAGE}?{urlencode(request.form)}")
    return page(
        f'<form method="post" action="{action}"><p>{escape(error)}</p><p>{method}</p>'
        f'<input type="hidden" name="pending" value="{key}">'
        '<label>Code <input name="code"></label><button>Continue</button></form>'
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
