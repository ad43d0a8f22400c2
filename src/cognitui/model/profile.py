"""Profiles: which user signs in to which app client, with the defaults of their environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec

from cognitui.model.aws import domain_of, is_aws, region_of_pool_domain
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


class PreferredChallenge(StrEnum):
    """The first factor that USER_AUTH asks for; if it is not set, Cognito lists the available ones."""

    PASSWORD = "PASSWORD"
    PASSWORD_SRP = "PASSWORD_SRP"
    EMAIL_OTP = "EMAIL_OTP"
    SMS_OTP = "SMS_OTP"


DEFAULT_FLOW = Flow.USER_SRP_AUTH
"""Works with a default app client and never sends the password."""


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

    @property
    def id(self) -> str:
        """`environment/name`."""
        return f"{self.environment.name}/{self.name}"

    @property
    def protected(self) -> bool:
        """Whether a token needs a confirmation: protected by its environment or by a profile with the same user."""
        return self.environment.protected or bool(self.shares_with)

    @property
    def why_protected(self) -> str:
        """What is protected: `prod`, or another profile with the same user."""
        if self.environment.protected or not self.shares_with:
            return self.environment.title
        return f"{self.shares_with}, which is the same user,"

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
        """The pool's id; empty if the profile needs none."""
        return self.fields.user_pool_id or ""

    @property
    def client_id(self) -> str:
        """The app client's id."""
        return self.fields.client_id or ""

    @property
    def username(self) -> str:
        """The username or alias, as typed; empty for client_credentials."""
        return self.fields.username or ""

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
        """Whether the profile names the user; with client_credentials there is none, and a browser asks for it."""
        return not self.signs_in_at_domain

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
        """Whether the flow uses the OAuth endpoints of the pool's domain."""
        return self.flow in (Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE)

    @property
    def redirect_uri(self) -> str:
        """The address that the browser comes back to; it must be registered with the app client."""
        return self.fields.redirect_uri or DEFAULT_REDIRECT_URI

    @property
    def kinds(self) -> tuple[TokenKind, ...]:
        """The tokens that its flow returns: client_credentials returns only an access token."""
        return (TokenKind.ACCESS,) if self.flow is Flow.CLIENT_CREDENTIALS else tuple(TokenKind)

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
            (domain if self.signs_in_at_domain else endpoint or domain) or self.region,
            self.user_pool_id,
            self.client_id,
            self.username,
            self.flow.value,
            " ".join(sorted(self.fields.scopes or ())),
            *((self.fields.identity_provider or "",) if self.flow is Flow.AUTHORIZATION_CODE else ()),
            # The tokens are also sent to the endpoint: a shared file must not send them to one of its choice.
            *((endpoint,) if self.signs_in_at_domain and endpoint and not is_aws(endpoint) else ()),
        )
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

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


def issuer_of(profile: Profile) -> str:
    """Return the issuer whose keys sign the profile's tokens, or an empty string if it names no pool.

    It is built from the profile only and never read from a token.
    """
    if profile.user_pool_id and (endpoint := foreign_endpoint(profile)):
        return f"{endpoint.rstrip('/')}/{profile.user_pool_id}"
    return _aws_issuer(profile)


def issuer_names(profile: Profile) -> tuple[str, ...]:
    """Return the accepted values of `iss`: the issuer, and for an emulator also AWS's name for the pool.

    Some emulators use AWS's name, although their keys are at their own endpoint.
    """
    return tuple(dict.fromkeys(name for name in (issuer_of(profile), _aws_issuer(profile)) if name))


def _aws_issuer(profile: Profile) -> str:
    region = region_of_pool(profile.user_pool_id) or profile.region
    if not profile.user_pool_id or not region:
        return ""
    return f"https://cognito-idp.{region}.{domain_of(region)}/{profile.user_pool_id}"


def _inside(sentence: str) -> str:
    """Return a sentence as part of another one; a name such as AWS keeps its capitals."""
    begin = sentence[:1].lower() if sentence[1:2].islower() else sentence[:1]
    return f"{begin}{sentence[1:]}".rstrip(".")
