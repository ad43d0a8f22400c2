"""Cognito's hosts in each partition of AWS, as botocore resolves them; without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider

import cognitui
from cognitui.model.aws import domain_of, host_of_service, is_aws, pool_domain, region_of_pool_domain
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import Flow, foreign_endpoint, foreign_server
from cognitui.model.secret import SecretKind
from tests.unit.fakes import make_profile

FIPS_DOMAIN = "https://shop.auth-fips.us-east-1.amazoncognito.com"

REGIONS = ["eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1"]


def data_of(name: str, service: str = "") -> Mapping[str, object]:
    loader = botocore.session.get_session().get_component("data_loader")
    found: Mapping[str, object] = loader.load_service_model(service, name) if service else loader.load_data(name)
    return found


def known_regions() -> Iterator[str]:
    partitions = data_of("partitions")["partitions"]
    assert isinstance(partitions, list)
    for partition in partitions:
        yield from (region for region in partition["regions"] if not region.startswith("aws-"))


@pytest.mark.parametrize("dual_stack", [False, True], ids=["IPv4", "dual-stack"])
@pytest.mark.parametrize("fips", [False, True], ids=["usual", "FIPS"])
@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_a_service_has_the_host_that_botocore_resolves_in_every_region(
    service: str, fips: bool, dual_stack: bool
) -> None:
    provider = EndpointProvider(data_of("endpoint-rule-set-1", service), data_of("partitions"))
    regions = list(known_regions())

    ours = {region: host_of_service(service, region, fips=fips, dual_stack=dual_stack) for region in regions}

    assert len(regions) > 40
    assert {region: f"https://{host}" for region, host in ours.items()} == {
        region: provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual_stack).url
        for region in regions
    }
    assert [host for host in ours.values() if not is_aws(f"https://{host}")] == []


@pytest.mark.parametrize("region", REGIONS)
def test_a_pool_is_asked_at_the_host_that_its_issuer_names(region: str) -> None:
    host = f"https://cognito-idp.{region}.{domain_of(region)}"

    assert f"https://{host_of_service('cognito-idp', region)}" == host
    assert issuer_of(make_profile(user_pool_id=f"{region}_AbC")) == f"{host}/{region}_AbC"


def test_a_fips_endpoint_of_a_profile_is_awss_and_issues_in_the_usual_name() -> None:
    url = "https://cognito-idp-fips.us-gov-west-1.amazonaws.com"
    profile = make_profile(user_pool_id="us-gov-west-1_AbC", endpoint_url=url)

    assert foreign_endpoint(profile) == ""
    assert issuer_of(profile) == "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbC"


def test_every_partition_that_botocore_knows_has_its_domain() -> None:
    partitions = data_of("partitions")["partitions"]
    assert isinstance(partitions, list)

    for partition in partitions:
        suffix = partition["outputs"]["dnsSuffix"]
        assert is_aws(f"https://cognito-idp.anywhere.{suffix}")
        for region in partition["regions"]:
            if not region.startswith("aws-"):
                assert domain_of(region) == suffix, region


POOL_DOMAINS = [
    ("eu-west-1", "https://shop.auth.eu-west-1.amazoncognito.com"),
    ("us-gov-west-1", "https://shop.auth-fips.us-gov-west-1.amazoncognito.com"),
    ("us-gov-east-1", "https://shop.auth-fips.us-gov-east-1.amazoncognito.com"),
    ("cn-north-1", "https://shop.auth.cn-north-1.amazoncognito.com.cn"),
    ("eusc-de-east-1", "https://shop.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu"),
]


@pytest.mark.parametrize(("region", "domain"), POOL_DOMAINS)
def test_the_domain_of_a_prefix_is_that_of_its_partition(region: str, domain: str) -> None:
    assert pool_domain("shop", region) == domain


@pytest.mark.parametrize(("region", "domain"), [*POOL_DOMAINS, ("us-east-1", FIPS_DOMAIN)])
def test_the_region_of_a_domain_is_read_from_it(region: str, domain: str) -> None:
    assert region_of_pool_domain(domain) == region
    assert region_of_pool_domain(f"{domain}/oauth2/token") == region


@pytest.mark.parametrize("region", ["us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1"])
def test_no_domain_is_guessed_in_a_partition_whose_domains_are_not_known(region: str) -> None:
    assert pool_domain("shop", region) == ""


def test_every_region_that_has_user_pools_has_pool_domains() -> None:
    session = botocore.session.get_session()

    for partition in session.get_available_partitions():
        for region in session.get_available_regions("cognito-idp", partition_name=partition):
            assert region_of_pool_domain(pool_domain("shop", region)) == region


@pytest.mark.parametrize(
    ("prefix", "region"),
    [("", "eu-west-1"), ("shop", ""), ("shop", "local"), ("evil.example/", "eu-west-1"), ("shop", "eu-west-1.example")],
)
def test_what_cannot_be_a_prefix_or_a_region_makes_no_domain(prefix: str, region: str) -> None:
    assert pool_domain(prefix, region) == ""


@pytest.mark.parametrize(
    "host",
    [
        "login.example.com",
        "shop.auth.eu-west-1.amazoncognito.com.example.com",
        "shop.auth.eu-west-1.amazoncognito.com.cn",
        "auth.eu-west-1.amazoncognito.com",
        "a.b.auth.eu-west-1.amazoncognito.com",
        "shop.auth.eusc-de-east-1.on.amazonwebservices.eu",
        "[x.auth.eu-west-1.amazoncognito.com",
        "",
    ],
)
def test_another_host_has_no_region(host: str) -> None:
    assert region_of_pool_domain(f"https://{host}") == ""


@pytest.mark.parametrize("domain", [*(domain for _, domain in POOL_DOMAINS), FIPS_DOMAIN])
def test_the_domains_that_cognito_hands_out_are_awss(domain: str) -> None:
    assert is_aws(domain)
    assert not is_aws(f"{domain}.example.com")


@pytest.mark.parametrize(
    "url",
    [
        "https://cognito-idp.eu-west-1.api.aws",
        "https://cognito-identity-fips.us-east-1.amazonaws.com",
        "https://vpce-0a1b2c3d-wxyz.cognito-idp.eu-west-1.vpce.amazonaws.com",
    ],
)
def test_endpoints_of_cognito_are_awss_however_they_are_reached(url: str) -> None:
    assert is_aws(url)


@pytest.mark.parametrize(
    "host",
    [
        "x.execute-api.eu-west-1.amazonaws.com",
        "ec2-1-2-3-4.compute-1.amazonaws.com",
        "bucket.s3.amazonaws.com",
        "my-elb-1.eu-west-1.elb.amazonaws.com",
        "vpce-1-2.vpce-svc-0a1b.eu-west-1.vpce.amazonaws.com",
        "cognito-idp.x.execute-api.eu-west-1.amazonaws.com",
        "amazonaws.com",
        "cognito-idp.eu-west-1.vpce.amazonaws.com",
        "auth.eu-west-1.amazoncognito.com",
    ],
)
def test_what_anybody_can_rent_at_aws_is_not_cognitos(host: str) -> None:
    assert not is_aws(f"https://{host}")


def test_a_secret_of_a_pool_is_not_named_for_a_host_that_anybody_can_rent() -> None:
    right = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain="https://shop.auth.eu-west-1.amazoncognito.com")
    wrong = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain="https://x.execute-api.eu-west-1.amazonaws.com")

    assert wrong.secret_name(SecretKind.CLIENT_SECRET) != right.secret_name(SecretKind.CLIENT_SECRET)
    assert foreign_server(wrong) == "https://x.execute-api.eu-west-1.amazonaws.com"


def test_the_names_of_pool_domains_have_one_home() -> None:
    package = Path(cognitui.__file__).parent
    sources = {path.relative_to(package): path.read_text("utf-8") for path in package.rglob("*.py")}
    spelling = [path for path, text in sources.items() if re.search(r"amazoncognito|on\.amazonwebservices", text)]

    assert [str(path) for path in spelling] == ["model/aws.py"]
