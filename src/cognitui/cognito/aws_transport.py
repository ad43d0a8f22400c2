"""botocore's requests by our transport: bounded in time and size, and only answers in AWS's form come back.

Clients that botocore makes of a session for itself (STS for a role, SSO, `aws login`) are served as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cognitui.cognito.bounds import Bounds
from cognitui.cognito.silence import a_web_page, unreadable
from cognitui.cognito.transport import Received, Transport, host_of
from cognitui.cognito.trust import Bundle, bundle_of

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.session import Session


class AwsTransport:
    """Sends what botocore has prepared and signed. Threads may share it.

    Attributes:
        bounds: How long and how large an answer may be.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Take the bounds; the usual ones if they are not given."""
        self.bounds = bounds or Bounds()
        self._transport = Transport()

    def serve(self, session: Session, aws_profile: str = "") -> None:
        """Send the requests of all clients of a session.

        Args:
            session: A session that has made no client yet.
            aws_profile: Whose `ca_bundle` in AWS's configuration file counts.
        """
        bundle = bundle_of(os.environ, aws_profile)

        def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
            return self._send(request, bundle)

        # botocore, `Endpoint`: the answer that a handler of before-send returns is taken for the server's.
        session.register("before-send", send)  # type: ignore[arg-type]  # the stubs know no handler that returns

    def _send(self, request: AWSPreparedRequest, bundle: Bundle) -> AWSResponse:
        from botocore.awsrequest import AWSResponse

        body = request.body
        assert body is None or isinstance(body, str | bytes | bytearray), "no operation here sends a file"
        sent = body.encode() if isinstance(body, str) else bytes(body or b"")
        headers = {name: _text(value) for name, value in request.headers.items()}
        received = self._transport.send(request.method, request.url, headers, sent, bounds=self.bounds, bundle=bundle)
        _check(received, host_of(urlsplit(request.url)), is_json="X-Amz-Target" in headers)
        return AWSResponse(request.url, received.status, received.headers, _Whole(received.body))  # type: ignore[arg-type]


class _Whole:
    """A body that was read, as botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _check(received: Received, host: str, *, is_json: bool) -> None:
    """Refuse an answer that says it is a success and is none: botocore takes any text for an empty object."""
    if received.status >= 400:
        return
    if received.is_web_page:
        raise a_web_page(host, received.status)
    if is_json and received.body and not _is_object(received.body):
        raise unreadable(host)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
