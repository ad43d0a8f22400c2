"""GetClientToken, with boto3."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import jwt
import pytest

from cognitui.demo.strict.pools import CLIENT_TOKEN_AUTH, AppClient
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.world import SECRET, World, refused

READ, WRITE = "orders/read", "orders/write"
SCOPES = (READ, WRITE)
INVALID = "InvalidParameterException"


@pytest.fixture
def machine(world: World) -> AppClient:
    flows = frozenset({CLIENT_TOKEN_AUTH})
    return world.server.add_client(world.pool, secret=SECRET, flows=flows, scopes=SCOPES, grants=frozenset())


def asked(world: World, client_id: str, secret: str = SECRET, **more: object) -> dict[str, Any]:
    """Call it without a signature."""
    given: Any = {"ClientId": client_id, "Secret": secret, **more}
    return dict(world.boto.get_client_token(**given))


def claims(answer: Mapping[str, Any]) -> dict[str, Any]:
    token = answer["ClientAuthenticationResult"]["AccessToken"]
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_machine_gets_all_scopes_of_its_client_by_default(world: World, machine: AppClient) -> None:
    answer = asked(world, machine.id)

    assert set(answer["ClientAuthenticationResult"]) == {"AccessToken", "ExpiresIn", "TokenType"}
    assert answer["ClientAuthenticationResult"]["ExpiresIn"] == 3_600
    found = claims(answer)
    assert (found["token_use"], found["client_id"], found["scope"]) == (
        "access",
        machine.id,
        "orders/read orders/write",
    )
    assert found["iss"] == world.pool.issuer


def test_a_machine_gets_exactly_the_requested_scopes(world: World, machine: AppClient) -> None:
    assert claims(asked(world, machine.id, Scopes=[WRITE]))["scope"] == WRITE


@pytest.mark.parametrize("scope", ["orders/delete", "openid", "aws.cognito.signin.user.admin"])
def test_a_scope_that_is_not_the_clients_is_refused(world: World, machine: AppClient, scope: str) -> None:
    name, message = refused(partial(asked, world, machine.id, Scopes=[READ, scope]))

    assert (name, scope in message) == (INVALID, True)


def test_a_wrong_secret_and_an_unknown_client_get_the_same_answer(world: World, machine: AppClient) -> None:
    public = world.server.add_client(world.pool)
    wrong = [
        refused(partial(asked, world, machine.id, SECRET[::-1])),
        refused(partial(asked, world, "unknown")),
        refused(partial(asked, world, public.id)),
    ]

    assert wrong == [("NotAuthorizedException", "Invalid client or secret")] * 3


def test_a_second_secret_works_too(world: World, machine: AppClient) -> None:
    world.server.client_secrets.add(machine, "another+secret_of_24_letters")

    assert asked(world, machine.id, "another+secret_of_24_letters")["ClientAuthenticationResult"]


def test_the_client_must_allow_the_flow(world: World) -> None:
    other = world.server.add_client(world.pool, secret=SECRET, scopes=SCOPES)

    assert refused(partial(asked, world, other.id)) == (INVALID, "CLIENT_TOKEN_AUTH flow not enabled for this client")


def test_a_client_for_machines_is_created_and_described_with_its_flow(admin: Admin) -> None:
    create = partial(
        admin.call, "create_user_pool_client", UserPoolId=admin.world.pool.id, ClientName="machine", GenerateSecret=True
    )

    made = create(ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], AllowedOAuthScopes=[READ])["UserPoolClient"]

    described = admin.call("describe_user_pool_client", UserPoolId=admin.world.pool.id, ClientId=made["ClientId"])
    assert described["UserPoolClient"]["ExplicitAuthFlows"] == ["ALLOW_CLIENT_TOKEN_AUTH"]
    signed = admin.call("get_client_token", ClientId=made["ClientId"], Secret=made["ClientSecret"])
    assert claims(signed)["scope"] == READ
    both = partial(create, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])
    assert refused(both)[0] == INVALID
