"""Lists, descriptions and what an account makes, on the strict server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import UserStatus
from tests.unit.strict.raw import send
from tests.unit.strict.world import refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sts import STSClient

KEY, KEY_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=5)


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


@pytest.fixture
def sts(strict: StrictServer) -> Iterator[Callable[[str], STSClient]]:
    made: list[STSClient] = []

    def make(secret: str) -> STSClient:
        client = boto3.client(
            "sts",
            region_name="eu-west-1",
            endpoint_url=strict.url,
            aws_access_key_id=KEY,
            aws_secret_access_key=secret,
            config=CONFIG,
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def test_pools_are_those_of_the_region_that_was_signed_for(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    here = strict.add_pool(title="shop-dev")
    strict.add_pool(region="us-east-1")

    assert calls.list_user_pools(MaxResults=60)["UserPools"] == [{"Id": here.id, "Name": "shop-dev"}]


def test_users_come_in_pages_of_sixty_at_the_most(strict: StrictServer, calls: CognitoIdentityProviderClient) -> None:
    pool = strict.add_pool()
    for number in range(130):
        strict.add_user(pool, f"user{number:03}@example.com", "Passw0rd!")

    pages = list(calls.get_paginator("list_users").paginate(UserPoolId=pool.id))

    assert [len(page["Users"]) for page in pages] == [60, 60, 10]
    assert len({user["Username"] for page in pages for user in page["Users"]}) == 130
    too_many = partial(calls.list_users, UserPoolId=pool.id, Limit=61)
    assert "less than or equal to 60" in refused(too_many)[1]


def test_a_filter_is_a_prefix_or_a_whole_and_one_attribute(
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


def test_a_token_of_one_search_is_none_of_another(strict: StrictServer, calls: CognitoIdentityProviderClient) -> None:
    pool = strict.add_pool()
    for name in ("ann", "anna"):
        strict.add_user(pool, name, "Passw0rd!", username=name)
    token = calls.list_users(UserPoolId=pool.id, Limit=1)["PaginationToken"]

    other = partial(calls.list_users, UserPoolId=pool.id, Limit=1, PaginationToken=token, Filter='username ^= "an"')

    assert refused(other)[0] == "InvalidParameterException"


def test_a_pool_tells_its_domain_and_what_users_sign_in_by(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool(title="shop", domain="shop-dev", username_attributes=("email",))

    told = calls.describe_user_pool(UserPoolId=pool.id)["UserPool"]

    assert (told["Name"], told["Domain"], told["UsernameAttributes"]) == ("shop", "shop-dev", ["email"])


def test_a_new_client_has_the_secret_and_the_flows_that_were_asked_for(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool()
    make = partial(calls.create_user_pool_client, UserPoolId=pool.id)

    made = make(ClientName="web", GenerateSecret=True, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])["UserPoolClient"]

    assert (made["ClientName"], len(made["ClientSecret"])) == ("web", 51)
    assert made["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert "ClientSecret" not in make(ClientName="open")["UserPoolClient"]
    assert refused(partial(make, ClientName="<>"))[0] == "InvalidParameterException"


def test_a_new_user_must_change_the_password_and_is_there_once(
    strict: StrictServer, calls: CognitoIdentityProviderClient
) -> None:
    pool = strict.add_pool(username_attributes=("email",))
    make = partial(calls.admin_create_user, UserPoolId=pool.id, MessageAction="SUPPRESS")

    made = make(Username="ann@example.com")["User"]

    assert made["UserStatus"] == UserStatus.FORCE_CHANGE_PASSWORD
    assert made["Username"] != "ann@example.com"
    assert refused(partial(make, Username="ann@example.com"))[0] == "UsernameExistsException"
    assert refused(partial(make, Username="ann")) == ("InvalidParameterException", "Username should be an email.")


def test_sts_tells_who_has_signed(strict: StrictServer, sts: Callable[[str], STSClient]) -> None:
    user = strict.add_iam_user(KEY, KEY_SECRET)

    told = sts(KEY_SECRET).get_caller_identity()

    assert (told["Account"], told["Arn"]) == ("123456789012", user.arn)
    assert refused(sts(KEY_SECRET[::-1]).get_caller_identity)[0] == "SignatureDoesNotMatch"


def test_sts_does_not_answer_whoever_has_not_signed(strict: StrictServer) -> None:
    import urllib3

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = urllib3.request(
        "POST", f"{strict.url}/", body=b"Action=GetCallerIdentity&Version=2011-06-15", headers=form
    )

    assert answer.status == 403
    assert b"MissingAuthenticationToken" in answer.data
    assert send(strict, form, b"Action=AssumeRole").refusal[0] == "SerializationException"
