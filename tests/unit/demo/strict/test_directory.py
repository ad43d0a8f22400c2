"""Lists and descriptions of pools, app clients and users."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from cognitui.demo.strict.pools import ClientType
from cognitui.demo.strict.server import StrictServer
from tests.unit.demo.strict.admin import CONFIG, KEY, KEY_SECRET, Admin
from tests.unit.demo.strict.world import SECRET, refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@pytest.fixture
def calls(strict: StrictServer) -> Iterator[CognitoIdentityProviderClient]:
    strict.add_iam_user(KEY, KEY_SECRET)
    client = boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=strict.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY_SECRET,
        config=CONFIG,
    )
    yield client
    client.close()


def test_the_list_of_pools_is_limited_to_the_signed_region(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    here = strict.add_pool(title="shop-dev")
    strict.add_pool(region="us-east-1")

    assert calls.list_user_pools(MaxResults=60)["UserPools"] == [{"Id": here.id, "Name": "shop-dev"}]


def test_users_come_in_pages_of_at_most_sixty(strict: StrictServer, calls: CognitoIdentityProviderClient) -> None:
    pool = strict.add_pool()
    for number in range(130):
        strict.add_user(pool, f"user{number:03}@example.com", "Passw0rd!")

    pages = list(calls.get_paginator("list_users").paginate(UserPoolId=pool.id))

    assert [len(page["Users"]) for page in pages] == [60, 60, 10]
    assert len({user["Username"] for page in pages for user in page["Users"]}) == 130
    too_many = partial(calls.list_users, UserPoolId=pool.id, Limit=61)
    assert "less than or equal to 60" in refused(too_many)[1]


def test_a_filter_matches_a_prefix_or_the_whole_of_one_attribute(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool()
    for name in ("ann", "anna", 'an"d', "bob"):
        strict.add_user(pool, name, "Passw0rd!", username=name)

    def found(search: str) -> list[str]:
        return [user["Username"] for user in calls.list_users(UserPoolId=pool.id, Filter=search)["Users"]]

    assert found('username ^= "an"') == ["ann", "anna", 'an"d']
    assert found('username = "ann"') == ["ann"]
    assert found('username ^= "an\\""') == ['an"d']
    for wrong in ('username ^= "an', 'shoe_size = "7"', 'username ^= "an"d"'):
        assert refused(partial(found, wrong)) == ("InvalidParameterException", "Error while parsing filter.")


def test_a_pagination_token_is_invalid_for_another_search(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool()
    for name in ("ann", "anna"):
        strict.add_user(pool, name, "Passw0rd!", username=name)
    token = calls.list_users(UserPoolId=pool.id, Limit=1)["PaginationToken"]

    other = partial(calls.list_users, UserPoolId=pool.id, Limit=1, PaginationToken=token, Filter='username ^= "an"')

    assert refused(other)[0] == "InvalidParameterException"


def test_the_description_of_a_pool_has_its_domain_and_username_attributes(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool(title="shop", domain="shop-dev", username_attributes=("email",))

    described = calls.describe_user_pool(UserPoolId=pool.id)["UserPool"]

    assert (described["Name"], described["Domain"], described["UsernameAttributes"]) == ("shop", "shop-dev", ["email"])


def test_the_description_of_a_client_has_its_secret_and_flows(admin: Admin) -> None:
    client = admin.world.server.add_client(
        admin.world.pool, secret=SECRET, flows=frozenset({"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"}), rotation=True
    )
    description = admin.boto.describe_user_pool_client(UserPoolId=admin.world.pool.id, ClientId=client.id)[
        "UserPoolClient"
    ]
    assert description["ClientSecret"] == SECRET
    assert description["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert description["RefreshTokenRotation"]["Feature"] == "ENABLED"


def test_lists_come_in_pages(admin: Admin) -> None:
    clients = {admin.world.server.add_client(admin.world.pool).id for _ in range(5)}
    pages = list(
        admin.boto.get_paginator("list_user_pool_clients").paginate(
            UserPoolId=admin.world.pool.id, PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["UserPoolClients"]) for page in pages] == [2, 2, 1]
    assert {client["ClientId"] for page in pages for client in page["UserPoolClients"]} == clients
    assert [pool["Id"] for pool in admin.boto.list_user_pools(MaxResults=60)["UserPools"]] == [admin.world.pool.id]
    with pytest.raises(ClientError, match="between 1 and 60"):
        admin.boto.list_user_pools(MaxResults=61)


def test_a_type_of_clients_may_leave_a_page_empty(admin: Admin) -> None:
    server, pool = admin.world.server, admin.world.pool
    for _ in range(2):
        server.add_client(pool)
    registered = server.add_client(pool, client_type=ClientType.DCR, secret=SECRET)

    pages = list(
        admin.boto.get_paginator("list_user_pool_clients").paginate(
            UserPoolId=pool.id,
            PaginationConfig={"PageSize": 2},
            ClientType="DCR",  # type: ignore[call-arg]  # newer than the stubs
        )
    )

    assert [[client["ClientId"] for client in page["UserPoolClients"]] for page in pages] == [[], [registered.id]]
    described = admin.call("describe_user_pool_client", UserPoolId=pool.id, ClientId=registered.id)
    assert described["UserPoolClient"]["ClientType"] == "DCR"
    wrong = partial(admin.call, "list_user_pool_clients", UserPoolId=pool.id, ClientType="OTHER")
    assert refused(wrong)[0] == "InvalidParameterException"


def test_a_list_of_clients_may_begin_with_an_empty_page(admin: Admin) -> None:
    pool = admin.world.pool
    pool.lists_empty_page = True
    client = admin.world.server.add_client(pool)

    first = admin.boto.list_user_pool_clients(UserPoolId=pool.id)
    second = admin.boto.list_user_pool_clients(UserPoolId=pool.id, NextToken=first["NextToken"])

    assert first["UserPoolClients"] == []
    assert [found["ClientId"] for found in second["UserPoolClients"]] == [client.id]
    assert "NextToken" not in second
