"""Operations of an administrator on users and app clients."""

from __future__ import annotations

from functools import partial

import pytest

from cognitui.demo.strict.pools import secret_hash
from cognitui.demo.strict.users import UserStatus
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.world import ALICE, PASSWORD, SECRET, refused

NEW = "Longer-Passw0rd"


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
def test_an_admin_flow_must_be_enabled_and_the_users_flow_is_refused(admin: Admin, flow: str, message: str) -> None:
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


def test_a_temporary_password_by_an_admin_is_changed_with_signed_calls(admin: Admin) -> None:
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


def test_an_admin_revokes_all_tokens_of_a_user(admin: Admin) -> None:
    client = admin.world.server.add_client(admin.world.pool)
    token = admin.world.sign_in(client)["RefreshToken"]
    admin.boto.admin_user_global_sign_out(UserPoolId=admin.world.pool.id, Username=ALICE)
    assert refused(lambda: admin.world.refresh(client, token))[1] == "Refresh Token has been revoked"


def test_an_unknown_user_or_pool_is_not_found(admin: Admin) -> None:
    call = partial(admin.boto.admin_get_user, UserPoolId=admin.world.pool.id, Username="nobody")
    assert refused(call) == ("UserNotFoundException", "User does not exist.")
    elsewhere = partial(admin.boto.admin_get_user, UserPoolId="eu-west-1_nowhere", Username=ALICE)
    assert refused(elsewhere)[0] == "ResourceNotFoundException"


def test_a_new_client_has_the_requested_secret_and_flows(admin: Admin) -> None:
    pool = admin.world.server.add_pool()
    make = partial(admin.boto.create_user_pool_client, UserPoolId=pool.id)

    made = make(ClientName="web", GenerateSecret=True, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])["UserPoolClient"]

    assert (made["ClientName"], len(made["ClientSecret"])) == ("web", 51)
    assert made["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert "ClientSecret" not in make(ClientName="open")["UserPoolClient"]
    assert refused(partial(make, ClientName="<>"))[0] == "InvalidParameterException"


def test_a_new_user_must_change_the_password_and_can_be_created_once(admin: Admin) -> None:
    pool = admin.world.server.add_pool(username_attributes=("email",))
    make = partial(admin.boto.admin_create_user, UserPoolId=pool.id, MessageAction="SUPPRESS")

    made = make(Username="ann@example.com")["User"]

    assert made["UserStatus"] == UserStatus.FORCE_CHANGE_PASSWORD
    assert made["Username"] != "ann@example.com"
    assert refused(partial(make, Username="ann@example.com"))[0] == "UsernameExistsException"
    assert refused(partial(make, Username="ann")) == ("InvalidParameterException", "Username should be an email.")
