"""NEW_PASSWORD_REQUIRED: a temporary password must be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.users import User, UserStatus
from tests.unit.demo.strict.world import PASSWORD, World, refused, respond

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import InitiateAuthResponseTypeDef


@dataclass(frozen=True)
class NewPassword:
    """A user who must choose a password, and the challenge."""

    world: World
    client: AppClient
    user: User
    started: InitiateAuthResponseTypeDef

    def answer(self, password: str = "Longer-Passw0rd", **extra: str) -> object:
        given = {"USERNAME": self.user.username, "NEW_PASSWORD": password, "userAttributes.name": "Bob", **extra}
        return respond(self.world, self.client, "NEW_PASSWORD_REQUIRED", given, self.started["Session"])


@pytest.fixture
def new_password(world: World) -> NewPassword:
    pool = world.server.add_pool(required_attributes=("email", "name"))
    client = world.server.add_client(pool)
    user = world.server.add_user(pool, "bob@example.com", PASSWORD, status=UserStatus.FORCE_CHANGE_PASSWORD)
    return NewPassword(world, client, user, world.start(client, "bob@example.com"))


def test_a_temporary_password_must_be_changed_and_missing_attributes_supplied(new_password: NewPassword) -> None:
    asked = new_password.started["ChallengeParameters"]
    assert asked["USER_ID_FOR_SRP"] == new_password.user.username
    assert json.loads(asked["requiredAttributes"]) == ["userAttributes.name"]
    assert json.loads(asked["userAttributes"])["email"] == "bob@example.com"

    new_password.answer()

    world, client = new_password.world, new_password.client
    assert "AuthenticationResult" in world.start(client, "bob@example.com", "Longer-Passw0rd")
    assert new_password.user.attributes["name"] == "Bob"


def test_a_weak_password_leaves_the_session_usable(new_password: NewPassword) -> None:
    expected = ("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
    assert refused(lambda: new_password.answer("short")) == expected
    assert new_password.answer()


def test_a_session_works_for_one_answer(new_password: NewPassword) -> None:
    assert refused(lambda: new_password.answer(**{"userAttributes.name": ""})) == (
        "InvalidParameterException",
        "Invalid attributes given, name is missing",
    )
    assert refused(new_password.answer)[1].startswith("Invalid session for the user")


def test_a_session_expires_after_three_minutes(new_password: NewPassword) -> None:
    new_password.world.server.clock.advance(180)
    expected = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refused(new_password.answer) == expected


def test_an_existing_attribute_cannot_be_supplied_again(new_password: NewPassword) -> None:
    call = partial(new_password.answer, **{"userAttributes.email": "eve@example.com"})
    assert refused(call) == ("NotAuthorizedException", "Cannot modify an already provided email")
