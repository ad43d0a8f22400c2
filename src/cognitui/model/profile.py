"""Profiles: which user signs in to which app client, with the defaults of their environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec

from cognitui.model.authentication_level import LevelNames, WantedLevel, level_names
from cognitui.model.aws import is_aws, region_of_pool_domain
from cognitui.model.duration import parse_duration
from cognitui.model.expectations import Expect
from cognitui.model.secret import SecretKind, SecretName, sha256
from cognitui.model.struct import Frozen
from cognitui.model.token import TokenKind

DEFAULT_REDIRECT_URI = "http://localhost:8976/callback"

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")
"""The name of an environment or profile: no slash, which separates the two in an id, and nothing special to a shell."""

POOL_ID_PATTERN = re.compile(r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d+)_[A-Za-z0-9]+")
"""AWS: UserPoolId, `[\\w-]+_[0-9a-zA-Z]+`; the part before the underscore is the region."""


class Flow(StrEnum):
    """The flows that a profile can use."""

    USER_SRP_AUTH = "USER_SRP_AUTH"
    USER_PASSWORD_AUTH = "USER_PASSWORD_AUTH"
    ADMIN_USER_PASSWORD_AUTH = "ADMIN_USER_PASSWORD_AUTH"
    USER_AUTH = "USER_AUTH"
    CUSTOM_AUTH = "CUSTOM_AUTH"
    AUTHORIZATION_CODE = "authorization_code"
    CLIENT_CREDENTIALS = "client_credentials"
    TOKEN_EXCHANGE = "token_exchange"


class PreferredChallenge(StrEnum):
    """The first factor that USER_AUTH asks for; if it is not set, Cognito lists the available ones."""

    PASSWORD = "PASSWORD"
    PASSWORD_SRP = "PASSWORD_SRP"
    EMAIL_OTP = "EMAIL_OTP"
    SMS_OTP = "SMS_OTP"


class SubjectToken(StrEnum):
    """The token of the subject that is exchanged."""

    ACCESS = "access"
    ID = "id"


REACHING_LEVELS = (Flow.USER_AUTH, Flow.AUTHORIZATION_CODE)
"""The flows that can ask for an authentication level."""

DEFAULT_FLOW = Flow.USER_SRP_AUTH
"""Works with a default app client and never sends the password."""

_ACCESS_ONLY = (Flow.CLIENT_CREDENTIALS, Flow.TOKEN_EXCHANGE)
"""The flows that return only an access token, and no refresh token."""

_WITHOUT_USER = (Flow.AUTHORIZATION_CODE, *_ACCESS_ONLY)


class ProfileFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The keys that a profile or its environment may set; None means "not set"."""

    region: str | None = None
    user_pool_id: str | None = None
    client_id: str | None = None
    username: str | None = None
    flow: Flow | None = None
    domain: str | None = None
    scopes: tuple[str, ...] | None = None
    redirect_uri: str | None = None
    endpoint_url: str | None = None
    identity_pool_id: str | None = None
    aws_profile: str | None = None
    remember_device: bool | None = None
    preferred_challenge: PreferredChallenge | None = None
    srp_first: bool | None = None
    mfa_process: str | None = None
    identity_provider: str | None = None
    resource: str | None = None
    acr_values: tuple[str, ...] | str | None = None
    max_age: int | str | None = None
    issuer: str | None = None
    client_secret_from: str | None = None
    subject: str | None = None
    subject_token: SubjectToken | None = None
    actor: str | None = None
    audiences: tuple[str, ...] | None = None
    client_metadata: dict[str, str] | None = None
    api_url: str | None = None
    expect: Expect | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = None

    def merged_into(self, base: ProfileFields) -> ProfileFields:
        """Return `base` overlaid with the keys that are set here; `expect` tables are merged key by key."""
        merged = msgspec.structs.replace(base, **self.set_values())
        if self.expect is None or base.expect is None:
            return merged
        return msgspec.structs.replace(merged, expect=self.expect.merged_into(base.expect))

    def set_values(self) -> dict[str, object]:
        """Return the keys that are set, in the order of the struct."""
        return {name: value for name in FIELD_NAMES if (value := getattr(self, name)) is not None}


FIELD_NAMES: tuple[str, ...] = ProfileFields.__struct_fields__

NO_FIELDS = ProfileFields()


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of a system: the defaults of its profiles, its colors, and whether it is protected."""

    name: str
    label: str = ""
    color: str = ""
    protected: bool = False
    defaults: ProfileFields = NO_FIELDS
    source: str = ""
    """Path of the file that defines it."""
    read_only: bool = False
    """True if an included file defines it."""

    @property
    def title(self) -> str:
        """The label, or the name if there is no label."""
        return self.label or self.name


class Profile(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One sign-in: a user of an app client, or an app client that signs in as itself."""

    environment: Environment
    name: str
    own: ProfileFields = NO_FIELDS
    """The keys that the profile itself sets; the rest comes from its environment."""
    source: str = ""
    """Path of the file that defines it."""
    read_only: bool = False
    """True if an included file defines it."""
    shares_with: str = ""
    """The id of a protected profile with the same user and app client; empty if there is none."""
    asked_level: str = ""
    """The authentication level that a request wants instead of `acr_values`; empty for none."""
    subject: Profile | None = None
    """The profile whose token is exchanged; None for every flow but token_exchange."""
    actor: Profile | None = None
    """The profile that acts for the subject; None if the exchange names none."""

    @property
    def id(self) -> str:
        """`environment/name`."""
        return f"{self.environment.name}/{self.name}"

    @property
    def protected(self) -> bool:
        """Whether a token needs a confirmation.

        It is protected by its environment, by a profile with the same user, or as its subject or actor is.
        """
        return self.environment.protected or bool(self.shares_with) or self._protected_source is not None

    @property
    def why_protected(self) -> str:
        """What is protected: `prod`, or another profile with the same user."""
        if self.environment.protected:
            return self.environment.title
        if self.shares_with:
            return f"{self.shares_with}, which is the same user,"
        source = self._protected_source
        return f"{source.id}, whose token it exchanges," if source is not None else self.environment.title

    @property
    def protecting_environment(self) -> Environment:
        """The environment whose color warns: its own, or that of the subject or actor which is protected."""
        source = None if self.environment.protected or self.shares_with else self._protected_source
        return source.protecting_environment if source is not None else self.environment

    @property
    def sources(self) -> tuple[Profile, ...]:
        """The profiles whose tokens it exchanges: its subject, then its actor; none for every other flow."""
        return tuple(profile for profile in (self.subject, self.actor) if profile is not None)

    @property
    def subject_kind(self) -> TokenKind:
        """Which of the subject's tokens is exchanged."""
        return TokenKind.ID if self.fields.subject_token is SubjectToken.ID else TokenKind.ACCESS

    @property
    def _protected_source(self) -> Profile | None:
        return next((profile for profile in self.sources if profile.protected), None)

    @cached_property
    def fields(self) -> ProfileFields:
        """The effective keys: its own over those of its environment."""
        return self.own.merged_into(self.environment.defaults)

    @property
    def flow(self) -> Flow:
        """The flow of the profile, or the default."""
        return self.fields.flow or DEFAULT_FLOW

    @property
    def region(self) -> str:
        """The region of the profile, or that of its pool id or domain; may be empty."""
        return (
            self.fields.region or region_of_pool(self.user_pool_id) or region_of_pool_domain(self.fields.domain or "")
        )

    @property
    def user_pool_id(self) -> str:
        """The pool's id, or that of the subject, whose token is exchanged in the same pool; empty if there is none."""
        return self.fields.user_pool_id or (self.subject.user_pool_id if self.subject is not None else "")

    @property
    def client_id(self) -> str:
        """The app client's id."""
        return self.fields.client_id or ""

    @property
    def username(self) -> str:
        """The username or alias, as typed, or that of the subject; empty for client_credentials."""
        return self.fields.username or (self.subject.username if self.subject is not None else "")

    @property
    def identity_pool_id(self) -> str:
        """The identity pool that gives AWS credentials for its ID token; empty if there is none."""
        return self.fields.identity_pool_id or ""

    @property
    def api_url(self) -> str:
        """The URL of the API that its tokens are for; empty if none is set."""
        return self.fields.api_url or ""

    @property
    def needs_user(self) -> bool:
        """Whether the profile must name the user.

        With client_credentials there is none, a browser asks for it, and a token that is exchanged contains it.
        """
        return self.flow not in _WITHOUT_USER

    @property
    def begins_with_password(self) -> bool:
        """Whether the first call of a sign-in through the user pool API needs the password."""
        if self.flow is Flow.USER_AUTH:
            return self.fields.preferred_challenge in (PreferredChallenge.PASSWORD, PreferredChallenge.PASSWORD_SRP)
        if self.flow is Flow.CUSTOM_AUTH:
            return bool(self.fields.srp_first)
        return self.flow in (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)

    @property
    def signs_in_at_domain(self) -> bool:
        """Whether the flow uses the OAuth endpoints of the pool's domain.

        client_credentials does if there is a domain, token_exchange if there is nothing else.
        """
        return uses_domain(self.flow, self.fields)

    @property
    def gets_client_tokens(self) -> bool:
        """Whether it gets tokens of the app client itself by GetClientToken: client_credentials without a domain."""
        return self.flow is Flow.CLIENT_CREDENTIALS and not self.signs_in_at_domain

    @property
    def acr_values(self) -> tuple[str, ...]:
        """The wanted authentication levels, best first; empty if every level is enough."""
        wanted = self.fields.acr_values or ()
        return tuple(wanted.split()) if isinstance(wanted, str) else wanted

    @property
    def max_age(self) -> int | None:
        """The longest time since the user was authenticated, in seconds; None if there is no limit."""
        longest = self.fields.max_age
        return int(parse_duration(longest)) if isinstance(longest, str) else longest

    @property
    def reaches_levels(self) -> bool:
        """Whether its flow can ask for an authentication level; tokens of others have one, too."""
        return self.flow in REACHING_LEVELS

    @property
    def wanted_level(self) -> WantedLevel:
        """The level and the age that its tokens should have; empty if every one is enough, or its flow cannot ask."""
        able = self.reaches_levels
        if not self.asked_level:
            return WantedLevel(level_names(self.acr_values), self.max_age) if able else WantedLevel()
        # Who asks for a level wants a token for the API, which may want a recent sign-in as well.
        by_api = self.fields.expect.wanted_level.max_age if self.fields.expect else None
        age = self.max_age if self.max_age is not None else by_api
        return WantedLevel((self.asked_level,), age if able else None)

    @property
    def wants_level(self) -> bool:
        """Whether not every token of it is enough: `wanted_level` is not empty."""
        named = self.reaches_levels and (bool(self.acr_values) or self.max_age is not None)
        return bool(self.asked_level) or named

    @property
    def level_names(self) -> LevelNames:
        """The order of its pool's own names of levels, as far as the profile lists them."""
        expected = self.fields.expect.wanted_level.acr_values if self.fields.expect else ()
        return LevelNames(listed=level_names(self.acr_values) or expected)

    def wanting(self, level: str) -> Profile:
        """Return the profile with another wanted level, for one request; the tokens are the same ones."""
        return msgspec.structs.replace(self, asked_level=level)

    @property
    def primary_region(self) -> str:
        """The Region that the pool was made in, which its id begins with; its region if the id names none."""
        return region_of_pool(self.user_pool_id) or self.region

    @property
    def pool_and_user(self) -> tuple[str, ...]:
        """Pool, app client, user and flow: the same at each Region of a replicated pool."""
        return self.user_pool_id, self.client_id, self.username.casefold(), self.flow

    @property
    def is_replica(self) -> bool:
        """Whether it signs in at a replica: its region is another than the pool's primary one."""
        return self.region != self.primary_region

    @property
    def redirect_uri(self) -> str:
        """The address that the browser comes back to; it must be registered with the app client."""
        return self.fields.redirect_uri or DEFAULT_REDIRECT_URI

    @property
    def kinds(self) -> tuple[TokenKind, ...]:
        """The tokens that its flow returns: without a sign-in there is only an access token."""
        return (TokenKind.ACCESS,) if self.flow in _ACCESS_ONLY else tuple(TokenKind)

    @property
    def pool_key(self) -> str:
        """The pool's part of secret names; a pool behind another endpoint or domain is a different pool.

        Otherwise a shared file could send a stored secret to a server of its choice.
        """
        place, domain = self.user_pool_id or self.fields.domain or "", self.fields.domain or ""
        if self.signs_in_at_domain:
            return place if place == domain or is_aws(domain) else f"{place}@{domain}"
        return f"{place}@{self.fields.endpoint_url}" if self.fields.endpoint_url else place

    @cached_property
    def token_key(self) -> str:
        """Names the tokens: the same for all profiles that would get the same ones."""
        domain, endpoint = self.fields.domain, self.fields.endpoint_url
        parts = (
            # Not the region: a token of either replica is valid at both.
            (domain if self.signs_in_at_domain else endpoint or domain) or self.primary_region,
            self.user_pool_id,
            self.client_id,
            self.username,
            self.flow.value,
            " ".join(sorted(self.fields.scopes or ())),
            *((self.fields.identity_provider or "",) if self.flow is Flow.AUTHORIZATION_CODE else ()),
            *((f"resource {self.fields.resource}",) if self.fields.resource else ()),
            *self._exchanged,
            # The tokens are also sent to the endpoint: a shared file must not send them to one of its choice.
            *((endpoint,) if self.signs_in_at_domain and endpoint and not is_aws(endpoint) else ()),
        )
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def _exchanged(self) -> tuple[str, ...]:
        """What a token that was exchanged depends on besides its client and scopes."""
        if self.flow is not Flow.TOKEN_EXCHANGE:
            return ()
        named = (("subject", self.subject), ("actor", self.actor))
        return (
            *(f"{role} {profile.token_key}" for role, profile in named if profile is not None),
            f"of {self.fields.subject_token or SubjectToken.ACCESS}",
            f"for {' '.join(self.fields.audiences or ())}",
        )

    def secret_name(self, kind: SecretKind) -> SecretName:
        """Return the name of the profile's secret of that kind."""
        if kind is SecretKind.CLIENT_SECRET:
            return SecretName(kind, f"{self.pool_key}/{self.client_id}")
        if kind in (SecretKind.PASSWORD, SecretKind.TOTP):
            return SecretName(kind, f"{self.pool_key}/{self.username}")
        if kind is SecretKind.AWS_CREDENTIALS:
            return SecretName(kind, f"{self.identity_pool_id}/{self.username}/{self.token_key}")
        return SecretName(kind, f"{self.client_id}/{self.username}/{self.token_key}")


class ProfileError(msgspec.Struct, frozen=True, kw_only=True):
    """An error in a profile file; it names the place and never a value."""

    where: str
    """`dev/alice`, `environments.dev`, or empty for the whole file."""
    key: str
    what: str
    fix: str
    source: str = ""
    line: int = 0
    """Counted from 1; 0 if it is not known."""

    def __str__(self) -> str:
        """`profiles.toml:12: dev/alice: region: is not a string (write it in quotes)`."""
        what = f"{self.what.rstrip('.')} ({_inside(self.fix)})" if self.fix else self.what
        return ": ".join(part for part in (self.place, self.where, self.key, what) if part)

    @property
    def place(self) -> str:
        """The file and line, as far as they are known: `profiles.toml:12`."""
        return f"{self.source}:{self.line}" if self.source and self.line else self.source


class FileStamp(msgspec.Struct, frozen=True):
    """A file's modification time and size; they differ once the file is written."""

    path: str
    changed_at: int = 0
    """Nanoseconds since the epoch; 0 if there is no file."""
    size: int = 0
    """Bytes."""


class ProfileSet(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All environments and profiles of a file and its includes, in the order of the file."""

    environments: tuple[Environment, ...] = ()
    profiles: tuple[Profile, ...] = ()
    errors: tuple[ProfileError, ...] = ()
    """All errors; the valid profiles are in `profiles`."""
    path: str = ""
    """The file that edits go to."""
    exists: bool = True
    """False on the first start, when there is no file yet."""
    stamps: tuple[FileStamp, ...] = ()
    """The stamps of its files from just before they were read; the file that edits go to is first."""

    @cached_property
    def by_id(self) -> Mapping[str, Profile]:
        """The profiles by `environment/name`."""
        return {profile.id: profile for profile in self.profiles}

    @cached_property
    def by_environment(self) -> Mapping[str, tuple[Profile, ...]]:
        """The profiles of each environment, by its name."""
        found: dict[str, list[Profile]] = {environment.name: [] for environment in self.environments}
        for profile in self.profiles:
            found[profile.environment.name].append(profile)
        return {name: tuple(profiles) for name, profiles in found.items()}

    @cached_property
    def at_replicas(self) -> Mapping[tuple[str, ...], tuple[Profile, ...]]:
        """The profiles of each user, app client and flow that sign in at a replica, and those at its primary Region.

        Usually there are none, and then no profile's keys are merged: there may be thousands.
        """
        with_region = (one for one in self.profiles if one.own.region or one.environment.defaults.region)
        keys = {profile.pool_and_user for profile in with_region if profile.is_replica}
        if not keys:
            return {}
        found: dict[tuple[str, ...], list[Profile]] = {key: [] for key in keys}
        for profile in self.profiles:
            if (same := found.get(profile.pool_and_user)) is not None:
                same.append(profile)
        return {key: tuple(profiles) for key, profiles in found.items()}

    def environment(self, name: str) -> Environment | None:
        """Return the environment of that name, or None."""
        return next((environment for environment in self.environments if environment.name == name), None)

    def matching(self, reference: str) -> tuple[Profile, ...]:
        """Return the profiles that match `environment/name` or a name: none, one or several."""
        if "/" in reference:
            found = self.by_id.get(reference)
            return (found,) if found else ()
        return tuple(profile for profile in self.profiles if profile.name == reference)


def region_of_pool(user_pool_id: str) -> str:
    """Return the region in a pool id, or an empty string if it has none."""
    match = POOL_ID_PATTERN.fullmatch(user_pool_id)
    return match["region"] if match else ""


def identity_region(profile: Profile) -> str:
    """Return the region in the id of the profile's identity pool, or the profile's region."""
    return profile.identity_pool_id.partition(":")[0] or profile.region


def default_client_label(profile: Profile) -> str:
    """Return the list's label for a profile's client: its first tag, `m2m`, or the start of the client id."""
    if profile.fields.tags:
        return profile.fields.tags[0]
    if profile.flow is Flow.CLIENT_CREDENTIALS:
        return "m2m"
    if profile.subject is not None:
        return f"for {profile.subject.name}"
    return profile.client_id[:8]


class Draft(Frozen, frozen=True):
    """A copy of the profile file that is edited as a whole."""

    path: Path
    """The path of the copy."""
    line: int
    """The line to open the editor at, from 1."""
    seen: bytes
    """The content of the profile file when the copy was made; empty if there was no file."""
    written: bytes
    """The content that the copy started with."""


def foreign_endpoint(profile: Profile) -> str:
    """Return the profile's endpoint if it is not AWS's own, else an empty string."""
    url = profile.fields.endpoint_url
    return "" if not url or is_aws(url) else url


def foreign_server(profile: Profile) -> str:
    """Return the server that a profile's secrets are sent to if it is not AWS's own, else an empty string.

    That is the pool's domain for the OAuth flows and the endpoint for the others.
    """
    if not profile.signs_in_at_domain:
        return foreign_endpoint(profile)
    domain = profile.fields.domain or ""
    return "" if is_aws(domain) else domain


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: localhost, 127.0.0.0/8 or ::1; no name is resolved."""
    # Newer versions of Python have already loaded it with urllib.parse.
    from ipaddress import IPv4Address, ip_address

    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback if isinstance(address, IPv4Address) else int(address) == 1


def uses_domain(flow: Flow, fields: ProfileFields) -> bool:
    """Return whether a flow with these keys uses the OAuth endpoints of the pool's domain."""
    if flow is Flow.CLIENT_CREDENTIALS:
        return bool(fields.domain)
    if flow is Flow.TOKEN_EXCHANGE:
        return bool(fields.domain) and not fields.user_pool_id
    return flow is Flow.AUTHORIZATION_CODE


def _inside(sentence: str) -> str:
    """Return a sentence as part of another one; a name such as AWS keeps its capitals."""
    begin = sentence[:1].lower() if sentence[1:2].islower() else sentence[:1]
    return f"{begin}{sentence[1:]}".rstrip(".")
