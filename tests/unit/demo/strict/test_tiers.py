"""Feature plans of user pools."""

from __future__ import annotations

import pytest

from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.replicas import Replica
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.tiers import Tier
from tests.unit.demo.strict.admin import Admin


def test_a_feature_needs_a_plan_that_is_large_enough(strict: StrictServer) -> None:
    pool = strict.add_pool(tier=Tier.LITE)

    with pytest.raises(Refusal) as caught:
        pool.check_tier(Tier.ESSENTIALS, "Token Exchange")

    assert caught.value.name == "FeatureUnavailableInTierException"
    assert caught.value.message.endswith("for the LITE pricing tier configured: Token Exchange")
    pool.tier = Tier.PLUS
    pool.check_tier(Tier.ESSENTIALS, "Token Exchange")


def test_the_description_of_a_pool_has_its_plan_and_the_kind_of_its_issuer(admin: Admin) -> None:
    described = admin.boto.describe_user_pool(UserPoolId=admin.world.pool.id)["UserPool"]

    assert described["UserPoolTier"] == "ESSENTIALS"
    assert dict(described)["IssuerConfiguration"] == {"Type": "ORIGINAL"}


def test_a_lite_pool_has_no_replica(strict: StrictServer) -> None:
    with pytest.raises(ValueError, match="ESSENTIALS or PLUS"):
        strict.add_pool(tier=Tier.LITE, replica=Replica("eu-central-1"))
