"""Entries of a file: values with their paths, what the paths say, and which other entry is nearest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from cognitui.importing.naming import stages_in
from cognitui.model.struct import Frozen

_WORD = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
"""Words of `AppClientIDWeb`, `app_client_id` and `APP-CLIENT-ID`."""

_HASH_OF_CDK = re.compile(r"(?<=[a-z])[0-9A-F]{8}(?:[0-9A-F]{8,9})?$")
"""AWS CDK: a logical id ends in a hash, that of an export in two: `UserPoolClient2F5918F7`."""

_SEPARATOR = re.compile(r"[/.:]|__")
"""In names that are paths: SSM (`/shop/dev/client_id`), Spring (`spring.security`), .NET (`Cognito__ClientId`)."""

_OTHERS = (
    *("adobe", "airtable", "apple", "asana", "atlassian", "auth0", "authentik", "azure", "bitbucket", "calendly"),
    *("clerk", "clickup", "coinbase", "databricks", "datadog", "descope", "discord", "docusign", "dropbox", "ebay"),
    *("entra", "facebook", "figma", "firebase", "fitbit", "fusionauth", "github", "gitlab", "google", "hubspot"),
    *("identity", "instagram", "intercom", "intuit", "kafka", "kakao", "keycloak", "linkedin", "logto", "mailchimp"),
    *("microsoft", "mongo", "mqtt", "mysql", "naver", "notion", "nylas", "okta", "onelogin", "oracle", "patreon"),
    *("paypal", "pinterest", "plaid", "postgres", "quickbooks", "rabbit", "reddit", "redis", "salesforce", "sendgrid"),
    *("sentry", "shopify", "slack", "snowflake", "spotify", "strava", "stripe", "supabase", "tiktok", "twilio"),
    *("twitch", "twitter", "webex", "wechat", "workos", "xero", "yahoo", "zendesk", "zitadel", "zoom"),
)
"""Services with clients and secrets of their own, often named in the same file."""

_OURS = ("cognito", "userpool")

_SECRETS = ("password", "passwd", "passphrase", "secret", "token", "credential")

_SECRET_WORDS = frozenset(
    {
        *("cookie", "hash", "key", "keys", "otp", "pass", "pin", "private", "pw", "pwd"),
        *("salt", "seed", "session", "signature"),
    }
)
"""Words that must match whole: `monkey` is not a key."""

_PLACEHOLDER = re.compile(
    r"""
      <[^<>]*> | .*<[A-Za-z][^<>]*>.* | \[[^\[\]]*\] | [*.…?_-]+
    | \$\w+ | %\w+% | \#\{.*\}\# | .*\$\{.*\}.* | .*\$\(.*\).* | .*\{\{.*\}\}.* | \{[\w.-]+\}
    | (?:[\w-]*[_:\s-])?(?:x{3,}|X{3,}|EXAMPLE)
    | (?i: (?:your|insert|enter|paste|fill)[\s_-].* | your\w+ | my[\s_-](?:user|app|client|pool|cognito|domain).*
         | (?:replace|change)[\s_-]?(?:me|this|with).* | to[\s_-]?do | tbd | fixme | (?:a[\s_-])?placeholder
         | dummy | sample | example | none | null | nil | undefined | n/?a | empty | unset )
    """,
    re.VERBOSE | re.DOTALL,
)
"""Placeholders for a value that is missing, and references that this program does not resolve."""

_SEQUENCE = "0123456789abcdefghijklmnopqrstuvwxyz1234567890abcdefghijklmnopqrstuvwxyz0123456789"

_MOST_ENTRIES = 20_000

_DEEPEST = 48
"""Levels of nesting, including JSON in strings."""

_NAMES = ("name", "key", "Name", "Key", "OutputKey", "ParameterKey")

_VALUES = ("value", "Value", "OutputValue", "ParameterValue", "valueFrom")
"""Keys of an item in a list of names and values: CloudFormation, ECS, SSM, Kubernetes, Postman."""

_ITEM_NAMES = ("StackName", "stackName", "ClientName", "name", "Name", "label", "environment", "stage", "id", "Id")

_ITEM_NAME = re.compile(r"[\w .@-]{1,40}")

_ASSIGNED = re.compile(r"([A-Za-z_][\w.-]{0,100})=(.*)", re.DOTALL)

_PRODUCTION_FLAGS = frozenset({"production", "isproduction", "prod", "isprod"})
"""Names of booleans that mean production if true: Angular's `environment.ts` has `production`."""

_OF_AN_OUTPUT = frozenset({"value", "type", "sensitive", "description"})

_GENERAL = frozenset(
    {
        *("amazon", "app", "application", "arn", "auth", "authentication", "authority", "aws", "callback"),
        *("client", "clients", "cognito", "config", "default", "domain", "domains", "endpoint", "env"),
        *("environment", "expo", "flow", "flows", "gatsby", "hosted", "id", "identity", "ids", "idp"),
        *("issuer", "jwks", "jwt", "key", "login", "name", "next", "ng", "nuxt", "oauth", "oauth2", "oidc"),
        *("openid", "output", "outputs", "parameters", "password", "pool", "pools", "provider", "public"),
        *("react", "redirect", "region", "registration", "scope", "scopes", "secret", "secrets", "security"),
        *("settings", "sign", "signin", "spring", "sso", "ui", "uri", "uris", "url", "urls", "user"),
        *("username", "userpool", "users", "value", "values", "variables", "vite", "vue"),
    }
)
"""Words that say what a value is, not whose."""


class TooMuch(ValueError):
    """A file contains more than such a file should; `str()` continues a sentence that begins with the file."""


class Entry(Frozen, frozen=True, dict=True):
    """A value in a file, with the path to it."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    path: tuple[str, ...]
    """Names from the top; one in brackets is an item of a list."""
    value: str
    line: int = 0
    """From 1; 0 if the reader does not know it."""
    shared: int = 0
    """How many parts it shares with its pool: the name of a stack says nothing about a value in it."""

    @property
    def label(self) -> str:
        """The path for display: `Stacks[shop-dev].UserPoolId`."""
        return ".".join(self.path).replace(".[", "[")

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The path without items of lists."""
        return tuple(part for part in self.path if not _is_item(part))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The path, with names that are paths split up."""
        parts = ((part,) if _is_item(part) else filter(None, _SEPARATOR.split(part)) for part in self.path)
        return tuple(each for part in parts for each in part)

    @cached_property
    def hint(self) -> str:
        """The path regardless of naming style: `USER_POOL_ID` equals `userPoolId`."""
        return bare(tuple(_HASH_OF_CDK.sub("", part) for part in self.named))

    @cached_property
    def name_hint(self) -> str:
        """The same for the last name only."""
        return bare(tuple(_HASH_OF_CDK.sub("", part) for part in self.named[-1:]))

    @property
    def is_of_another(self) -> bool:
        """Whether its path is that of another service, whose clients and secrets are not for Cognito."""
        # A name that mentions Cognito belongs to it, whatever the name of its stack.
        ours = any(word in self.name_hint for word in _OURS)
        words = words_of(self.path[-1:] if ours else self.own_parts)
        ours = ours or "cognito" in words
        if "amazon" in words and not ours:
            # Login with Amazon has clients too.
            return True
        return any(word.startswith(_OTHERS) and not (ours and word == "identity") for word in words)

    @property
    def own_parts(self) -> tuple[str, ...]:
        """The parts that it doesn't share with its pool."""
        return self.parts[min(self.shared, len(self.parts) - 1) :] if self.parts else ()

    @property
    def is_of_cognito(self) -> bool:
        """Whether its path mentions Cognito or a user pool."""
        return any(word in self.hint for word in _OURS)

    @property
    def is_secret(self) -> bool:
        """Whether its name is that of a secret, which must not be shown."""
        words = {word.rstrip("0123456789") for word in words_of(self.named)}
        return any(word in self.hint for word in _SECRETS) or not _SECRET_WORDS.isdisjoint(words)

    @cached_property
    def is_open(self) -> bool:
        """Whether its value is missing: empty, or a placeholder."""
        return is_placeholder(self.value)

    def from_word(self, word: str) -> Entry:
        """Return it with only the end of its path, starting at the last name that contains a word."""
        begins = (count for count in range(len(self.named) - 1, -1, -1) if word in bare(self.named[count:]))
        return Entry(self.named[next(begins, 0) :], self.value)

    def sharing(self, count: int) -> Entry:
        """Return it with the number of parts that it shares with its pool."""
        return Entry(self.path, self.value, self.line, count)


def is_placeholder(value: str) -> bool:
    """Return whether a value is empty or a placeholder."""
    value = value.strip()
    if not value or (len(value) > 3 and len(set(value)) == 1) or _PLACEHOLDER.fullmatch(value[:400]):
        return True
    return len(value) > 9 and value.lower() in _SEQUENCE


def entries_of(value: object, path: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Yield the texts in a JSON value, each with its path.

    A list of names and values becomes entries, JSON in a string is parsed, and a Terraform output is its value.

    Raises:
        TooMuch: It is nested too deeply, or contains too many values.
    """
    for count, entry in enumerate(_entries(value, path, 0)):
        if count >= _MOST_ENTRIES:
            raise TooMuch(f"contains more than {_MOST_ENTRIES:,} values")
        yield entry


def bare(path: tuple[str, ...]) -> str:
    """Return a path in lower-case letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", "".join(path).lower())


def is_production_flag(name: str) -> bool:
    """Return whether a boolean of this name says that the environment is production."""
    return bare((name,)) in _PRODUCTION_FLAGS


def words_of(path: Iterable[str]) -> frozenset[str]:
    """Return the words of a path in lower case: `AppClientIDWeb` has four."""
    return frozenset(word.lower() for name in path for word in _WORD.findall(name))


def nearest(entry: Entry, anchors: Mapping[str, Sequence[Entry]], *, by_rest: bool = True) -> tuple[str, ...]:
    """Return the names of those that a value is nearest to: one, or several that are equally near.

    Nearness is the depth of the innermost object that contains both, then the words that both paths share, then how few
    words of the other path are left over. A value for one environment does not belong to another environment.

    Args:
        entry: The value.
        anchors: By name, the places of each in the file.
        by_rest: Whether the words left over count; otherwise a value without an owner belongs to all.
    """
    scores = {
        name: max(_nearness(entry, place, by_rest=by_rest) for place in places)
        for name, places in anchors.items()
        if any(not _contradicts(entry, place) for place in places)
    }
    best = max(scores.values(), default=(0, 0, 0))
    return tuple(name for name, score in scores.items() if score == best)


def own_words(parts: Sequence[str]) -> frozenset[str]:
    """Return the words of a path that say whose a value is."""
    return words_of(parts) - _GENERAL


def _entries(value: object, path: tuple[str, ...], depth: int) -> Iterator[Entry]:
    if depth > _DEEPEST:
        raise TooMuch("is nested too deeply")
    if isinstance(value, str):
        inner = _json_in(value)
        if inner is None:
            yield Entry(path, value.strip())
        else:
            yield from _entries(inner, path, depth + 1)
    elif value is True and path and is_production_flag(path[-1]):
        # No other boolean says anything about Cognito.
        yield Entry(path, "true")
    elif isinstance(value, Mapping):
        yield from _in_mapping(value, path, depth)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _in_list(item, number, path, depth)


def _in_mapping(value: Mapping[object, object], path: tuple[str, ...], depth: int) -> Iterator[Entry]:
    if _is_output(value):
        yield from _entries(value["value"], path, depth + 1)
        return
    encoded = value.get("data") if value.get("kind") == "Secret" else None
    for name, below in value.items():
        if name == "data" and isinstance(encoded, Mapping):
            below = {key: _from_base64(text) for key, text in encoded.items()}
        yield from _entries(below, (*path, str(name)), depth + 1)


def _in_list(item: object, number: int, path: tuple[str, ...], depth: int) -> Iterator[Entry]:
    if isinstance(item, Mapping):
        if item.get("enabled") is False or item.get("disabled") is True:
            # Postman and Insomnia keep disabled variables.
            return
        pair = _pair(item)
        if pair:
            yield from _entries(pair[1], (*path, pair[0]), depth + 1)
        else:
            yield from _entries(item, (*path, f"[{_name_of(item) or number}]"), depth + 1)
    elif isinstance(item, str) and (assigned := _ASSIGNED.fullmatch(item.strip())):
        # An environment in Docker Compose.
        yield from _entries(assigned[2], (*path, assigned[1]), depth + 1)
    else:
        yield from _entries(item, (*path, f"[{number}]") if isinstance(item, list) else path, depth + 1)


def _pair(item: Mapping[object, object]) -> tuple[str, object] | None:
    name = next((item[key] for key in _NAMES if isinstance(item.get(key), str)), None)
    key = next((key for key in _VALUES if key in item), None)
    if not isinstance(name, str) or key is None:
        return None
    value = item[key]
    # A value that is stored elsewhere is not resolved.
    return name, f"${{{key}}}" if key == "valueFrom" and not isinstance(value, str) else value


def _name_of(item: Mapping[object, object]) -> str:
    names = (item.get(key) for key in _ITEM_NAMES)
    return next((name for name in names if isinstance(name, str) and _ITEM_NAME.fullmatch(name)), "")


def _is_output(value: Mapping[object, object]) -> bool:
    """Return whether an object is a Terraform output, with value, type and sensitive ("Command: output")."""
    return "value" in value and value.keys() <= _OF_AN_OUTPUT


def _json_in(text: str) -> object:
    text = text.strip()
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]"))) and not text.startswith(('"{', '"[')):
        return None
    try:
        return json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return None


def _from_base64(text: object) -> object:
    from base64 import b64decode

    try:
        return b64decode(text, validate=True).decode("utf-8") if isinstance(text, str) else text
    except ValueError:
        return text


def _is_item(part: str) -> bool:
    return part.startswith("[")


def _nearness(entry: Entry, other: Entry, *, by_rest: bool) -> tuple[int, int, int]:
    depth = 0
    for mine, yours in zip(entry.parts[:-1], other.parts[:-1], strict=False):
        if mine != yours:
            break
        depth += 1
    mine_words, your_words = own_words(entry.parts[depth:]), own_words(other.parts[depth:])
    return depth, len(mine_words & your_words), -len(your_words - mine_words) * by_rest


def _contradicts(entry: Entry, other: Entry) -> bool:
    mine, yours = set(stages_in(" ".join(entry.parts))), set(stages_in(" ".join(other.parts)))
    return bool(mine and yours) and mine.isdisjoint(yours)
