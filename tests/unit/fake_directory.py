"""Fakes of an AWS account, for import and provision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from cognitui.model.aws import Account, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails, PoolEntry, UserEntry
from cognitui.model.errors import CognituiError, PoolOrClientNotFound

POOL_ID = "eu-west-1_Shop00001"
CLIENT_ID = "6k2jc8v0example0client0web"
CLIENT_SECRET = "canary0secret0of0the0web0client"

Item = TypeVar("Item")


@dataclass
class FakeDirectory:
    """An account in lists, returned in pages of `page_size`; a test may set errors to raise, by method name."""

    pool_details: list[PoolDetails] = field(default_factory=lambda: [PoolDetails(POOL_ID, "shop-dev")])
    client_details: dict[str, list[ClientDetails]] = field(
        default_factory=lambda: {POOL_ID: [ClientDetails(CLIENT_ID, "web", CLIENT_SECRET, flows=("USER_SRP_AUTH",))]}
    )
    user_entries: list[UserEntry] = field(
        default_factory=lambda: [UserEntry("alice", "alice@example.com", status="CONFIRMED"), UserEntry("bob")]
    )
    profiles: tuple[str, ...] = ("default",)
    region: str = "eu-west-1"
    page_size: int = 60
    faults: dict[str, CognituiError] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    places: list[AwsPlace] = field(default_factory=list)
    replicas: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def aws_profiles(self) -> tuple[str, ...]:
        return self.profiles

    def require_credentials(self, aws_profile: str) -> None:
        if "credentials" in self.faults:
            raise self.faults["credentials"]

    def default_region(self, aws_profile: str) -> str:
        return self.region

    def regions(self) -> tuple[str, ...]:
        return ("eu-central-1", "eu-west-1", "us-east-1")

    def pools(self, place: AwsPlace, after: str = "") -> Page[PoolEntry]:
        self._called("pools", after, place=place)
        return self._page(
            [PoolEntry(pool.id, pool.name, self.replicas.get(pool.id, ())) for pool in self.pool_details], after
        )

    def clients(self, place: AwsPlace, pool_id: str, after: str = "") -> Page[ClientEntry]:
        self._called("clients", pool_id, after, place=place)
        found = self.client_details.get(pool_id, [])
        return self._page([ClientEntry(client.id, client.name) for client in found], after)

    def users(
        self, place: AwsPlace, pool_id: str, begins: str = "", by: str = "username", after: str = ""
    ) -> Page[UserEntry]:
        self._called("users", begins, by, after, place=place)
        values = {
            "username": lambda user: user.username,
            "email": lambda user: user.email,
            "phone_number": lambda user: user.phone,
        }
        return self._page([user for user in self.user_entries if values[by](user).startswith(begins)], after)

    def pool(self, place: AwsPlace, pool_id: str) -> PoolDetails:
        self._called("pool", pool_id, place=place)
        found = next((pool for pool in self.pool_details if pool.id == pool_id), None)
        if found is None:
            raise PoolOrClientNotFound(f"User pool {pool_id} does not exist.")
        return found

    def client(self, place: AwsPlace, pool_id: str, client_id: str) -> ClientDetails:
        self._called("client", pool_id, client_id, place=place)
        found = next((client for client in self.client_details.get(pool_id, []) if client.id == client_id), None)
        if found is None:
            raise PoolOrClientNotFound(f"User pool client {client_id} does not exist.")
        return found

    def _page(self, items: Sequence[Item], after: str) -> Page[Item]:
        start = int(after or 0)
        end = start + self.page_size
        return Page(tuple(items[start:end]), str(end) if end < len(items) else "")

    def _called(self, what: str, *how: str, place: AwsPlace) -> None:
        self.asked.append((what, *how))
        self.places.append(place)
        if what in self.faults:
            raise self.faults[what]


@dataclass
class FakeProvisioning:
    """Records what was created; a test may set errors to raise, by method name."""

    users: set[str] = field(default_factory=set)
    made: list[tuple[str, ...]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    faults: dict[str, CognituiError] = field(default_factory=dict)

    def account(self, place: AwsPlace) -> Account:
        self._fail("account")
        return Account("123456789012", "arn:aws:iam::123456789012:user/admin")

    def make_client(self, place: AwsPlace, pool_id: str, name: str) -> ClientDetails:
        self._fail("make_client")
        self.made.append(("client", pool_id, name))
        return ClientDetails("new0client0id", name, CLIENT_SECRET, flows=("USER_SRP_AUTH",))

    def make_user(self, place: AwsPlace, pool_id: str, username: str, attributes: Mapping[str, str]) -> None:
        self._fail("make_user")
        self.made.append(("user", pool_id, username))
        self.users.add(username)

    def set_password(self, place: AwsPlace, pool_id: str, username: str, password: str) -> None:
        self._fail("set_password")
        self.made.append(("password", pool_id, username))
        self.passwords[username] = password

    def has_user(self, place: AwsPlace, pool_id: str, username: str) -> bool:
        self._fail("has_user")
        return username in self.users

    def _fail(self, what: str) -> None:
        if what in self.faults:
            raise self.faults[what]
