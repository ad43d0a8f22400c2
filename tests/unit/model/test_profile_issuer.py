from __future__ import annotations

from cognitui.model.profile import issuer_names
from tests.unit.fakes import POOL, make_profile


def test_the_issuer_is_built_from_region_and_pool() -> None:
    assert issuer_names(make_profile()) == (f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}",)


def test_china_has_a_domain_of_its_own() -> None:
    profile = make_profile(user_pool_id="cn-north-1_AbCdEf123")

    assert issuer_names(profile) == ("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123",)


def test_an_emulator_may_issue_in_its_own_name_or_in_that_of_aws() -> None:
    profile = make_profile(endpoint_url="http://localhost:9229/")

    assert issuer_names(profile)[:1] == (f"http://localhost:9229/{POOL}",)
    assert len(issuer_names(profile)) == 2


def test_an_endpoint_of_aws_issues_only_in_the_name_of_aws() -> None:
    profile = make_profile(endpoint_url="https://cognito-idp-fips.eu-west-1.amazonaws.com")

    assert len(issuer_names(profile)) == 1


def test_a_profile_without_a_pool_has_no_issuer() -> None:
    assert issuer_names(make_profile(user_pool_id=None)) == ()
