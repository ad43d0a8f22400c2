"""HTTP client, also for botocore: proxies, certificates, and bounds on time and size; no repeats, no redirects."""

from __future__ import annotations

import json
import os
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from cognitui.cognito.connections import Allowance, Bounds, TooLong, TooSlow, spending
from cognitui.cognito.credentials import Bundle, bundle_of, context_of
from cognitui.cognito.error_mapping import (
    a_web_page,
    behind_a_proxy,
    broken_off,
    not_trusted,
    out_of_reach,
    silent,
    too_long,
    too_slow,
    unreadable,
)
from cognitui.model.errors import CognituiError, ServiceFault, TokenRefused, UsageError
from cognitui.model.profile import is_loopback
from cognitui.model.text import inert

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.session import Session
    from urllib3 import BaseHTTPResponse, PoolManager, Timeout


_PIECE = 65_536

_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    """As received: nothing is decompressed, because only `identity` is requested."""

    @property
    def is_web_page(self) -> bool:
        """Whether it is HTML, as a proxy or the sign-in page of a network answers."""
        begin = self.body[:200].lstrip().lower()
        return begin.startswith(_PAGE) or self.headers.get("Content-Type", "").lower().startswith("text/html")


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
        # Loaded at the first call.
        from urllib3.exceptions import HTTPError

        parts = urlsplit(url)
        local = is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            cause = f"The server {host_of(parts)} is not asked over http."
            raise UsageError(cause, fix="Use https in endpoint_url and domain.")
        manager = self._manager("" if local else _proxy_for(parts), bundle, secure=parts.scheme == "https")
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
        except (HTTPError, TooLong, TooSlow) as error:
            raise _outage(error, allowance, parts) from None

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._guard:
            for manager in self._managers.values():
                manager.clear()
            self._managers.clear()

    def _manager(self, proxy: str, bundle: Bundle | None, *, secure: bool) -> PoolManager:
        # No certificate is needed for an emulator over http, so their settings cannot stop it.
        trusted = (bundle or bundle_of(os.environ)) if secure else None
        with self._guard:
            manager = self._managers.get((proxy, trusted))
            if manager is None:
                manager = self._managers[proxy, trusted] = _manager_of(proxy, trusted)
            return manager


def host_of(parts: SplitResult) -> str:
    """Return the host and port of an address for a sentence."""
    return inert(parts.netloc.rpartition("@")[2], 200)


def _manager_of(proxy: str, bundle: Bundle | None) -> PoolManager:
    from urllib3 import PoolManager, ProxyManager

    from cognitui.cognito.connections import Pool, SecurePool

    context = context_of(bundle) if bundle else None
    if proxy:
        parts = urlsplit(proxy)
        headers = {}
        if parts.username:
            # urllib3's make_headers takes Latin-1 only.
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["proxy-authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        manager: PoolManager = ProxyManager(
            proxy, proxy_headers=headers, proxy_ssl_context=context, ssl_context=context
        )
    else:
        manager = PoolManager(ssl_context=context)
    manager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}
    return manager


def _timeout(allowance: Allowance, bounds: Bounds) -> Timeout:
    from urllib3 import Timeout

    return Timeout(connect=allowance.seconds(bounds.connect), read=allowance.seconds())


def _proxy_for(parts: SplitResult) -> str:
    """Return the proxy in front of a host, or an empty text."""
    from urllib.request import getproxies, proxy_bypass

    from urllib3.util import parse_url

    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    address = proxy if not proxy or "://" in proxy else f"http://{proxy}"
    try:
        whole = not address or (bool(parse_url(address).host) and urlsplit(address).port != 0)
    except ValueError:
        whole = False
    if not whole:
        # Its value may hold a password, so that it is not repeated.
        name = f"{parts.scheme.upper()}_PROXY"
        raise UsageError(f"{name} holds no address.", fix=f"Write {name}=http://HOST:PORT, or unset it.")
    if address and urlsplit(address).scheme not in ("http", "https"):
        kind = inert(urlsplit(address).scheme, 20)
        raise UsageError(
            f"{parts.scheme.upper()}_PROXY names a proxy of the kind {kind}, which is not supported.",
            fix="Name one that is asked over http or https, or add the host to NO_PROXY.",
        )
    return address


def _body(response: BaseHTTPResponse, allowance: Allowance) -> bytes:
    body = bytearray()
    while piece := response.read1(_PIECE, decode_content=False):
        body += piece
        # The connection counts what it reads; a buffer that it filled before is read without it.
        allowance.seconds()
    return bytes(body)


def _outage(error: Exception, allowance: Allowance, parts: SplitResult) -> CognituiError:
    """None of the error's text is taken over: it may hold the password of a proxy."""
    from urllib3 import exceptions

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


LARGEST_BODY = 512 * 1024
"""Bytes, headers included; what is longer is no document of a pool, and the rest is not read."""

_BEARER = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""RFC 6750: b64token. Nothing else is allowed in the header."""

_REFUSED = (400, 401, 403)
"""AWS, "The userInfo endpoint": what a token gets that is expired, revoked or too narrow."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer, whatever it says."""

    status: int
    body: bytes = field(repr=False)
    date: str = ""
    """The Date header."""


def fetch_https(
    url: str, timeout: float = 5.0, *, bearer: str = "", hear_date: Callable[[str, str], None] | None = None
) -> bytes:
    """Return the body of an address; follows no redirect.

    Proxies and certificates are those of `HttpClient`, as for the calls to Cognito.

    Args:
        url: https, or http only to this machine.
        timeout: Seconds for each step; three times as much in all.
        bearer: An access token that opens it; empty for what is public.
        hear_date: Receives the address and the Date header of the answer.

    Raises:
        UsageError: It is http to another machine.
        Unreachable: Nobody answers there, or the certificate is not trusted.
        ServiceFault: The answer is not 200, breaks off or is too long.
        TokenRefused: The access token does not open it.
    """
    if bearer and not _BEARER.fullmatch(bearer):
        raise TokenRefused("The access token holds characters that no token has.")
    parts = urlsplit(url)
    answer = _asked("GET", parts, _headers(bearer), b"", timeout)
    if hear_date is not None:
        hear_date(url, answer.date)
    if bearer and answer.status in _REFUSED:
        raise TokenRefused(f"The server {host_of(parts)} does not accept the access token (HTTP {answer.status}).")
    if answer.status != 200:
        raise ServiceFault(
            f"The server {host_of(parts)} answered with HTTP {answer.status}.",
            fix="Check the region, the user pool id and the endpoint_url of the profile.",
        )
    return answer.body


def look(url: str, timeout: float = 5.0) -> HttpAnswer:
    """Return what an address answers, whichever status it has; follows no redirect.

    Proxies and certificates are those of `fetch_https`, and so is what it raises if no answer comes.
    """
    return _asked("GET", urlsplit(url), _headers(), b"", timeout, pages=True)


def post_form(url: str, form: str, headers: Mapping[str, str], timeout: float = 10.0) -> HttpAnswer:
    """Return what an address answers to a form, whichever status it has; follows no redirect, and repeats nothing.

    Proxies and certificates are those of `fetch_https`.

    Args:
        url: https, or http only to this machine.
        form: application/x-www-form-urlencoded.
        headers: Further ones: who asks.
        timeout: Seconds for each step; three times as much in all.

    Raises:
        UsageError: It is http to another machine.
        Unreachable: Nobody answers there, or the certificate is not trusted.
        ServiceFault: The answer breaks off or is too long.
    """
    sent = {**_headers(), "Content-Type": "application/x-www-form-urlencoded", **headers}
    return _asked("POST", urlsplit(url), sent, form.encode("ascii"), timeout)


def _asked(
    method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes, timeout: float, *, pages: bool = False
) -> HttpAnswer:
    bounds = Bounds(connect=timeout, read=timeout, total=3 * timeout, largest=LARGEST_BODY)
    with closing(HttpClient()) as client:
        received = client.send(method, parts.geturl(), headers, body, bounds=bounds)
    if not pages and received.status == 200 and received.is_web_page:
        raise a_web_page(host_of(parts), received.status)
    return HttpAnswer(received.status, received.body, received.headers.get("Date", ""))


def _headers(bearer: str = "") -> dict[str, str]:
    accepted = {"Accept": "application/json"}
    return {**accepted, "Authorization": f"Bearer {bearer}"} if bearer else accepted


class BotocoreHttp:
    """Sends what botocore has prepared and signed. Threads may share it.

    Attributes:
        bounds: How long and how large an answer may be.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Take the bounds; the usual ones if they are not given."""
        self.bounds = bounds or Bounds()
        self._http = HttpClient()

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
        received = self._http.send(request.method, request.url, headers, sent, bounds=self.bounds, bundle=bundle)
        _check(received, host_of(urlsplit(request.url)), is_json="X-Amz-Target" in headers)
        return AWSResponse(request.url, received.status, received.headers, _Whole(received.body))  # type: ignore[arg-type]


class _Whole:
    """A body that was read, as botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _check(received: Received, host: str, *, is_json: bool) -> None:
    """Refuse a success without a JSON object: botocore treats any other text as an empty object."""
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
