"""App clients whose secret is in Secrets Manager, and those that get tokens only for themselves."""

from __future__ import annotations

import pytest

from cognitui.importing.naming import Login
from cognitui.importing.profiles import fields_for, fitted, flow_of
from cognitui.model.aws import CLIENT_TOKEN_AUTH, AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.profile import Environment, Flow, ProfileFields

POOL, CLIENT, DOMAIN = "eu-west-1_AbCdEf123", "1h57kf5cpq17m0eml12example", "https://shop.example.com"
SOURCE = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
HERE, SHOP, WITHOUT_DOMAIN = (
    AwsPlace("admin", "eu-west-1"),
    PoolDetails(POOL, "shop", DOMAIN),
    PoolDetails(POOL, "shop"),
)
MACHINE = ClientDetails(CLIENT, "batch", flows=(CLIENT_TOKEN_AUTH,), scopes=("orders/read",))
BY_BOTH = ClientDetails(CLIENT, flows=(CLIENT_TOKEN_AUTH,), grants=("client_credentials",))


def test_a_secret_in_secrets_manager_is_named_with_the_credentials_that_can_read_it() -> None:
    fields = fields_for(HERE, SHOP, ClientDetails(CLIENT, secret_source=SOURCE), Flow.USER_SRP_AUTH, Login("ann"))

    assert (fields.client_secret_from, fields.aws_profile) == (SOURCE, "admin")


def test_the_default_credentials_are_not_written() -> None:
    client = ClientDetails(CLIENT, secret_source=SOURCE)

    assert fields_for(AwsPlace(), SHOP, client, Flow.USER_SRP_AUTH, Login("ann")).aws_profile is None


def test_a_machine_only_client_signs_in_by_client_credentials() -> None:
    assert flow_of(MACHINE) is Flow.CLIENT_CREDENTIALS


@pytest.mark.parametrize("pool", [SHOP, WITHOUT_DOMAIN])
def test_one_without_the_oauth_grant_gets_no_domain(pool: PoolDetails) -> None:
    fields = fields_for(HERE, pool, MACHINE, Flow.CLIENT_CREDENTIALS)

    assert (fields.flow, fields.domain, fields.scopes) == (Flow.CLIENT_CREDENTIALS, None, ("orders/read",))


@pytest.mark.parametrize(("pool", "domain"), [(SHOP, DOMAIN), (WITHOUT_DOMAIN, None)])
def test_one_with_both_uses_the_domain_if_there_is_one(pool: PoolDetails, domain: str | None) -> None:
    assert fields_for(HERE, pool, BY_BOTH, Flow.CLIENT_CREDENTIALS).domain == domain


def test_one_that_needs_a_domain_is_refused_with_both_ways_out() -> None:
    client = ClientDetails(CLIENT, "web", grants=("client_credentials",))

    with pytest.raises(UsageError) as caught:
        fields_for(HERE, WITHOUT_DOMAIN, client, Flow.CLIENT_CREDENTIALS)

    assert "ALLOW_CLIENT_TOKEN_AUTH" in caught.value.fix


def test_the_domain_and_source_of_an_environment_do_not_replace_missing_ones() -> None:
    environment = Environment(name="dev", defaults=ProfileFields(domain=DOMAIN, client_secret_from=SOURCE))
    fields = fields_for(HERE, SHOP, MACHINE, Flow.CLIENT_CREDENTIALS)

    own = fitted(fields, environment)

    assert (own.domain, own.client_secret_from) == ("", "")
    assert own.merged_into(environment.defaults).domain == ""


def test_the_same_source_as_that_of_the_environment_is_inherited() -> None:
    environment = Environment(name="dev", defaults=ProfileFields(client_secret_from=SOURCE))

    assert fitted(ProfileFields(client_secret_from=SOURCE), environment).client_secret_from is None


@pytest.mark.parametrize("name", ["TOKEN_EXCHANGE_DELEGATION", "TOKEN_EXCHANGE_IMPERSONATION"])
def test_one_that_only_exchanges_tokens_is_refused_with_the_command_that_adds_it(name: str) -> None:
    client = ClientDetails(CLIENT, "agent", flows=(name, "REFRESH_TOKEN_AUTH"))
    assert flow_of(client) is Flow.TOKEN_EXCHANGE

    with pytest.raises(UsageError, match="agent signs nobody in") as caught:
        fields_for(HERE, SHOP, client, flow_of(client))

    assert f"--flow token_exchange --user-pool-id {POOL} --client-id {CLIENT} --subject" in caught.value.fix


def test_one_that_exchanges_tokens_and_signs_users_in_is_imported_with_its_users() -> None:
    both = ("TOKEN_EXCHANGE_DELEGATION", "USER_SRP_AUTH")

    assert flow_of(ClientDetails(CLIENT, flows=both)) is Flow.USER_SRP_AUTH
    assert flow_of(ClientDetails(CLIENT, flows=both[:1], grants=("code",))) is Flow.AUTHORIZATION_CODE
