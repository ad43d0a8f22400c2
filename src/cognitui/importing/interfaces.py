"""What an import and a provisioning are handed: an AWS account, as Protocols alone; see `ports.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cognitui.model.aws import Account, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails, PoolEntry, UserEntry


class Directory(Protocol):
    """What an AWS account has of Cognito, for an import. The calls that take a place may raise Refused or Unreachable.

    Those that take none read the AWS set-up of this machine, and ask nobody; all but `require_credentials`, which may
    run the tool of `credential_process` or ask the machine's metadata service, and so may block for seconds.
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
    """What an AWS account is given. Every method may raise Refused or Unreachable."""

    def account(self, place: AwsPlace) -> Account: ...  # noqa: D102
    def make_client(self, place: AwsPlace, pool_id: str, name: str) -> ClientDetails: ...  # noqa: D102

    def make_user(  # noqa: D102
        self, place: AwsPlace, pool_id: str, username: str, attributes: Mapping[str, str]
    ) -> None: ...

    def set_password(self, place: AwsPlace, pool_id: str, username: str, password: str) -> None: ...  # noqa: D102
    def has_user(self, place: AwsPlace, pool_id: str, username: str) -> bool: ...  # noqa: D102
