"""Cleanup of secrets from user input: quotes, spaces, a byte order mark or a whole otpauth URI."""

from __future__ import annotations

import base64
import binascii
import re
import string

from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind

_BOM = "\ufeff"
_AROUND = "\"'`“”‘’«»\u200b" + _BOM  # noqa: RUF001 (typographic quotes are meant)
"""Quotes and invisible characters around a secret."""

_LONGEST_PARAMETERS = 10

_SETTINGS = {"algorithm": "SHA1", "digits": "6", "period": "30"}
"""The parameters of Cognito's TOTP codes, which are the defaults of RFC 6238."""


def given_secret(kind: SecretKind, text: str) -> str:
    """Return a secret as it is stored or sent.

    Args:
        kind: Its kind; a password is kept as it is, except for a leading byte order mark.
        text: The secret as it was typed, pasted, piped or found in a file.

    Raises:
        UsageError: It is empty or not a TOTP seed; the message does not repeat it.
    """
    if kind is SecretKind.TOTP:
        return _seed(text)
    secret = _bare(text) if kind is SecretKind.CLIENT_SECRET else text.removeprefix(_BOM)
    if not secret:
        raise UsageError(f"No {kind.label} was entered.", fix="Type it at the prompt, or pipe it into the command.")
    return secret


def refuse_without_user(profile: Profile, kind: SecretKind) -> None:
    """Raise UsageError if a secret of a user is given for a profile that has none."""
    if profile.needs_user or kind not in (SecretKind.PASSWORD, SecretKind.TOTP):
        return
    if profile.flow is Flow.AUTHORIZATION_CODE:
        fix = "Nothing needs to be stored: the user signs in in the browser."
    else:
        fix = f"Store its client secret: cognitui secret set {profile.id} {SecretKind.CLIENT_SECRET.value}"
    raise UsageError(f"{profile.id} signs in without a user of its own, so it has no {kind.label}.", fix=fix)


def _bare(text: str) -> str:
    """Remove quotes and spaces around a text, and the line breaks that a terminal has put into it."""
    return re.sub(r"\s*[\r\n]\s*", "", text).strip(string.whitespace + _AROUND)


def _seed(text: str) -> str:
    bare = text.strip().strip(_AROUND).strip()
    if not bare:
        raise UsageError(
            "No TOTP seed was entered.",
            fix="Paste the key that the authenticator app was set up with, or its otpauth URI.",
        )
    seed = _seed_of_uri(bare) if re.match(r"otpauth[a-z-]*:", bare, re.IGNORECASE) else bare
    compact = re.sub(r"[\s\-_]", "", seed).strip(_AROUND).rstrip("=").upper()
    try:
        base64.b32decode(compact + "=" * (-len(compact) % 8))
    except (binascii.Error, ValueError):
        compact = ""
    if not compact:
        # Raised outside of the except block, because the caught exception may hold the seed.
        raise _no_seed("The TOTP seed is not base32, which only has the letters A to Z and the digits 2 to 7.")
    return compact


def _seed_of_uri(uri: str) -> str:
    # Costs 3 ms, and few secrets are URIs.
    from urllib.parse import parse_qsl, urlsplit

    try:
        address = urlsplit(uri)
        given = {name.lower(): value for name, value in parse_qsl(address.query, max_num_fields=_LONGEST_PARAMETERS)}
    except ValueError:
        address, given = urlsplit("otpauth:"), {}
    if address.scheme == "otpauth-migration":
        raise _no_seed("A Google Authenticator export holds several seeds.")
    if address.netloc.lower() == "hotp":
        raise _no_seed("The otpauth URI is for counter-based codes (hotp); Cognito uses time-based ones (totp).")
    if address.netloc.lower() != "totp" or not given.get("secret"):
        raise _no_seed("The otpauth URI has no secret.")
    for name, cognitos in _SETTINGS.items():
        if given.get(name, cognitos).upper().replace("-", "") != cognitos:
            raise _no_seed(f"The otpauth URI has another {name} than Cognito's {cognitos}.")
    return given["secret"]


def _no_seed(cause: str) -> UsageError:
    return UsageError(cause, fix="Paste the authenticator app's key or its otpauth URI: otpauth://totp/…?secret=…")
