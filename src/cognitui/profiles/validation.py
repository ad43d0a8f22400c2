"""Validation of profile values, and of the keys that a sign-in needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter

from cognitui.model.aws import partition_of
from cognitui.model.duration import parse_duration
from cognitui.model.expectations import Expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    FIELD_NAMES,
    ID_PATTERN,
    POOL_ID_PATTERN,
    REACHING_LEVELS,
    Flow,
    ProfileFields,
    region_of_pool,
    uses_domain,
)
from cognitui.model.secret_source import source_error
from cognitui.profiles.schema import FieldError, expect_value_error, url_error, wrong_type

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
"""AWS: UserPoolId. An emulator's pool need not begin with a region."""
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)
_IDENTITY_POOL_ID = re.compile(r"[\w-]+:[0-9a-fA-F-]+", re.ASCII)
_PROVIDER = re.compile(r"\S{1,40}")
"""AWS: ProviderName and IdpIdentifiers."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""RFC 6749, 3.3: the characters of a scope."""

_SCOPES_WITH_OPENID = frozenset({"email", "phone", "profile"})
_SCOPES_OF_USERS = _SCOPES_WITH_OPENID | {"openid", "aws.cognito.signin.user.admin"}

_LONGEST_PROPOSED = 40
_NAME = "letters, digits and . _ @ + -, and begin with a letter or a digit"
_MOST_CHARACTERS = 5

_INERT_KEYS = frozenset({"api_url", "tags", "notes", "remember_device", "srp_first", "expect"})
"""Errors of these keys in an environment do not affect the sign-in of its profiles."""

_NOT_CHECKED = ("remember_device", "srp_first", "flow", "preferred_challenge", "subject_token")
"""Keys of which every value that has the right type is valid."""

_MAY_BE_EMPTY = ("domain", "client_secret_from")
"""Keys that replace the one of the environment by none: an app client may use neither, unlike others of its pool."""

_OF_EXCHANGES = ("subject", "subject_token", "actor", "audiences")
"""Keys that only token_exchange uses."""


class ProfileRules:
    """The rules for the profiles of one environment; similar profiles are checked once."""

    def __init__(self, defaults: ProfileFields, invalid: frozenset[str] = frozenset(), environment: str = "") -> None:
        self._defaults = defaults
        self._invalid = invalid - _INERT_KEYS
        self._environment = environment
        self._known: dict[object, tuple[FieldError, ...]] = {}

    def errors(self, own: ProfileFields) -> tuple[FieldError, ...]:
        """Return the errors of a profile that sets these keys itself; none if it can sign in."""
        # Nearly all of 10,000 profiles differ only in the username, of which only this matters.
        alike = (*_checked(own), own.username is None, not (own.username or "").strip())
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._check(own)
        return found

    def _check(self, own: ProfileFields) -> tuple[FieldError, ...]:
        whole = own.merged_into(self._defaults)
        errors = value_errors(own, emulated=bool(whole.endpoint_url))
        if errors:
            return errors
        unused = () if whole.flow is Flow.TOKEN_EXCHANGE else _OF_EXCHANGES
        invalid = self._invalid.difference(unused)
        inherited = [key for key in FIELD_NAMES if key in invalid and getattr(own, key) is None]
        if inherited:
            return tuple(FieldError(key, "has an error in the environment", self._fix(key)) for key in inherited)
        return (
            _missing(whole)
            or _unknown_region(whole)
            or region_errors(whole)
            or _scope_errors(whole)
            or _exchange_errors(own, whole)
            or _issuer_errors(whole)
            or _level_errors(own, whole)
        )

    def _fix(self, key: str) -> str:
        return f"fix {key} in environments.{self._environment}, or set it in the profile"


def value_errors(fields: ProfileFields, *, emulated: bool) -> tuple[FieldError, ...]:
    """Return the invalid values, each on its own.

    Args:
        fields: The keys of a profile or of an environment.
        emulated: Whether the endpoint is not AWS's, so that AWS's regions and pool ids need not be used.
    """
    found = (
        _value_error(key, value, emulated=emulated)
        for key, value in fields.set_values().items()
        if key not in _NOT_CHECKED
    )
    return tuple(error for error in found if error)


def region_errors(fields: ProfileFields) -> tuple[FieldError, ...]:
    """Return the error of a region that the pool cannot have, unless the endpoint is an emulator.

    A pool has its id in two Regions if it is replicated; both are in one partition.
    """
    if fields.endpoint_url or not (fields.region and fields.user_pool_id):
        return ()
    if partition_of(region_of_pool(fields.user_pool_id)) == partition_of(fields.region):
        return ()
    fix = "remove it, or name a replica's region: the pool id contains the region"
    return (FieldError("region", "is in another partition of AWS than user_pool_id", fix),)


def name_error(name: str, key: str = "name") -> FieldError | None:
    """Return the error of a profile's or environment's name, or None."""
    if ID_PATTERN.fullmatch(name):
        return None
    if not name:
        return FieldError(key, "is missing", f"write {_NAME}")
    wrong = list(dict.fromkeys(character for character in name if not ID_PATTERN.fullmatch(f"a{character}")))
    if not wrong:
        return FieldError(key, f"cannot begin with {name[0]}", f"begin with a letter or a digit{_such_as(name)}")
    some = [_called(character) for character in wrong[:_MOST_CHARACTERS]]
    *others, last = [*some, "more"] if len(wrong) > len(some) else some
    what = f"cannot contain {', '.join(others)}{' or ' if others else ''}{last}"
    return FieldError(key, what, f"use {_NAME}{_such_as(name)}")


def _such_as(name: str) -> str:
    """Return the closest valid name as the end of a sentence; empty if there is none."""
    near = "".join(character if ID_PATTERN.fullmatch(f"a{character}") else " " for character in name)
    near = "-".join(near.split()).lstrip("._@+-")
    return f", such as {near[:_LONGEST_PROPOSED]}" if near and ID_PATTERN.fullmatch(near[:_LONGEST_PROPOSED]) else ""


def _called(character: str) -> str:
    if character == " ":
        return "a space"
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _missing(whole: ProfileFields) -> tuple[FieldError, ...]:
    flow = whole.flow or DEFAULT_FLOW
    return tuple(
        FieldError(key, f"is missing, and {flow.value} needs it", f"set {key} in the profile or in its environment")
        for key in _needed(flow, whole)
        if not getattr(whole, key)
    )


def _needed(flow: Flow, whole: ProfileFields) -> tuple[str, ...]:
    """Return the keys that a flow needs: a pool, unless it uses the domain, and whose token it gets."""
    pool = () if uses_domain(flow, whole) else ("user_pool_id",)
    if flow is Flow.AUTHORIZATION_CODE:
        return ("client_id", "domain")
    if flow is Flow.CLIENT_CREDENTIALS:
        return ("client_id", *pool)
    if flow is Flow.TOKEN_EXCHANGE:
        return ("client_id", *pool, "subject")
    return ("client_id", *pool, "username")


def _unknown_region(whole: ProfileFields) -> tuple[FieldError, ...]:
    if whole.user_pool_id and not (whole.region or region_of_pool(whole.user_pool_id)):
        return (
            FieldError("region", "is missing, and the pool id does not contain one", "set it to the emulator's region"),
        )
    return ()


def _scope_errors(whole: ProfileFields) -> tuple[FieldError, ...]:
    """AWS, "Scopes, M2M, and resource servers": the scopes that go with a flow, and with each other."""
    scopes = frozenset(whole.scopes or ())
    if whole.flow is Flow.CLIENT_CREDENTIALS and scopes & _SCOPES_OF_USERS:
        fix = 'use scopes of a resource server, such as ["orders/read"]'
        return (FieldError("scopes", "has a scope for users, but client_credentials signs in no user", fix),)
    if whole.flow is Flow.AUTHORIZATION_CODE and scopes & _SCOPES_WITH_OPENID and "openid" not in scopes:
        return (FieldError("scopes", "has email, phone or profile without openid", 'add "openid"'),)
    return ()


def _exchange_errors(own: ProfileFields, whole: ProfileFields) -> tuple[FieldError, ...]:
    """AWS, GetDerivedToken: one audience or one resource, and only an exchange has a subject."""
    if whole.flow is not Flow.TOKEN_EXCHANGE:
        return tuple(
            FieldError(key, "is only for token_exchange", 'set flow = "token_exchange", or remove it')
            for key in _OF_EXCHANGES
            if getattr(own, key) is not None
        )
    if whole.audiences and whole.resource:
        return (FieldError("audiences", "is set beside resource, and Cognito takes one of them", "remove one"),)
    if len(whole.audiences or ()) > 1:
        return (FieldError("audiences", "has more than one, and Cognito takes one", "make a profile for each"),)
    return ()


def _issuer_errors(whole: ProfileFields) -> tuple[FieldError, ...]:
    if not whole.issuer or whole.endpoint_url:
        return ()
    fix = "remove it: both names of a pool at AWS follow from its id"
    return (FieldError("issuer", "is only for emulators, and there is no endpoint_url", fix),)


def _level_errors(own: ProfileFields, whole: ProfileFields) -> tuple[FieldError, ...]:
    """AWS, "Authentication levels with ACR and AMR claims": which sign-ins can ask for a level.

    An environment may set them for those of its profiles that can.
    """
    if (whole.flow or DEFAULT_FLOW) in REACHING_LEVELS:
        return ()
    return tuple(
        FieldError(key, "needs a flow that can ask for it", 'set flow = "USER_AUTH" or "authorization_code"')
        for key in ("acr_values", "max_age")
        if getattr(own, key) is not None
    )


def _value_error(key: str, value: object, *, emulated: bool) -> FieldError | None:
    if (own_rule := _RULES.get(key)) and (error := own_rule(value)):
        return error
    if isinstance(value, str):
        if key in _MAY_BE_EMPTY and not value:
            return None
        if key != "notes" and not value.strip():
            return FieldError(key, "is empty", "write it, or remove the key")
        if key in ("api_url", "domain", "endpoint_url", "redirect_uri"):
            return url_error(key, value)
        if key == "client_secret_from":
            wrong_source = source_error(value)
            return FieldError(key, *wrong_source) if wrong_source else None
        wrong = _EMULATED.get(key) if emulated else None
        wrong = wrong or _SHAPES.get(key)
        return FieldError(key, wrong[1], wrong[2]) if wrong and not wrong[0].fullmatch(value) else None
    if isinstance(value, Expect):
        return expect_value_error(value)
    if key in ("acr_values", "audiences") and isinstance(value, tuple):
        right = value and all(isinstance(text, str) and _WORD.fullmatch(text) for text in value)
        return None if right else FieldError(key, "has an empty one, or one with a space", "write each as a string")
    if key == "scopes" and isinstance(value, tuple) and not all(map(_SCOPE.fullmatch, value)):
        return FieldError(
            key, "contains a scope with a space or a quote", 'write each scope as a string: ["one", "two"]'
        )
    return None


def _level_error(value: object) -> FieldError | None:
    """Return the error of a number that is no level; every other word may be a pool's own name."""
    levels = value.split() if isinstance(value, str) else value if isinstance(value, tuple) else ()
    if all(not isinstance(level, str) or not level.isdecimal() or level in ("1", "2", "3", "4") for level in levels):
        return None
    return FieldError("acr_values", "has a level that Cognito does not have", "its levels are 1 to 4")


def _age_error(value: object) -> FieldError | None:
    """Return the error of `max_age`, which is a number of seconds or a duration."""
    try:
        seconds = parse_duration(value) if isinstance(value, str) else value
    except ValueError:
        return wrong_type("max_age")
    if isinstance(seconds, (int, float)) and seconds >= 0:
        return None
    return FieldError("max_age", "is negative", 'write it as seconds, 300, or as "5m"')


_RULES: dict[str, Callable[[object], FieldError | None]] = {"max_age": _age_error, "acr_values": _level_error}
"""The rules of single keys, besides those of their types."""

_checked: Callable[[ProfileFields], tuple[object, ...]] = attrgetter(
    *(key for key in FIELD_NAMES if key not in ("username", "remember_device", "client_metadata", "tags", "notes"))
)

_WORD = re.compile(r"\S+")

_SHAPES = {
    "region": (_REGION, "is not a region", "write it as eu-west-1"),
    "user_pool_id": (POOL_ID_PATTERN, "is not a pool id", "write it as REGION_ID, such as eu-west-1_AbCdEf123"),
    "client_id": (_CLIENT_ID, "is not an app client id", "copy it from the pool's list of app clients"),
    "identity_provider": (_PROVIDER, "is not the name of an identity provider", "write it as in the pool: Google"),
    "resource": (
        re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+"),
        "is not an absolute URL without a fragment",
        "write it as https://api.example.com",
    ),
    # Only a name in tokens: nothing is sent there, so it may be http in a network of containers.
    "issuer": (
        re.compile(r"https?://[^\s?#@]+"),
        "is not an issuer",
        "write it as the iss of its tokens: http://cognito:9229/local_AbCd",
    ),
    "identity_pool_id": (_IDENTITY_POOL_ID, "is not an identity pool id", "write it as REGION:UUID"),
}
_EMULATED = {
    "region": (re.compile(r"[\w-]+", re.ASCII), "is not a region", "write it as eu-west-1"),
    "user_pool_id": (_POOL_ID, "is not a pool id", "write it as REGION_ID, such as eu-west-1_AbCdEf123"),
}
