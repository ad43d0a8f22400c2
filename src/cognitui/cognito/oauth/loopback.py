"""Loopback server for the redirect of the browser, on the profile's own `redirect_uri` and nowhere else.

It runs only while a sign-in waits, answers every request with a plain page, and stops at the first answer to that
sign-in (RFC 8252, 7.3 and 8.3).
"""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import urlsplit

from cognitui.model.errors import RedirectUnavailable
from cognitui.model.profile import is_loopback
from cognitui.model.text import inert

_STOP_WITHIN = 0.1
"""Seconds until the end of the wait is noticed."""

_HANDOVER = 0.5
"""Seconds for a wait before this one, for another try of the same sign-in perhaps, to leave the port."""

_PATIENCE = 5.0
"""Seconds for each step of a request. Browsers open connections in advance, and say nothing on them."""

_HTTP_PORT = 80


@dataclass(frozen=True, slots=True)
class Place:
    """The address that the browser is sent back to."""

    host: str
    port: int
    path: str
    netloc: str
    """As the browser repeats it in the Host header."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses to listen on: browsers try both of localhost's."""
        return ("127.0.0.1", "::1") if self.host == "localhost" else (self.host,)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a visit to the redirect's own path."""

    page: Page
    final: bool
    """Whether it answers the sign-in; any other visit is refused, and the wait continues."""


Judge = Callable[[str], Verdict]
"""Looks at the address that a browser came to."""


def place_of(redirect_uri: str) -> Place | None:
    """Return where to wait, or None if that is another machine, or uses TLS: then the user pastes the address."""
    parts = urlsplit(redirect_uri)
    host = parts.hostname or ""
    if parts.scheme != "http" or not is_loopback(host):
        return None
    return Place(host, parts.port or _HTTP_PORT, parts.path or "/", parts.netloc.casefold())


def wait_for_redirect(place: Place, judge: Judge, stop: threading.Event) -> str | None:
    """Return the address that the browser came back to; None once `stop` is set.

    Raises:
        RedirectUnavailable: The port is taken, or may not be opened.
    """
    patience = time.monotonic() + _HANDOVER
    while True:
        try:
            return _awaited(place, judge, stop)
        except RedirectUnavailable:
            if time.monotonic() > patience:
                raise
            if stop.wait(_STOP_WITHIN):
                return None


def _awaited(place: Place, judge: Judge, stop: threading.Event) -> str | None:
    arrived: queue.SimpleQueue[str] = queue.SimpleQueue()
    with _listening(place, judge, arrived) as selector:
        while not stop.is_set():
            if not arrived.empty():
                return arrived.get()
            for ready, _ in selector.select(_STOP_WITHIN):
                listener = ready.fileobj
                assert isinstance(listener, _Listener)
                listener.handle_request()
    return None


@contextmanager
def _listening(place: Place, judge: Judge, arrived: queue.SimpleQueue[str]) -> Iterator[selectors.BaseSelector]:
    with ExitStack() as opened:
        selector = opened.enter_context(selectors.DefaultSelector())
        for address in place.addresses:
            try:
                listener = opened.enter_context(_Listener(address, place, judge, arrived))
            except OSError as error:
                if selector.get_map() and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue  # a machine without IPv6: its browsers find the other address
                raise _unavailable(place, error) from None
            selector.register(listener, selectors.EVENT_READ)
        yield selector


def _unavailable(place: Place, error: OSError) -> RedirectUnavailable:
    taken = error.errno == errno.EADDRINUSE
    why = "another program has it" if taken else f"the system does not allow it ({type(error).__name__})"
    return RedirectUnavailable(f"Nobody can wait for the browser on port {place.port} of {place.host}: {why}.")


class _Listener(ThreadingMixIn, TCPServer):
    """Listens on one address. A silent visitor does not block the others."""

    daemon_threads = True
    block_on_close = False
    # On Windows another program could listen on the same port, too.
    allow_reuse_address = os.name != "nt"
    allow_reuse_port = False
    timeout = 0

    def __init__(self, address: str, place: Place, judge: Judge, arrived: queue.SimpleQueue[str]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._place = place
        self._judge = judge
        self._arrived = arrived
        super().__init__((address, place.port), _Visit)

    def verdict(self, target: str, hosts: list[str]) -> Verdict:
        """Look at a visit; `hosts` are its Host headers."""
        # Another name for this machine is a foreign page (DNS rebinding).
        if [host.casefold() for host in hosts] != [self._place.netloc]:
            return Verdict(MISDIRECTED, final=False)
        if target.partition("?")[0] != self._place.path:
            return Verdict(LOST, final=False)
        return self._judge(self._address(target))

    def take(self, target: str) -> None:
        """Pass the answer on to the wait."""
        self._arrived.put(self._address(target))

    def handle_error(self, request: object, client_address: object) -> None:
        """Do nothing: browsers hang up, and their requests are private."""

    def _address(self, target: str) -> str:
        return f"http://{self._place.netloc}{target}"


class _Visit(BaseHTTPRequestHandler):
    """One request. The base class bounds its first line and its headers to 64 KB each."""

    server: _Listener
    timeout = _PATIENCE

    def do_GET(self) -> None:
        verdict = self.server.verdict(self.path, self.headers.get_all("Host", []))
        self._show(verdict.page)
        if verdict.final:
            # After the page: the program may end at once.
            self.server.take(self.path)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show a page; the base class would repeat the request."""
        self.close_connection = True
        self._show(NOT_UNDERSTOOD)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Do nothing; the base class would print to the terminal."""

    def _show(self, page: Page) -> None:
        head = [f"HTTP/1.0 {page.status.value} {page.status.phrase}", *page.headers(), "", ""]
        self.wfile.write("\r\n".join(head).encode("ascii") + page.body())
        self.wfile.flush()


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}"
)

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing may run, load, be sent or be framed; the page's own style is known by its hash, and its icon is empty."""

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Page:
    """A page; nothing of the request is in it."""

    status: HTTPStatus
    title: str
    text: str

    def body(self) -> bytes:
        """Return it as HTML."""
        title, text = escape(self.title), escape(inert(self.text, _LONGEST))
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · cognitui</title>'
            f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        ).encode()

    def headers(self) -> tuple[str, ...]:
        """Return the lines of its head."""
        return (
            "Content-Type: text/html; charset=utf-8",
            f"Content-Length: {len(self.body())}",
            "Cache-Control: no-store",
            f"Content-Security-Policy: {_POLICY}",
            "Referrer-Policy: no-referrer",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        )


DONE = Page(HTTPStatus.OK, "Done", "Go back to the terminal. This page may be closed.")

STRAY = Page(
    HTTPStatus.BAD_REQUEST,
    "Not this sign-in",
    "This answer belongs to another sign-in. Go back to the terminal, and start again there.",
)
LOST = Page(HTTPStatus.NOT_FOUND, "Nothing here", "This address only accepts the answer to a sign-in.")
MISDIRECTED = Page(HTTPStatus.MISDIRECTED_REQUEST, "Not this server", "This server has another name.")
NOT_UNDERSTOOD = Page(HTTPStatus.BAD_REQUEST, "Not understood", "This server only accepts the answer to a sign-in.")


def failed(cause: str) -> Page:
    """Return the page of a sign-in that ended without a code."""
    return Page(HTTPStatus.OK, "Not signed in", f"{cause} Go back to the terminal. This page may be closed.")
