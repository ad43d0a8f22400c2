"""Request parameters, parsed and typed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cognitui.demo.strict.errors import Refusal, invalid_parameter

Parameters = Mapping[str, object]
"""The JSON object of a request body."""

StringMap = Mapping[str, str]
"""AuthParameters or ChallengeResponses."""


def parse(body: bytes) -> Parameters:
    """Return the parameters in a body, or raise SerializationException."""
    try:
        parsed = json.loads(body)
    except ValueError:
        raise Refusal("SerializationException") from None
    if not isinstance(parsed, dict):
        raise Refusal("SerializationException")
    return parsed


def required(parameters: Parameters, name: str) -> str:
    """Return a string that must be present and not empty."""
    value = optional(parameters, name)
    if value is None:
        member = name[0].lower() + name[1:]
        raise invalid_parameter(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
            "Member must not be null"
        )
    return value


def optional(parameters: Parameters, name: str) -> str | None:
    """Return a string, or None if it is absent; refuse an empty one as AWS does."""
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
    """Return a boolean, False if it is absent."""
    value = parameters.get(name, False)
    if not isinstance(value, bool):
        raise Refusal("SerializationException")
    return value


def string_list(parameters: Parameters, name: str) -> tuple[str, ...]:
    """Return a list of strings, empty if it is absent."""
    value = parameters.get(name) or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Refusal("SerializationException")
    return tuple(value)


def string_map(parameters: Parameters, name: str) -> StringMap:
    """Return a map of strings, empty if it is absent.

    A null entry counts as absent: amazon-cognito-identity-js refreshes with `"DEVICE_KEY": null`.
    """
    value = parameters.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal("SerializationException")
    given = {key: text for key, text in value.items() if text is not None}
    if not all(isinstance(text, str) for text in given.values()):
        raise Refusal("SerializationException")
    return given


def required_entry(given: StringMap, name: str) -> str:
    """Return an entry of AuthParameters or ChallengeResponses that must be present."""
    if not given.get(name):
        raise invalid_parameter(f"Missing required parameter {name}")
    return given[name]
