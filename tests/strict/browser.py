"""Browser that logs in at the login page of the strict server."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode, urljoin

import urllib3


class Browser:
    """A browser that keeps the cookie of the domain."""

    def __init__(self) -> None:
        self._headers: dict[str, str] = {}

    def log_in(self, url: str, username: str, password: str) -> str:
        """Return the URL that the browser is redirected to after the login form, without opening it.

        Raises:
            AssertionError: There was no form, or the login was refused; the message contains the page.
        """
        shown = urllib3.request("GET", url, headers=self._headers, redirect=False)
        if shown.headers.get("Location", "").startswith("/"):
            url = urljoin(url, shown.headers["Location"])
            shown = urllib3.request("GET", url, headers=self._headers, redirect=False)
        form = re.search(r'<form method="post" action="([^"]+)">', shown.data.decode())
        assert form, f"no login form: {shown.status} {shown.headers.get('Location', '')} {shown.data.decode()}"
        action = urljoin(url, unescape(form[1]))
        body = urlencode({"username": username, "password": password})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self._headers}
        answer = urllib3.request("POST", action, body=body, headers=headers, redirect=False)
        assert answer.status == 302, answer.data.decode()
        return self._redirect_of(answer)

    def go(self, url: str) -> str:
        """Return the URL that the browser is redirected to, without opening it; empty if it is shown a page."""
        return self._redirect_of(urllib3.request("GET", url, headers=self._headers, redirect=False))

    def _redirect_of(self, answer: urllib3.BaseHTTPResponse) -> str:
        if cookie := answer.headers.get("Set-Cookie"):
            self._headers = {"Cookie": cookie.partition(";")[0]}
        return answer.headers.get("Location", "")


def log_in(url: str, username: str, password: str) -> str:
    """Log in with a new browser; see `Browser.log_in`."""
    return Browser().log_in(url, username, password)
