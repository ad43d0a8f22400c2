"""Raw HTTP calls, without a library that signs or checks them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3

from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.wire import AMZ_JSON

USER_POOLS = "AWSCognitoIdentityProviderService"
IDENTITY_POOLS = "AWSCognitoIdentityService"


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    status: int
    body: Mapping[str, object]

    @property
    def refusal(self) -> tuple[str, str]:
        """The error's name and message; empty if there is none."""
        return str(self.body.get("__type", "")), str(self.body.get("message", ""))


def send(server: StrictServer, headers: Mapping[str, str], body: bytes | str) -> Reply:
    """Post a body unchanged."""
    answer = urllib3.request("POST", f"{server.url}/", body=body, headers=dict(headers))
    return Reply(answer.status, answer.json())


def ask(server: StrictServer, operation: str, service: str = USER_POOLS, **parameters: object) -> Reply:
    """Call an operation without a signature; leave out parameters that are None."""
    given = {name: value for name, value in parameters.items() if value is not None}
    headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": f"{service}.{operation}"}
    return send(server, headers, json.dumps(given).encode())
