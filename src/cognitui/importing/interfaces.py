"""Interfaces of imports and provisioning: the profile file and an AWS account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cognitui.model.aws import Account, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails, PoolEntry, UserEntry
from cognitui.model.profile import NO_FIELDS, ProfileFields, ProfileSet


class ProfileStore(Protocol):
    """The profile file."""

    @property
    def path(self) -> Path:
        """The file that edits go to."""
        ...

    def load(self) -> ProfileSet:
        """Return the profiles of the file and its includes; errors in it are in `errors`.

        Raises:
            ProfileFileError: The file as a whole cannot be read (not TOML, not UTF-8, a newer version, unsafe).
        """
        ...

    def check(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> None:
        """Check whether `add` would accept a profile; writes nothing.

        Raises:
            ProfileFileError: A name or a field is invalid, the profile exists, or the file cannot be read.
        """
        ...

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileSet:
        """Add a profile, and its environment if that is new; return the profiles afterwards.

        Args:
            environment: Its environment.
            name: Its name.
            fields: All that the profile itself sets.
            protected: Protects its environment; otherwise that stays as it is.
            shared: What a new environment sets for all of its profiles; in an existing one the profile sets it, so
                that no other profile changes.

        Raises:
            ProfileFileError: A name or a field is invalid, or the profile exists.
            SaveFailed: The file could not be written; it is as before.
        """
        ...


class Directory(Protocol):
    """User pools of an AWS account, for an import. The calls with a place may raise Refused or Unreachable.

    Those without one only read the AWS setup of this machine, except `require_credentials`: it may run the tool of
    `credential_process` or ask the machine's metadata service, and so may block for seconds.
    """

    def aws_profiles(self) -> tuple[str, ...]: ...  # noqa: D102
    def require_credentials(self, aws_profile: str) -> None: ...  # noqa: D102
    def default_region(self, aws_profile: str) -> str: ...  # noqa: D102
    def regions(self) -> tuple[str, ...]: ...  # noqa: D102
    def pools(self, place: AwsPlace, after: str = "") -> Page[PoolEntry]: ...  # noqa: D102
    def clients(self, place: AwsPlace, pool_id: str, after: str = "") -> Page[ClientEntry]: ...  # noqa: D102

    def users(  # noqa: D102
        self, place: AwsPlace, pool_id: str, begins: str = "", by: str = "username", after: str = ""
    ) -> Page[UserEntry]: ...

    def pool(self, place: AwsPlace, pool_id: str) -> PoolDetails: ...  # noqa: D102
    def client(self, place: AwsPlace, pool_id: str, client_id: str) -> ClientDetails: ...  # noqa: D102


class Provisioning(Protocol):
    """Creates app clients and users in an AWS account. Every method may raise Refused or Unreachable."""

    def account(self, place: AwsPlace) -> Account: ...  # noqa: D102
    def make_client(self, place: AwsPlace, pool_id: str, name: str) -> ClientDetails: ...  # noqa: D102

    def make_user(  # noqa: D102
        self, place: AwsPlace, pool_id: str, username: str, attributes: Mapping[str, str]
    ) -> None: ...

    def set_password(self, place: AwsPlace, pool_id: str, username: str, password: str) -> None: ...  # noqa: D102
    def has_user(self, place: AwsPlace, pool_id: str, username: str) -> bool: ...  # noqa: D102
