"""What goes back over the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from cognitui.demo.strict.refusal import Refusal

Body = Mapping[str, object]
"""The answer of an operation, before it is JSON."""

AMZ_JSON = "application/x-amz-json-1.1"


class Delivery(Enum):
    """How much of an answer arrives."""

    WHOLE = auto()
    BROKEN_OFF = auto()
    """Half of it, then the connection ends; Content-Length tells that the rest is missing."""
    CUT_SHORT = auto()
    """Half of it, and nothing tells that there was more: what a proxy makes of a broken answer."""
    DROPPED = auto()
    """None: the connection ends."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int = 200
    body: bytes = field(default=b"{}", repr=False)
    content_type: str = AMZ_JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones."""
    error: str = ""
    """The exception's name; empty where there is none."""
    delivery: Delivery = Delivery.WHOLE


def answer_of(body: Body) -> Answer:
    """Returns what an operation gave."""
    return Answer(body=json.dumps(body).encode())


def refusal_of(refusal: Refusal) -> Answer:
    """Returns an error, in the shape of the JSON 1.1 protocol."""
    body = {"__type": refusal.name, **({"message": refusal.message} if refusal.message else {})}
    return Answer(refusal.status, json.dumps(body).encode(), error=refusal.name)
