"""Documents over HTTPS: the keys of a pool, the user info, forms of the OAuth endpoints; no repeats, no redirects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from cognitui.cognito.connections import Bounds, HttpClient, host_of
from cognitui.cognito.error_mapping import a_web_page
from cognitui.model.errors import ServiceFault, Throttled, TokenRefused

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
        Throttled: The server is asked too often.
    """
    if bearer and not _BEARER.fullmatch(bearer):
        raise TokenRefused("The access token holds characters that no token has.")
    parts = urlsplit(url)
    answer = _asked("GET", parts, _headers(bearer), b"", timeout)
    if hear_date is not None:
        hear_date(url, answer.date)
    if bearer and answer.status in _REFUSED:
        raise TokenRefused(f"The server {host_of(parts)} does not accept the access token (HTTP {answer.status}).")
    if answer.status == 429:
        raise asked_too_often(url)
    if answer.status != 200:
        raise ServiceFault(
            f"The server {host_of(parts)} answered with HTTP {answer.status}.",
            fix="Check the region, the user pool id and the endpoint_url of the profile.",
        )
    return answer.body


def asked_too_often(url: str) -> Throttled:
    """Return the error for HTTP 429, which says nothing of a document: AWS limits how often keys are fetched."""
    return Throttled(f"The server {host_of(urlsplit(url))} is asked too often (HTTP 429).")


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
