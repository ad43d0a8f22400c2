"""A pool's public documents and OAuth endpoints, with the same proxies and certificates as the calls to Cognito."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from cognitui.cognito.silence import behind_a_proxy, broken_off, not_trusted, out_of_reach, silent
from cognitui.model.endpoint import is_loopback
from cognitui.model.errors import CognituiError, ServiceFault, TokenRefused, Unreachable, UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager
    from urllib3.exceptions import HTTPError

LARGEST_BODY = 512 * 1024
"""Bytes; what is longer is no document of a pool, and the rest is not read."""

_BEARER = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""RFC 6750: b64token. Nothing else may stand in the header."""

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
    """Returns the body of an address; follows no redirect.

    Proxies come from HTTPS_PROXY and NO_PROXY, certificates from AWS_CA_BUNDLE or REQUESTS_CA_BUNDLE, as botocore does.

    Args:
        url: https, or http to this machine alone.
        timeout: Seconds for each step, and for the body as a whole.
        bearer: An access token that opens it; empty for what is public.
        hear_date: Is told the address and the Date header of the answer.

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
        raise TokenRefused(f"The server {_host(parts)} does not accept the access token (HTTP {answer.status}).")
    if answer.status != 200:
        raise ServiceFault(
            f"The server {_host(parts)} answered with HTTP {answer.status}.",
            fix="Check the region, the user pool id and the endpoint_url of the profile.",
        )
    return answer.body


def look(url: str, timeout: float = 5.0) -> HttpAnswer:
    """Returns what an address answers, whichever status it has; follows no redirect.

    Proxies and certificates are those of `fetch_https`, and so is what it raises where no answer comes.
    """
    return _asked("GET", urlsplit(url), _headers(), b"", timeout)


def post_form(url: str, form: str, headers: Mapping[str, str], timeout: float = 10.0) -> HttpAnswer:
    """Returns what an address answers to a form, whichever status it has; follows no redirect, and repeats nothing.

    Proxies and certificates are those of `fetch_https`.

    Args:
        url: https, or http to this machine alone.
        form: application/x-www-form-urlencoded.
        headers: Further ones: who asks.
        timeout: Seconds for each step, and for the body as a whole.

    Raises:
        UsageError: It is http to another machine.
        Unreachable: Nobody answers there, or the certificate is not trusted.
        ServiceFault: The answer breaks off or is too long.
    """
    sent = {**_headers(), "Content-Type": "application/x-www-form-urlencoded", **headers}
    return _asked("POST", urlsplit(url), sent, form.encode("ascii"), timeout)


def _asked(method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes, timeout: float) -> HttpAnswer:
    # Costs 40 ms, and only a verification or an OAuth endpoint needs it.
    from urllib3.exceptions import HTTPError

    local = is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        cause = f"The server {_host(parts)} is not asked over http."
        raise UsageError(cause, fix="Use https in endpoint_url and domain.")
    try:
        with _pool("" if local else _proxy_for(parts), timeout) as pool:
            response = pool.request(
                method,
                parts.geturl(),
                body=body or None,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            with closing(response):
                received = _body(response, parts, time.monotonic() + timeout)
                return HttpAnswer(response.status, received, response.headers.get("Date", ""))
    except HTTPError as error:
        raise _outage(error, parts) from None


def _headers(bearer: str = "") -> dict[str, str]:
    accepted = {"Accept": "application/json"}
    return {**accepted, "Authorization": f"Bearer {bearer}"} if bearer else accepted


def _pool(proxy: str, timeout: float) -> PoolManager:
    from botocore.httpsession import get_cert_path
    from urllib3 import PoolManager, ProxyManager, Timeout, make_headers

    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE") or get_cert_path(True)
    limits = Timeout(connect=timeout, read=timeout)
    if not proxy:
        return PoolManager(ca_certs=bundle, timeout=limits)
    parts = urlsplit(proxy)
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    headers = make_headers(proxy_basic_auth=login)
    return ProxyManager(proxy, proxy_headers=headers, ca_certs=bundle, timeout=limits)


def _proxy_for(parts: SplitResult) -> str:
    """Returns the proxy that stands in front of a host, or an empty text."""
    from urllib.request import getproxies, proxy_bypass

    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    address = proxy if not proxy or "://" in proxy else f"http://{proxy}"
    try:
        whole = not address or (bool(urlsplit(address).hostname) and urlsplit(address).port != 0)
    except ValueError:
        whole = False
    if not whole:
        # Its value may hold a password, so that it is not repeated.
        name = f"{parts.scheme.upper()}_PROXY"
        raise UsageError(f"{name} holds no address.", fix=f"Write {name}=http://HOST:PORT, or unset it.")
    return address


def _body(response: BaseHTTPResponse, parts: SplitResult, deadline: float) -> bytes:
    body = b""
    # In pieces as they come: a server that sends a byte a second would else never reach a time-out.
    while piece := response.read1(65536, decode_content=False):
        body += piece
        if len(body) > LARGEST_BODY:
            raise ServiceFault(f"The answer of {_host(parts)} is too long.")
        if time.monotonic() > deadline:
            raise Unreachable(f"The server {_host(parts)} answers too slowly.")
    return body


def _outage(error: HTTPError, parts: SplitResult) -> CognituiError:
    """None of the error's text is taken over: it may hold the password of a proxy."""
    from urllib3 import exceptions

    host = _host(parts)
    match error:
        case exceptions.ProxyError():
            return behind_a_proxy(host)
        case exceptions.SSLError():
            return not_trusted(host)
        case exceptions.ReadTimeoutError():
            return silent(host)
        case exceptions.ProtocolError():
            return broken_off(host)
    return out_of_reach(host)


def _host(parts: SplitResult) -> str:
    return inert(parts.netloc.rpartition("@")[2], 200)
