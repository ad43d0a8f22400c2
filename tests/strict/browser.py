"""A browser and its user: log in at the page that a program has opened."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode, urljoin

import urllib3


def log_in(url: str, username: str, password: str) -> str:
    """Returns where the browser is sent after the login form, without going there.

    Raises:
        AssertionError: There was no form, or the login was refused; the page says why.
    """
    shown = urllib3.request("GET", url, redirect=False)
    form = re.search(r'<form method="post" action="([^"]+)">', shown.data.decode())
    assert form, f"no login form: {shown.status} {shown.headers.get('Location', '')} {shown.data.decode()}"
    action = urljoin(url, unescape(form[1]))
    body = urlencode({"username": username, "password": password})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = urllib3.request("POST", action, body=body, headers=headers, redirect=False)
    assert answer.status == 302, answer.data.decode()
    return answer.headers["Location"]
