"""A request's parameters, typed: the edge where JSON becomes ours."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cognitui.demo.strict.refusal import Refusal, invalid_parameter

Parameters = Mapping[str, object]
"""What stood in a request's body."""

Answers = Mapping[str, str]
"""AuthParameters, or ChallengeResponses."""


def parse(body: bytes) -> Parameters:
    """Returns a body's parameters, or raises a SerializationException."""
    try:
        parsed = json.loads(body)
    except ValueError:
        raise Refusal("SerializationException") from None
    if not isinstance(parsed, dict):
        raise Refusal("SerializationException")
    return parsed


def required(parameters: Parameters, name: str) -> str:
    """Returns a text that must be there, and must not be empty."""
    value = optional(parameters, name)
    if value is None:
        member = name[0].lower() + name[1:]
        raise invalid_parameter(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
            "Member must not be null"
        )
    return value


def optional(parameters: Parameters, name: str) -> str | None:
    """Returns a text, or None where there is none; an empty one is refused as AWS refuses it."""
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refusal("SerializationException")
    if not value:
        member = name[0].lower() + name[1:]
        raise invalid_parameter(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    return value


def flag(parameters: Parameters, name: str) -> bool:
    """Returns a boolean, False where there is none."""
    value = parameters.get(name, False)
    if not isinstance(value, bool):
        raise Refusal("SerializationException")
    return value


def answers(parameters: Parameters, name: str) -> Answers:
    """Returns a map of texts, empty where there is none.

    An entry that is null is as if absent: amazon-cognito-identity-js refreshes with `"DEVICE_KEY": null`.
    """
    value = parameters.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal("SerializationException")
    given = {key: text for key, text in value.items() if text is not None}
    if not all(isinstance(text, str) for text in given.values()):
        raise Refusal("SerializationException")
    return given


def needed(given: Answers, name: str) -> str:
    """Returns an entry of AuthParameters or ChallengeResponses that must be there."""
    if not given.get(name):
        raise invalid_parameter(f"Missing required parameter {name}")
    return given[name]
