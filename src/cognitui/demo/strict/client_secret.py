"""The app client's secret, where it is sent as it is."""

from __future__ import annotations

import hmac

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.refusal import Refusal


def check_client_secret(client: AppClient, sent: str | None, error: str = "NotAuthorizedException") -> None:
    """Refuses a ClientSecret that is missing, wrong or unwanted, under the name that the operation has for it."""
    if client.secret is None:
        if sent is not None:
            raise Refusal(error, f"Client {client.id} is not configured for secret but client secret was received")
        return
    if sent is None:
        raise Refusal(error, f"Client {client.id} is configured with secret but client secret was not received")
    if not hmac.compare_digest(sent.encode(), client.secret.encode()):
        raise Refusal(error, f"Client secret does not match for the client: {client.id}")
