"""Copy formats of a token: for a header, a shell, a file or an API client.

The patterns are compiled when they are first used: the keys of the formats are needed before the first paint.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Self, TypeAlias

from cognitui.model.duration import iso_utc
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token, TokenKind

_B64TOKEN = r"[A-Za-z0-9._~+/=-]+"
"""RFC 6750. All of the clients replace `{{name}}` in a value, so braces would read other variables."""


def for_postman(environment: str, name: str, value: str) -> str:
    """Return an environment for Postman's import with one secret variable."""
    # Costs 3 ms, and the other formats do not need it.
    import json

    variable = {"key": name, "value": _checked(value), "type": "secret", "enabled": True}
    return json.dumps({"name": environment, "values": [variable], "_postman_variable_scope": "environment"})


def for_bruno(name: str, value: str) -> str:
    """Return the `vars` block of a Bruno environment file, `environments/NAME.bru`."""
    return f"vars {{\n  {name}: {_checked(value)}\n}}"


def for_insomnia(name: str, value: str) -> str:
    """Return the JSON object for Insomnia's environment editor."""
    import json

    return json.dumps({name: _checked(value)})


def _checked(value: str) -> str:
    if not re.fullmatch(_B64TOKEN, value):
        raise BadToken(
            "The token contains characters that an API client would replace.",
            fix="Check the endpoint in the profile: the server that sent the token is not Cognito.",
        )
    return value


_PLAIN = r"(?![~=])[A-Za-z0-9._~+/=-]+"
"""RFC 6750: b64token. These characters are literal in every shell and .env reader.

Except at the start: `~name` is a home folder in every shell, and `=name` a program in zsh.
"""

_POWERSHELL_QUOTE = "['\u2018-\u201b]"
"""Each of these characters can open and close a single-quoted string in PowerShell."""

_PLAIN_ADDRESS = r"https?://[A-Za-z0-9._~+/=:-]+"


def for_shell(value: str) -> str:
    """Return a text for bash, zsh and other POSIX shells; unquoted if that is safe."""
    return value if re.fullmatch(_PLAIN, value) else single_quoted(value)


def address_for_shell(url: str) -> str:
    """Return a URL for a POSIX shell; unquoted if that is safe, so that it is easy to append to it."""
    return url if re.fullmatch(_PLAIN_ADDRESS, url) else single_quoted(url)


def single_quoted(value: str) -> str:
    """Return a text in quotes for a POSIX shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def for_fish(value: str) -> str:
    """Return a text for fish, where single quotes and backslashes inside single quotes are escaped."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def for_powershell(value: str) -> str:
    """Return a text for PowerShell, where single quotes are doubled, curly ones too (`about_Quoting_Rules`)."""
    return "'" + re.sub(_POWERSHELL_QUOTE, r"\g<0>\g<0>", value) + "'"


def for_dotenv(value: str) -> str:
    """Return a text for a `.env` file.

    Unquoted if that is safe: `docker run --env-file` takes quotes as part of the value.
    """
    if re.fullmatch(_PLAIN, value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


_SENDABLE = r"[\x21-\x7e]+"
"""Characters allowed in a header; Cognito's tokens are base64url and dots."""

_STAND_IN = "eyJ0aGlzIjoibm9uZSJ9"
"""The token in a preview."""

NO_ADDRESS = "https://your-api.invalid"
"""The URL of an API that is not configured.

RFC 6761, 6.4: names under `invalid` never resolve, so a token that is sent by accident reaches nobody.
"""

_GLOB = r"[][{}]"
"""Characters that curl expands to several URLs."""


def variable(token: Token) -> str:
    """Return the name of the environment variable for a token: `COGNITO_ACCESS_TOKEN`."""
    return f"COGNITO_{token.kind.value.upper()}_TOKEN"


def _header(token: Token) -> str:
    return f"Authorization: Bearer {token.value}"


def _curl(profile: Profile, token: Token) -> str:
    url = profile.api_url
    words = ("curl", "-g" if re.search(_GLOB, url) else "", "-H", single_quoted(_header(token)), _address(profile))
    return " ".join(filter(None, words))


def _httpie(profile: Profile, token: Token) -> str:
    # `https` and not `http`: HTTPie would call a URL without a scheme unencrypted.
    return " ".join(("https", "-A", "bearer", f"--auth={for_shell(token.value)}", _address(profile)))


def _address(profile: Profile) -> str:
    return address_for_shell(profile.api_url or NO_ADDRESS)


def _json(profile: Profile, token: Token) -> str:
    # Costs 3 ms, and the other formats do not need it.
    import json

    return json.dumps(
        {
            "profile": profile.id,
            "type": token.kind.value,
            "token": token.value,
            "expires_at": iso_utc(token.lifetime.expires_at),
        }
    )


Writer: TypeAlias = Callable[[Profile, Token], str]
"""Formats a token that was checked: one line, except for Bruno's block."""


class TokenFormat(StrEnum):
    """The formats of `cognitui token --as` and of "copy as" in the TUI, in their order there.

    This entry is all of a format: its name, the label after "copied as", its key, label and help in the dialog, and how
    it is written.
    """

    label: str
    key: str
    short: str
    help: str
    write: Writer
    calls_api: bool
    """Whether it contains the URL of an API."""

    RAW = "raw", "raw token", "r", "Raw", "Copy only the token.", lambda _, token: token.value
    BEARER = "bearer", "Bearer value", "b", "Bearer", "Copy a Bearer value.", lambda _, token: f"Bearer {token.value}"
    HEADER = (
        "header",
        "Authorization header",
        "h",
        "Header",
        "Copy an Authorization header.",
        lambda _, token: _header(token),
    )
    CURL = "curl", "curl", "c", "curl", "Copy a curl command.", _curl, True
    HTTPIE = "httpie", "HTTPie", "t", "HTTPie", "Copy an HTTPie command.", _httpie, True
    ENV = (
        "env",
        "bash, zsh export",
        "e",
        "export",
        "Copy an export line for bash and zsh.",
        lambda _, token: f"export {variable(token)}={for_shell(token.value)}",
    )
    FISH = (
        "fish",
        "fish export",
        "f",
        "fish",
        "Copy a line for fish.",
        lambda _, token: f"set -gx {variable(token)} {for_fish(token.value)}",
    )
    POWERSHELL = (
        "powershell",
        "PowerShell variable",
        "p",
        "PowerShell",
        "Copy a line for PowerShell.",
        lambda _, token: f"$env:{variable(token)} = {for_powershell(token.value)}",
    )
    DOTENV = (
        "dotenv",
        ".env line",
        "d",
        ".env",
        "Copy a line of a .env file.",
        lambda _, token: f"{variable(token)}={for_dotenv(token.value)}",
    )
    JSON = "json", "JSON", "s", "JSON", "Copy JSON with kind and expiry.", _json
    POSTMAN = (
        "postman",
        "Postman environment",
        "m",
        "Postman",
        "Copy a Postman environment.",
        lambda profile, token: for_postman(profile.id, variable(token), token.value),
    )
    BRUNO = (
        "bruno",
        "Bruno variable",
        "u",
        "Bruno",
        "Copy a Bruno vars block.",
        lambda _, token: for_bruno(variable(token), token.value),
    )
    INSOMNIA = (
        "insomnia",
        "Insomnia variable",
        "i",
        "Insomnia",
        "Copy an Insomnia variable.",
        lambda _, token: for_insomnia(variable(token), token.value),
    )

    def __new__(
        cls, value: str, label: str, key: str, short: str, help_: str, write: Writer, calls_api: bool = False
    ) -> Self:
        """Return a member whose value is its name on the command line."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.key, member.short, member.help = label, key, short, help_
        member.write, member.calls_api = write, calls_api
        return member

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the format with a name of the command line."""
        return cls[name.upper()]


def formatted(profile: Profile, token: Token, form: TokenFormat) -> str:
    """Return a token ready to paste: one line, except for Bruno's block.

    Raises:
        BadToken: It contains characters that no header or this format can hold, or that a terminal might run.
    """
    if not re.fullmatch(_SENDABLE, token.value):
        raise BadToken(
            f"The {token.kind.value} token of {profile.id} contains characters that no token has.",
            fix="Check the endpoint in the profile: the server that sent it is not Cognito.",
        )
    return form.write(profile, token)


def what_is_missing(profile: Profile, form: TokenFormat) -> str:
    """Return what has to be filled in before a format can be used; empty if it is complete."""
    if not form.calls_api or profile.api_url:
        return ""
    return f"Replace {NO_ADDRESS} with your API, or set api_url in the profile or its environment."


def preview(profile: Profile, kind: TokenKind, form: TokenFormat, now: float) -> str:
    """Return a preview of a format: one inert line without the token."""
    stand_in = Token(kind, _STAND_IN, Lifetime(now, now))
    return inert(" ".join(formatted(profile, stand_in, form).split()).replace(_STAND_IN, "eyJ…"))
