"""Refused sign-ins of clients and users."""

from __future__ import annotations

from functools import partial

import pytest
import urllib3

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.users import UserStatus
from cognitui.demo.strict.wire import AMZ_JSON
from tests.unit.demo.strict.world import ALICE, PASSWORD, SECRET, World, refused

TARGET = "AWSCognitoIdentityProviderService."


@pytest.mark.parametrize(
    ("secret", "sent", "message"),
    [
        (SECRET, {}, "Client {} is configured with secret but SECRET_HASH was not received"),
        (SECRET, {"SECRET_HASH": "d3Jvbmc="}, "SecretHash does not match for the client: {}"),
        (None, {"SECRET_HASH": "d3Jvbmc="}, "Client {} is not configured for secret but secret hash was received"),
    ],
)
@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_a_secret_hash_is_required_checked_and_refused_if_unexpected(
    world: World, flow: str, secret: str | None, sent: dict[str, str], message: str
) -> None:
    client = world.server.add_client(world.pool, secret=secret)
    given = {"USERNAME": ALICE, "PASSWORD": PASSWORD, "SRP_A": "ab", **sent}
    call = partial(
        world.boto.initiate_auth,
        ClientId=client.id,
        AuthFlow=flow,  # type: ignore[arg-type]  # both are known
        AuthParameters=given,
    )
    assert refused(call) == ("NotAuthorizedException", message.format(client.id))


def test_a_flow_that_is_not_enabled_is_refused(world: World) -> None:
    client = world.server.add_client(world.pool, flows=frozenset({"USER_SRP_AUTH"}))
    expected = ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
    assert refused(lambda: world.start(client)) == expected


def test_an_unknown_client_is_refused(world: World) -> None:
    gone = AppClient(world.pool, "nobody")
    expected = ("ResourceNotFoundException", "User pool client nobody does not exist.")
    assert refused(lambda: world.start(gone)) == expected


def test_an_unknown_user_is_reported_only_if_the_client_does_not_hide_users(world: World) -> None:
    silent = world.server.add_client(world.pool)
    telling = world.server.add_client(world.pool, hides_users=False)
    wrong = ("NotAuthorizedException", "Incorrect username or password.")
    assert refused(lambda: world.start(silent, "bob")) == wrong
    assert refused(lambda: world.start(telling, "bob")) == ("UserNotFoundException", "User does not exist.")


@pytest.mark.parametrize(
    ("status", "enabled", "later", "expected"),
    [
        (UserStatus.CONFIRMED, False, 0, ("NotAuthorizedException", "User is disabled.")),
        (UserStatus.UNCONFIRMED, True, 0, ("UserNotConfirmedException", "User is not confirmed.")),
        (
            UserStatus.RESET_REQUIRED,
            True,
            0,
            ("PasswordResetRequiredException", "Password reset required for the user"),
        ),
        (
            UserStatus.FORCE_CHANGE_PASSWORD,
            True,
            8 * 86_400,
            (
                "NotAuthorizedException",
                "Temporary password has expired and must be reset by an administrator.",
            ),
        ),
    ],
)
def test_a_user_who_may_not_sign_in_gets_the_reason(
    world: World, status: UserStatus, enabled: bool, later: float, expected: tuple[str, str]
) -> None:
    client = world.server.add_client(world.pool)
    world.server.add_user(world.pool, "bob", PASSWORD, status=status, enabled=enabled)
    world.server.clock.advance(later)

    assert refused(lambda: world.start(client, "bob")) == expected


def test_five_wrong_passwords_lock_the_user_out(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.clock.stop()
    for _ in range(5):
        refused(lambda: world.start(client, password="wrong"))

    assert refused(lambda: world.start(client)) == ("NotAuthorizedException", "Password attempts exceeded")
    world.server.clock.advance(1)
    assert world.sign_in(client)["AccessToken"]


def test_a_signed_call_is_refused(world: World) -> None:
    headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": TARGET + "InitiateAuth", "Authorization": "AWS4-HMAC-SHA256 x"}
    answer = urllib3.request("POST", world.server.url, body=b"{}", headers=headers)
    assert (answer.status, answer.json()["__type"]) == (400, "UnrecognizedClientException")


def test_an_operation_that_the_server_does_not_have_is_unknown(world: World) -> None:
    call = partial(world.boto.delete_user, AccessToken="any")
    assert refused(call)[0] == "UnknownOperationException"
