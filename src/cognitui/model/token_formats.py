"""A token in the form that its user wants: for a header, a shell, a file, an API client."""

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


_PLAIN = re.compile(r"(?![~=])[A-Za-z0-9._~+/=-]+")
"""RFC 6750: b64token. No shell and no reader of .env files takes any of these for something else.

But for the first one: `~name` is a home to every shell, and `=name` a program to zsh.
"""

_POWERSHELL_QUOTE = re.compile("['\u2018-\u201b]")
"""Whichever of these begins a text in single quotes, any of them ends it."""

_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~+/=:-]+")


def for_shell(value: str) -> str:
    """Returns a text for bash, zsh and every other POSIX shell; bare where that is safe."""
    return value if _PLAIN.fullmatch(value) else single_quoted(value)


def address_for_shell(url: str) -> str:
    """Returns an address for a POSIX shell; bare where that is safe, so that a person can type on behind it."""
    return url if _PLAIN_ADDRESS.fullmatch(url) else single_quoted(url)


def single_quoted(value: str) -> str:
    """Returns a text in quotes for a POSIX shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def for_fish(value: str) -> str:
    """Returns a text for fish, where a backslash escapes itself and the quote between single quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def for_powershell(value: str) -> str:
    """Returns a text for PowerShell, where a single quote is doubled, also a curly one (`about_Quoting_Rules`)."""
    return "'" + _POWERSHELL_QUOTE.sub(r"\g<0>\g<0>", value) + "'"


def for_dotenv(value: str) -> str:
    """Returns a text for a `.env` file.

    Bare where that is safe: `docker run --env-file` takes quotes for a part of the value.
    """
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


_SENDABLE = re.compile(r"[\x21-\x7e]+")
"""What can stand in a header; Cognito's tokens are base64url and dots."""

_STAND_IN = "eyJ0aGlzIjoibm9uZSJ9"
"""In the place of a token in a preview."""

NO_ADDRESS = "https://your-api.invalid"
"""In the place of an API's address that nobody named.

RFC 6761, 6.4: no name under `invalid` ever leads to a server, so a token that is sent unseen reaches nobody.
"""

_GLOB = re.compile(r"[][{}]")
"""What curl takes for several addresses in one."""


class TokenFormat(StrEnum):
    """What `cognitui token --as` and the screen's "copy as" offer."""

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
        """The form in words for people, as they stand behind "copied as"."""
        return _LABELS[self]


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


def formatted(profile: Profile, token: Token, form: TokenFormat) -> str:
    """Returns a token ready to paste: one line, but for Bruno's block.

    Raises:
        BadToken: It holds characters that no header can carry, a terminal might even obey, or the form cannot hold.
    """
    if not _SENDABLE.fullmatch(token.value):
        raise BadToken(
            f"The {token.kind.value} token of {profile.id} holds characters that no token has.",
            fix="Check the endpoint of the profile: the server that sent it is not Cognito.",
        )
    return _FORMS[form](profile, token)


def what_is_missing(profile: Profile, form: TokenFormat) -> str:
    """Returns what a person has to put into a form before it is of use; empty where it is whole."""
    if form not in (TokenFormat.CURL, TokenFormat.HTTPIE) or profile.api_url:
        return ""
    return f"{NO_ADDRESS} stands for your API: set api_url in the profile or its environment."


def preview(profile: Profile, kind: TokenKind, form: TokenFormat, now: float) -> str:
    """Returns how a form would look, in one line without the token; inert."""
    stand_in = Token(kind, _STAND_IN, Lifetime(now, now))
    return inert(" ".join(formatted(profile, stand_in, form).split()).replace(_STAND_IN, "eyJ…"))


def variable(token: Token) -> str:
    """Returns the name of the environment variable for a token: `COGNITO_ACCESS_TOKEN`."""
    return f"COGNITO_{token.kind.value.upper()}_TOKEN"


def _header(token: Token) -> str:
    return f"Authorization: Bearer {token.value}"


def _curl(profile: Profile, token: Token) -> str:
    url = profile.api_url
    words = ("curl", "-g" if _GLOB.search(url) else "", "-H", single_quoted(_header(token)), _address(profile))
    return " ".join(filter(None, words))


def _httpie(profile: Profile, token: Token) -> str:
    # `https` and not `http`: an address that a person types without a scheme must not be called in clear.
    return " ".join(("https", "-A", "bearer", f"--auth={for_shell(token.value)}", _address(profile)))


def _address(profile: Profile) -> str:
    return address_for_shell(profile.api_url or NO_ADDRESS)


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
