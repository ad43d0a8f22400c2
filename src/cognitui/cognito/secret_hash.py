"""SECRET_HASH: what proves that a call comes from the holder of an app client's secret."""

from __future__ import annotations

import base64
import hmac


def secret_hash(username: str, client_id: str, client_secret: str) -> str:
    """Returns Base64(HMAC-SHA256(key = client secret, message = username + client id)).

    Args:
        username: The one that the same call sends; at a refresh the real one, never an alias.
        client_id: The app client's id.
        client_secret: Its secret.

    Source: AWS, "Computing secret hash values".
    """
    return base64.b64encode(hmac.digest(_bytes(client_secret), _bytes(username + client_id), "sha256")).decode()


def _bytes(text: str) -> bytes:
    # Half of a surrogate pair, pasted by accident, is only a wrong secret.
    return text.encode("utf-8", "surrogatepass")
