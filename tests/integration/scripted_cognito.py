"""A Cognito that gives the answers of a script, for answers that no server gives on its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Body = Mapping[str, object]


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedCognito
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        status, body = self.server.answer(operation, parameters)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        pass


class ScriptedCognito(ThreadingHTTPServer):
    """Answers each operation with the next of its answers; the last one stays.

    Attributes:
        url: Its address.
        asked: The operations and parameters of all requests, in order.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._answers: dict[str, list[Body]] = {}
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    def answers(self, operation: str, *bodies: Body) -> None:
        """Give these answers to an operation; one with `__type` is an error."""
        self._answers[operation] = list(bodies)

    def parameters(self, operation: str) -> Sequence[Mapping[str, object]]:
        """Return the parameters of all requests of an operation."""
        return [parameters for asked, parameters in self.asked if asked == operation]

    def answer(self, operation: str, parameters: dict[str, object]) -> tuple[int, Body]:
        """Return status and body of the next answer."""
        self.asked.append((operation, parameters))
        left = self._answers[operation]
        body = left.pop(0) if len(left) > 1 else left[0]
        return (400 if "__type" in body else 200), body

    def end(self) -> None:
        """Stop it."""
        self.shutdown()
        self._thread.join()
        self.server_close()


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    """A server whose answers a test writes."""
    server = ScriptedCognito()
    yield server
    server.end()
