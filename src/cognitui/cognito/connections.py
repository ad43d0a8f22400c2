"""HTTP connections by urllib3, with bounds on the time and size of an answer; no repeats, no redirects.

The timeouts of urllib3 and http.client start again with every byte, and neither limits the body or the number of header
lines: a server that sends one byte a second, or never stops, would block a call forever.
"""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager, Timeout, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from cognitui.cognito.error_mapping import (
    behind_a_proxy,
    broken_off,
    not_trusted,
    out_of_reach,
    silent,
    too_long,
    too_slow,
)
from cognitui.cognito.machine_setup import Bundle, bundle_of, context_of, proxy_for
from cognitui.model.errors import CognituiError, UsageError
from cognitui.model.profile import is_loopback
from cognitui.model.text import inert

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from urllib3 import BaseHTTPResponse

_PIECE = 65_536

_AT_A_TIME = 10
"""Connections to a host that are kept: more than the calls that run at a time."""

_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how large one answer may be. Repeats of a call, and the calls of a sign-in, share `total`."""

    connect: float = 5.0
    """Seconds until each address of the host has taken the connection, TLS included."""
    read: float = 10.0
    """Seconds without a single byte."""
    total: float = 30.0
    """Seconds in all. A token may take a refresh and a sign-in after it, and is to come or fail within 60 seconds."""
    largest: int = 8 * 1024 * 1024
    """Bytes; 60 users with all the attributes that Cognito allows have 6 MB."""


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    """As received: nothing is decompressed, because only `identity` is requested."""

    @property
    def is_web_page(self) -> bool:
        """Whether it is HTML, as a proxy or the sign-in page of a network answers; moto calls its JSON so, too."""
        begin = self.body[:200].lstrip().lower()
        is_called_so = self.headers.get("Content-Type", "").lower().startswith("text/html")
        return begin.startswith(_PAGE) or (is_called_so and not begin.startswith(b"{"))


class HttpClient:
    """Sends requests and keeps connections open for the next one. Threads may share it."""

    def __init__(self) -> None:
        """Make no connection yet."""
        self._guard = threading.Lock()
        self._managers: dict[tuple[str, Bundle | None], PoolManager] = {}

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        bounds: Bounds,
        bundle: Bundle | None = None,
    ) -> Received:
        """Return what a server answers, whichever status it has.

        Proxies come from HTTPS_PROXY and NO_PROXY; this machine is asked without one.

        Args:
            method: GET or POST.
            url: https, or http to this machine.
            headers: All but Host and the length.
            body: What is sent.
            bounds: How long and how large the answer may be, headers included.
            bundle: The certificates to trust; by the environment if it is not given.

        Raises:
            UsageError: It is http to another machine, or a proxy or the certificates are set up wrongly.
            Unreachable: Nobody answers there, the certificate is not trusted, or the answer takes too long.
            ServiceFault: The answer breaks off or is too long.
        """
        parts = urlsplit(url)
        local = is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            cause = f"The server {host_of(parts)} is not asked over http."
            raise UsageError(cause, fix="Use https in endpoint_url and domain.")
        manager = self._manager("" if local else proxy_for(parts), bundle, secure=parts.scheme == "https")
        allowance = Allowance(bounds)
        try:
            with spending(allowance):
                response = manager.request(
                    method,
                    url,
                    body=body or None,
                    headers=headers,
                    timeout=_timeout(allowance, bounds),
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                )
                with closing(response):
                    return Received(response.status, response.headers, _body(response, allowance))
        except (exceptions.HTTPError, TooLong, TooSlow) as error:
            raise _outage(error, allowance, parts) from None

    def warm_up(self, url: str) -> None:
        """Make what connections to an address come from: the certificates take 20 ms to load."""
        parts = urlsplit(url)
        local = is_loopback(parts.hostname or "")
        self._manager("" if local else proxy_for(parts), None, secure=parts.scheme == "https")

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._guard:
            for manager in self._managers.values():
                manager.clear()
            self._managers.clear()

    @cached_property
    def _usual_bundle(self) -> Bundle:
        return bundle_of(os.environ)

    def _manager(self, proxy: str, bundle: Bundle | None, *, secure: bool) -> PoolManager:
        # No certificate is needed for an emulator over http, so their settings cannot stop it.
        trusted = (bundle or self._usual_bundle) if secure else None
        with self._guard:
            manager = self._managers.get((proxy, trusted))
            if manager is None:
                manager = self._managers[proxy, trusted] = _manager_of(proxy, trusted)
            return manager


def host_of(parts: SplitResult) -> str:
    """Return the host and port of an address for a sentence."""
    return inert(parts.netloc.rpartition("@")[2], 200)


def _manager_of(proxy: str, bundle: Bundle | None) -> PoolManager:
    context = context_of(bundle) if bundle else None
    if proxy:
        parts = urlsplit(proxy)
        headers = {}
        if parts.username:
            # urllib3's make_headers takes Latin-1 only.
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["proxy-authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        manager: PoolManager = ProxyManager(
            proxy, maxsize=_AT_A_TIME, proxy_headers=headers, proxy_ssl_context=context, ssl_context=context
        )
    else:
        manager = PoolManager(maxsize=_AT_A_TIME, ssl_context=context)
    manager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}
    return manager


def _timeout(allowance: Allowance, bounds: Bounds) -> Timeout:
    return Timeout(connect=allowance.seconds(bounds.connect), read=allowance.seconds())


def _body(response: BaseHTTPResponse, allowance: Allowance) -> bytes:
    body = bytearray()
    while piece := response.read1(_PIECE, decode_content=False):
        body += piece
        # The connection counts what it reads; a buffer that it filled before is read without it.
        allowance.seconds()
    return bytes(body)


def _outage(error: Exception, allowance: Allowance, parts: SplitResult) -> CognituiError:
    """None of the error's text is taken over: it may hold the password of a proxy."""
    host = host_of(parts)
    own = is_loopback(parts.hostname or "")
    if allowance.exceeded is not None:
        return too_slow(host) if allowance.exceeded is TooSlow else too_long(host)
    match error:
        case exceptions.ProxyError():
            return behind_a_proxy(host)
        case exceptions.SSLError():
            return not_trusted(host)
        case exceptions.ReadTimeoutError():
            return silent(host, own=own)
        case exceptions.ProtocolError():
            return broken_off(host)
    return out_of_reach(host, own=own)


class TooSlow(TimeoutError):
    """The seconds are used up."""


class TooLong(OSError):
    """More bytes came than an answer may have."""


class _End:
    """When a `within` is over, by its clock."""

    def __init__(self, at: float, outer: _End | None) -> None:
        self.at = at
        self.outer = outer


_until: ContextVar[_End | None] = ContextVar("until", default=None)
_allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


class Allowance:
    """What is left of the bounds of one answer."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        """Start counting; the end of the surrounding `within` holds as well."""
        self._clock = clock
        end, outer = clock() + bounds.total, _until.get()
        self._end = end if outer is None else min(end, outer.at)
        self._read = bounds.read
        self._bytes = bounds.largest
        self.exceeded: type[TooSlow | TooLong] | None = None

    def seconds(self, at_most: float | None = None) -> float:
        """Return how long the next step may take; raise TooSlow if no time is left."""
        left = self._end - self._clock()
        if left <= 0:
            self.exceeded = TooSlow
            raise TooSlow
        return min(left, self._read if at_most is None else at_most)

    def take(self, count: int) -> None:
        """Count bytes that came; raise TooLong if they are too many."""
        self._bytes -= count
        if self._bytes < 0:
            self.exceeded = TooLong
            raise TooLong

    def timed_out(self) -> None:
        """Note that a step ended because its time was up, which may have been all that was left."""
        if self._clock() >= self._end:
            self.exceeded = TooSlow


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let all answers inside share these seconds; an outer `within` that ends earlier holds."""
    outer = _until.get()
    end = clock() + seconds
    before = _until.set(_End(end if outer is None else min(end, outer.at), outer))
    try:
        yield
    finally:
        _until.reset(before)


@contextmanager
def not_counted(clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Exclude the time inside from every `within` around it: it is spent by the user or a tool, not by the server."""
    began = clock()
    try:
        yield
    finally:
        end = _until.get()
        while end is not None:
            end.at += clock() - began
            end = end.outer


@contextmanager
def spending(allowance: Allowance) -> Iterator[None]:
    """Let the connections of this thread take from an allowance."""
    before = _allowance.set(allowance)
    try:
        yield
    finally:
        _allowance.reset(before)


def allowance() -> Allowance:
    """Return the allowance that `spending` set; one with the usual bounds if there is none."""
    return _allowance.get() or Allowance(Bounds())


Addresses = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]
"""What getaddrinfo returns."""

_LOOK_UP = 12.0
"""Seconds: a resolver asks its second name server after 5, and its third after 10."""


def addresses(
    host: str, port: int, seconds: float, look_up: Callable[..., Addresses] = socket.getaddrinfo
) -> Addresses:
    """Return the addresses of a host.

    Without an answer of any name server, the system's resolver may take minutes, and nothing can stop it: it is left
    to a thread that ends with the program.

    Args:
        host: A name or an address.
        port: A port.
        seconds: How long it may take.
        look_up: As `socket.getaddrinfo`.

    Raises:
        TimeoutError: It takes longer.
        socket.gaierror: There is no such host, or no name server knows.
        UnicodeError: It can be no name of a host.
    """
    with suppress(OSError):
        return look_up(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[Addresses | Exception] = []

    def look() -> None:
        try:
            found.append(look_up(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 (raised again in the waiting thread)
            found.append(error)

    thread = threading.Thread(target=look, name="cognitui-look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


class _Bytes(io.RawIOBase):
    """The bytes of an answer, each read within what is left."""

    def __init__(self, sock: socket.socket, left: Allowance) -> None:
        super().__init__()
        self._socket = sock
        # Through its own file, which keeps the socket open until the body is read.
        self._raw = sock.makefile("rb", buffering=0)
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._socket.settimeout(self._left.seconds())
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            self._left.timed_out()
            raise
        self._left.take(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Source:
    """The part of a socket that http.client reads an answer from."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Bytes(self._socket, allowance()))


class _Answer(HTTPResponse):
    """An answer, of a proxy to CONNECT as well."""

    def __init__(self, sock: socket.socket, *args: object, **options: object) -> None:
        super().__init__(_Source(sock), *args, **options)  # type: ignore[arg-type]  # it is read by makefile only


class _Connecting(HTTPConnection):
    """Tries the addresses of a host within what is left: urllib3 gives each of them the whole time-out."""

    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        left, failure = allowance(), OSError("no address")
        try:
            found = addresses(self._dns_host.strip("[]"), self.port, left.seconds(_LOOK_UP))
        except TimeoutError:
            left.timed_out()
            raise exceptions.ConnectTimeoutError(self, "no address in time") from None
        except (socket.gaierror, UnicodeError):
            raise exceptions.NameResolutionError(self.host, self, socket.gaierror("no address")) from None
        for family, kind, protocol, _name, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(left.seconds(self.timeout))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        if isinstance(failure, TimeoutError):
            left.timed_out()
            raise exceptions.ConnectTimeoutError(self, "no connection in time")
        raise exceptions.NewConnectionError(self, "no connection")


class _Connection(_Connecting):
    """Over http."""


class _SecureConnection(_Connecting, HTTPSConnection):
    """Over https. Python's TLS gives its handshake, and each record, the time-out of the socket as a whole."""


class Pool(HTTPConnectionPool):
    """Connections over http."""

    ConnectionCls = _Connection


class SecurePool(HTTPSConnectionPool):
    """Connections over https."""

    ConnectionCls = _SecureConnection
