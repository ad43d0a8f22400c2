"""The directory of another server than our own, which pages, filters and checks signatures by its own lights."""

from __future__ import annotations

import time

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.provisioning import AwsProvisioning
from cognitui.cognito.transport import Transport
from cognitui.model.aws import AwsPlace, PoolEntry
from tests.integration.cognito_server import Ministack
from tests.servers.directory import REGION

pytestmark = pytest.mark.xdist_group("cognito")


@pytest.fixture
def place(ministack: Ministack, monkeypatch: pytest.MonkeyPatch) -> AwsPlace:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ministack.server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ministack.server.secret_key)
    return AwsPlace("default", REGION, ministack.endpoint)


def test_pools_clients_and_users_are_found(ministack: Ministack, place: AwsPlace) -> None:
    pool = ministack.make_pool("directory", sign_in_by_email=True)
    client = ministack.make_client(pool, "web", secret=True)
    for number in range(65):
        ministack.make_user(pool, f"user{number:02}@example.com", "Passw0rd!")
    directory = AwsDirectory(AdminCaller(Transport(time.time)), {})

    pools: list[PoolEntry] = []
    after = ""
    while not pools or after:
        page = directory.pools(place, after)
        pools, after = [*pools, *page.items], page.after
    first = directory.users(place, pool)
    rest = directory.users(place, pool, after=first.after)

    assert (pool, "directory") in [(entry.id, entry.name) for entry in pools]
    assert [entry.name for entry in directory.clients(place, pool).items] == ["web"]
    assert (len(first.items), len(rest.items), rest.after) == (60, 5, "")
    assert [user.email for user in directory.users(place, pool, "user07", "email").items] == ["user07@example.com"]
    assert directory.pool(place, pool).signs_in_by == ("email",)
    told = directory.client(place, pool, client.id)
    assert (told.secret, "USER_SRP_AUTH" in told.flows) == (client.secret, True)


def test_what_is_provisioned_signs_in(ministack: Ministack, place: AwsPlace) -> None:
    pool = ministack.make_pool("provisioned")
    provisioning = AwsProvisioning(AdminCaller(Transport(time.time)))

    made = provisioning.make_client(place, pool, "cognitui")
    provisioning.make_user(place, pool, "carol", {})
    provisioning.set_password(place, pool, "carol", "Longer-Passw0rd!")

    assert made.secret
    assert provisioning.has_user(place, pool, "carol")
    assert not provisioning.has_user(place, pool, "nobody")
