"""Secrets as people give them: with quotes, blanks, a byte order mark, or as a whole address. One rule for all ways."""

from __future__ import annotations

import base64
import binascii
import re
import string

from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind

_BOM = "\ufeff"
_AROUND = "\"'`“”‘’«»\u200b" + _BOM  # noqa: RUF001 (those very quotes are meant)
"""Quotes, and marks that nobody sees."""

_LONGEST_PARAMETERS = 10

_SETTINGS = {"algorithm": "SHA1", "digits": "6", "period": "30"}
"""What Cognito's codes are made with; RFC 6238's defaults, too."""


def given_secret(kind: SecretKind, text: str) -> str:
    """Return a secret as it is to be stored or sent.

    Args:
        kind: A password is kept as it is, except for a byte order mark before it.
        text: As it was typed, pasted, piped or found in a file.

    Raises:
        UsageError: There is nothing in it, or it is no TOTP seed; what was given is not repeated.
    """
    if kind is SecretKind.TOTP:
        return _seed(text)
    secret = _bare(text) if kind is SecretKind.CLIENT_SECRET else text.removeprefix(_BOM)
    if not secret:
        raise UsageError(f"No {kind.label} was given.", fix="Type it at the prompt, or pipe it into the command.")
    return secret


def refuse_without_user(profile: Profile, kind: SecretKind) -> None:
    """Raise UsageError if a secret of a user is given for a profile that has none."""
    if profile.needs_user or kind not in (SecretKind.PASSWORD, SecretKind.TOTP):
        return
    if profile.flow is Flow.AUTHORIZATION_CODE:
        fix = "Nothing needs to be stored: its user signs in in the browser."
    else:
        fix = f"Store its client secret: cognitui secret set {profile.id} {SecretKind.CLIENT_SECRET.value}"
    raise UsageError(f"{profile.id} signs in without a user of its own, so it has no {kind.label}.", fix=fix)


def _bare(text: str) -> str:
    """Remove quotes and blanks around a text, and the line breaks that a terminal has put into it."""
    return re.sub(r"\s*[\r\n]\s*", "", text).strip(string.whitespace + _AROUND)


def _seed(text: str) -> str:
    bare = text.strip().strip(_AROUND).strip()
    if not bare:
        raise UsageError(
            "No TOTP seed was given.",
            fix="Paste the key that the authenticator app was set up with, or its otpauth URI.",
        )
    seed = _seed_of_uri(bare) if re.match(r"otpauth[a-z-]*:", bare, re.IGNORECASE) else bare
    compact = re.sub(r"[\s\-_]", "", seed).strip(_AROUND).rstrip("=").upper()
    try:
        base64.b32decode(compact + "=" * (-len(compact) % 8))
    except (binascii.Error, ValueError):
        compact = ""
    if not compact:
        # Out here, as the exception that was caught may hold the seed.
        raise _no_seed("The TOTP seed is not base32: it has only the letters A to Z and the digits 2 to 7.")
    return compact


def _seed_of_uri(uri: str) -> str:
    # Costs 3 ms, and hardly any secret is an address.
    from urllib.parse import parse_qsl, urlsplit

    try:
        address = urlsplit(uri)
        given = {name.lower(): value for name, value in parse_qsl(address.query, max_num_fields=_LONGEST_PARAMETERS)}
    except ValueError:
        address, given = urlsplit("otpauth:"), {}
    if address.scheme == "otpauth-migration":
        raise _no_seed("An export of Google Authenticator holds several seeds.")
    if address.netloc.lower() == "hotp":
        raise _no_seed("The otpauth URI is of counted codes (hotp), and Cognito's are of the time (totp).")
    if address.netloc.lower() != "totp" or not given.get("secret"):
        raise _no_seed("The otpauth URI has no secret.")
    for name, cognitos in _SETTINGS.items():
        if given.get(name, cognitos).upper().replace("-", "") != cognitos:
            raise _no_seed(f"The otpauth URI asks for another {name} than Cognito's, which is {cognitos}.")
    return given["secret"]


def _no_seed(cause: str) -> UsageError:
    return UsageError(cause, fix="Paste the key of the authenticator app, or its address otpauth://totp/…?secret=…")
