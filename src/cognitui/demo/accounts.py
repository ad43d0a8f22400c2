"""Contents of the demo's Cognito, as its process reports them: ids for the profiles, and secrets for the vault."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cognitui.model.secret import SecretKind


class StoredSecret(msgspec.Struct, frozen=True):
    """A secret for the vault in memory."""

    profile: str
    """The profile's id."""
    kind: SecretKind
    value: str

    def __repr__(self) -> str:
        """Leave out the value."""
        return f"StoredSecret({self.profile!r}, {self.kind!r})"


class StageIds(msgspec.Struct, frozen=True):
    """The ids of an environment with a pool of its own."""

    pool: str
    clients: Mapping[str, str]
    """The ids of its app clients by name."""
    identity_pool: str = ""
    """Empty if it has none."""


class AccountIds(msgspec.Struct, frozen=True):
    """The ids of a playground user."""

    pool: str
    client: str
    endpoint: str = ""
    """The address of the Region of a replica; empty for the server's own."""
    secret_arn: str = ""
    """The ARN of the client's secret in Secrets Manager; empty if it is not there."""


class AdminKey(msgspec.Struct, frozen=True):
    """The access key of the demo's IAM user; no other server knows it."""

    id: str
    secret: str

    def __repr__(self) -> str:
        """Leave out the secret."""
        return f"AdminKey({self.id!r})"


class Contents(msgspec.Struct, frozen=True):
    """Everything that the server holds."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    stages: Mapping[str, StageIds]
    """By the environment's name."""
    accounts: Mapping[str, AccountIds]
    """The users of the playground by the profile's name."""
    admin: AdminKey
    secrets: tuple[StoredSecret, ...]
