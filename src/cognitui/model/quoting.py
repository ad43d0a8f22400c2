"""Texts as shells and readers of `.env` files take them: as they are, and as nothing else."""

from __future__ import annotations

import re

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
