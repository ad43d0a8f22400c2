"""Which app client calls an OAuth endpoint (RFC 6749, 2.3)."""

from __future__ import annotations

import base64
import hmac

from cognitui.demo.strict.oauth_answer import Form, OAuthRefusal, demanded
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.wire import Call


def authenticated_client(pools: Pools, call: Call, form: Form) -> AppClient:
    """Returns the client: by HTTP Basic where it has a secret, and else by its id alone.

    Raises:
        OAuthRefusal: `invalid_client`; with status 401 where the credentials came by the header.
    """
    header = call.headers.get("authorization")
    status = 400 if header is None else 401
    client_id, secret = (demanded(form, "client_id"), None) if header is None else _basic(header)
    if form.get("client_id", client_id) != client_id:
        raise OAuthRefusal("invalid_client", status=status)
    try:
        client = pools.client(client_id)
    except Refusal:
        raise OAuthRefusal("invalid_client", status=status) from None
    if (client.secret is None) != (secret is None):
        raise OAuthRefusal("invalid_client", status=status)
    if not hmac.compare_digest((client.secret or "").encode(), (secret or "").encode()):
        raise OAuthRefusal("invalid_client", "invalid_client_secret", status)
    return client


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise OAuthRefusal("invalid_client", status=401) from None
    if scheme.casefold() != "basic" or not colon:
        raise OAuthRefusal("invalid_client", status=401)
    return client_id, secret
