"""App clients and their secrets, with boto3."""

from __future__ import annotations

from functools import partial

import pytest

from cognitui.demo.strict.pools import ClientType, secret_hash
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.test_oauth import program
from tests.unit.demo.strict.world import ALICE, PASSWORD, SECRET, World, refused

OWN = "my_own+secret_of_34_characters_0123"
INVALID, LIMIT = "InvalidParameterException", "LimitExceededException"


def named(admin: Admin, client_id: str) -> dict[str, str]:
    return {"UserPoolId": admin.world.pool.id, "ClientId": client_id}


def works(world: World, client_id: str, secret: str) -> bool:
    """Return whether a refresh with a secret gets as far as the refresh token."""
    reply = ask(
        world.server, "GetTokensFromRefreshToken", ClientId=client_id, RefreshToken="unknown", ClientSecret=secret
    )
    return reply.refusal[1] == "Invalid Refresh Token"


def test_both_secrets_work_until_the_old_one_is_deleted(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.pool, secret=SECRET)
    which = named(admin, client.id)

    added = admin.call("add_user_pool_client_secret", **which)["ClientSecretDescriptor"]
    new = added["ClientSecretValue"]
    for secret in (SECRET, new):
        assert works(admin.world, client.id, secret)
    listed = admin.call("list_user_pool_client_secrets", **which)["ClientSecrets"]
    assert [set(entry) for entry in listed] == [{"ClientSecretId", "ClientSecretCreateDate"}] * 2
    assert listed[1]["ClientSecretId"] == added["ClientSecretId"]

    admin.call("delete_user_pool_client_secret", **which, ClientSecretId=listed[0]["ClientSecretId"])

    assert works(admin.world, client.id, new)
    assert not works(admin.world, client.id, SECRET)
    described = admin.call("describe_user_pool_client", **which)["UserPoolClient"]
    assert "ClientSecret" not in described, "an added secret is never shown"
    last = partial(admin.call, "delete_user_pool_client_secret", **which, ClientSecretId=added["ClientSecretId"])
    assert refused(last)[0] == INVALID


def test_both_secrets_make_a_secret_hash_and_authenticate_at_the_token_endpoint(world: World) -> None:
    asked = program(world, secret=SECRET)
    world.server.client_secrets.add(asked.client, OWN)
    wrong = asked.exchange(asked.code(), basic=f"{asked.client.id}:{SECRET[::-1]}")

    for secret in (SECRET, OWN):
        given = {"USERNAME": ALICE, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(secret, ALICE, asked.client.id)}
        start = partial(ask, world.server, "InitiateAuth", ClientId=asked.client.id, AuthFlow="USER_PASSWORD_AUTH")
        assert start(AuthParameters=given).status == 200
        assert asked.exchange(asked.code(), basic=f"{asked.client.id}:{secret}").status == 200
    assert wrong.body["error"] == "invalid_client"


def test_an_id_is_the_client_and_a_time_and_never_shared(admin: Admin) -> None:
    admin.world.server.clock.stop()
    client = admin.world.server.add_client(admin.world.pool, secret=SECRET)
    admin.call("add_user_pool_client_secret", **named(admin, client.id))

    listed = admin.call("list_user_pool_client_secrets", **named(admin, client.id))["ClientSecrets"]

    now = int(admin.world.server.now())
    assert [entry["ClientSecretId"] for entry in listed] == [f"{client.id}--{now}", f"{client.id}--{now + 1}"]


def test_a_secret_of_ones_own_is_not_repeated(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.pool, secret=SECRET)

    added = admin.call("add_user_pool_client_secret", **named(admin, client.id), ClientSecret=OWN)

    assert "ClientSecretValue" not in added["ClientSecretDescriptor"]
    assert works(admin.world, client.id, OWN)


@pytest.mark.parametrize("secret", ["with-dashes-and-24-letters", "x" * 65, "spaces are not allowed here"])
def test_a_secret_has_the_pattern_of_cognito(admin: Admin, secret: str) -> None:
    client = admin.world.server.add_client(admin.world.pool, secret=SECRET)

    name, message = refused(
        partial(admin.call, "add_user_pool_client_secret", **named(admin, client.id), ClientSecret=secret)
    )

    assert name == INVALID
    assert "clientSecret" in message
    assert secret not in message


def test_a_third_secret_and_one_of_a_public_or_registered_client_are_refused(admin: Admin) -> None:
    server, pool = admin.world.server, admin.world.pool
    two = server.add_client(pool, secret=SECRET)
    server.client_secrets.add(two, OWN)
    registered = server.add_client(pool, secret=SECRET, client_type=ClientType.DCR)

    refusals = [
        refused(partial(admin.call, "add_user_pool_client_secret", **named(admin, client.id)))[0]
        for client in (two, server.add_client(pool), registered)
    ]

    assert refusals == [LIMIT, INVALID, INVALID]


def test_an_unknown_secret_is_not_found(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.pool, secret=SECRET)

    delete = partial(admin.call, "delete_user_pool_client_secret", **named(admin, client.id), ClientSecretId="x--1")

    assert refused(delete)[0] == "ResourceNotFoundException"


def test_a_new_client_may_have_a_secret_of_the_callers(admin: Admin) -> None:
    made = admin.call("create_user_pool_client", UserPoolId=admin.world.pool.id, ClientName="own", ClientSecret=OWN)[
        "UserPoolClient"
    ]

    assert made["ClientSecret"] == OWN
    both = partial(
        admin.call,
        "create_user_pool_client",
        UserPoolId=admin.world.pool.id,
        ClientName="both",
        ClientSecret=OWN,
        GenerateSecret=True,
    )
    assert refused(both)[0] == INVALID


def test_a_published_secret_is_shown_by_its_place_and_deleted_when_it_moves_back(admin: Admin) -> None:
    made = admin.call(
        "create_user_pool_client",
        UserPoolId=admin.world.pool.id,
        ClientName="published",
        GenerateSecret=True,
        PublishSecretsInAWSSecretsManager=True,
    )["UserPoolClient"]
    which = named(admin, made["ClientId"])
    described = admin.call("describe_user_pool_client", **which)["UserPoolClient"]
    assert described["ClientSecretArn"] == made["ClientSecretArn"]
    assert "ClientSecret" not in {**made, **described}

    back = admin.call("update_user_pool_client", **which, PublishSecretsInAWSSecretsManager=False)["UserPoolClient"]

    assert "ClientSecretArn" not in back
    assert works(admin.world, made["ClientId"], back["ClientSecret"])
