"""Calls that carry an AWS signature. botocore signs them, so that two readings of the rules must agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from cognitui.demo.strict.pools import secret_hash
from cognitui.demo.strict.users import UserStatus
from cognitui.demo.strict.wire import AMZ_JSON
from tests.unit.strict.raw import USER_POOLS, Said, ask, send
from tests.unit.strict.world import ALICE, PASSWORD, SECRET, World, refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

KEY, KEY_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NEW = "Longer-Passw0rd"
MISMATCH = "The request signature we calculated does not match the signature you provided."


@dataclass(frozen=True)
class Admin:
    """Someone with an access key."""

    world: World
    boto: CognitoIdentityProviderClient

    def signed(
        self,
        secret: str = KEY_SECRET,
        *,
        key: str = KEY,
        token: str | None = None,
        service: str = "cognito-idp",
        region: str = "eu-west-1",
    ) -> AWSRequest:
        """Returns AdminGetUser for Alice, signed."""
        body = json.dumps({"UserPoolId": self.world.pool.id, "Username": ALICE}).encode()
        headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": f"{USER_POOLS}.AdminGetUser"}
        request = AWSRequest("POST", f"{self.world.server.url}/", headers, body)
        SigV4Auth(Credentials(key, secret, token), service, region).add_auth(request)
        return request

    def send(self, request: AWSRequest) -> Said:
        return send(self.world.server, dict(request.headers.items()), request.body)


@pytest.fixture
def admin(world: World) -> Iterator[Admin]:
    world.server.add_iam_user(KEY, KEY_SECRET)
    client = boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=world.server.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY_SECRET,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=5),
    )
    yield Admin(world, client)
    client.close()


def test_a_call_that_is_signed_rightly_is_answered(admin: Admin) -> None:
    assert admin.send(admin.signed()).body["Username"] == admin.world.alice.username


def test_a_call_without_a_signature_is_refused(admin: Admin) -> None:
    said = ask(admin.world.server, "AdminGetUser", UserPoolId=admin.world.pool.id, Username=ALICE)
    assert said.refusal == ("MissingAuthenticationTokenException", "Missing Authentication Token")


def test_an_unknown_access_key_is_refused(admin: Admin) -> None:
    said = admin.send(admin.signed(key="AKIANOBODY"))
    told = ("UnrecognizedClientException", "The security token included in the request is invalid.")
    assert said.refusal == told


def test_another_secret_does_not_sign(admin: Admin) -> None:
    name, message = admin.send(admin.signed(KEY_SECRET[::-1])).refusal
    assert name == "InvalidSignatureException"
    assert message.startswith(MISMATCH)


def test_a_body_that_was_changed_after_signing_is_refused(admin: Admin) -> None:
    request = admin.signed()
    said = send(admin.world.server, dict(request.headers.items()), b'{"UserPoolId": "eu-west-1_other"}')
    assert said.refusal[0] == "InvalidSignatureException"


def test_a_call_that_was_signed_for_another_operation_is_refused(admin: Admin) -> None:
    request = admin.signed()
    headers = {**dict(request.headers.items()), "X-Amz-Target": f"{USER_POOLS}.AdminUserGlobalSignOut"}
    assert send(admin.world.server, headers, request.body).refusal[0] == "InvalidSignatureException"


def test_a_target_that_is_not_signed_is_refused(admin: Admin) -> None:
    headers = dict(admin.signed().headers.items())
    headers["Authorization"] = headers["Authorization"].replace(";x-amz-target", "")
    said = send(admin.world.server, headers, admin.signed().body)
    assert said.refusal[1] == "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ({"service": "s3"}, "Credential should be scoped to correct service: 'cognito-idp'."),
        ({"region": "us-east-1"}, "Credential should be scoped to a valid region."),
    ],
)
def test_a_signature_for_another_service_or_region_is_refused(
    admin: Admin, scope: dict[str, str], message: str
) -> None:
    assert admin.send(admin.signed(**scope)).refusal == ("InvalidSignatureException", message)


@pytest.mark.parametrize(("skew", "said"), [(400, "Signature expired: "), (-400, "Signature not yet current: ")])
def test_a_clock_that_is_more_than_five_minutes_off_is_refused(admin: Admin, skew: float, said: str) -> None:
    admin.world.server.skew = skew
    name, message = admin.send(admin.signed()).refusal
    assert (name, message.startswith(said)) == ("InvalidSignatureException", True)


def test_the_day_of_the_scope_is_that_of_the_call(admin: Admin) -> None:
    request = admin.signed()
    headers = dict(request.headers.items())
    headers["Authorization"] = headers["Authorization"].replace(headers["X-Amz-Date"][:8], "20200101")
    assert send(admin.world.server, headers, request.body).refusal[1].startswith("Date in Credential scope")


@pytest.mark.parametrize("skew", [200, -200])
def test_a_clock_that_is_a_little_off_is_taken(admin: Admin, skew: float) -> None:
    admin.world.server.skew = skew
    assert admin.send(admin.signed()).status == 200


def test_temporary_credentials_need_their_session_token(admin: Admin) -> None:
    admin.world.server.add_iam_user("ASIAEXAMPLE", KEY_SECRET, session_token="a-session-token")
    assert admin.send(admin.signed(key="ASIAEXAMPLE")).refusal[0] == "UnrecognizedClientException"
    assert admin.send(admin.signed(key="ASIAEXAMPLE", token="a-session-token")).status == 200


def test_an_operation_that_is_denied_is_named(admin: Admin) -> None:
    user = admin.world.server.add_iam_user("AKIADENIED", KEY_SECRET, denied=frozenset({"AdminGetUser"}))
    name, message = admin.send(admin.signed(key="AKIADENIED")).refusal
    assert name == "AccessDeniedException"
    assert message.startswith(f"User: {user.arn} is not authorized to perform: cognito-idp:AdminGetUser on resource: ")
    assert admin.world.pool.id in message


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
@pytest.mark.parametrize("secret", [None, SECRET])
def test_an_admin_signs_a_user_in_by_password(admin: Admin, flow: str, secret: str | None) -> None:
    flows = frozenset({"ADMIN_USER_PASSWORD_AUTH"})
    client = admin.world.server.add_client(admin.world.pool, secret=secret, flows=flows)
    given = {"USERNAME": ALICE, "PASSWORD": PASSWORD}
    call = partial(
        admin.boto.admin_initiate_auth,
        UserPoolId=admin.world.pool.id,
        ClientId=client.id,
        AuthFlow=flow,  # type: ignore[arg-type]  # both are known
    )
    if secret:
        assert "SECRET_HASH was not received" in refused(partial(call, AuthParameters=given))[1]
        given["SECRET_HASH"] = secret_hash(secret, ALICE, client.id)
    assert "AccessToken" in call(AuthParameters=given)["AuthenticationResult"]
    wrong = partial(call, AuthParameters={**given, "PASSWORD": "wrong"})
    assert refused(wrong) == ("NotAuthorizedException", "Incorrect username or password.")


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client"),
        ("USER_PASSWORD_AUTH", "Initiate Auth method not supported."),
    ],
)
def test_an_admin_flow_must_be_enabled_and_the_users_is_not_taken(admin: Admin, flow: str, message: str) -> None:
    client = admin.world.server.add_client(admin.world.pool, flows=frozenset({"USER_PASSWORD_AUTH"}))
    call = partial(
        admin.boto.admin_initiate_auth,
        UserPoolId=admin.world.pool.id,
        ClientId=client.id,
        AuthFlow=flow,  # type: ignore[arg-type]  # both are known
        AuthParameters={"USERNAME": ALICE, "PASSWORD": PASSWORD},
    )
    assert refused(call) == ("InvalidParameterException", message)


def test_another_pools_client_is_refused(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.server.add_pool())
    call = partial(admin.boto.describe_user_pool_client, UserPoolId=admin.world.pool.id, ClientId=client.id)
    assert refused(call)[0] == "ResourceNotFoundException"


def test_a_temporary_password_by_an_admin_is_changed_through_the_signed_calls(admin: Admin) -> None:
    pool = admin.world.pool.id
    client = admin.world.server.add_client(admin.world.pool)
    admin.boto.admin_set_user_password(UserPoolId=pool, Username=ALICE, Password="Temporary-1")

    started = admin.boto.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client.id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ALICE, "PASSWORD": "Temporary-1"},
    )
    assert started["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    ended = admin.boto.admin_respond_to_auth_challenge(
        UserPoolId=pool,
        ClientId=client.id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=started["Session"],
        ChallengeResponses={"USERNAME": admin.world.alice.username, "NEW_PASSWORD": NEW},
    )

    assert "AccessToken" in ended["AuthenticationResult"]
    assert admin.boto.admin_get_user(UserPoolId=pool, Username=ALICE)["UserStatus"] == "CONFIRMED"


def test_a_permanent_password_signs_in_at_once(admin: Admin) -> None:
    admin.world.alice.status = UserStatus.RESET_REQUIRED
    set_to = partial(admin.boto.admin_set_user_password, UserPoolId=admin.world.pool.id, Username=ALICE, Permanent=True)

    assert refused(partial(set_to, Password="weak"))[0] == "InvalidPasswordException"
    set_to(Password=NEW)

    client = admin.world.server.add_client(admin.world.pool)
    assert "AuthenticationResult" in admin.world.start(client, password=NEW)


def test_an_admin_ends_all_tokens_of_a_user(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.pool)
    token = admin.world.sign_in(client)["RefreshToken"]
    admin.boto.admin_user_global_sign_out(UserPoolId=admin.world.pool.id, Username=ALICE)
    assert refused(lambda: admin.world.refresh(client, token))[1] == "Refresh Token has been revoked"


def test_a_client_is_told_with_its_secret_and_its_flows(admin: Admin) -> None:
    client = admin.world.server.add_client(
        admin.world.pool, secret=SECRET, flows=frozenset({"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"}), rotation=True
    )
    told = admin.boto.describe_user_pool_client(UserPoolId=admin.world.pool.id, ClientId=client.id)["UserPoolClient"]
    assert told["ClientSecret"] == SECRET
    assert told["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert told["RefreshTokenRotation"]["Feature"] == "ENABLED"


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


def test_a_user_of_no_pool_is_not_found(admin: Admin) -> None:
    call = partial(admin.boto.admin_get_user, UserPoolId=admin.world.pool.id, Username="nobody")
    assert refused(call) == ("UserNotFoundException", "User does not exist.")
    elsewhere = partial(admin.boto.admin_get_user, UserPoolId="eu-west-1_nowhere", Username=ALICE)
    assert refused(elsewhere)[0] == "ResourceNotFoundException"
