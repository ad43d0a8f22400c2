"""A value of a file, and what the way to it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import ClassVar

from cognitui.model.frozen import Frozen

_WORD = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
"""Of `AppClientIDWeb`, `app_client_id` and `APP-CLIENT-ID`."""

_OTHERS = (
    *("apple", "atlassian", "auth0", "azure", "bitbucket", "discord", "dropbox", "entra", "facebook", "firebase"),
    *("github", "gitlab", "google", "hubspot", "identity", "instagram", "kafka", "keycloak", "linkedin", "microsoft"),
    *("mongo", "mqtt", "mysql", "okta", "onelogin", "oracle", "paypal", "postgres", "rabbit", "redis", "salesforce"),
    *("sendgrid", "sentry", "shopify", "slack", "spotify", "stripe", "supabase", "twilio", "twitch", "twitter"),
)
"""What has clients and secrets of its own, and is often told of in the same file."""

_SECRETS = ("password", "passwd", "passphrase", "secret", "token", "credential")
_SECRET_WORDS = frozenset(
    {
        *("cookie", "hash", "key", "keys", "otp", "pass", "pin", "private", "pw", "pwd"),
        *("salt", "seed", "session", "signature"),
    }
)
"""Too short to be looked for inside of words: `monkey` is no key."""


class Leaf(Frozen, frozen=True, dict=True):
    """A value of a file and the way to it."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    path: tuple[str, ...]
    value: str

    @property
    def label(self) -> str:
        """The way, as a person reads it."""
        return ".".join(self.path)

    @cached_property
    def hint(self) -> str:
        """The way without what differs from one style of names to another: `USER_POOL_ID` is `userPoolId`."""
        return bare(self.path)

    @property
    def is_of_another(self) -> bool:
        """Whether its name is that of another service, whose clients and secrets are none of Cognito's."""
        words = _words(self.path)
        if "amazon" in words and "cognito" not in words:
            # Login with Amazon has clients, too.
            return True
        return any(word.startswith(_OTHERS) for word in words)

    @property
    def is_of_cognito(self) -> bool:
        """Whether its name is that of Cognito or of a user pool."""
        return any(word in self.hint for word in ("cognito", "userpool"))

    @property
    def is_secret(self) -> bool:
        """Whether its name is that of something that must not be shown."""
        words = {word.rstrip("0123456789") for word in _words(self.path)}
        return any(word in self.hint for word in _SECRETS) or not _SECRET_WORDS.isdisjoint(words)

    def from_word(self, word: str) -> Leaf:
        """Returns it with the end of its way alone, beginning with the name that a word is in."""
        begins = (count for count in range(len(self.path) - 1, -1, -1) if word in bare(self.path[count:]))
        return Leaf(self.path[next(begins, 0) :], self.value)


def leaves_of(value: object, path: tuple[str, ...] = ()) -> Iterable[Leaf]:
    """Returns the texts in a value of JSON, each with its way; items of a list have that of the list."""
    if isinstance(value, str):
        yield Leaf(path, value.strip())
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield from leaves_of(below, (*path, str(name)))
    elif isinstance(value, list):
        for below in value:
            yield from leaves_of(below, path)


def bare(path: tuple[str, ...]) -> str:
    """Returns a way in letters and digits alone, all small."""
    return re.sub(r"[^a-z0-9]", "", "".join(path).lower())


def _words(path: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for name in path for word in _WORD.findall(name))
