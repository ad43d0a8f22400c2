"""Feature plans of user pools: which plan has which feature."""

from __future__ import annotations

from enum import StrEnum

from cognitui.demo.strict.errors import Refusal


class Tier(StrEnum):
    """A feature plan, in Cognito's words (UserPoolTier), from the smallest to the largest."""

    LITE = "LITE"
    ESSENTIALS = "ESSENTIALS"
    PLUS = "PLUS"

    def includes(self, needed: Tier) -> bool:
        """Return whether a pool with this plan has what a plan brings."""
        ranks = list(Tier)
        return ranks.index(self) >= ranks.index(needed)


def unavailable_in_tier(feature: str, tier: Tier) -> Refusal:
    """Return the refusal of a feature that a plan lacks; AWS names features like `Threat Protection`."""
    return Refusal(
        "FeatureUnavailableInTierException",
        f"The following features need to be disabled for the {tier} pricing tier configured: {feature}",
    )
