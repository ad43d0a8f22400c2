"""Temporary AWS credentials of an identity pool: how long they last, how they are kept and handed on."""

from __future__ import annotations

import re
from typing import ClassVar, Generic, TypeVar

from cognitui.model.duration import iso_utc
from cognitui.model.errors import BadToken
from cognitui.model.struct import Frozen
from cognitui.model.token import Lifetime

_ADVISORY = 900.0
"""Seconds. AWS's SDKs ask a credential process anew this long before the end: botocore, `RefreshableCredentials`."""

_SAFE = re.compile(r"[A-Za-z0-9+/=_-]+")
"""What AWS makes credentials of: base64. No shell takes any of these for something else."""

_FIELDS = 6


class AwsCredentials(Frozen, frozen=True):
    """An access key for a while."""

    hidden: ClassVar[tuple[str, ...]] = ("secret_access_key", "session_token")

    identity_id: str
    """The identity that the user has in the identity pool, `eu-west-1:1b29b0b5-…`."""
    access_key_id: str
    secret_access_key: str
    session_token: str
    lifetime: Lifetime

    def is_fresh(self, now: float) -> bool:
        """Returns whether they last long enough to be handed out: else an SDK would ask again at its next call."""
        return self.lifetime.remaining(now) >= min(_ADVISORY, self.lifetime.length / 4)

    def pack(self) -> str:
        """Returns them as the vault holds them: a JSON list."""
        # Costs 3 ms, and few profiles have an identity pool.
        import json

        life = self.lifetime
        keys = (self.identity_id, self.access_key_id, self.secret_access_key, self.session_token)
        return json.dumps([*keys, float(life.issued_at), float(life.expires_at)])

    @classmethod
    def unpack(cls, stored: str) -> AwsCredentials | None:
        """Returns what `pack` wrote; None for anything else, which is as good as none."""
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
    """Returns the JSON that AWS's SDKs read from a `credential_process`.

    AWS SDKs and Tools Reference Guide, "Process credential provider".
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
    """Returns lines that set the environment variables which every AWS tool reads.

    Raises:
        BadToken: They hold characters that no credentials have; a shell might obey them.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
    }
    if not all(_SAFE.fullmatch(value) for value in variables.values()):
        raise BadToken(
            "The AWS credentials hold characters that none have.",
            fix="Check the endpoint of the profile: the server that sent them is not AWS.",
        )
    return "\n".join(f"export {name}={value}" for name, value in variables.items())


DEFAULT_AWS_PROFILE = "default"
"""Stands for the profile of that name in ~/.aws, and for the credentials of the environment or the machine."""

Item = TypeVar("Item")


class AwsPlace(Frozen, frozen=True):
    """Where signed calls go, and by whose credentials."""

    aws_profile: str = DEFAULT_AWS_PROFILE
    region: str = ""
    endpoint_url: str = ""
    """An emulator's address; empty for AWS's own."""


class Page(Frozen, Generic[Item], frozen=True):
    """A part of a list, 60 items at the most, and where the next one begins."""

    items: tuple[Item, ...] = ()
    after: str = ""
    """What the next page is asked with; empty where this is the last one."""


class PoolEntry(Frozen, frozen=True):
    """A user pool in a list."""

    id: str
    name: str


class ClientEntry(Frozen, frozen=True):
    """An app client in a list."""

    id: str
    name: str


class UserEntry(Frozen, frozen=True):
    """A user in a list."""

    username: str
    """The real one: in pools that sign in by e-mail, an id that nobody types."""
    email: str = ""
    phone: str = ""
    status: str = ""
    """Cognito's word: CONFIRMED, FORCE_CHANGE_PASSWORD, …"""
    enabled: bool = True
    identity_provider: str = ""
    """The name of the identity provider that signs a federated user in; empty if it is not known."""

    @property
    def is_federated(self) -> bool:
        """Whether an identity provider signs the user in: the pool has no password of theirs."""
        return self.status == "EXTERNAL_PROVIDER"


class PoolDetails(Frozen, frozen=True):
    """What is told of a pool."""

    id: str
    name: str = ""
    domain: str = ""
    """The address of its OAuth endpoints; empty where it has none."""
    signs_in_by: tuple[str, ...] = ()
    """UsernameAttributes: `email`, `phone_number`; empty where users type their usernames."""
    identity_pool_id: str = ""
    """The identity pool that takes its tokens, where a file tells of one."""


class ClientDetails(Frozen, frozen=True):
    """What is told of an app client."""

    hidden: ClassVar[tuple[str, ...]] = ("secret",)

    id: str
    name: str = ""
    secret: str = ""
    flows: tuple[str, ...] = ()
    """ExplicitAuthFlows, without `ALLOW_`."""
    grants: tuple[str, ...] = ()
    """AllowedOAuthFlows, where the OAuth endpoints are enabled for it: `code`, `client_credentials`."""
    scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    identity_providers: tuple[str, ...] = ()
    """SupportedIdentityProviders; empty if they are not known."""


class Account(Frozen, frozen=True):
    """Whose credentials they are."""

    id: str
    """Twelve digits."""
    arn: str
