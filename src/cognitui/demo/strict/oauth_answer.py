"""What the OAuth endpoints take and answer: forms, JSON, pages and redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from cognitui.demo.strict.answer import Answer, Body
from cognitui.demo.strict.wire import Call

Form = Mapping[str, str]
"""Parameters, of a query or of a body."""

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
        """What goes back."""
        body = {"error": self.error, **({"error_description": self.description} if self.description else {})}
        return json_answer(body, self.status, self.error)


def query_of(call: Call) -> Form:
    """Returns the parameters of a call's URL."""
    return _parsed(call.path.partition("?")[2])


def form_of(call: Call) -> Form:
    """Returns the parameters of a call's body, which must be a form."""
    if call.method != "POST":
        raise OAuthRefusal("invalid_request", "The method must be POST.", 405)
    if call.headers.get("content-type", "").partition(";")[0] != _FORM_TYPE:
        raise OAuthRefusal("invalid_request", f"The content type must be {_FORM_TYPE}.")
    return _parsed(call.body.decode("utf-8", "replace"))


def demanded(form: Form, name: str) -> str:
    """Returns a parameter that must be there."""
    if not form.get(name):
        raise OAuthRefusal("invalid_request", f"{name} is missing")
    return form[name]


def json_answer(body: Body, status: int = 200, error: str = "") -> Answer:
    """Returns JSON, which nobody may keep."""
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        # RFC 6750, 3 and RFC 6749, 5.2: what to authenticate by.
        headers["WWW-Authenticate"] = f'Bearer error="{error}"' if error == "invalid_token" else "Basic"
    return Answer(status, json.dumps(body).encode(), "application/json;charset=UTF-8", headers, error)


def page(html: str, status: int = 200) -> Answer:
    """Returns a page for a browser."""
    text = f"<!doctype html><html><body>{html}</body></html>"
    return Answer(status, text.encode(), "text/html;charset=UTF-8")


def redirect(uri: str, parameters: Form) -> Answer:
    """Sends the browser to an address, with parameters in its query."""
    location = f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}" if parameters else uri
    return Answer(302, b"", "text/html;charset=UTF-8", {"Location": location})


def _parsed(text: str) -> Form:
    pairs = parse_qsl(text, keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthRefusal("invalid_request", "A parameter stands there twice.")
    return form
