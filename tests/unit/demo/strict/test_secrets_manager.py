"""Secrets Manager, with boto3 as its client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from tests.unit.demo.strict.admin import CONFIG, KEY, KEY_SECRET
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.world import SECRET, refused

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

NOT_FOUND = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
TEXT = '{"password": "Passw0rd!"}'

Connect = Callable[..., "SecretsManagerClient"]


@pytest.fixture
def connect(strict: StrictServer) -> Iterator[Connect]:
    strict.add_iam_user(KEY, KEY_SECRET)
    with ExitStack() as stack:

        def client(region: str = "eu-west-1", key: str = KEY) -> SecretsManagerClient:
            made = boto3.client(
                "secretsmanager",
                region_name=region,
                endpoint_url=strict.url,
                aws_access_key_id=key,
                aws_secret_access_key=KEY_SECRET,
                config=CONFIG,
            )
            stack.callback(made.close)
            return made

        yield client


@pytest.fixture
def client(strict: StrictServer) -> AppClient:
    """A client whose secret is in Secrets Manager."""
    made = strict.add_client(strict.add_pool(), secret=SECRET)
    strict.client_secrets.publish(made)
    return made


def published(at: SecretsManagerClient, client: AppClient, stage: str = "AWSCURRENT") -> str:
    text = at.get_secret_value(SecretId=client.secret_arn, VersionStage=stage)["SecretString"]
    found = json.loads(text)
    assert (found["userPoolId"], found["userPoolClientId"]) == (client.pool.id, client.id)
    return str(found["clientSecretValue"])


def works(strict: StrictServer, client: AppClient, secret: str) -> bool:
    """Return whether a refresh with a secret gets as far as the refresh token."""
    reply = ask(strict, "GetTokensFromRefreshToken", ClientId=client.id, RefreshToken="unknown", ClientSecret=secret)
    return reply.refusal[1] == "Invalid Refresh Token"


def test_a_secret_is_found_by_its_name_and_by_its_arn(strict: StrictServer, connect: Connect) -> None:
    at, secret = connect(), strict.secrets_manager.add("shop/alice", TEXT, "eu-west-1")

    for secret_id in ("shop/alice", secret.arn, secret.arn.rpartition("-")[0]):
        found = at.get_secret_value(SecretId=secret_id)
        assert (found["SecretString"], found["ARN"], found["VersionStages"]) == (TEXT, secret.arn, ["AWSCURRENT"])
    assert at.get_secret_value(SecretId="shop/alice", VersionId=found["VersionId"])["SecretString"] == TEXT


def test_an_unknown_secret_and_one_of_another_region_are_not_found(strict: StrictServer, connect: Connect) -> None:
    secret = strict.secrets_manager.add("shop/alice", TEXT, "eu-west-1")

    assert refused(lambda: connect().get_secret_value(SecretId="shop/bob")) == NOT_FOUND
    assert refused(lambda: connect("us-east-1").get_secret_value(SecretId=secret.arn)) == NOT_FOUND
    previous = partial(connect().get_secret_value, SecretId=secret.arn, VersionStage="AWSPREVIOUS")
    assert refused(previous)[0] == "ResourceNotFoundException"


def test_publishing_rotates_the_secret_at_once(strict: StrictServer, connect: Connect, client: AppClient) -> None:
    value = published(connect(), client)

    assert value != SECRET
    assert (works(strict, client, value), works(strict, client, SECRET)) == (True, False)


def test_after_a_rotation_a_reader_may_get_the_previous_value_for_a_while(
    strict: StrictServer, connect: Connect, client: AppClient
) -> None:
    strict.clock.stop()
    at = connect()
    previous = published(at, client)
    strict.client_secrets.rotate(client, delay=50)

    assert published(at, client) == previous
    assert not works(strict, client, previous)
    strict.clock.advance(50)
    assert works(strict, client, published(at, client))
    assert published(at, client, "AWSPREVIOUS") == previous


def test_the_previous_value_may_be_accepted_for_a_while(
    strict: StrictServer, connect: Connect, client: AppClient
) -> None:
    strict.clock.stop()
    previous = published(connect(), client)
    strict.client_secrets.rotate(client, previous_valid=60)

    for secret in (previous, published(connect(), client)):
        assert works(strict, client, secret)
    strict.clock.advance(60)
    assert not works(strict, client, previous)


def test_a_second_secret_survives_publishing_only_if_it_is_the_newer_one(strict: StrictServer) -> None:
    client = strict.add_client(strict.add_pool(), secret=SECRET)
    newer = "another+secret_of_24_letters"
    strict.client_secrets.add(client, newer)

    strict.client_secrets.publish(client)

    assert (works(strict, client, newer), works(strict, client, SECRET)) == (True, False)


def test_switching_it_off_deletes_the_secret(strict: StrictServer, connect: Connect, client: AppClient) -> None:
    arn, value = client.secret_arn, published(connect(), client)

    strict.client_secrets.unpublish(client)

    assert refused(lambda: connect().get_secret_value(SecretId=arn)) == NOT_FOUND
    assert works(strict, client, value)


def test_the_description_says_who_rotates_the_secret_and_when(
    strict: StrictServer, connect: Connect, client: AppClient
) -> None:
    described = connect().describe_secret(SecretId=client.secret_arn)

    assert (described["OwningService"], described["RotationEnabled"]) == ("cognito-idp", True)
    assert (described["NextRotationDate"] - described["LastRotatedDate"]).days == 7
    assert sorted(described["VersionIdsToStages"].values()) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    own = strict.secrets_manager.add("shop/alice", TEXT, "eu-west-1")
    assert connect().describe_secret(SecretId=own.arn)["RotationEnabled"] is False


def test_a_policy_may_deny_the_secret(strict: StrictServer, connect: Connect, client: AppClient) -> None:
    strict.add_iam_user("AKIADENIED", KEY_SECRET, denied=frozenset({"GetSecretValue"}))

    name, message = refused(lambda: connect(key="AKIADENIED").get_secret_value(SecretId=client.secret_arn))

    assert name == "AccessDeniedException"
    assert f"secretsmanager:GetSecretValue on resource: {client.secret_arn}" in message
