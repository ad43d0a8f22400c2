"""Copy formats of a token: for a header, a shell, a file or an API client."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from cognitui.model.duration import iso_utc
from cognitui.model.errors import BadToken
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token, TokenKind

_B64TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""RFC 6750. All of the clients replace `{{name}}` in a value, so braces would read other variables."""

_PLAIN = re.compile(r"(?![~=])[A-Za-z0-9._~+/=-]+")
"""RFC 6750: b64token. These characters are literal in every shell and .env reader.

Except at the start: `~name` is a home folder in every shell, and `=name` a program in zsh.
"""

_POWERSHELL_QUOTE = re.compile("['\u2018-\u201b]")
"""Each of these characters can open and close a single-quoted string in PowerShell."""

_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~+/=:-]+")

_SENDABLE = re.compile(r"[\x21-\x7e]+")
"""Characters allowed in a header; Cognito's tokens are base64url and dots."""

_STAND_IN = "eyJ0aGlzIjoibm9uZSJ9"
"""The token in a preview."""

NO_ADDRESS = "https://your-api.invalid"
"""The URL of an API that is not configured.

RFC 6761, 6.4: names under `invalid` never resolve, so a token that is sent by accident reaches nobody.
"""

_GLOB = re.compile(r"[][{}]")
"""Characters that curl expands to several URLs."""


class TokenFormat(StrEnum):
    """The formats of `cognitui token --as` and of "copy as" in the TUI."""

    RAW = "raw"
    BEARER = "bearer"
    HEADER = "header"
    CURL = "curl"
    HTTPIE = "httpie"
    ENV = "env"
    FISH = "fish"
    POWERSHELL = "powershell"
    DOTENV = "dotenv"
    JSON = "json"
    POSTMAN = "postman"
    BRUNO = "bruno"
    INSOMNIA = "insomnia"

    @property
    def label(self) -> str:
        """The format in words, as shown after "copied as"."""
        return _LABELS[self]


def formatted(profile: Profile, token: Token, form: TokenFormat) -> str:
    """Return a token ready to paste: one line, except for Bruno's block.

    Raises:
        BadToken: It contains characters that no header or this format can hold, or that a terminal might run.
    """
    if not _SENDABLE.fullmatch(token.value):
        raise BadToken(
            f"The {token.kind.value} token of {profile.id} contains characters that no token has.",
            fix="Check the endpoint in the profile: the server that sent it is not Cognito.",
        )
    return _FORMS[form](profile, token)


def what_is_missing(profile: Profile, form: TokenFormat) -> str:
    """Return what has to be filled in before a format can be used; empty if it is complete."""
    if form not in (TokenFormat.CURL, TokenFormat.HTTPIE) or profile.api_url:
        return ""
    return f"Replace {NO_ADDRESS} with your API, or set api_url in the profile or its environment."


def preview(profile: Profile, kind: TokenKind, form: TokenFormat, now: float) -> str:
    """Return a preview of a format: one inert line without the token."""
    stand_in = Token(kind, _STAND_IN, Lifetime(now, now))
    return inert(" ".join(formatted(profile, stand_in, form).split()).replace(_STAND_IN, "eyJ…"))


def variable(token: Token) -> str:
    """Return the name of the environment variable for a token: `COGNITO_ACCESS_TOKEN`."""
    return f"COGNITO_{token.kind.value.upper()}_TOKEN"


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


def for_shell(value: str) -> str:
    """Return a text for bash, zsh and other POSIX shells; unquoted if that is safe."""
    return value if _PLAIN.fullmatch(value) else single_quoted(value)


def address_for_shell(url: str) -> str:
    """Return a URL for a POSIX shell; unquoted if that is safe, so that it is easy to append to it."""
    return url if _PLAIN_ADDRESS.fullmatch(url) else single_quoted(url)


def single_quoted(value: str) -> str:
    """Return a text in quotes for a POSIX shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def for_fish(value: str) -> str:
    """Return a text for fish, where single quotes and backslashes inside single quotes are escaped."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def for_powershell(value: str) -> str:
    """Return a text for PowerShell, where single quotes are doubled, curly ones too (`about_Quoting_Rules`)."""
    return "'" + _POWERSHELL_QUOTE.sub(r"\g<0>\g<0>", value) + "'"


def for_dotenv(value: str) -> str:
    """Return a text for a `.env` file.

    Unquoted if that is safe: `docker run --env-file` takes quotes as part of the value.
    """
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _checked(value: str) -> str:
    if not _B64TOKEN.fullmatch(value):
        raise BadToken(
            "The token contains characters that an API client would replace.",
            fix="Check the endpoint in the profile: the server that sent the token is not Cognito.",
        )
    return value


_LABELS = {
    TokenFormat.RAW: "raw token",
    TokenFormat.BEARER: "Bearer value",
    TokenFormat.HEADER: "Authorization header",
    TokenFormat.CURL: "curl",
    TokenFormat.HTTPIE: "HTTPie",
    TokenFormat.ENV: "bash, zsh export",
    TokenFormat.FISH: "fish export",
    TokenFormat.POWERSHELL: "PowerShell variable",
    TokenFormat.DOTENV: ".env line",
    TokenFormat.JSON: "JSON",
    TokenFormat.POSTMAN: "Postman environment",
    TokenFormat.BRUNO: "Bruno variable",
    TokenFormat.INSOMNIA: "Insomnia variable",
}


def _header(token: Token) -> str:
    return f"Authorization: Bearer {token.value}"


def _curl(profile: Profile, token: Token) -> str:
    url = profile.api_url
    words = ("curl", "-g" if _GLOB.search(url) else "", "-H", single_quoted(_header(token)), _address(profile))
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


_FORMS: Mapping[TokenFormat, Callable[[Profile, Token], str]] = {
    TokenFormat.RAW: lambda _, token: token.value,
    TokenFormat.BEARER: lambda _, token: f"Bearer {token.value}",
    TokenFormat.HEADER: lambda _, token: _header(token),
    TokenFormat.CURL: _curl,
    TokenFormat.HTTPIE: _httpie,
    TokenFormat.ENV: lambda _, token: f"export {variable(token)}={for_shell(token.value)}",
    TokenFormat.FISH: lambda _, token: f"set -gx {variable(token)} {for_fish(token.value)}",
    TokenFormat.POWERSHELL: lambda _, token: f"$env:{variable(token)} = {for_powershell(token.value)}",
    TokenFormat.DOTENV: lambda _, token: f"{variable(token)}={for_dotenv(token.value)}",
    TokenFormat.JSON: _json,
    TokenFormat.POSTMAN: lambda profile, token: for_postman(profile.id, variable(token), token.value),
    TokenFormat.BRUNO: lambda _, token: for_bruno(variable(token), token.value),
    TokenFormat.INSOMNIA: lambda _, token: for_insomnia(variable(token), token.value),
}
