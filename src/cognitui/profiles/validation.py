"""What the values of a profile must be, and what a sign-in needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter

from cognitui.model.expectations import Expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    FIELD_NAMES,
    ID_PATTERN,
    POOL_ID_PATTERN,
    Flow,
    ProfileFields,
    region_of_pool,
)
from cognitui.profiles.schema import Fault, expect_value_fault
from cognitui.profiles.urls import url_fault

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
"""AWS: UserPoolId. An emulator's pool need not begin with a region."""
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)
_IDENTITY_POOL_ID = re.compile(r"[\w-]+:[0-9a-fA-F-]+", re.ASCII)
_PROVIDER = re.compile(r"\S{1,40}")
"""AWS: ProviderName and IdpIdentifiers."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""RFC 6749, 3.3: what a scope may be made of."""

_SCOPES_WITH_OPENID = frozenset({"email", "phone", "profile"})
_SCOPES_OF_USERS = _SCOPES_WITH_OPENID | {"openid", "aws.cognito.signin.user.admin"}

_LONGEST_PROPOSED = 40
_NAME = "letters, digits and . _ @ + -, and begin with a letter or a digit"
_CHARACTERS_TOLD = 5

_INERT_KEYS = frozenset({"api_url", "tags", "notes", "remember_device", "srp_first", "expect"})
"""A fault in these of an environment spoils no sign-in of its profiles."""

_BY_CLIENT = (Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE)
"""The flows of the OAuth endpoints, which need a domain and no pool."""


class ProfileRules:
    """The rules for the profiles of one environment; profiles that look alike are checked once."""

    def __init__(self, defaults: ProfileFields, faulty: frozenset[str] = frozenset(), environment: str = "") -> None:
        """Takes the environment's defaults and the keys in it that have a fault."""
        self._defaults = defaults
        self._faulty = faulty - _INERT_KEYS
        self._environment = environment
        self._known: dict[object, tuple[Fault, ...]] = {}

    def faults(self, own: ProfileFields) -> tuple[Fault, ...]:
        """Returns what is wrong with a profile that sets these keys itself; nothing for one that can sign in."""
        # Of 10,000 profiles nearly all differ in the username alone, and of that only this matters.
        alike = (*_checked(own), own.username is None, not (own.username or "").strip())
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._check(own)
        return found

    def _check(self, own: ProfileFields) -> tuple[Fault, ...]:
        whole = own.merged_into(self._defaults)
        faults = value_faults(own, emulated=bool(whole.endpoint_url))
        if faults:
            return faults
        inherited = [key for key in FIELD_NAMES if key in self._faulty and getattr(own, key) is None]
        if inherited:
            return tuple(Fault(key, "has a fault in the environment", self._mend(key)) for key in inherited)
        return _missing(whole) or _unknown_region(whole) or region_faults(whole) or _scope_faults(whole)

    def _mend(self, key: str) -> str:
        return f"mend {key} in environments.{self._environment}, or set it in the profile"


def value_faults(fields: ProfileFields, *, emulated: bool) -> tuple[Fault, ...]:
    """Returns the values that cannot be, each by itself.

    Args:
        fields: The keys of a profile or of an environment.
        emulated: An endpoint of its own is set, so AWS's regions and pools are not the measure.
    """
    found = (
        _value_fault(key, value, emulated=emulated)
        for key, value in fields.set_values().items()
        if key not in ("remember_device", "srp_first", "flow", "preferred_challenge")
    )
    return tuple(fault for fault in found if fault)


def region_faults(fields: ProfileFields) -> tuple[Fault, ...]:
    """Returns the fault of a region that is not the pool's, where both are set and AWS is meant."""
    if fields.endpoint_url or not (fields.region and fields.user_pool_id):
        return ()
    if region_of_pool(fields.user_pool_id) == fields.region:
        return ()
    return (Fault("region", "is not the region of user_pool_id", "remove it: the pool's id tells the region"),)


def name_fault(name: str, key: str = "name") -> Fault | None:
    """Returns what is wrong with the name of a profile or, as `key` says then, of an environment."""
    if ID_PATTERN.fullmatch(name):
        return None
    if not name:
        return Fault(key, "is missing", f"write {_NAME}")
    wrong = list(dict.fromkeys(character for character in name if not ID_PATTERN.fullmatch(f"a{character}")))
    if not wrong:
        return Fault(key, f"cannot begin with {name[0]}", f"begin with a letter or a digit{_such_as(name)}")
    some = [_called(character) for character in wrong[:_CHARACTERS_TOLD]]
    *others, last = [*some, "more"] if len(wrong) > len(some) else some
    what = f"cannot contain {', '.join(others)}{' or ' if others else ''}{last}"
    return Fault(key, what, f"use {_NAME}{_such_as(name)}")


def _such_as(name: str) -> str:
    """The nearest name that can be, in words that end a sentence; empty if nothing is left of it."""
    near = "".join(character if ID_PATTERN.fullmatch(f"a{character}") else " " for character in name)
    near = "-".join(near.split()).lstrip("._@+-")
    return f", such as {near[:_LONGEST_PROPOSED]}" if near and ID_PATTERN.fullmatch(near[:_LONGEST_PROPOSED]) else ""


def _called(character: str) -> str:
    if character == " ":
        return "a space"
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _missing(whole: ProfileFields) -> tuple[Fault, ...]:
    flow = whole.flow or DEFAULT_FLOW
    needed = ("client_id", "domain") if flow in _BY_CLIENT else ("client_id", "user_pool_id", "username")
    return tuple(
        Fault(key, f"is missing, and {flow.value} needs it", f"set {key} in the profile or in its environment")
        for key in needed
        if not getattr(whole, key)
    )


def _unknown_region(whole: ProfileFields) -> tuple[Fault, ...]:
    if whole.user_pool_id and not (whole.region or region_of_pool(whole.user_pool_id)):
        return (Fault("region", "is missing, and the pool's id does not tell it", "set it to the emulator's region"),)
    return ()


def _scope_faults(whole: ProfileFields) -> tuple[Fault, ...]:
    """AWS, "Scopes, M2M, and resource servers": which of them go with which flow, and with which other."""
    scopes = frozenset(whole.scopes or ())
    if whole.flow is Flow.CLIENT_CREDENTIALS and scopes & _SCOPES_OF_USERS:
        fix = 'set those of a resource server, such as ["orders/read"]'
        return (Fault("scopes", "has one of a user, and client_credentials signs no user in", fix),)
    if whole.flow is Flow.AUTHORIZATION_CODE and scopes & _SCOPES_WITH_OPENID and "openid" not in scopes:
        return (Fault("scopes", "has email, phone or profile without openid", 'add "openid"'),)
    return ()


def _value_fault(key: str, value: object, *, emulated: bool) -> Fault | None:
    if isinstance(value, str):
        if key != "notes" and not value.strip():
            return Fault(key, "is empty", "write it, or remove the key")
        if key in ("api_url", "domain", "endpoint_url", "redirect_uri"):
            return url_fault(key, value)
        wrong = _EMULATED.get(key) if emulated else None
        wrong = wrong or _SHAPES.get(key)
        return Fault(key, wrong[1], wrong[2]) if wrong and not wrong[0].fullmatch(value) else None
    if isinstance(value, Expect):
        return expect_value_fault(value)
    if key == "scopes" and isinstance(value, tuple) and not all(map(_SCOPE.fullmatch, value)):
        return Fault(key, "holds a scope with a space or a quote in it", 'write each scope as a text: ["one", "two"]')
    return None


_checked: Callable[[ProfileFields], tuple[object, ...]] = attrgetter(
    *(key for key in FIELD_NAMES if key not in ("username", "remember_device", "client_metadata", "tags", "notes"))
)

_SHAPES = {
    "region": (_REGION, "is not a region", "write it as eu-west-1"),
    "user_pool_id": (POOL_ID_PATTERN, "is not a pool's id", "write it as REGION_ID, such as eu-west-1_AbCdEf123"),
    "client_id": (_CLIENT_ID, "is not an app client's id", "copy it from the pool's list of app clients"),
    "identity_provider": (_PROVIDER, "is not the name of an identity provider", "write it as the pool does: Google"),
    "identity_pool_id": (_IDENTITY_POOL_ID, "is not an identity pool's id", "write it as REGION:UUID"),
}
_EMULATED = {
    "region": (re.compile(r"[\w-]+", re.ASCII), "is not a region", "write it as eu-west-1"),
    "user_pool_id": (_POOL_ID, "is not a pool's id", "write it as REGION_ID, such as eu-west-1_AbCdEf123"),
}
