"""Signatures of IAM users. botocore signs, so two implementations of the rules must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3

from cognitui.demo.strict.server import StrictServer
from tests.unit.demo.strict.admin import CONFIG, KEY, KEY_SECRET, Admin
from tests.unit.demo.strict.raw import USER_POOLS, ask, send
from tests.unit.demo.strict.world import ALICE, refused

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

MISMATCH = "The request signature we calculated does not match the signature you provided."


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


def test_a_correctly_signed_call_is_answered(admin: Admin) -> None:
    assert admin.send(admin.signed()).body["Username"] == admin.world.alice.username


def test_a_call_without_a_signature_is_refused(admin: Admin) -> None:
    reply = ask(admin.world.server, "AdminGetUser", UserPoolId=admin.world.pool.id, Username=ALICE)
    assert reply.refusal == ("MissingAuthenticationTokenException", "Missing Authentication Token")


def test_an_unknown_access_key_is_refused(admin: Admin) -> None:
    reply = admin.send(admin.signed(key="AKIANOBODY"))
    expected = ("UnrecognizedClientException", "The security token included in the request is invalid.")
    assert reply.refusal == expected


def test_another_secret_does_not_sign(admin: Admin) -> None:
    name, message = admin.send(admin.signed(KEY_SECRET[::-1])).refusal
    assert name == "InvalidSignatureException"
    assert message.startswith(MISMATCH)


def test_a_body_that_was_changed_after_signing_is_refused(admin: Admin) -> None:
    request = admin.signed()
    reply = send(admin.world.server, dict(request.headers.items()), b'{"UserPoolId": "eu-west-1_other"}')
    assert reply.refusal[0] == "InvalidSignatureException"


def test_a_call_that_was_signed_for_another_operation_is_refused(admin: Admin) -> None:
    request = admin.signed()
    headers = {**dict(request.headers.items()), "X-Amz-Target": f"{USER_POOLS}.AdminUserGlobalSignOut"}
    assert send(admin.world.server, headers, request.body).refusal[0] == "InvalidSignatureException"


def test_a_target_that_is_not_signed_is_refused(admin: Admin) -> None:
    headers = dict(admin.signed().headers.items())
    headers["Authorization"] = headers["Authorization"].replace(";x-amz-target", "")
    reply = send(admin.world.server, headers, admin.signed().body)
    assert reply.refusal[1] == "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."


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


@pytest.mark.parametrize(("skew", "start"), [(400, "Signature expired: "), (-400, "Signature not yet current: ")])
def test_a_clock_that_is_more_than_five_minutes_off_is_refused(admin: Admin, skew: float, start: str) -> None:
    admin.world.server.skew = skew
    name, message = admin.send(admin.signed()).refusal
    assert (name, message.startswith(start)) == ("InvalidSignatureException", True)


def test_the_day_of_the_scope_must_be_the_day_of_the_call(admin: Admin) -> None:
    request = admin.signed()
    headers = dict(request.headers.items())
    headers["Authorization"] = headers["Authorization"].replace(headers["X-Amz-Date"][:8], "20200101")
    assert send(admin.world.server, headers, request.body).refusal[1].startswith("Date in Credential scope")


@pytest.mark.parametrize("skew", [200, -200])
def test_a_clock_that_is_slightly_off_is_accepted(admin: Admin, skew: float) -> None:
    admin.world.server.skew = skew
    assert admin.send(admin.signed()).status == 200


def test_temporary_credentials_need_their_session_token(admin: Admin) -> None:
    admin.world.server.add_iam_user("ASIAEXAMPLE", KEY_SECRET, session_token="a-session-token")
    assert admin.send(admin.signed(key="ASIAEXAMPLE")).refusal[0] == "UnrecognizedClientException"
    assert admin.send(admin.signed(key="ASIAEXAMPLE", token="a-session-token")).status == 200


def test_a_denied_operation_is_named(admin: Admin) -> None:
    user = admin.world.server.add_iam_user("AKIADENIED", KEY_SECRET, denied=frozenset({"AdminGetUser"}))
    name, message = admin.send(admin.signed(key="AKIADENIED")).refusal
    assert name == "AccessDeniedException"
    assert message.startswith(f"User: {user.arn} is not authorized to perform: cognito-idp:AdminGetUser on resource: ")
    assert admin.world.pool.id in message


def test_sts_returns_the_signer(strict: StrictServer, sts: Callable[[str], STSClient]) -> None:
    user = strict.add_iam_user(KEY, KEY_SECRET)

    identity = sts(KEY_SECRET).get_caller_identity()

    assert (identity["Account"], identity["Arn"]) == ("123456789012", user.arn)
    assert refused(sts(KEY_SECRET[::-1]).get_caller_identity)[0] == "SignatureDoesNotMatch"


def test_sts_refuses_an_unsigned_call(strict: StrictServer) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = urllib3.request(
        "POST", f"{strict.url}/", body=b"Action=GetCallerIdentity&Version=2011-06-15", headers=form
    )

    assert answer.status == 403
    assert b"MissingAuthenticationToken" in answer.data
    assert send(strict, form, b"Action=AssumeRole").refusal[0] == "SerializationException"
