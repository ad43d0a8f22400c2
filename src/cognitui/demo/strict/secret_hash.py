"""The proof that a caller knows the app client's secret."""

from __future__ import annotations

import base64
import hmac

from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.refusal import not_authorized


def check_secret_hash(client: AppClient, username: str, given: Answers) -> None:
    """Refuses a SECRET_HASH that is missing, wrong or unwanted.

    Args:
        client: Whose secret.
        username: What must have been hashed with the client's id.
        given: AuthParameters, or ChallengeResponses.

    Raises:
        Refusal: NotAuthorizedException, with the message that fits.
    """
    sent = given.get("SECRET_HASH")
    if client.secret is None:
        if sent is not None:
            raise not_authorized(f"Client {client.id} is not configured for secret but secret hash was received")
        return
    if sent is None:
        raise not_authorized(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    if not hmac.compare_digest(sent.encode(), secret_hash(client.secret, username, client.id).encode()):
        raise not_authorized(f"SecretHash does not match for the client: {client.id}")


def secret_hash(secret: str, username: str, client_id: str) -> str:
    """Returns the hash: HMAC-SHA256 over username and client id, Base64 (AWS, "Computing secret hash values")."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{username}{client_id}".encode(), "sha256")).decode()
