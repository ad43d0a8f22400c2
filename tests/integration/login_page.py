"""The login page of any server, filled in as a browser does it."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

import urllib3

from cognitui.model.errors import BrowserSignInDenied


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what it sends along."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = given.get("action") or ""
        if tag == "input" and (name := given.get("name")):
            self.fields[name] = given.get("value") or ""


def log_in(url: str, username: str, password: str) -> str:
    """Return where the browser is sent after the login form, without going there.

    Raises:
        BrowserSignInDenied: There is no form, or the login is refused.
    """
    shown = urllib3.request("GET", url, redirect=False)
    if (location := shown.headers.get("Location", "")).startswith("/"):
        url = urljoin(url, location)
        shown = urllib3.request("GET", url, redirect=False)
    form = _Form(shown.data.decode())
    if form.action is None:
        raise BrowserSignInDenied(f"The page has no form (HTTP {shown.status}).")
    body = urlencode({**form.fields, "username": username, "password": password})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = urllib3.request("POST", urljoin(url, form.action), body=body, headers=headers, redirect=False)
    if answer.status not in (302, 303):
        raise BrowserSignInDenied(f"The login was refused (HTTP {answer.status}).")
    return answer.headers["Location"]
