"""Secret sources: origins of secrets that are not in the keyring, as profiles write it.

A source is `SCHEME:NAME` or `SCHEME:NAME#JSON.KEY`. Another scheme is one entry of `_SCHEMES`, and a reader of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cognitui.model.errors import SecretSourceUnusable
from cognitui.model.struct import Frozen
from cognitui.model.text import NotAnObject, inert, read_object

SECRETS_MANAGER = "secretsmanager"

_SHOWN = 200

_NAME = re.compile(r"[\w/+=.@-]{1,512}", re.ASCII)
"""AWS, Secrets Manager, CreateSecret: Name."""

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):secretsmanager:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):secret:[\w/+=.@-]{1,512}",
    re.ASCII,
)

_KEY = re.compile(r"\S{1,256}")

_COGNITOS = "clientSecretValue"
"""AWS, UserPoolClientType, ClientSecretArn: Cognito stores userPoolId, userPoolClientId and clientSecretValue."""

_FORM = "write secretsmanager:NAME or secretsmanager:ARN, followed by #KEY if the secret is JSON"


class SecretSource(Frozen, frozen=True):
    """Origin of a secret; nothing of it is secret."""

    scheme: str
    name: str
    """What the scheme calls it: for Secrets Manager a name or an ARN."""
    key: str = ""
    """The key in its JSON object, `client.secret` also for a nested one; empty for the whole value."""

    def __str__(self) -> str:
        """Return it as profiles write it."""
        return f"{self.scheme}:{self.name}{f'#{self.key}' if self.key else ''}"

    @property
    def region(self) -> str:
        """The Region in an ARN; empty for a name."""
        match = _ARN.fullmatch(self.name)
        return match["region"] if match else ""

    @property
    def shown(self) -> str:
        """The source for a sentence: `the secret shop/web in Secrets Manager`; inert."""
        return f"the secret {inert(self.name, _SHOWN)} in {_SCHEMES[self.scheme]}"


_SCHEMES = {SECRETS_MANAGER: "Secrets Manager"}
"""What can be read, and its name in sentences."""


def source_of(text: str) -> SecretSource:
    """Return the source that a profile names; `source_error` has checked it."""
    scheme, _, rest = text.partition(":")
    name, _, key = rest.partition("#")
    return SecretSource(scheme, name, key)


def source_error(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a source as a profile writes it, and the fix; None if nothing is.

    Both are the rest of a sentence that begins with the key, and repeat no value.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in _SCHEMES:
        return "does not begin with secretsmanager:", _FORM
    name, has_key, key = rest.partition("#")
    if name.startswith("arn:"):
        if not _ARN.fullmatch(name):
            return (
                "has no ARN of a secret",
                "copy it from Secrets Manager: arn:aws:secretsmanager:REGION:ACCOUNT:secret:…",
            )
    elif not _NAME.fullmatch(name):
        return "has no name of a secret", _FORM
    if has_key and not _KEY.fullmatch(key):
        return "has no key after #", _FORM
    return None


def client_secret_in(text: str, source: SecretSource, user_pool_id: str, client_id: str) -> str:
    """Return the client secret in what a source contains.

    Without a key in the source, the value is the secret, or the JSON object that Cognito stores.

    Args:
        text: The value.
        source: Its source.
        user_pool_id: The pool of the profile; empty if it names none.
        client_id: The app client that the secret must belong to, if the value says so.

    Raises:
        SecretSourceUnusable: There is none. The error never repeats the value.
    """
    if not source.key and not text.lstrip().startswith("{"):
        return _secret(text, source)
    found, why = _object(text)
    if why:
        raise SecretSourceUnusable(
            f"The value of {source.shown} {why}.",
            fix="Remove #KEY from client_secret_from if the value is the client secret itself."
            if source.key
            else "Store the client secret itself, or a JSON object that contains it.",
        )
    key = source.key or _COGNITOS
    if key == _COGNITOS:
        _refuse_another_client(found, source, user_pool_id, client_id)
    value = _at(found, key)
    if value is None:
        raise _without_key(source, key)
    return _secret(value, source)


def _object(text: str) -> tuple[Mapping[str, object], str]:
    """Return the JSON object of a text, or what the text is; no exception is left that holds the text."""
    try:
        return read_object(text.encode("utf-8", "surrogatepass")), ""
    except NotAnObject as error:
        return {}, str(error)


def _refuse_another_client(
    found: Mapping[str, object], source: SecretSource, user_pool_id: str, client_id: str
) -> None:
    for name, wanted, what in (
        ("userPoolClientId", client_id, "app client"),
        ("userPoolId", user_pool_id, "user pool"),
    ):
        owner = found.get(name)
        if wanted and isinstance(owner, str) and owner != wanted:
            raise SecretSourceUnusable(
                f"{_begin(source.shown)} belongs to the {what} {inert(owner, 128)}, and the profile's is "
                f"{inert(wanted, 128)}.",
                fix="Check client_secret_from, user_pool_id and client_id in the profile.",
            )


def _without_key(source: SecretSource, key: str) -> SecretSourceUnusable:
    if source.key:
        return SecretSourceUnusable(
            f"The JSON object in {source.shown} has no text under the key {inert(key, 100)}.",
            fix="Check what follows # in client_secret_from.",
        )
    return SecretSourceUnusable(
        f"The value of {source.shown} is a JSON object, and the profile does not say which key to use.",
        fix=f'Add the key: client_secret_from = "{inert(str(source), _SHOWN)}#KEY".',
    )


def _at(found: Mapping[str, object], key: str) -> str | None:
    """Return the text under a key, or under a path with dots; None if there is no text."""
    value: object = found.get(key)
    if value is None:
        value = found
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def _secret(text: str, source: SecretSource) -> str:
    secret = text.strip()
    if not secret:
        raise SecretSourceUnusable(
            f"The client secret in {source.shown} is empty.", fix="Store the app client's secret there."
        )
    if any(character.isspace() or not character.isprintable() for character in secret):
        raise SecretSourceUnusable(
            f"The value of {source.shown} is no client secret: it contains spaces or line breaks.",
            fix="Store only the client secret there, or a JSON object and its key after #.",
        )
    return secret


def _begin(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
