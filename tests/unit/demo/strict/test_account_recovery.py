"""Sign-up confirmation and forgotten passwords."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cognitui.demo.strict import errors
from cognitui.demo.strict.pools import AppClient, secret_hash
from cognitui.demo.strict.users import User, UserStatus
from tests.unit.demo.strict.raw import Reply, ask
from tests.unit.demo.strict.world import PASSWORD, SECRET, World, refused

BOB = "bob@example.com"
NEW = "Longer-Passw0rd"
MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")


@dataclass(frozen=True)
class Bob:
    """A user who cannot sign in yet."""

    world: World
    client: AppClient
    user: User

    def ask(self, operation: str, username: str = BOB, **parameters: str) -> Reply:
        secret = self.client.secret
        hashed = {"SecretHash": secret_hash(secret, username, self.client.id)} if secret else {}
        given = {"ClientId": self.client.id, "Username": username, **hashed, **parameters}
        return ask(self.world.server, operation, **given)

    def confirm(self, code: str = "") -> Reply:
        return self.ask("ConfirmSignUp", ConfirmationCode=code or self.code)

    def reset(self, code: str = "", password: str = NEW) -> Reply:
        return self.ask("ConfirmForgotPassword", ConfirmationCode=code or self.code, Password=password)

    @property
    def code(self) -> str:
        return self.world.server.outbox.last(self.user.username).code

    @property
    def wrong_code(self) -> str:
        return self.code[:-1] + ("0" if self.code[-1] != "0" else "1")


@pytest.fixture(params=[None, SECRET])
def secret(request: pytest.FixtureRequest) -> str | None:
    value = request.param
    assert value is None or isinstance(value, str)
    return value


@pytest.fixture
def unconfirmed(world: World, secret: str | None) -> Bob:
    user = world.server.add_user(
        world.pool, BOB, PASSWORD, status=UserStatus.UNCONFIRMED, attributes={"email_verified": "false"}
    )
    return Bob(world, world.server.add_client(world.pool, secret=secret), user)


@pytest.fixture
def to_reset(world: World, secret: str | None) -> Bob:
    user = world.server.add_user(world.pool, BOB, PASSWORD, status=UserStatus.RESET_REQUIRED)
    return Bob(world, world.server.add_client(world.pool, secret=secret), user)


def test_a_code_confirms_the_sign_up_and_verifies_its_address(unconfirmed: Bob) -> None:
    sent = unconfirmed.ask("ResendConfirmationCode")
    expected = {"Destination": "b***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert sent.body == {"CodeDeliveryDetails": expected}
    message = unconfirmed.world.server.outbox.last(unconfirmed.user.username)
    assert (message.medium, message.destination) == ("EMAIL", BOB)

    assert unconfirmed.confirm().body == {}

    assert "AuthenticationResult" in unconfirmed.world.start(unconfirmed.client, BOB)
    assert unconfirmed.user.attributes["email_verified"] == "true"


def test_a_wrong_code_may_be_followed_by_the_right_one(unconfirmed: Bob) -> None:
    unconfirmed.ask("ResendConfirmationCode")
    assert unconfirmed.confirm(unconfirmed.wrong_code).refusal == MISMATCH
    assert unconfirmed.confirm().status == 200


def test_a_sign_up_code_expires_after_a_day(unconfirmed: Bob) -> None:
    unconfirmed.world.server.clock.stop()
    unconfirmed.ask("ResendConfirmationCode")
    unconfirmed.world.server.clock.advance(86_400)
    assert unconfirmed.confirm().refusal == EXPIRED


def test_a_newer_code_replaces_the_older(unconfirmed: Bob) -> None:
    unconfirmed.ask("ResendConfirmationCode")
    first = unconfirmed.code
    while unconfirmed.code == first:
        unconfirmed.ask("ResendConfirmationCode")
    assert unconfirmed.confirm(first).refusal == MISMATCH


def test_a_confirmed_user_gets_no_code_and_cannot_confirm(unconfirmed: Bob) -> None:
    unconfirmed.user.status = UserStatus.CONFIRMED
    assert unconfirmed.ask("ResendConfirmationCode").refusal[1] == "User is already confirmed."
    expected = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    assert unconfirmed.confirm("123456").refusal == expected


@pytest.mark.parametrize("status", [UserStatus.RESET_REQUIRED, UserStatus.CONFIRMED])
def test_a_code_sets_a_password_that_signs_in(to_reset: Bob, status: UserStatus) -> None:
    to_reset.user.status = status
    to_reset.user.attributes["email_verified"] = "false"
    to_reset.user.attributes.update(phone_number="+491701234567", phone_number_verified="true")

    sent = to_reset.ask("ForgotPassword")
    expected = {"Destination": "+********4567", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    assert sent.body == {"CodeDeliveryDetails": expected}
    assert to_reset.reset().body == {}

    assert "AuthenticationResult" in to_reset.world.start(to_reset.client, BOB, NEW)
    assert refused(lambda: to_reset.world.start(to_reset.client, BOB))[0] == "NotAuthorizedException"


def test_a_weak_password_leaves_the_code_usable(to_reset: Bob) -> None:
    to_reset.ask("ForgotPassword")
    assert to_reset.reset(password="weak").refusal[0] == "InvalidPasswordException"
    assert to_reset.reset().status == 200


def test_a_reset_code_is_checked_and_works_once(to_reset: Bob) -> None:
    assert to_reset.reset("123456").refusal == EXPIRED
    to_reset.ask("ForgotPassword")
    assert to_reset.reset(to_reset.wrong_code).refusal == MISMATCH
    assert to_reset.reset().status == 200
    assert to_reset.reset().refusal == EXPIRED


def test_a_reset_code_expires_after_an_hour(to_reset: Bob) -> None:
    to_reset.world.server.clock.stop()
    to_reset.ask("ForgotPassword")
    to_reset.world.server.clock.advance(3_600)
    assert to_reset.reset().refusal == EXPIRED


def test_a_user_without_a_verified_address_cannot_reset(to_reset: Bob) -> None:
    to_reset.user.attributes["email_verified"] = "false"
    assert to_reset.ask("ForgotPassword").refusal[0] == "InvalidParameterException"


def test_a_temporary_password_cannot_be_reset(to_reset: Bob) -> None:
    to_reset.user.status = UserStatus.FORCE_CHANGE_PASSWORD
    expected = ("NotAuthorizedException", "User password cannot be reset in the current state.")
    assert to_reset.ask("ForgotPassword").refusal == expected


@pytest.mark.parametrize(
    "operation", ["ResendConfirmationCode", "ConfirmSignUp", "ForgotPassword", "ConfirmForgotPassword"]
)
def test_a_client_with_a_secret_must_send_the_hash(world: World, operation: str) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    given = {"ClientId": client.id, "Username": BOB, "ConfirmationCode": "123456", "Password": NEW}
    assert "SECRET_HASH was not received" in ask(world.server, operation, **given).refusal[1]
    wrong = ask(world.server, operation, SecretHash="d3Jvbmc=", **given)
    assert wrong.refusal == ("NotAuthorizedException", f"SecretHash does not match for the client: {client.id}")


@pytest.mark.parametrize("operation", ["ResendConfirmationCode", "ForgotPassword"])
def test_a_client_that_hides_users_pretends_to_send_a_code_to_an_unknown_one(to_reset: Bob, operation: str) -> None:
    reply = to_reset.ask(operation, username="nobody@example.com")
    expected = {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert reply.body == {"CodeDeliveryDetails": expected}
    assert to_reset.world.server.outbox.messages == ()


@pytest.mark.parametrize("operation", ["ResendConfirmationCode", "ForgotPassword"])
def test_a_client_that_does_not_hide_users_reports_an_unknown_one(world: World, operation: str) -> None:
    client = world.server.add_client(world.pool, hides_users=False)
    reply = ask(world.server, operation, ClientId=client.id, Username="nobody")
    assert reply.refusal == ("UserNotFoundException", "Username/client id combination not found.")


def test_a_limit_on_codes_can_be_injected(to_reset: Bob) -> None:
    to_reset.world.server.errors.add("ForgotPassword", errors.limit_exceeded())
    assert to_reset.ask("ForgotPassword").refusal[0] == "LimitExceededException"
