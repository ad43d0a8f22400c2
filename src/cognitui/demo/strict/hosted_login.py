"""The pages of a pool's domain: where a browser logs in, and out."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.authorization_codes import AuthorizationCodes
from cognitui.demo.strict.authorization_request import AuthorizationRequest, authorization_request
from cognitui.demo.strict.browser_sessions import BrowserSessions
from cognitui.demo.strict.federated_login import federated_user, provider_page, to_provider
from cognitui.demo.strict.known_password import check_password_is_set, check_password_proven
from cognitui.demo.strict.oauth_answer import Form, form_of, page, query_of, redirect
from cognitui.demo.strict.pools import Pools, User, UserStatus
from cognitui.demo.strict.refusal import Refusal, not_authorized
from cognitui.demo.strict.wire import Call


class HostedLogin:
    """/oauth2/authorize, /login, /logout and a provider's page.

    Who is logged in is not asked again, unless the request says so.
    """

    def __init__(self, pools: Pools, codes: AuthorizationCodes, now: Callable[[], float]) -> None:
        self._pools = pools
        self._codes = codes
        self._now = now
        self._sessions = BrowserSessions(now)

    def authorize(self, call: Call) -> Answer:
        """Shows the login form for a request that is in order, or sends who is logged in straight back with a code."""
        request = authorization_request(self._pools, query_of(call))
        user = self._sessions.user(request.client.pool, call)
        if user is not None and "login" not in request.prompt:
            return request.back(code=self._codes.issue(request, user))
        if "none" in request.prompt:
            return request.back(error="login_required")
        return to_provider(request) if request.provider else _login_page(request)

    def login(self, call: Call) -> Answer:
        """Takes the login form, whose address carries the request, and sends the browser back with a code."""
        if call.method == "GET":
            return self.authorize(call)
        request = authorization_request(self._pools, query_of(call))
        try:
            user = self._user(request, form_of(call))
        except Refusal as refusal:
            return _login_page(request, refusal.message)
        return self._logged_in(request, user)

    def provider_login(self, call: Call) -> Answer:
        """The page of an identity provider: lets in whoever says a name there."""
        request = authorization_request(self._pools, query_of(call))
        if not request.provider:
            return page("<p>invalid_request</p>", 400)
        account = form_of(call).get("username", "") if call.method == "POST" else ""
        if not account:
            return provider_page(request)
        return self._logged_in(request, federated_user(self._pools, request, account))

    def logout(self, call: Call) -> Answer:
        """Ends the session of the browser, and sends it to an address that the client has for it."""
        query = query_of(call)
        try:
            client = self._pools.client(query.get("client_id", ""))
        except Refusal:
            return page("<p>invalid_client</p>", 400)
        if query.get("logout_uri") not in client.logout_uris:
            return page("<p>invalid_request</p>", 400)
        away = redirect(query["logout_uri"], {})
        return replace(away, headers={**away.headers, **self._sessions.end(call)})

    def _logged_in(self, request: AuthorizationRequest, user: User) -> Answer:
        back = request.back(code=self._codes.issue(request, user))
        return replace(back, headers={**back.headers, **self._sessions.begin(request.client.pool, user)})

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


def _login_page(request: AuthorizationRequest, problem: str = "") -> Answer:
    action = escape(f"/login?{urlencode(request.form)}")
    username = escape(request.form.get("login_hint", ""))
    return page(
        f'<form method="post" action="{action}"><p>{escape(problem)}</p>'
        f'<label>Username <input name="username" value="{username}"></label>'
        '<label>Password <input name="password" type="password"></label><button>Sign in</button></form>'
    )
