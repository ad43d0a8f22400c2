"""Calls to a pool's secondary Region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import jwt
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from cognitui.demo.strict.issuers import IssuerType
from cognitui.demo.strict.pools import AppClient, Pool
from cognitui.demo.strict.replicas import Replica, ReplicaStatus
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, SoftwareToken
from tests.unit.demo.strict.admin import CONFIG, KEY, KEY_SECRET
from tests.unit.demo.strict.world import ALICE, PASSWORD, refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

HERE, THERE = "eu-west-1", "eu-central-1"


@dataclass(frozen=True)
class Twins:
    """A pool in Ireland with a replica in Frankfurt, and boto3 in either."""

    server: StrictServer
    pool: Pool
    client: AppClient
    boto: Callable[..., CognitoIdentityProviderClient]

    def signed(self, region: str, url: str = "") -> CognitoIdentityProviderClient:
        given = {"aws_access_key_id": KEY, "aws_secret_access_key": KEY_SECRET, "config": CONFIG}
        return self.boto(region_name=region, endpoint_url=url or self.server.url, **given)

    def unsigned(self, region: str) -> CognitoIdentityProviderClient:
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=5)
        return self.boto(region_name=region, endpoint_url=self.server.url_in(region), config=config)

    def start(self, at: CognitoIdentityProviderClient) -> dict[str, Any]:
        given = {"USERNAME": ALICE, "PASSWORD": PASSWORD}
        return dict(at.initiate_auth(ClientId=self.client.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given))


@pytest.fixture
def twins(strict: StrictServer) -> Iterator[Twins]:
    pool = strict.add_pool(replica=Replica(THERE), issuer_type=IssuerType.UPDATED)
    strict.add_user(pool, ALICE, PASSWORD)
    strict.add_iam_user(KEY, KEY_SECRET)
    with ExitStack() as stack:

        def boto(**settings: object) -> CognitoIdentityProviderClient:
            client: CognitoIdentityProviderClient = boto3.client("cognito-idp", **settings)  # type: ignore[call-overload]
            stack.callback(client.close)
            return client

        yield Twins(strict, pool, strict.add_client(pool), boto)


def test_a_user_signs_in_at_the_secondary_and_the_token_is_valid_in_both(twins: Twins) -> None:
    here, there = twins.unsigned(HERE), twins.unsigned(THERE)
    result = twins.start(there)["AuthenticationResult"]

    for at in (here, there):
        assert at.get_user(AccessToken=result["AccessToken"])["UserAttributes"]
        again = at.get_tokens_from_refresh_token(ClientId=twins.client.id, RefreshToken=result["RefreshToken"])
        assert again["AuthenticationResult"]["AccessToken"]
    claims = jwt.decode(result["AccessToken"], options={"verify_signature": False})
    assert claims["iss"] == f"https://issuer-cognito-idp.{HERE}.amazonaws.com/{twins.pool.id}"
    there.revoke_token(ClientId=twins.client.id, Token=result["RefreshToken"])
    assert refused(lambda: here.get_user(AccessToken=result["AccessToken"]))[1] == "Access Token has been revoked"


def test_what_changes_users_is_not_enabled_at_the_secondary(twins: Twins) -> None:
    here, there = twins.unsigned(HERE), twins.unsigned(THERE)
    token = twins.start(there)["AuthenticationResult"]["AccessToken"]
    calls: list[Callable[[], object]] = [
        partial(there.forgot_password, ClientId=twins.client.id, Username=ALICE),
        partial(there.resend_confirmation_code, ClientId=twins.client.id, Username=ALICE),
        partial(there.forget_device, AccessToken=token, DeviceKey="eu-west-1_00"),
        partial(twins.signed(THERE).admin_get_user, UserPoolId=twins.pool.id, Username=ALICE),
        partial(twins.signed(THERE).create_user_pool_client, UserPoolId=twins.pool.id, ClientName="new"),
    ]

    assert [refused(call)[0] for call in calls] == ["OperationNotEnabledException"] * len(calls)
    assert here.forgot_password(ClientId=twins.client.id, Username=ALICE)["CodeDeliveryDetails"]


def test_an_authenticator_app_works_at_the_primary_only(twins: Twins) -> None:
    alice = twins.pool.users[ALICE]
    alice.mfa, alice.software_token, twins.pool.mfa = (Mfa.TOTP,), SoftwareToken(), twins.pool.mfa.OPTIONAL
    here, there = twins.unsigned(HERE), twins.unsigned(THERE)

    assert refused(lambda: twins.start(there))[0] == "OperationNotEnabledException"
    asked = twins.start(here)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer = partial(
        there.respond_to_auth_challenge,
        ClientId=twins.client.id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": alice.username, "SOFTWARE_TOKEN_MFA_CODE": "123456"},
    )
    assert refused(answer)[0] == "OperationNotEnabledException"


@pytest.mark.parametrize("status", [status for status in ReplicaStatus if status is not ReplicaStatus.ACTIVE])
def test_an_inactive_secondary_serves_administrators_only(twins: Twins, status: ReplicaStatus) -> None:
    assert twins.pool.replica is not None
    twins.pool.replica.status = status

    name, message = refused(lambda: twins.start(twins.unsigned(THERE)))

    assert (name, status in message) == ("OperationNotEnabledException", True)
    assert twins.signed(THERE).describe_user_pool(UserPoolId=twins.pool.id)["UserPool"]["Id"] == twins.pool.id
    assert twins.start(twins.unsigned(HERE))["AuthenticationResult"]


def test_a_pool_without_a_replica_is_not_found_in_another_region(twins: Twins) -> None:
    twins.pool.replica = None

    refusal = refused(lambda: twins.start(twins.unsigned(THERE)))

    assert refusal == ("ResourceNotFoundException", f"User pool {twins.pool.id} does not exist.")


def test_the_scope_of_the_signature_names_the_region_at_the_main_address(twins: Twins) -> None:
    there = twins.signed(THERE)

    listed = there.list_user_pools(MaxResults=60)["UserPools"]

    assert listed == [{"Id": twins.pool.id, "Name": twins.pool.name, "ReplicaRegions": [THERE]}]
    assert refused(lambda: there.admin_get_user(UserPoolId=twins.pool.id, Username=ALICE))[0] == (
        "OperationNotEnabledException"
    )
    assert twins.signed(HERE).admin_get_user(UserPoolId=twins.pool.id, Username=ALICE)["UserStatus"] == "CONFIRMED"


def test_a_signature_for_another_region_is_refused(twins: Twins) -> None:
    elsewhere, wrong = twins.signed("us-east-1"), twins.signed(HERE, twins.server.url_in(THERE))

    for at in (elsewhere, wrong):
        refusal = refused(partial(at.describe_user_pool, UserPoolId=twins.pool.id))
        assert refusal == ("InvalidSignatureException", "Credential should be scoped to a valid region.")


def test_the_replicas_of_a_pool_have_a_role_and_a_status(twins: Twins) -> None:
    arn = f"arn:aws:cognito-idp:{{}}:123456789012:userpool/{twins.pool.id}"
    primary = {"RegionName": HERE, "Role": "PRIMARY", "Status": "ACTIVE", "UserPoolArn": arn.format(HERE)}
    secondary = {"RegionName": THERE, "Role": "SECONDARY", "Status": "ACTIVE", "UserPoolArn": arn.format(THERE)}

    for region in (HERE, THERE):
        listed = twins.signed(region).list_user_pool_replicas(UserPoolId=twins.pool.id)
        assert listed["UserPoolReplicas"] == [primary, secondary]
