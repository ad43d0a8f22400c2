"""A token in the form that its user wants: for a header, a shell, a file."""

from __future__ import annotations

import re
from enum import StrEnum

from cognitui.model.duration import iso_utc
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.token import Token

_SENDABLE = re.compile(r"[\x21-\x7e]+")
"""What can stand in a header; Cognito's tokens are base64url and dots."""

_PLAIN = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""RFC 6750: b64token. No shell and no reader of .env files takes any of these for something else."""


class TokenFormat(StrEnum):
    """What `cognitui token --as` offers."""

    RAW = "raw"
    BEARER = "bearer"
    HEADER = "header"
    CURL = "curl"
    ENV = "env"
    DOTENV = "dotenv"
    JSON = "json"


def formatted(profile: Profile, token: Token, form: TokenFormat) -> str:
    """Returns a token as one line that is ready to paste.

    Raises:
        BadToken: It holds characters that no header can carry; a terminal might even obey them.
    """
    if not _SENDABLE.fullmatch(token.value):
        raise BadToken(
            f"The {token.kind.value} token of {profile.id} holds characters that no token has.",
            fix="Check the endpoint of the profile: the server that sent it is not Cognito.",
        )
    match form:
        case TokenFormat.RAW:
            return token.value
        case TokenFormat.BEARER:
            return f"Bearer {token.value}"
        case TokenFormat.HEADER:
            return _header(token)
        case TokenFormat.CURL:
            return f"curl -H {_single_quoted(_header(token))}"
        case TokenFormat.ENV:
            return f"export {variable(token)}={_for_shell(token.value)}"
        case TokenFormat.DOTENV:
            return f"{variable(token)}={_for_dotenv(token.value)}"
        case TokenFormat.JSON:
            return _json(profile, token)


def variable(token: Token) -> str:
    """Returns the name of the environment variable for a token: `COGNITO_ACCESS_TOKEN`."""
    return f"COGNITO_{token.kind.value.upper()}_TOKEN"


def _header(token: Token) -> str:
    return f"Authorization: Bearer {token.value}"


def _json(profile: Profile, token: Token) -> str:
    # Costs 3 ms, and the other forms need it not.
    import json

    return json.dumps(
        {
            "profile": profile.id,
            "type": token.kind.value,
            "token": token.value,
            "expires_at": iso_utc(token.lifetime.expires_at),
        }
    )


def _for_shell(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else _single_quoted(value)


def _single_quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _for_dotenv(value: str) -> str:
    """Bare where that is safe: `docker run --env-file` takes quotes for a part of the value."""
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'
