"""AWS as data: temporary credentials, the pools and clients of an account, and the hosts of each partition."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar
from urllib.parse import urlsplit

from cognitui.model.duration import iso_utc
from cognitui.model.errors import BadToken
from cognitui.model.struct import Frozen
from cognitui.model.token import Lifetime

_ADVISORY = 900.0
"""Seconds. AWS SDKs run a credential process again this long before expiry: botocore, `RefreshableCredentials`."""

_SAFE = re.compile(r"[A-Za-z0-9+/=_-]+")
"""The characters of AWS credentials, which are base64; no shell treats any of them specially."""

_FIELDS = 6

CLIENT_TOKEN_AUTH = "CLIENT_TOKEN_AUTH"
"""The flow of GetClientToken in ExplicitAuthFlows, without `ALLOW_`."""

HIDDEN_SECRET = "The app client has a client secret that AWS no longer shows: it was added, and is not the first one."
"""DescribeUserPoolClient shows the first one only."""

DEFAULT_AWS_PROFILE = "default"
"""The profile of that name in ~/.aws, or the credentials of the environment or the machine."""

Item = TypeVar("Item")

_USUAL = "amazonaws.com"

_PARTITIONS = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}
"""The DNS suffixes of AWS's other partitions by region prefix, as in botocore's partitions.json."""

_USUAL_DUAL_STACK = "api.aws"

_DUAL_STACK = {
    "us-gov-": _USUAL_DUAL_STACK,
    "cn-": "api.amazonwebservices.com.cn",
    "eusc-": "api.amazonwebservices.eu",
    "us-iso-": "api.aws.ic.gov",
    "us-isob-": "api.aws.scloud",
    "eu-isoe-": "api.cloud-aws.adc-e.uk",
    "us-isof-": "api.aws.hci.ic.gov",
}
"""The DNS suffixes of dual-stack endpoints by region prefix, as in botocore's partitions.json."""
_FIPS_AT_USUAL_HOST = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
"""Regions whose FIPS hosts serve IPv6 as well: botocore, endpoint-rule-set-1.json of both services."""

_SUFFIXES = (_USUAL, *_PARTITIONS.values(), *_DUAL_STACK.values(), _USUAL_DUAL_STACK)
"""All suffixes, with those of dual-stack endpoints."""

_POOL_DOMAINS = {
    "us-gov-": "auth-fips.{region}.amazoncognito.com",
    "cn-": "auth.{region}.amazoncognito.com.cn",
    "eusc-": "auth.cognito-idp.{region}.on.amazonwebservices.eu",
    # No public Cognito endpoint is documented there, and a guess might be someone else's host.
    **dict.fromkeys(("us-iso-", "us-isob-", "eu-isoe-", "us-isof-"), ""),
}
"""The rest of a pool domain after its prefix, by region prefix.

Sources: Amazon's entries in the Public Suffix List; for GovCloud also AWS, "Amazon Cognito in AWS GovCloud (US)".
"""

_USUAL_POOL_DOMAIN = "auth.{region}.amazoncognito.com"

_FIPS_POOL_DOMAIN = "auth-fips.{region}.amazoncognito.com"
"""The FIPS endpoint of the same domain, which US regions have in addition."""

_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""AWS: UserPoolDomain, DomainType."""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")

_SERVICES = frozenset(
    {"cognito-idp", "cognito-idp-fips", "issuer-cognito-idp", "cognito-identity", "cognito-identity-fips"}
)


class AwsCredentials(Frozen, frozen=True):
    """A temporary access key."""

    hidden: ClassVar[tuple[str, ...]] = ("secret_access_key", "session_token")

    identity_id: str
    """The user's identity in the identity pool, `eu-west-1:1b29b0b5-…`."""
    access_key_id: str
    secret_access_key: str
    session_token: str
    lifetime: Lifetime

    def is_fresh(self, now: float) -> bool:
        """Return whether they last long enough to hand out; otherwise an SDK would ask again at its next call."""
        return self.lifetime.remaining(now) >= min(_ADVISORY, self.lifetime.length / 4)

    def pack(self) -> str:
        """Return their JSON list for the vault."""
        # Costs 3 ms, and few profiles have an identity pool.
        import json

        life = self.lifetime
        keys = (self.identity_id, self.access_key_id, self.secret_access_key, self.session_token)
        return json.dumps([*keys, float(life.issued_at), float(life.expires_at)])

    @classmethod
    def unpack(cls, stored: str) -> AwsCredentials | None:
        """Return what `pack` wrote, or None for anything else."""
        import json

        try:
            parts = json.loads(stored)
        except (ValueError, RecursionError):
            return None
        if not isinstance(parts, list) or len(parts) != _FIELDS:
            return None
        identity, key, secret, session, issued, ends = parts
        if not all(isinstance(text, str) and text for text in (identity, key, secret, session)):
            return None
        if not all(isinstance(number, float) for number in (issued, ends)):
            return None
        return cls(identity, key, secret, session, Lifetime(issued, ends))


def for_credential_process(credentials: AwsCredentials) -> str:
    """Return the JSON of a `credential_process` for AWS SDKs.

    Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
    """
    import json

    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": iso_utc(credentials.lifetime.expires_at),
        }
    )


def for_shell(credentials: AwsCredentials) -> str:
    """Return shell lines that set the environment variables of AWS tools.

    Raises:
        BadToken: They contain characters that AWS credentials never have and that a shell might run.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
    }
    if not all(_SAFE.fullmatch(value) for value in variables.values()):
        raise BadToken(
            "The AWS credentials contain characters that AWS never uses.",
            fix="Check the endpoint in the profile: the server that sent them is not AWS.",
        )
    return "\n".join(f"export {name}={value}" for name, value in variables.items())


class AwsPlace(Frozen, frozen=True):
    """The target of signed calls and the AWS profile that signs them."""

    aws_profile: str = DEFAULT_AWS_PROFILE
    region: str = ""
    endpoint_url: str = ""
    """An emulator's URL; empty for AWS."""


class Page(Frozen, Generic[Item], frozen=True):
    """A page of a list with at most 60 items, and the token of the next page."""

    items: tuple[Item, ...] = ()
    after: str = ""
    """The token of the next page; empty on the last page."""


class PoolEntry(Frozen, frozen=True):
    """A user pool in a list."""

    id: str
    name: str
    replica_regions: tuple[str, ...] = ()
    """The other Regions that the pool is replicated to; empty if it has no replica."""


class ClientEntry(Frozen, frozen=True):
    """An app client in a list."""

    id: str
    name: str


class UserEntry(Frozen, frozen=True):
    """A user in a list."""

    username: str
    """The real username: in pools that sign in by e-mail, an id that nobody types."""
    email: str = ""
    phone: str = ""
    status: str = ""
    """Cognito's status: CONFIRMED, FORCE_CHANGE_PASSWORD, …"""
    enabled: bool = True
    identity_provider: str = ""
    """The name of the identity provider of a federated user; empty if it is not known."""

    @property
    def is_federated(self) -> bool:
        """Whether an identity provider signs the user in, so that the pool has no password."""
        return self.status == "EXTERNAL_PROVIDER"


class PoolDetails(Frozen, frozen=True):
    """A user pool in detail."""

    id: str
    name: str = ""
    domain: str = ""
    """The URL of its OAuth endpoints; empty if it has none."""
    signs_in_by: tuple[str, ...] = ()
    """UsernameAttributes: `email`, `phone_number`; empty if users type their usernames."""
    identity_pool_id: str = ""
    """The identity pool that accepts its tokens, if a file names one."""
    replica_regions: tuple[str, ...] = ()
    """The other Regions that the pool is replicated to; empty if it has no replica, or if that is not known."""


class ClientDetails(Frozen, frozen=True):
    """An app client in detail."""

    hidden: ClassVar[tuple[str, ...]] = ("secret",)

    id: str
    name: str = ""
    secret: str = ""
    flows: tuple[str, ...] = ()
    """ExplicitAuthFlows, without `ALLOW_`."""
    grants: tuple[str, ...] = ()
    """AllowedOAuthFlows if the OAuth endpoints are enabled for it: `code`, `client_credentials`."""
    scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    identity_providers: tuple[str, ...] = ()
    """SupportedIdentityProviders; empty if they are not known."""
    secret_source: str = ""
    """The place of its secret if Cognito keeps it in Secrets Manager, as profiles write it: `secretsmanager:ARN`."""
    secret_note: str = ""
    """A sentence about a secret that AWS does not show; empty if there is none to say."""

    @property
    def is_machine_only(self) -> bool:
        """Whether GetClientToken is its only flow: AWS allows no other beside it."""
        return CLIENT_TOKEN_AUTH in self.flows


class AppClientSecret(Frozen, frozen=True):
    """A secret of an app client, without its value."""

    id: str
    """`CLIENT--EPOCH`."""
    created_at: float = 0.0
    """Seconds since the epoch; 0 if it is not known."""


class NewAppClientSecret(Frozen, frozen=True):
    """A secret that was just added to an app client; AWS never shows its value again."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    id: str
    value: str


class Account(Frozen, frozen=True):
    """The AWS account and identity of the credentials."""

    id: str
    """Twelve digits."""
    arn: str


def domain_of(region: str) -> str:
    """Return the DNS suffix of the partition that a region belongs to."""
    return next((domain for begin, domain in _PARTITIONS.items() if region.startswith(begin)), _USUAL)


def host_of_service(service: str, region: str, *, fips: bool = False, dual_stack: bool = False) -> str:
    """Return the host of user pools or identity pools in a Region.

    Source: endpoint-rule-set-1.json of `cognito-idp` and `cognito-identity` in botocore 1.44.8; they are alike.

    Args:
        service: `cognito-idp` or `cognito-identity`.
        region: The Region; its partition is known by its prefix.
        fips: Whether its cryptography must be validated by FIPS 140.
        dual_stack: Whether it must be reached over IPv6, too.
    """
    suffix = domain_of(region)
    if dual_stack:
        others = next((domain for begin, domain in _DUAL_STACK.items() if region.startswith(begin)), "")
        if not fips:
            # In the usual partition, the usual host serves both.
            suffix = others or suffix
        elif region not in _FIPS_AT_USUAL_HOST:
            suffix = others or _USUAL_DUAL_STACK
    return f"{service}{'-fips' if fips else ''}.{region}.{suffix}"


def partition_of(region: str) -> str:
    """Return what the Regions of one partition begin with, such as `cn-`; empty for AWS's usual one."""
    return next((begin for begin in ("us-gov-", *_PARTITIONS) if region.startswith(begin)), "")


def pool_domain(prefix: str, region: str) -> str:
    """Return the URL of a pool's prefix domain.

    Args:
        prefix: The prefix that the pool's owner chose.
        region: The pool's region.

    Returns:
        `https://PREFIX.auth.REGION.amazoncognito.com` or the equivalent of the region's partition; an empty string
        if the prefix or region is invalid or the partition's domains are not known.
    """
    behind = _behind_prefix(region)
    return f"https://{prefix}.{behind}" if behind and _PREFIX.fullmatch(prefix) else ""


def region_of_pool_domain(url: str) -> str:
    """Return the region of a prefix domain's URL, or an empty string for another host."""
    host = _host(url)
    prefix, _, behind = host.partition(".")
    region = next((label for label in behind.split(".") if _REGION.fullmatch(label)), "")
    forms = (_behind_prefix(region), *(form.format(region=region) for form in (_USUAL_POOL_DOMAIN, _FIPS_POOL_DOMAIN)))
    return region if region and behind in forms and _PREFIX.fullmatch(prefix) else ""


@lru_cache(maxsize=256)
def is_aws(url: str) -> bool:
    """Return whether a URL is one of Cognito's hosts at AWS; custom domains are not.

    Other AWS hosts are not either, because anyone can own one: API Gateway, load balancers, buckets and machines have
    names below the same suffixes.
    """
    host = _host(url)
    return any(_is_service(_below(host, suffix)) for suffix in _SUFFIXES) or bool(region_of_pool_domain(url))


def _behind_prefix(region: str) -> str:
    if not _REGION.fullmatch(region):
        return ""
    form = next((form for begin, form in _POOL_DOMAINS.items() if region.startswith(begin)), _USUAL_POOL_DOMAIN)
    return form.format(region=region)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _below(host: str, suffix: str) -> list[str]:
    """Return the labels of a host before a suffix; none if it has another suffix."""
    return host.removesuffix(f".{suffix}").split(".") if host.endswith(f".{suffix}") else []


def _is_service(labels: list[str]) -> bool:
    match labels:
        case [service, _region]:
            return service in _SERVICES
        case [endpoint, service, _region, "vpce"]:
            # A VPC endpoint: it only leads to the AWS service.
            return endpoint.startswith("vpce-") and service in _SERVICES
    return False
