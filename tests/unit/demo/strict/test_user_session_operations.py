"""Sessions of users: listed, ended, limited and configured, with boto3 as the client."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from cognitui.demo.strict.pools import AppClient, SessionTracking
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.user_sessions import Caller
from tests.strict.browser import Browser
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.test_oauth import program, query
from tests.unit.demo.strict.world import ALICE, PASSWORD, World, refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

REVOKED = ("NotAuthorizedException", "Refresh Token has been revoked")
Session = dict[str, Any]


@pytest.fixture
def client(world: World) -> AppClient:
    """An app client of a pool that tracks sessions."""
    world.server.clock.stop()
    world.pool.session_tracking.enabled = True
    return world.server.add_client(world.pool)


def calls(caller: World | Admin) -> Any:
    """Return boto3's client without types: the stubs are older than these operations."""
    return caller.boto


def listed(world: World, tokens: AuthenticationResultTypeTypeDef) -> list[Session]:
    found: list[Session] = calls(world).list_user_sessions(AccessToken=tokens["AccessToken"])["Sessions"]
    return found


def current(world: World, tokens: AuthenticationResultTypeTypeDef) -> str:
    """Return the id of the session that tokens belong to."""
    return next(str(one["SessionId"]) for one in listed(world, tokens) if one["IsCurrentSession"])


def sign_in_later(world: World, client: AppClient, seconds: float = 60) -> AuthenticationResultTypeTypeDef:
    world.server.clock.advance(seconds)
    return world.sign_in(client)


def test_a_pool_does_not_track_sessions_unless_it_is_switched_on(world: World, admin: Admin) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool))
    user = {"UserPoolId": world.pool.id, "Username": ALICE}
    session = "tkn" + 25 * "a"

    forms = (
        lambda: listed(world, tokens),
        lambda: calls(world).revoke_user_session(AccessToken=tokens["AccessToken"], SessionId=session),
        lambda: calls(admin).admin_list_user_sessions(**user),
        lambda: calls(admin).admin_revoke_user_session(**user, SessionId=session),
    )
    assert {refused(call)[0] for call in forms} == {"OperationNotEnabledException"}


def test_a_sign_in_is_a_token_session(world: World, client: AppClient) -> None:
    world.server.pretend_caller(Caller("Windows, Firefox", "203.0.113.7", "Dublin", "Ireland"))

    [session] = listed(world, world.sign_in(client))

    assert re.fullmatch(r"tkn[a-z0-9]{25}", str(session.pop("SessionId")))
    assert session.pop("CreateDate") == session.pop("LastActiveDate")
    assert session == {
        "SessionType": "TOKEN",
        "ClientId": client.id,
        "DeviceType": "Windows, Firefox",
        "LastIPAddress": "203.0.113.7",
        "LastLocation": {"City": "Dublin", "Country": "Ireland"},
        "IsCurrentSession": True,
    }


def test_a_caller_on_this_machine_has_no_place_on_the_map(world: World, client: AppClient) -> None:
    [session] = listed(world, world.sign_in(client))

    assert session["LastLocation"] == {"Country": "unknown"}
    assert session["LastIPAddress"] == "127.0.0.1"
    assert "Boto3" in str(session["DeviceType"])


def test_a_list_covers_all_app_clients_and_marks_the_session_of_the_token(world: World, client: AppClient) -> None:
    other = world.server.add_client(world.pool)
    first = world.sign_in(client)
    second = sign_in_later(world, other)

    assert [(one["ClientId"], one["IsCurrentSession"]) for one in listed(world, first)] == [
        (other.id, False),
        (client.id, True),
    ]
    assert [one["IsCurrentSession"] for one in listed(world, second)] == [True, False]


def test_a_list_comes_in_pages(world: World, client: AppClient) -> None:
    world.pool.session_tracking.page_size = 2
    tokens = [world.sign_in(client) for _ in range(5)][-1]

    found: list[object] = []
    more: dict[str, str] = {}
    pages = 0
    while pages == 0 or more:
        answer = calls(world).list_user_sessions(AccessToken=tokens["AccessToken"], **more)
        found += [one["SessionId"] for one in answer["Sessions"]]
        more, pages = ({"NextToken": answer["NextToken"]} if "NextToken" in answer else {}), pages + 1

    assert (len(found), len(set(found)), pages) == (5, 5, 3)
    assert refused(lambda: calls(world).list_user_sessions(AccessToken=tokens["AccessToken"], NextToken="other"))[
        0
    ] == ("InvalidParameterException")


def test_a_list_needs_the_scope_of_the_users_own_account(world: World, client: AppClient) -> None:
    asked = program(world)
    tokens = asked.tokens(scope="openid email")

    reply = ask(world.server, "ListUserSessions", AccessToken=tokens["access_token"])
    assert reply.refusal == ("NotAuthorizedException", "Access Token does not have required scopes")


def test_a_refresh_keeps_a_session_active(world: World, client: AppClient) -> None:
    tokens = world.sign_in(client)
    world.server.clock.advance(600)
    world.server.pretend_caller(Caller("iOS, Safari", "198.51.100.4", "Cork", "Ireland"))
    world.refresh(client, tokens["RefreshToken"])

    [session] = listed(world, tokens)
    assert (session["LastActiveDate"] - session["CreateDate"]).total_seconds() == 600
    assert session["DeviceType"] == "iOS, Safari"


def test_the_old_way_to_refresh_keeps_a_session_active_too(world: World, client: AppClient) -> None:
    tokens = world.sign_in(client)
    world.server.clock.advance(600)
    world.old_refresh(client, tokens["RefreshToken"])

    [session] = listed(world, tokens)
    assert session["LastActiveDate"] > session["CreateDate"]


def test_another_session_is_ended_with_its_tokens(world: World, client: AppClient) -> None:
    mine, other = world.sign_in(client), sign_in_later(world, client)

    calls(world).revoke_user_session(AccessToken=mine["AccessToken"], SessionId=current(world, other))

    assert [one["IsCurrentSession"] for one in listed(world, mine)] == [True]
    assert refused(lambda: world.refresh(client, other["RefreshToken"])) == REVOKED
    assert refused(lambda: listed(world, other))[1] == "Access Token has been revoked"


def test_a_session_never_ends_itself(world: World, client: AppClient) -> None:
    mine = world.sign_in(client)
    own = current(world, mine)

    refusal = refused(lambda: calls(world).revoke_user_session(AccessToken=mine["AccessToken"], SessionId=own))

    assert refusal[0] == "InvalidParameterException"
    assert len(listed(world, mine)) == 1


def test_the_session_of_another_user_does_not_exist(world: World, client: AppClient) -> None:
    world.server.add_user(world.pool, "eve@example.com", PASSWORD)
    mine, hers = world.sign_in(client), world.start(client, "eve@example.com")["AuthenticationResult"]
    session = current(world, hers)

    refusal = refused(lambda: calls(world).revoke_user_session(AccessToken=mine["AccessToken"], SessionId=session))

    assert refusal[0] == "ResourceNotFoundException"
    assert len(listed(world, hers)) == 1


@pytest.mark.parametrize("session", ["tkn-too-short", "abc" + 25 * "a", "tkn" + 25 * "A"])
def test_what_is_no_session_id_is_refused(world: World, client: AppClient, session: str) -> None:
    token = world.sign_in(client)["AccessToken"]
    reply = ask(world.server, "RevokeUserSession", AccessToken=token, SessionId=session)
    assert reply.refusal[0] == "InvalidParameterException"


def test_an_unknown_way_to_end_linked_sessions_is_refused(world: World, client: AppClient) -> None:
    mine, other = world.sign_in(client), sign_in_later(world, client)
    given = {"AccessToken": mine["AccessToken"], "SessionId": current(world, other)}
    reply = ask(world.server, "RevokeUserSession", **given, RevokeAssociatedSessions="ALL")
    assert reply.refusal[0] == "InvalidParameterException"


def test_an_expired_or_signed_out_session_is_not_listed(world: World, client: AppClient) -> None:
    brief = world.server.add_client(world.pool, refresh_validity=3_600)
    world.sign_in(brief)
    gone = sign_in_later(world, client)
    world.boto.revoke_token(Token=gone["RefreshToken"], ClientId=client.id)
    mine = sign_in_later(world, client, 3_600)

    assert [one["IsCurrentSession"] for one in listed(world, mine)] == [True]


def test_a_global_sign_out_ends_all_sessions(world: World, client: AppClient) -> None:
    world.sign_in(client)
    world.boto.global_sign_out(AccessToken=sign_in_later(world, client)["AccessToken"])

    assert len(listed(world, sign_in_later(world, client))) == 1


# The limit


def test_one_sign_in_more_than_allowed_ends_the_least_recently_used_session(world: World, client: AppClient) -> None:
    world.pool.session_tracking.max_per_user = 2
    first, second = world.sign_in(client), sign_in_later(world, client)
    world.server.clock.advance(60)
    world.refresh(client, first["RefreshToken"])

    sign_in_later(world, client)

    assert refused(lambda: world.refresh(client, second["RefreshToken"])) == REVOKED
    assert world.refresh(client, first["RefreshToken"])["AccessToken"]


def test_a_lower_limit_ends_sessions_only_at_the_next_sign_in(world: World, client: AppClient) -> None:
    tokens = [sign_in_later(world, client) for _ in range(4)]
    world.pool.session_tracking.max_per_user = 2
    assert len(listed(world, tokens[0])) == 4

    assert len(listed(world, sign_in_later(world, client))) == 2


def test_a_failed_sign_in_ends_no_session(world: World, client: AppClient) -> None:
    world.pool.session_tracking.max_per_user = 1
    tokens = world.sign_in(client)

    refused(lambda: world.start(client, password="Wr0ng-one"))

    assert len(listed(world, tokens)) == 1


def test_the_limit_counts_no_sessions_of_other_users(world: World, client: AppClient) -> None:
    world.pool.session_tracking.max_per_user = 1
    world.server.add_user(world.pool, "eve@example.com", PASSWORD)
    tokens = world.sign_in(client)

    world.start(client, "eve@example.com")

    assert len(listed(world, tokens)) == 1


# Single sign-on


def test_a_login_in_a_browser_is_a_session_that_token_sessions_come_through(world: World, client: AppClient) -> None:
    browser, asked, other = Browser(), program(world), program(world)
    browser.log_in(asked.url(), ALICE, PASSWORD)
    codes = [query(browser.go(one.url()))["code"] for one in (asked, other)]
    tokens = [one.exchange(code).body for one, code in zip((asked, other), codes, strict=True)]

    found = calls(world).list_user_sessions(AccessToken=str(tokens[0]["access_token"]))["Sessions"]

    sso = next(one for one in found if one["SessionType"] == "SSO")
    assert sso["SessionId"].startswith("sso")
    assert "OriginSessionId" not in sso
    token_sessions = [one for one in found if one["SessionType"] == "TOKEN"]
    assert [one["OriginSessionId"] for one in token_sessions] == 2 * [sso["SessionId"]]


def through_the_browser(world: World) -> tuple[Browser, list[dict[str, str]]]:
    """Return a browser that is logged in, and the tokens of two apps from it."""
    browser, apps = Browser(), (program(world), program(world))
    first = query(browser.log_in(apps[0].url(), ALICE, PASSWORD))["code"]
    second = query(browser.go(apps[1].url()))["code"]
    tokens = [dict(app.exchange(code).body) for app, code in zip(apps, (first, second), strict=True)]
    return browser, [
        {"access": str(one["access_token"]), "refresh": str(one["refresh_token"]), "client": app.client.id}
        for one, app in zip(tokens, apps, strict=True)
    ]


@pytest.mark.parametrize(("linked", "left"), [("NONE", {"TOKEN", "SSO"}), ("LINKED", {"TOKEN"})])
def test_the_end_of_a_token_session_ends_its_browser_session_only_if_linked(
    world: World, client: AppClient, linked: str, left: set[str]
) -> None:
    _, (mine, other) = through_the_browser(world)
    found = calls(world).list_user_sessions(AccessToken=mine["access"])["Sessions"]
    session = next(one["SessionId"] for one in found if one["ClientId"] == other["client"])

    calls(world).revoke_user_session(
        AccessToken=mine["access"],
        SessionId=session,
        RevokeAssociatedSessions=linked,
    )

    found = calls(world).list_user_sessions(AccessToken=mine["access"])["Sessions"]
    assert {one["SessionType"] for one in found} == left
    assert session not in {one["SessionId"] for one in found}


def test_the_end_of_a_browser_session_ends_what_came_through_it_if_linked(
    world: World, client: AppClient, admin: Admin
) -> None:
    browser, (mine, _) = through_the_browser(world)
    found = calls(world).list_user_sessions(AccessToken=mine["access"])["Sessions"]
    sso = next(one["SessionId"] for one in found if one["SessionType"] == "SSO")

    calls(admin).admin_revoke_user_session(
        UserPoolId=world.pool.id, Username=ALICE, SessionId=sso, RevokeAssociatedSessions="LINKED"
    )

    assert calls(admin).admin_list_user_sessions(UserPoolId=world.pool.id, Username=ALICE)["Sessions"] == []
    assert browser.go(program(world).url()) == ""


@pytest.mark.parametrize(("linked", "left"), [("NONE", ["TOKEN", "SSO"]), ("LINKED", ["TOKEN"])])
def test_revoking_a_token_closes_the_browser_session_only_if_linked(
    world: World, client: AppClient, linked: str, left: list[str]
) -> None:
    _, (mine, other) = through_the_browser(world)

    calls(world).revoke_token(
        Token=other["refresh"],
        ClientId=other["client"],
        RevokeAssociatedSessions=linked,
    )

    found = calls(world).list_user_sessions(AccessToken=mine["access"])["Sessions"]
    assert [one["SessionType"] for one in found] == left


def test_the_revocation_of_a_token_without_a_browser_session_may_ask_for_linked_ones(
    world: World, client: AppClient
) -> None:
    tokens, other = world.sign_in(client), sign_in_later(world, client)
    calls(world).revoke_token(Token=tokens["RefreshToken"], ClientId=client.id, RevokeAssociatedSessions="LINKED")
    assert len(listed(world, other)) == 1


def test_an_app_client_may_reuse_a_login_for_longer_or_not_at_all(world: World, client: AppClient) -> None:
    browser, asked, longer, never = Browser(), program(world), program(world), program(world)
    longer.client.sso_reuse.minutes, never.client.sso_reuse.minutes = 120, 0
    browser.log_in(asked.url(), ALICE, PASSWORD)

    assert browser.go(never.url()) == ""
    world.server.clock.advance(3_601)
    assert browser.go(asked.url()) == ""
    assert "code=" in browser.go(longer.url())


# Administrators and the configuration


def test_an_administrator_lists_and_ends_the_sessions_of_a_user(world: World, client: AppClient, admin: Admin) -> None:
    tokens = world.sign_in(client)
    user = {"UserPoolId": world.pool.id, "Username": ALICE}

    [session] = calls(admin).admin_list_user_sessions(**user)["Sessions"]
    assert session["IsCurrentSession"] is False
    calls(admin).admin_revoke_user_session(**user, SessionId=session["SessionId"])

    assert calls(admin).admin_list_user_sessions(**user)["Sessions"] == []
    assert refused(lambda: world.refresh(client, tokens["RefreshToken"])) == REVOKED


def test_an_administrator_gets_all_sessions_at_once(world: World, client: AppClient, admin: Admin) -> None:
    world.pool.session_tracking.page_size = 1
    world.pool.session_tracking.max_per_user = 100
    for _ in range(7):
        world.sign_in(client)
    found = calls(admin).admin_list_user_sessions(UserPoolId=world.pool.id, Username=ALICE)
    assert len(found["Sessions"]) == 7
    assert "NextToken" not in found


def test_an_administrator_must_name_the_user_of_the_session(world: World, client: AppClient, admin: Admin) -> None:
    world.server.add_user(world.pool, "eve@example.com", PASSWORD)
    session = current(world, world.sign_in(client))

    def end() -> object:
        return calls(admin).admin_revoke_user_session(
            UserPoolId=world.pool.id, Username="eve@example.com", SessionId=session
        )

    assert refused(end)[0] == "ResourceNotFoundException"
    unknown = {"UserPoolId": world.pool.id, "Username": "nobody@example.com"}
    assert refused(lambda: calls(admin).admin_list_user_sessions(**unknown))[0] == "UserNotFoundException"


def test_the_configuration_of_a_pool_is_off_with_twenty_sessions_until_it_is_set(world: World, admin: Admin) -> None:
    pool = {"UserPoolId": world.pool.id}
    before = calls(admin).get_user_pool_session_configuration(**pool)
    assert (before["UserSessionTracking"], before["TokenSession"]) == ("DISABLED", {"MaxPerUser": 20})

    calls(admin).set_user_pool_session_configuration(
        **pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 3}
    )

    assert world.pool.session_tracking == SessionTracking(enabled=True, max_per_user=3)
    after = calls(admin).get_user_pool_session_configuration(**pool)
    assert (after["UserSessionTracking"], after["TokenSession"]) == ("ENABLED", {"MaxPerUser": 3})


def test_the_configuration_of_an_app_client_needs_a_pool_that_tracks_sessions(world: World, admin: Admin) -> None:
    made = world.server.add_client(world.pool)
    client = {"UserPoolId": world.pool.id, "ClientId": made.id}
    assert calls(admin).get_user_pool_client_session_configuration(**client)["SSOSession"] == {"MaxValidityMinutes": 60}

    def configure() -> object:
        return calls(admin).set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 0})

    assert refused(configure)[0] == "OperationNotEnabledException"
    world.pool.session_tracking.enabled = True
    configure()
    assert made.sso_reuse.minutes == 0


def test_only_the_operations_that_set_a_configuration_need_the_tier(world: World, admin: Admin) -> None:
    lite = world.server.add_pool(tier=Tier.LITE)
    client = world.server.add_client(lite)
    pool = {"UserPoolId": lite.id}

    assert calls(admin).get_user_pool_session_configuration(**pool)["UserSessionTracking"] == "DISABLED"
    set_pool = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}}
    assert refused(lambda: calls(admin).set_user_pool_session_configuration(**pool, **set_pool))[0] == (
        "FeatureUnavailableInTierException"
    )
    set_client = {"ClientId": client.id, "SSOSession": {"MaxValidityMinutes": 5}}
    assert refused(lambda: calls(admin).set_user_pool_client_session_configuration(**pool, **set_client))[0] == (
        "FeatureUnavailableInTierException"
    )


def test_a_number_of_sessions_out_of_range_is_refused(world: World, admin: Admin) -> None:
    def configure() -> object:
        return calls(admin).set_user_pool_session_configuration(
            UserPoolId=world.pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 101}
        )

    assert refused(configure)[0] == "InvalidParameterException"
