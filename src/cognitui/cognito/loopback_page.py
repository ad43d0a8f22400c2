"""What a browser is shown on its way back: plain pages without scripts, pictures or anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from cognitui.model.text import inert

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
        """Returns it as HTML."""
        title, text = escape(self.title), escape(inert(self.text, _LONGEST))
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · cognitui</title>'
            f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        ).encode()

    def headers(self) -> tuple[str, ...]:
        """Returns the lines of its head."""
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
    "Nobody waits for this answer: it belongs to another sign-in. Go back to the terminal, and begin again there.",
)
LOST = Page(HTTPStatus.NOT_FOUND, "Nothing here", "This address is for the answer to a sign-in alone.")
MISDIRECTED = Page(HTTPStatus.MISDIRECTED_REQUEST, "Not this server", "This server has another name.")
NOT_UNDERSTOOD = Page(HTTPStatus.BAD_REQUEST, "Not understood", "This server takes the answer to a sign-in alone.")


def failed(cause: str) -> Page:
    """Returns the page of a sign-in that ended without a code."""
    return Page(HTTPStatus.OK, "Not signed in", f"{cause} Go back to the terminal. This page may be closed.")
