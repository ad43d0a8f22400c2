"""A value of a file, with the path to it and what that path says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from cognitui.importing.naming import stages_in
from cognitui.model.struct import Frozen

_WORD = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
"""Of `AppClientIDWeb`, `app_client_id` and `APP-CLIENT-ID`."""

_HASH_OF_CDK = re.compile(r"(?<=[a-z])[0-9A-F]{8}(?:[0-9A-F]{8,9})?$")
"""AWS CDK: a logical id ends in a hash, and that of an export in two: `UserPoolClient2F5918F7`."""

_PARTED_BY = re.compile(r"[/.:]|__")
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
"""What has clients and secrets of its own, and is often named in the same file."""

_OURS = ("cognito", "userpool")

_SECRETS = ("password", "passwd", "passphrase", "secret", "token", "credential")
_SECRET_WORDS = frozenset(
    {
        *("cookie", "hash", "key", "keys", "otp", "pass", "pin", "private", "pw", "pwd"),
        *("salt", "seed", "session", "signature"),
    }
)
"""Too short to be looked for inside of words: `monkey` is no key."""

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
"""What people write where a value is still to come, and references that this program does not resolve."""

_SEQUENCE = "0123456789abcdefghijklmnopqrstuvwxyz1234567890abcdefghijklmnopqrstuvwxyz0123456789"

_MOST_LEAVES = 20_000
_DEEPEST = 48
"""Levels of nesting, JSON inside of strings included."""

_NAMES = ("name", "key", "Name", "Key", "OutputKey", "ParameterKey")
_VALUES = ("value", "Value", "OutputValue", "ParameterValue", "valueFrom")
"""Of an item in a list of names and values: CloudFormation, ECS, SSM, Kubernetes, Postman."""

_ITEM_NAMES = ("StackName", "stackName", "ClientName", "name", "Name", "label", "environment", "stage", "id", "Id")
_ITEM_NAME = re.compile(r"[\w .@-]{1,40}")
_ASSIGNED = re.compile(r"([A-Za-z_][\w.-]{0,100})=(.*)", re.DOTALL)
_PRODUCTION_FLAGS = frozenset({"production", "isproduction", "prod", "isprod"})
"""Names of booleans that mean production when true: Angular's `environment.ts` has `production`."""
_OF_AN_OUTPUT = frozenset({"value", "type", "sensitive", "description"})


class TooMuch(ValueError):
    """A file that holds more than any of these has; `str()` goes on a sentence that begins with the file."""


class Leaf(Frozen, frozen=True, dict=True):
    """A value of a file and the path to it."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    path: tuple[str, ...]
    """The names on the way; one in brackets is an item of a list."""
    value: str
    line: int = 0
    """From 1; 0 if the reader does not know it."""
    shared: int = 0
    """How many of its parts it shares with its pool: what a stack is called says nothing of what is in it."""

    @property
    def label(self) -> str:
        """The path, as a person reads it: `Stacks[shop-dev].UserPoolId`."""
        return ".".join(self.path).replace(".[", "[")

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The path without the items of lists."""
        return tuple(part for part in self.path if not _is_item(part))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The path, with names that are paths taken apart."""
        parts = ((part,) if _is_item(part) else filter(None, _PARTED_BY.split(part)) for part in self.path)
        return tuple(each for part in parts for each in part)

    @cached_property
    def hint(self) -> str:
        """The path without what differs from one style of names to another: `USER_POOL_ID` is `userPoolId`."""
        return bare(tuple(_HASH_OF_CDK.sub("", part) for part in self.named))

    @cached_property
    def name_hint(self) -> str:
        """The same of its last name only."""
        return bare(tuple(_HASH_OF_CDK.sub("", part) for part in self.named[-1:]))

    @property
    def is_of_another(self) -> bool:
        """Whether its path is that of another service, whose clients and secrets are none of Cognito's."""
        # A name that says so itself is Cognito's, whatever the stack is called that it is in.
        ours = any(word in self.name_hint for word in _OURS)
        words = words_of(self.path[-1:] if ours else self.own_parts)
        ours = ours or "cognito" in words
        if "amazon" in words and not ours:
            # Login with Amazon has clients, too.
            return True
        return any(word.startswith(_OTHERS) and not (ours and word == "identity") for word in words)

    @property
    def own_parts(self) -> tuple[str, ...]:
        """Its parts without those that it shares with its pool."""
        return self.parts[min(self.shared, len(self.parts) - 1) :] if self.parts else ()

    @property
    def is_of_cognito(self) -> bool:
        """Whether its path is that of Cognito or of a user pool."""
        return any(word in self.hint for word in _OURS)

    @property
    def is_secret(self) -> bool:
        """Whether its name is that of something that must not be shown."""
        words = {word.rstrip("0123456789") for word in words_of(self.named)}
        return any(word in self.hint for word in _SECRETS) or not _SECRET_WORDS.isdisjoint(words)

    @cached_property
    def is_open(self) -> bool:
        """Whether its value is still to come: empty, or a placeholder."""
        return is_placeholder(self.value)

    def from_word(self, word: str) -> Leaf:
        """Returns it with the end of its path alone, beginning with the name that a word is in."""
        begins = (count for count in range(len(self.named) - 1, -1, -1) if word in bare(self.named[count:]))
        return Leaf(self.named[next(begins, 0) :], self.value)

    def sharing(self, count: int) -> Leaf:
        """Returns it as one that shares the first parts of its path with its pool."""
        return Leaf(self.path, self.value, self.line, count)


def is_placeholder(value: str) -> bool:
    """Returns whether a value is empty, or what people write where one is still to come."""
    value = value.strip()
    if not value or (len(value) > 3 and len(set(value)) == 1) or _PLACEHOLDER.fullmatch(value[:400]):
        return True
    return len(value) > 9 and value.lower() in _SEQUENCE


def leaves_of(value: object, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Returns the texts in a value of JSON, each with its path.

    Lists of names and values become what they say, JSON in a string is read, and an output of Terraform is its value.

    Raises:
        TooMuch: It is nested too deeply, or holds too many values.
    """
    for count, leaf in enumerate(_leaves(value, path, 0)):
        if count >= _MOST_LEAVES:
            raise TooMuch(f"holds more than {_MOST_LEAVES:,} values")
        yield leaf


def bare(path: tuple[str, ...]) -> str:
    """Returns a path in letters and digits alone, all small."""
    return re.sub(r"[^a-z0-9]", "", "".join(path).lower())


def is_production_flag(name: str) -> bool:
    """Return whether a boolean of this name says if the environment is production."""
    return bare((name,)) in _PRODUCTION_FLAGS


def words_of(path: Iterable[str]) -> frozenset[str]:
    """Returns the words of a path, all small: `AppClientIDWeb` has four."""
    return frozenset(word.lower() for name in path for word in _WORD.findall(name))


def _leaves(value: object, path: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    if depth > _DEEPEST:
        raise TooMuch("is nested too deeply")
    if isinstance(value, str):
        inner = _json_in(value)
        if inner is None:
            yield Leaf(path, value.strip())
        else:
            yield from _leaves(inner, path, depth + 1)
    elif value is True and path and is_production_flag(path[-1]):
        # No other boolean says anything of Cognito.
        yield Leaf(path, "true")
    elif isinstance(value, Mapping):
        yield from _in_mapping(value, path, depth)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _in_list(item, number, path, depth)


def _in_mapping(value: Mapping[object, object], path: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    if _is_output(value):
        yield from _leaves(value["value"], path, depth + 1)
        return
    encoded = value.get("data") if value.get("kind") == "Secret" else None
    for name, below in value.items():
        if name == "data" and isinstance(encoded, Mapping):
            below = {key: _from_base64(text) for key, text in encoded.items()}
        yield from _leaves(below, (*path, str(name)), depth + 1)


def _in_list(item: object, number: int, path: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    if isinstance(item, Mapping):
        if item.get("enabled") is False or item.get("disabled") is True:
            # Postman and Insomnia keep what a person has switched off.
            return
        pair = _pair(item)
        if pair:
            yield from _leaves(pair[1], (*path, pair[0]), depth + 1)
        else:
            yield from _leaves(item, (*path, f"[{_name_of(item) or number}]"), depth + 1)
    elif isinstance(item, str) and (assigned := _ASSIGNED.fullmatch(item.strip())):
        # As Docker Compose lists an environment.
        yield from _leaves(assigned[2], (*path, assigned[1]), depth + 1)
    else:
        yield from _leaves(item, (*path, f"[{number}]") if isinstance(item, list) else path, depth + 1)


def _pair(item: Mapping[object, object]) -> tuple[str, object] | None:
    name = next((item[key] for key in _NAMES if isinstance(item.get(key), str)), None)
    key = next((key for key in _VALUES if key in item), None)
    if not isinstance(name, str) or key is None:
        return None
    value = item[key]
    # What is kept elsewhere is named, and not resolved.
    return name, f"${{{key}}}" if key == "valueFrom" and not isinstance(value, str) else value


def _name_of(item: Mapping[object, object]) -> str:
    names = (item.get(key) for key in _ITEM_NAMES)
    return next((name for name in names if isinstance(name, str) and _ITEM_NAME.fullmatch(name)), "")


def _is_output(value: Mapping[object, object]) -> bool:
    """Terraform, "Command: output": each output is an object with its value, its type, and whether it is sensitive."""
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


_GENERAL = frozenset(
    {
        *("amazon", "app", "application", "arn", "auth", "authentication", "authority", "aws", "callback", "client"),
        *("clients", "cognito", "config", "default", "domain", "domains", "endpoint", "env", "environment", "expo"),
        *("flow", "flows", "gatsby", "hosted", "id", "identity", "ids", "idp", "issuer", "jwks", "jwt", "key", "login"),
        *(
            "name",
            "next",
            "ng",
            "nuxt",
            "oauth",
            "oauth2",
            "oidc",
            "openid",
            "output",
            "outputs",
            "parameters",
            "password",
        ),
        *("pool", "pools", "provider", "public", "react", "redirect", "region", "registration", "scope", "scopes"),
        *("secret", "secrets", "security", "settings", "sign", "signin", "spring", "sso", "ui", "uri", "uris", "url"),
        *("urls", "user", "username", "userpool", "users", "value", "values", "variables", "vite", "vue"),
    }
)
"""Words that say what a value is, and not whose."""


def nearest(leaf: Leaf, anchors: Mapping[str, Sequence[Leaf]], *, by_rest: bool = True) -> tuple[str, ...]:
    """Returns the names of those that a value is nearest to: one, or several that are equally near.

    Nearness is the depth of the last object that holds both, then the words that both paths share, then how few words
    of the other are left over. A value that speaks of one environment does not belong to one of another.

    Args:
        leaf: The value.
        anchors: By name, the places that each has in the file.
        by_rest: Whether words that are left over count; otherwise what speaks of nobody is everybody's.
    """
    scores = {
        name: max(_nearness(leaf, place, by_rest=by_rest) for place in places)
        for name, places in anchors.items()
        if any(not _contradicts(leaf, place) for place in places)
    }
    best = max(scores.values(), default=(0, 0, 0))
    return tuple(name for name, score in scores.items() if score == best)


def own_words(parts: Sequence[str]) -> frozenset[str]:
    """Returns the words of a path that say whose a value is."""
    return words_of(parts) - _GENERAL


def _nearness(leaf: Leaf, other: Leaf, *, by_rest: bool) -> tuple[int, int, int]:
    depth = 0
    for mine, yours in zip(leaf.parts[:-1], other.parts[:-1], strict=False):
        if mine != yours:
            break
        depth += 1
    mine_words, your_words = own_words(leaf.parts[depth:]), own_words(other.parts[depth:])
    return depth, len(mine_words & your_words), -len(your_words - mine_words) * by_rest


def _contradicts(leaf: Leaf, other: Leaf) -> bool:
    mine, yours = set(stages_in(" ".join(leaf.parts))), set(stages_in(" ".join(other.parts)))
    return bool(mine and yours) and mine.isdisjoint(yours)
