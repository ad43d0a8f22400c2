"""The server's time, injected errors and journal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import boto3
import jwt
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from cognitui.demo.strict import errors
from tests.unit.demo.strict.world import ALICE, PASSWORD, World, refused

REFRESH = "GetTokensFromRefreshToken"


def test_the_date_header_and_the_tokens_have_the_servers_time(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.skew = 7_200

    answer = world.start(client)

    server_time = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()
    claims = jwt.decode(answer["AuthenticationResult"]["AccessToken"], options={"verify_signature": False})
    assert server_time == pytest.approx(world.server.clock() + 7_200, abs=5)
    assert claims["iat"] == pytest.approx(server_time, abs=5)


@pytest.mark.parametrize(
    ("injected", "code"),
    [
        (errors.throttle(), "TooManyRequestsException"),
        (errors.http_500(), "InternalErrorException"),
        (errors.html_page(), "502"),
        (errors.forbidden(), "ForbiddenException"),
    ],
)
def test_a_queued_error_spoils_one_call(world: World, injected: errors.InjectedError, code: str) -> None:
    client = world.server.add_client(world.pool)
    world.server.errors.add("InitiateAuth", injected)

    assert refused(lambda: world.start(client))[0] == code
    assert world.sign_in(client)["AccessToken"]
    assert [request.answer.error for request in world.server.journal.requests if request.answer][-1] == ""


@pytest.mark.parametrize("injected", [errors.empty(), errors.cut_off(detectable=False)])
def test_an_answer_may_arrive_without_its_content(world: World, injected: errors.InjectedError) -> None:
    client = world.server.add_client(world.pool)
    world.server.errors.add("InitiateAuth", injected)
    assert "AuthenticationResult" not in world.start(client)


def test_a_connection_may_close_before_the_answer(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.errors.add("InitiateAuth", errors.drop())
    with pytest.raises(ConnectionClosedError):
        world.start(client)


def test_a_connection_may_close_before_the_answer_is_complete(world: World) -> None:
    # botocore 1.44.8 takes half an answer for a whole one: urllib3 is asked not to compare it with Content-Length.
    client = world.server.add_client(world.pool)
    world.server.errors.add("InitiateAuth", errors.cut_off())
    body = {"ClientId": client.id, "AuthFlow": "USER_PASSWORD_AUTH"}
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}

    answer = urllib3.request("POST", world.server.url, json=body, headers=target, preload_content=False, retries=False)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        answer.read()


def test_a_refresh_whose_answer_is_lost_has_used_the_token_up(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True)
    token = world.sign_in(client)["RefreshToken"]
    world.server.errors.add(REFRESH, errors.drop(performed=True))

    with pytest.raises(ConnectionClosedError):
        world.refresh(client, token)
    assert refused(lambda: world.refresh(client, token))[0] == "RefreshTokenReuseException"


def test_a_hanging_call_resumes_when_released(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.errors.add("InitiateAuth", errors.hang(), errors.hang())

    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(world.sign_in, client) for _ in range(2)]
        assert world.server.journal.wait_for("InitiateAuth", 2)
        assert not any(call.done() for call in calls)
        world.server.errors.release()
        assert all(call.result(5)["AccessToken"] for call in calls)
    assert world.server.journal.most_at_once("InitiateAuth") == 2


def test_a_call_that_hangs_times_out(world: World) -> None:
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=0.05)
    hasty = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=world.server.url, config=config)
    world.server.errors.add("InitiateAuth", errors.hang())
    with pytest.raises(ReadTimeoutError):
        hasty.initiate_auth(ClientId="any", AuthFlow="USER_SRP_AUTH", AuthParameters={})
    hasty.close()


def test_the_journal_has_parameters_and_answers(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.sign_in(client)
    world.sign_in(client)

    last = world.server.journal.last("InitiateAuth")
    assert last.parameters["AuthParameters"] == {"USERNAME": ALICE, "PASSWORD": PASSWORD}
    assert "authorization" not in last.headers
    assert last.answer is not None
    assert last.answer.status == 200
    assert world.server.journal.count("InitiateAuth") == 2
    assert world.server.journal.most_at_once() == 1
