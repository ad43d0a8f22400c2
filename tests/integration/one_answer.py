"""A web server on this machine that has one answer for everybody."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    server: OneAnswer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self) -> None:
        self.server.asked += 1
        time.sleep(self.server.takes)
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.content_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        with suppress(ConnectionError):  # the client has given up
            self.end_headers()
            self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        pass


class OneAnswer(ThreadingHTTPServer):
    """Answers whatever it is asked with the same."""

    def __init__(self, body: bytes, content_type: str, status: int = 200, *, takes: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body, self.content_type, self.status = body, content_type, status
        self.takes = takes
        self.asked = self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    def get_request(self) -> tuple[socket.socket, object]:
        self.connections += 1
        return super().get_request()

    def end(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
