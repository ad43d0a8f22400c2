"""HTTP on 127.0.0.1: calls, answers and the listener between them."""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AMZ_JSON = "application/x-amz-json-1.1"

Body = Mapping[str, object]
"""The answer of an operation, before it becomes JSON."""


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    region: str = ""
    """The Region whose address it went to; empty at the main address, which serves all of them."""


class Delivery(Enum):
    """How much of an answer arrives."""

    WHOLE = auto()
    BROKEN_OFF = auto()
    """Half of it, then the connection closes; Content-Length shows that the rest is missing."""
    CUT_SHORT = auto()
    """Half of it, with a Content-Length that fits: what a proxy makes of a broken answer."""
    DROPPED = auto()
    """None of it: the connection closes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int = 200
    body: bytes = field(default=b"{}", repr=False)
    content_type: str = AMZ_JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Additional headers."""
    error: str = ""
    """The exception's name; empty if there is none."""
    delivery: Delivery = Delivery.WHOLE

    @classmethod
    def of(cls, body: Body) -> Answer:
        """Return the answer of an operation that succeeded."""
        return cls(body=json.dumps(body).encode())


Service = Callable[[Call], Answer]


class Listener(ThreadingHTTPServer):
    """HTTP server on a free port, from construction until `close`; one thread per connection."""

    request_queue_size = 128

    def __init__(self, service: Service, now: Callable[[], float]) -> None:
        """Start to listen.

        Args:
            service: Answers each call.
            now: The time in the Date header.
        """
        self.service = service
        self.now = now
        self.crashes: list[str] = []
        """Tracebacks of errors in the server itself."""
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without the reverse DNS lookup of HTTPServer, which takes seconds on some machines."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def close(self) -> None:
        """Stop the thread and close every connection."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in tuple(self._connections):
            _hang_up(connection)

    def get_request(self) -> tuple[socket.socket, object]:
        """Accept a connection and remember it."""
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep the traceback, unless the client merely hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            self.crashes.append(traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    # Head and body go out in one segment, at once: otherwise a delayed acknowledgement costs 40 ms per call.
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.now() if timestamp is None else timestamp, usegmt=True)

    def version_string(self) -> str:
        return "Server"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Log nothing: the journal has it all."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.service(Call(self.command, self.path, headers, body))
        if answer.delivery is Delivery.DROPPED:
            self.close_connection = True
            _hang_up(self.connection)
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        sent = answer.body if answer.delivery is Delivery.WHOLE else answer.body[: len(answer.body) // 2]
        length = len(answer.body) if answer.delivery is Delivery.BROKEN_OFF else len(sent)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(length))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.error:
            self.send_header("x-amzn-ErrorType", f"{answer.error}:")
        self.end_headers()
        self.wfile.write(sent)
        if answer.delivery is Delivery.BROKEN_OFF:
            self.close_connection = True


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster
