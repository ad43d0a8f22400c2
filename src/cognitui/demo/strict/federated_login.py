"""The login page of an identity provider, as far as a pool needs it: who comes back is a user of the pool."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.authorization_request import AuthorizationRequest
from cognitui.demo.strict.oauth_answer import page, redirect
from cognitui.demo.strict.pools import Pools, User, UserStatus

PROVIDER_PAGE = "idp/login"


def to_provider(request: AuthorizationRequest) -> Answer:
    """Sends the browser to the provider's page, silently, with the request in its address."""
    return redirect(f"/{PROVIDER_PAGE}", request.form)


def provider_page(request: AuthorizationRequest) -> Answer:
    """Returns the page; the provider keeps its passwords to itself, so that any will do."""
    action = escape(f"/{PROVIDER_PAGE}?{urlencode(request.form)}")
    return page(
        f'<form method="post" action="{action}"><p>{escape(request.provider)}</p>'
        '<label>Username <input name="username"></label>'
        '<label>Password <input name="password" type="password"></label><button>Sign in</button></form>'
    )


def federated_user(pools: Pools, request: AuthorizationRequest, account: str) -> User:
    """Returns the pool's user for a provider's account: made at its first login, under `Provider_account`."""
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
