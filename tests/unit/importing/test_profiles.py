"""Keys and names of profiles for app clients."""

from __future__ import annotations

import pytest

from cognitui.importing.from_aws import searched_by, status_label
from cognitui.importing.naming import (
    Login,
    environment_for,
    free_name,
    labels_of,
    login_named,
    login_of,
    name_for,
    name_without_user,
    names_for,
)
from cognitui.importing.profiles import NewProfile, endpoint_label, fields_for, flow_of, replica_words
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails, UserEntry
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow, ProfileFields
from cognitui.model.struct import replace
from tests.unit.fakes import CLIENT, POOL, make_book, make_profile

HERE = AwsPlace("admin", "eu-west-1")
DOMAIN = "https://shop.auth.eu-west-1.amazoncognito.com"
SHOP = PoolDetails(POOL, "shop-dev", DOMAIN)


@pytest.mark.parametrize(
    ("flows", "grants", "expected"),
    [
        (("USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"), ("code",), Flow.USER_SRP_AUTH),
        (("USER_PASSWORD_AUTH", "USER_AUTH"), (), Flow.USER_AUTH),
        (("ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"), (), Flow.USER_PASSWORD_AUTH),
        (("ADMIN_NO_SRP_AUTH",), (), Flow.ADMIN_USER_PASSWORD_AUTH),
        (("CUSTOM_AUTH_FLOW_ONLY",), (), Flow.CUSTOM_AUTH),
        (("REFRESH_TOKEN_AUTH", "USER_SRP_AUTH"), ("client_credentials",), Flow.CLIENT_CREDENTIALS),
        (("REFRESH_TOKEN_AUTH",), ("code", "implicit"), Flow.AUTHORIZATION_CODE),
        ((), (), Flow.USER_SRP_AUTH),
    ],
)
def test_the_best_flow_that_a_client_allows_is_chosen(
    flows: tuple[str, ...], grants: tuple[str, ...], expected: Flow
) -> None:
    assert flow_of(ClientDetails(CLIENT, flows=flows, grants=grants)) is expected


def test_a_user_has_pool_client_and_name_and_the_domain_that_another_flow_would_need() -> None:
    client = ClientDetails(CLIENT, "web", "secret", flows=("USER_SRP_AUTH",), scopes=("openid",), grants=("code",))

    assert fields_for(HERE, SHOP, client, Flow.USER_SRP_AUTH, Login("ann")) == ProfileFields(
        user_pool_id=POOL, client_id=CLIENT, username="ann", flow=Flow.USER_SRP_AUTH, domain=SHOP.domain
    )


def test_an_admin_flow_sets_the_aws_profile() -> None:
    fields = fields_for(HERE, SHOP, ClientDetails(CLIENT), Flow.ADMIN_USER_PASSWORD_AUTH, Login("ann"))

    assert fields.aws_profile == "admin"


def test_a_program_gets_the_domain_and_the_scopes_of_resource_servers() -> None:
    client = ClientDetails(CLIENT, grants=("client_credentials",), scopes=("orders/read", "openid"))

    fields = fields_for(HERE, SHOP, client, Flow.CLIENT_CREDENTIALS)

    assert (fields.domain, fields.scopes, fields.username) == (DOMAIN, ("orders/read",), None)


def test_the_browser_gets_a_redirect_to_this_machine() -> None:
    urls = ("https://shop.example.com/cb", "http://localhost:3000/cb")
    client = ClientDetails(CLIENT, grants=("code",), scopes=("email", "orders/read"), callback_urls=urls)

    fields = fields_for(HERE, SHOP, client, Flow.AUTHORIZATION_CODE)

    assert (fields.redirect_uri, fields.domain) == ("http://localhost:3000/cb", DOMAIN)
    # Cognito refuses email without openid.
    assert fields.scopes == ("orders/read",)


def test_the_default_redirect_is_not_written() -> None:
    urls = ("https://shop.example.com/cb", "http://localhost:8976/callback")

    fields = fields_for(HERE, SHOP, ClientDetails(CLIENT, callback_urls=urls), Flow.AUTHORIZATION_CODE)

    assert fields.redirect_uri is None


def test_without_a_domain_its_flows_are_refused() -> None:
    with pytest.raises(UsageError, match="the pool's domain, but the pool has none"):
        fields_for(HERE, PoolDetails(POOL), ClientDetails(CLIENT, "web"), Flow.CLIENT_CREDENTIALS)


def test_an_emulator_and_its_region_are_written() -> None:
    place = AwsPlace(region="local-1", endpoint_url="http://localhost:4566")

    fields = fields_for(place, PoolDetails("local_abc"), ClientDetails(CLIENT), Flow.USER_SRP_AUTH, Login("ann"))

    assert (fields.region, fields.endpoint_url) == ("local-1", "http://localhost:4566")


def test_the_usual_endpoint_of_aws_is_not_written() -> None:
    place = AwsPlace(region="eu-west-1", endpoint_url="https://cognito-idp.eu-west-1.amazonaws.com")

    assert fields_for(place, SHOP, ClientDetails(CLIENT), Flow.USER_SRP_AUTH, Login("ann")).endpoint_url is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://localhost:4566", "http://localhost:4566, which is not AWS"),
        ("https://cognito-idp-fips.us-west-2.amazonaws.com", "https://cognito-idp-fips.us-west-2.amazonaws.com"),
    ],
)
def test_an_endpoint_that_is_not_aws_is_labelled(url: str, words: str) -> None:
    assert endpoint_label(url) == words


@pytest.mark.parametrize(
    ("signs_in_by", "expected"), [((), "5f2c"), (("email",), "ann@example.com"), (("phone_number",), "5f2c")]
)
def test_a_profile_is_named_after_the_username(signs_in_by: tuple[str, ...], expected: str) -> None:
    assert login_of(PoolDetails(POOL, signs_in_by=signs_in_by), UserEntry("5f2c", "ann@example.com")) == Login(expected)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ann@example.com", "ann"),
        ("Ann Lee", "Ann-Lee"),
        ("+491701234567", "491701234567"),
        ("@home", "home"),
        ("\x1b[2J", "2J"),
        ("日本", "imported"),
    ],
)
def test_a_name_contains_no_special_characters_of_files_and_shells(text: str, name: str) -> None:
    assert name_for(text) == name


def test_equal_names_are_written_out_in_full() -> None:
    assert names_for(["ann@a.com", "ann@b.com", "bob@a.com"]) == ("ann@a.com", "ann@b.com", "bob")


@pytest.mark.parametrize(
    ("pool", "expected"),
    [("shop-prod", "prod"), ("ShopStagingPool", "staging"), ("shop development", "dev"), ("customers", "dev")],
)
def test_the_name_of_the_pool_suggests_the_environment(pool: str, expected: str) -> None:
    assert environment_for(make_book(), POOL, pool) == expected


def test_the_environment_that_has_the_pool_comes_first() -> None:
    assert environment_for(make_book(make_profile("shop/ann")), POOL, "shop-prod") == "shop"


def test_no_draft_shows_its_secret() -> None:
    assert "hunter2" not in repr(NewProfile("dev", "ann", ProfileFields(), "hunter2"))


@pytest.mark.parametrize(
    ("user", "words"),
    [
        (UserEntry("ann", status="CONFIRMED"), ""),
        (UserEntry("ann", status="FORCE_CHANGE_PASSWORD"), "FORCE_CHANGE_PASSWORD"),
        (UserEntry("ann", status="CONFIRMED", enabled=False), "disabled"),
    ],
)
def test_the_status_of_a_user_says_what_prevents_a_sign_in(user: UserEntry, words: str) -> None:
    assert status_label(user) == words


@pytest.mark.parametrize(
    ("signs_in_by", "letters", "attribute"),
    [((), "an", "username"), ((), "an@", "email"), (("email",), "an", "email"), ((), "+49", "phone_number")],
)
def test_users_are_searched_by_what_they_type_at_sign_in(
    signs_in_by: tuple[str, ...], letters: str, attribute: str
) -> None:
    assert searched_by(PoolDetails(POOL, signs_in_by=signs_in_by), letters) == attribute


@pytest.mark.parametrize(
    ("client_name", "flow", "name"),
    [
        ("", Flow.AUTHORIZATION_CODE, "browser"),
        ("web", Flow.AUTHORIZATION_CODE, "web"),
        ("", Flow.CLIENT_CREDENTIALS, CLIENT),
        ("batch job", Flow.CLIENT_CREDENTIALS, "batch-job"),
    ],
)
def test_a_profile_without_a_user_is_not_named_after_an_id_if_there_is_a_better_word(
    client_name: str, flow: Flow, name: str
) -> None:
    assert name_without_user(client_name, CLIENT, flow) == name


def test_a_name_that_another_app_client_has_gets_a_number() -> None:
    profile_set = make_book(*(make_profile(f"dev/{name}", client_id="other") for name in ("browser", "browser-2")))

    assert free_name(profile_set, "dev", "browser", CLIENT) == "browser-3"
    assert free_name(profile_set, "prod", "browser", CLIENT) == "browser"
    assert free_name(profile_set, "dev", "browser", "other") == "browser"


# Users of an identity provider.

GOOGLE = UserEntry("Google_108", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Google")
WEB = ClientDetails(
    CLIENT,
    "web",
    flows=("USER_SRP_AUTH",),
    grants=("code",),
    scopes=("openid",),
    callback_urls=("http://localhost:3000/cb",),
    identity_providers=("COGNITO", "Google"),
)


def test_a_federated_user_signs_in_by_browser_at_their_identity_provider() -> None:
    fields = fields_for(HERE, SHOP, WEB, flow_of(WEB), login_of(SHOP, GOOGLE))

    assert fields == ProfileFields(
        user_pool_id=POOL,
        client_id=CLIENT,
        username="ann@example.com",
        flow=Flow.AUTHORIZATION_CODE,
        domain=DOMAIN,
        scopes=("openid",),
        redirect_uri="http://localhost:3000/cb",
        identity_provider="Google",
    )


def test_a_federated_user_of_an_unknown_provider_chooses_it_in_the_browser() -> None:
    user = UserEntry("Google_108", status="EXTERNAL_PROVIDER")

    fields = fields_for(HERE, SHOP, WEB, flow_of(WEB), login_of(SHOP, user))

    assert (fields.flow, fields.identity_provider) == (Flow.AUTHORIZATION_CODE, None)
    assert fields.username == "Google_108"


def test_a_user_with_a_password_and_a_linked_identity_keeps_the_flow_of_the_client() -> None:
    linked = UserEntry("5f2c", "ann@example.com", status="CONFIRMED", identity_provider="Google")

    fields = fields_for(HERE, SHOP, WEB, flow_of(WEB), login_of(SHOP, linked))

    assert (fields.flow, fields.identity_provider) == (Flow.USER_SRP_AUTH, None)


@pytest.mark.parametrize(
    ("pool", "client", "cause"),
    [
        (
            PoolDetails(POOL),
            WEB,
            "signs in by authorization_code at the pool's domain, but the pool has none.",
        ),
        (
            SHOP,
            ClientDetails(CLIENT, "web", flows=("USER_SRP_AUTH",)),
            "signs in by authorization_code, which the app client web does not allow.",
        ),
        (
            SHOP,
            ClientDetails(CLIENT, "web", grants=("code",), identity_providers=("COGNITO", "Okta")),
            "cannot sign in: the app client web does not support that identity provider.",
        ),
    ],
)
def test_no_profile_is_made_that_cannot_sign_a_federated_user_in(
    pool: PoolDetails, client: ClientDetails, cause: str
) -> None:
    with pytest.raises(UsageError) as caught:
        fields_for(HERE, pool, client, flow_of(client), login_of(pool, GOOGLE))

    assert caught.value.cause == f"The federated user ann@example.com of Google {cause}"
    assert "hoose a" in caught.value.fix


def test_a_name_means_a_federated_user_only_if_nobody_else_has_it() -> None:
    own = UserEntry("5f2c", "ann@example.com", status="CONFIRMED")

    assert login_named(SHOP, "Ann@example.com", [GOOGLE]) == Login("ann@example.com", "Google")
    assert login_named(SHOP, "Google_108", [GOOGLE]) == Login("ann@example.com", "Google")
    assert login_named(SHOP, "ann@example.com", [GOOGLE, own]) == Login("ann@example.com")
    assert login_named(SHOP, "ann", [GOOGLE]) == Login("ann")
    assert login_named(SHOP, "ann", []) == Login("ann")


def test_a_name_of_several_federated_users_leaves_the_provider_to_the_browser() -> None:
    okta = UserEntry("Okta_2", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Okta")

    assert login_named(SHOP, "ann@example.com", [GOOGLE, okta]) == Login("ann@example.com", "")
    assert login_named(SHOP, "Okta_2", [okta]) == Login("ann@example.com", "Okta")


def test_only_users_with_the_same_login_are_named_with_their_providers() -> None:
    logins = [Login("ann@example.com", "Google"), Login("ann@example.com"), Login("bob@example.com", "Google")]

    assert labels_of(logins) == ("ann@example.com-Google", "ann@example.com", "bob@example.com")


def test_a_profile_of_a_replica_names_its_region() -> None:
    there = AwsPlace(region="eu-central-1")

    fields = fields_for(there, SHOP, ClientDetails(CLIENT), Flow.USER_SRP_AUTH, Login("ann"))

    assert fields.region == "eu-central-1"
    assert "the replica in eu-central-1; the pool's primary Region is eu-west-1" in replica_words(there, SHOP)


def test_a_profile_of_the_primary_region_names_none_and_the_other_is_mentioned() -> None:
    pool = replace(SHOP, replica_regions=("eu-central-1",))

    assert fields_for(HERE, pool, ClientDetails(CLIENT), Flow.USER_SRP_AUTH, Login("ann")).region is None
    assert "also in eu-central-1" in replica_words(HERE, pool)
    assert replica_words(HERE, SHOP) == ""
