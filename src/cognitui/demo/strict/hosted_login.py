"""The pages of a pool's domain: where a browser logs in, and out."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.authorization_codes import AuthorizationCodes
from cognitui.demo.strict.authorization_request import AuthorizationRequest, authorization_request
from cognitui.demo.strict.known_password import check_password_is_set, check_password_proven
from cognitui.demo.strict.oauth_answer import Form, form_of, page, query_of, redirect
from cognitui.demo.strict.pools import Pools, User, UserStatus
from cognitui.demo.strict.refusal import Refusal, not_authorized
from cognitui.demo.strict.wire import Call


class HostedLogin:
    """/oauth2/authorize, /login and /logout. It keeps no cookie: each request asks for the password."""

    def __init__(self, pools: Pools, codes: AuthorizationCodes, now: Callable[[], float]) -> None:
        self._pools = pools
        self._codes = codes
        self._now = now

    def authorize(self, call: Call) -> Answer:
        """Shows the login form for a request that is in order."""
        return _login_page(authorization_request(self._pools, query_of(call)))

    def login(self, call: Call) -> Answer:
        """Takes the login form, whose address carries the request, and sends the browser back with a code."""
        if call.method == "GET":
            return self.authorize(call)
        request = authorization_request(self._pools, query_of(call))
        try:
            user = self._user(request, form_of(call))
        except Refusal as refusal:
            return _login_page(request, refusal.message)
        return request.back(code=self._codes.issue(request, user))

    def logout(self, call: Call) -> Answer:
        """Sends the browser to an address that the client has for it."""
        query = query_of(call)
        try:
            client = self._pools.client(query.get("client_id", ""))
        except Refusal:
            return page("<p>invalid_client</p>", 400)
        if query.get("logout_uri") not in client.logout_uris:
            return page("<p>invalid_request</p>", 400)
        return redirect(query["logout_uri"], {})

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
