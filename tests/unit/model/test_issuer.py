from __future__ import annotations

from cognitui.model.issuer import issuer_names, keys_issuer
from tests.unit.fakes import POOL, make_profile

ORIGINAL = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
UPDATED = f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{POOL}"


def test_a_pool_at_aws_has_an_original_and_an_updated_issuer() -> None:
    assert issuer_names(make_profile()) == (ORIGINAL, UPDATED)


def test_both_issuers_name_the_primary_region_at_a_replica_too() -> None:
    assert issuer_names(make_profile(region="eu-central-1")) == (ORIGINAL, UPDATED)


def test_the_keys_come_from_the_issuer_that_the_token_names() -> None:
    assert keys_issuer(make_profile(), UPDATED) == UPDATED
    assert keys_issuer(make_profile(), ORIGINAL) == ORIGINAL


def test_no_keys_come_from_an_issuer_that_is_not_the_pools() -> None:
    for claimed in ("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other", UPDATED + "/", None, 1):
        assert keys_issuer(make_profile(), claimed) == ORIGINAL


def test_the_keys_of_an_emulator_are_at_its_endpoint_whatever_its_tokens_say() -> None:
    profile = make_profile(endpoint_url="http://localhost:9229", issuer=f"http://cognito:9229/{POOL}")

    for claimed in (UPDATED, f"http://cognito:9229/{POOL}"):
        assert keys_issuer(profile, claimed) == f"http://localhost:9229/{POOL}"


def test_the_key_issuer_may_leave_out_the_pool() -> None:
    for issuer in ("http://cognito:9229", "http://cognito:9229/", f"http://cognito:9229/{POOL}"):
        names = issuer_names(make_profile(endpoint_url="http://localhost:9229", issuer=issuer))

        assert f"http://cognito:9229/{POOL}" in names


def test_the_key_issuer_means_nothing_at_an_endpoint_of_aws() -> None:
    endpoint = "https://cognito-idp-fips.eu-west-1.amazonaws.com"

    assert "http://cognito:9229" not in issuer_names(make_profile(endpoint_url=endpoint, issuer="http://cognito:9229"))


def test_china_has_a_domain_of_its_own() -> None:
    profile = make_profile(user_pool_id="cn-north-1_AbCdEf123")

    assert issuer_names(profile) == (
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123",
        "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123",
    )


def test_an_emulator_may_issue_in_its_own_name_or_in_those_of_aws() -> None:
    profile = make_profile(endpoint_url="http://localhost:9229/")

    assert issuer_names(profile) == (f"http://localhost:9229/{POOL}", ORIGINAL, UPDATED)


def test_an_endpoint_of_aws_issues_only_in_the_names_of_aws() -> None:
    profile = make_profile(endpoint_url="https://cognito-idp-fips.eu-west-1.amazonaws.com")

    assert issuer_names(profile) == (ORIGINAL, UPDATED)


def test_a_profile_without_a_pool_has_no_issuer() -> None:
    assert issuer_names(make_profile(user_pool_id=None)) == ()
