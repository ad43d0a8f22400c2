"""Profiles: what they inherit, and what their tokens and secrets are named after."""

from __future__ import annotations

import pytest

from cognitui.model.expectations import Expect
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import (
    NO_FIELDS,
    Environment,
    Flow,
    Profile,
    ProfileError,
    ProfileFields,
    default_client_label,
    region_of_pool,
)
from cognitui.model.secret import DURABLE, SecretKind
from cognitui.model.token import TokenKind
from tests.unit.fakes import CLIENT, POOL, make_book, make_exchange, make_profile

TOKENS = (SecretKind.ACCESS_TOKEN, SecretKind.ID_TOKEN, SecretKind.REFRESH_TOKEN)


def in_environment(defaults: ProfileFields, own: ProfileFields = NO_FIELDS) -> Profile:
    return Profile(environment=Environment(name="dev", defaults=defaults), name="alice", own=own)


def names(profile: Profile) -> set[tuple[str, str]]:
    return {(name.service, name.account) for name in map(profile.secret_name, SecretKind)}


# What it inherits


def test_a_profile_has_the_keys_of_its_environment() -> None:
    profile = in_environment(ProfileFields(user_pool_id=POOL, client_id=CLIENT, username="alice"))
    assert (profile.user_pool_id, profile.client_id, profile.username) == (POOL, CLIENT, "alice")


def test_a_profiles_own_key_wins() -> None:
    profile = in_environment(ProfileFields(client_id="theirs", tags=("web",)), ProfileFields(client_id="own"))
    assert profile.fields == ProfileFields(client_id="own", tags=("web",))


@pytest.mark.parametrize(
    ("default", "own"),
    [
        (ProfileFields(remember_device=True), ProfileFields(remember_device=False)),
        (ProfileFields(scopes=("a",)), ProfileFields(scopes=())),
        (ProfileFields(notes="theirs"), ProfileFields(notes="")),
        (ProfileFields(client_metadata={"a": "1"}), ProfileFields(client_metadata={})),
    ],
)
def test_a_value_that_is_false_or_empty_wins_too(default: ProfileFields, own: ProfileFields) -> None:
    assert in_environment(default, own).fields == own


def test_a_profile_does_not_mix_its_metadata_with_its_environments() -> None:
    own = ProfileFields(client_metadata={"b": "2"})
    assert in_environment(ProfileFields(client_metadata={"a": "1"}), own).fields.client_metadata == {"b": "2"}


def test_what_is_expected_is_merged_key_by_key() -> None:
    default = ProfileFields(expect=Expect(token_use="access", scopes=("a",), groups=("admins",)))
    own = ProfileFields(expect=Expect(scopes=("b",)))

    assert in_environment(default, own).fields.expect == Expect(token_use="access", scopes=("b",), groups=("admins",))


def test_a_profile_is_called_by_environment_and_name() -> None:
    assert make_profile("dev/alice").id == "dev/alice"


def test_a_profile_is_protected_with_its_environment() -> None:
    assert make_profile(protected=True).protected
    assert not make_profile().protected


def test_an_environment_is_titled_by_its_label() -> None:
    assert Environment(name="dev", label="Development").title == "Development"
    assert Environment(name="dev").title == "dev"


def test_a_flow_that_nobody_names_is_srp() -> None:
    assert make_profile().flow is Flow.USER_SRP_AUTH


@pytest.mark.parametrize(
    ("pool", "region"),
    [
        ("eu-west-1_AbCdEf123", "eu-west-1"),
        ("us-gov-west-1_AbCdEf123", "us-gov-west-1"),
        ("local_AbCdEf123", ""),
        ("eu-west-1_", ""),
        ("", ""),
    ],
)
def test_a_pools_id_says_its_region(pool: str, region: str) -> None:
    assert region_of_pool(pool) == region
    assert make_profile(user_pool_id=pool).region == region


def test_a_region_that_is_named_wins_over_the_pools() -> None:
    assert make_profile(user_pool_id="local_1", region="eu-west-1").region == "eu-west-1"


@pytest.mark.parametrize("flow", [Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE])
def test_the_oauth_flows_need_no_user(flow: Flow) -> None:
    assert not make_profile(flow=flow).needs_user


def test_an_app_client_of_its_own_gets_only_an_access_token() -> None:
    assert make_profile(flow=Flow.CLIENT_CREDENTIALS).kinds == (TokenKind.ACCESS,)
    assert make_profile().kinds == tuple(TokenKind)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"tags": ("admin", "web")}, "admin"),
        ({"flow": Flow.CLIENT_CREDENTIALS}, "m2m"),
        ({"client_id": "1h57kf5cpq17"}, "1h57kf5c"),
    ],
)
def test_the_list_names_a_client_by_tag_or_flow_or_id(fields: dict[str, object], label: str) -> None:
    assert default_client_label(make_profile(**fields)) == label  # type: ignore[arg-type]  # fields, not `id_`


# What its tokens and secrets are named after


def test_a_rename_keeps_every_secret() -> None:
    assert names(make_profile("dev/alice", username="a")) == names(make_profile("test/bob", username="a"))


def test_it_does_not_matter_whether_a_key_is_inherited() -> None:
    keys = ProfileFields(user_pool_id=POOL, client_id=CLIENT, username="alice")
    assert names(in_environment(keys)) == names(in_environment(NO_FIELDS, keys))


def test_what_changes_no_sign_in_keeps_every_secret() -> None:
    more = make_profile(
        tags=("web",), notes="hello", aws_profile="shop", remember_device=True, client_metadata={"a": "b"}
    )
    assert names(more) == names(make_profile())


def test_a_region_that_is_spelt_out_keeps_every_secret() -> None:
    assert names(make_profile(region="eu-west-1")) == names(make_profile())


@pytest.mark.parametrize(
    "other",
    [
        {"endpoint_url": "http://localhost:4566"},
        {"user_pool_id": "eu-west-1_Other"},
        {"client_id": "other"},
        {"username": "other"},
        {"flow": Flow.USER_PASSWORD_AUTH},
        {"scopes": ("orders/read",)},
        {"domain": "https://other.example.com"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_tokens_have_another_key(other: dict[str, object]) -> None:
    one, two = make_profile(), make_profile(**other)  # type: ignore[arg-type]  # fields, not `id_`
    assert one.token_key != two.token_key
    assert not {one.secret_name(kind) for kind in TOKENS} & {two.secret_name(kind) for kind in TOKENS}


@pytest.mark.parametrize(
    "other",
    [
        {"domain": "https://b.example.com"},
        {"identity_provider": "Google"},
        {"username": "other"},
        # An access token goes to the endpoint: the user's tab and a global sign-out ask there.
        {"endpoint_url": "https://other.example.com"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_tokens_of_the_browser_have_another_key(other: dict[str, object]) -> None:
    # A refresh token goes to the domain: a change of it in a shared file must not send a stored one elsewhere.
    fields: dict[str, object] = {"endpoint_url": "http://localhost:4566", "domain": "https://a.example.com"}
    one = make_profile(flow=Flow.AUTHORIZATION_CODE, **fields)  # type: ignore[arg-type]  # fields, not `id_`
    assert one.token_key != make_profile(flow=Flow.AUTHORIZATION_CODE, **{**fields, **other}).token_key  # type: ignore[arg-type]


def test_the_order_of_scopes_does_not_matter() -> None:
    assert make_profile(scopes=("a", "b")).token_key == make_profile(scopes=("b", "a")).token_key


def test_a_token_key_does_not_depend_on_where_one_part_ends() -> None:
    one = make_profile(client_id="ab", username="c")
    assert one.token_key != make_profile(client_id="a", username="bc").token_key


def test_a_token_key_is_safe_in_a_path() -> None:
    key = make_profile(username="../../\udc80 ü").token_key
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")


def test_a_token_key_stays_what_it_was() -> None:
    # A change here loses everybody's stored tokens.
    assert make_profile().token_key == "ffc4f7d0246cdbe77d3ae3b66f22f937"


@pytest.mark.parametrize("kind", [SecretKind.PASSWORD, SecretKind.TOTP])
def test_a_users_secret_belongs_to_pool_and_user(kind: SecretKind) -> None:
    one = make_profile(client_id="one", flow=Flow.USER_PASSWORD_AUTH, scopes=("a",)).secret_name(kind)
    assert one == make_profile(client_id="two").secret_name(kind)
    assert one.account == f"{POOL}/alice@example.com"


def test_a_client_secret_belongs_to_pool_and_client() -> None:
    one = make_profile("dev/alice").secret_name(SecretKind.CLIENT_SECRET)
    assert one == make_profile("dev/bob").secret_name(SecretKind.CLIENT_SECRET)
    assert one.account == f"{POOL}/{CLIENT}"


@pytest.mark.parametrize("kind", DURABLE)
def test_a_pool_behind_another_endpoint_is_another_pool(kind: SecretKind) -> None:
    # Otherwise a shared file could have a stored password sent to an address of its choosing.
    elsewhere = make_profile(endpoint_url="http://localhost:4566")
    assert elsewhere.secret_name(kind) != make_profile().secret_name(kind)


@pytest.mark.parametrize(
    ("domain", "account"),
    [
        ("https://shop.auth.eu-west-1.amazoncognito.com", f"{POOL}/{CLIENT}"),
        ("https://auth.example.com", f"{POOL}@https://auth.example.com/{CLIENT}"),
        ("https://amazoncognito.com.example.org", f"{POOL}@https://amazoncognito.com.example.org/{CLIENT}"),
    ],
)
def test_a_client_secret_that_goes_to_a_domain_of_its_own_belongs_to_that(domain: str, account: str) -> None:
    # Otherwise a shared file could have a stored client secret sent to a server of its choosing.
    profile = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain=domain)
    assert profile.secret_name(SecretKind.CLIENT_SECRET).account == account


def test_an_app_client_without_a_pool_is_named_after_its_domain() -> None:
    profile = make_profile(flow=Flow.CLIENT_CREDENTIALS, user_pool_id=None, domain="https://a.example.com")
    assert profile.secret_name(SecretKind.CLIENT_SECRET).account == f"https://a.example.com/{CLIENT}"


@pytest.mark.parametrize(
    ("fields", "region"),
    [
        ({"user_pool_id": None, "domain": "https://shop.auth-fips.us-gov-west-1.amazoncognito.com"}, "us-gov-west-1"),
        ({"user_pool_id": None, "domain": "https://login.example.com"}, ""),
        ({"domain": "https://shop.auth.us-east-1.amazoncognito.com"}, "eu-west-1"),
        ({"region": "eu-west-2", "domain": "https://shop.auth.us-east-1.amazoncognito.com"}, "eu-west-2"),
    ],
)
def test_the_region_comes_from_the_domain_if_nothing_else_says_it(fields: dict[str, object], region: str) -> None:
    assert make_profile(flow=Flow.CLIENT_CREDENTIALS, **fields).region == region  # type: ignore[arg-type]  # fields


def test_the_browser_comes_back_to_the_usual_place_where_none_is_named() -> None:
    assert make_profile().redirect_uri == "http://localhost:8976/callback"
    assert make_profile(redirect_uri="http://[::1]:1/cb").redirect_uri == "http://[::1]:1/cb"


@pytest.mark.parametrize("kind", SecretKind)
def test_every_service_in_the_keyring_begins_with_our_name(kind: SecretKind) -> None:
    assert make_profile().secret_name(kind).service == f"cognitui/{kind.value}"


# The book


def test_a_reference_is_an_id_or_a_bare_name() -> None:
    dev, prod, bob = make_profile("dev/alice"), make_profile("prod/alice"), make_profile("dev/bob")
    profile_set = make_book(dev, prod, bob)
    assert profile_set.matching("dev/alice") == (dev,)
    assert profile_set.matching("alice") == (dev, prod)
    assert profile_set.matching("bob") == (bob,)
    assert profile_set.matching("dev/carol") == profile_set.matching("carol") == ()


def test_a_book_knows_its_profiles_by_environment() -> None:
    dev, prod = make_profile("dev/alice"), make_profile("prod/alice")
    profile_set = make_book(dev, prod)
    assert profile_set.by_environment == {"dev": (dev,), "prod": (prod,)}
    assert profile_set.environment("prod") == prod.environment
    assert profile_set.environment("test") is None


def test_a_problem_is_reported_in_one_line() -> None:
    problem = ProfileError(
        where="dev/alice", key="region", what="is not a string", fix="write it in quotes", source="p.toml", line=12
    )
    assert str(problem) == "p.toml:12: dev/alice: region: is not a string (write it in quotes)"


def test_an_exchange_at_the_domain_is_in_the_pool_of_its_subject() -> None:
    alice = make_profile("dev/alice")
    exchange = make_exchange("dev/for-alice", alice, user_pool_id=None, domain="https://shop.example.com")

    assert (exchange.user_pool_id, exchange.signs_in_at_domain) == (alice.user_pool_id, True)
    assert issuer_of(exchange) == issuer_of(alice)
    assert exchange.pool_key == f"{alice.user_pool_id}@https://shop.example.com"


@pytest.mark.parametrize("flow", [Flow.USER_SRP_AUTH, Flow.USER_AUTH])
@pytest.mark.parametrize("asked", ["", "loa:2"])
@pytest.mark.parametrize("acr_values", [None, ("loa:4",)])
@pytest.mark.parametrize("max_age", [None, 0])
def test_a_profile_wants_a_level_if_it_names_one(
    flow: Flow, asked: str, acr_values: tuple[str, ...] | None, max_age: int | None
) -> None:
    profile = make_profile(flow=flow, acr_values=acr_values, max_age=max_age).wanting(asked)

    assert profile.wants_level == bool(profile.wanted_level)


def test_the_color_that_warns_is_that_of_what_is_protected() -> None:
    boss = make_profile("prod/boss", protected=True)
    plain, exchange = make_profile("dev/alice"), make_exchange("dev/for-boss", boss)
    further = make_exchange("dev/further", exchange, plain)

    assert [one.protecting_environment.name for one in (plain, boss, exchange, further)] == ["dev", "prod"] + [
        "prod"
    ] * 2
