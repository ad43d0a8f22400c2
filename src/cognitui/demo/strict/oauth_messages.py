"""Requests and answers of the OAuth endpoints: forms, JSON, pages and redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from cognitui.demo.strict.wire import Answer, Body, Call

Form = Mapping[str, str]
"""The parameters of a query or of a body."""

_FORM_TYPE = "application/x-www-form-urlencoded"


class OAuthRefusal(Exception):
    """An error answer in JSON (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status

    @property
    def answer(self) -> Answer:
        """The error as an HTTP answer."""
        body = {"error": self.error, **({"error_description": self.description} if self.description else {})}
        return json_answer(body, self.status, self.error)


def query_of(call: Call) -> Form:
    """Return the parameters in a call's URL."""
    return _parsed(call.path.partition("?")[2])


def form_of(call: Call) -> Form:
    """Return the parameters in a call's body, which must be a form."""
    if call.method != "POST":
        raise OAuthRefusal("invalid_request", "The method must be POST.", 405)
    if call.headers.get("content-type", "").partition(";")[0] != _FORM_TYPE:
        raise OAuthRefusal("invalid_request", f"The content type must be {_FORM_TYPE}.")
    return _parsed(call.body.decode("utf-8", "replace"))


def required_field(form: Form, name: str) -> str:
    """Return a parameter that must be present."""
    if not form.get(name):
        raise OAuthRefusal("invalid_request", f"{name} is missing")
    return form[name]


def json_answer(body: Body, status: int = 200, error: str = "") -> Answer:
    """Return JSON that must not be cached."""
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        # The scheme to authenticate with: RFC 6750, 3 and RFC 6749, 5.2.
        headers["WWW-Authenticate"] = f'Bearer error="{error}"' if error == "invalid_token" else "Basic"
    return Answer(status, json.dumps(body).encode(), "application/json;charset=UTF-8", headers, error)


def page(html: str, status: int = 200) -> Answer:
    """Return a page for a browser."""
    text = f"<!doctype html><html><body>{html}</body></html>"
    return Answer(status, text.encode(), "text/html;charset=UTF-8")


def redirect(uri: str, parameters: Form) -> Answer:
    """Return a redirect to a URI, with parameters in its query."""
    location = f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}" if parameters else uri
    return Answer(302, b"", "text/html;charset=UTF-8", {"Location": location})


def _parsed(text: str) -> Form:
    pairs = parse_qsl(text, keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthRefusal("invalid_request", "A parameter is repeated.")
    return form
