"""A variable as the API clients take it: what is pasted into Postman, Bruno and Insomnia."""

from __future__ import annotations

import re

from cognitui.model.errors import BadToken

_B64TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""RFC 6750. Each of the clients replaces `{{name}}` in a value, so that braces would read other variables."""


def for_postman(environment: str, name: str, value: str) -> str:
    """Returns an environment for Postman's import, with the one variable in it, marked as a secret."""
    # Costs 3 ms, and the other forms need it not.
    import json

    variable = {"key": name, "value": _checked(value), "type": "secret", "enabled": True}
    return json.dumps({"name": environment, "values": [variable], "_postman_variable_scope": "environment"})


def for_bruno(name: str, value: str) -> str:
    """Returns the `vars` block of an environment file of Bruno's, `environments/NAME.bru`."""
    return f"vars {{\n  {name}: {_checked(value)}\n}}"


def for_insomnia(name: str, value: str) -> str:
    """Returns the JSON object that Insomnia's editor of an environment holds."""
    import json

    return json.dumps({name: _checked(value)})


def _checked(value: str) -> str:
    if not _B64TOKEN.fullmatch(value):
        raise BadToken(
            "The token holds characters that an API client would replace.",
            fix="Check the endpoint of the profile: the server that sent it is not Cognito.",
        )
    return value
