"""What an AWS account has of Cognito, as far as an import picks from it: pools, app clients, users."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from cognitui.model.frozen import Frozen

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
