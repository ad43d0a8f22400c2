"""Whether an import proposes to protect an environment."""

from __future__ import annotations

import pytest

from cognitui.importing.profiles import protection_for
from cognitui.model.profile import Environment, ProfileSet
from tests.unit.fakes import make_book, make_profile


@pytest.mark.parametrize("name", ["prod", "production", "PROD-eu", "shop_live", "liveShop"])
def test_a_new_environment_whose_name_says_production_is_proposed(name: str) -> None:
    assert protection_for(ProfileSet(), name).proposed


@pytest.mark.parametrize("name", ["dev", "preprod", "reproduction", "delivery", "oliver"])
def test_other_environments_are_not_proposed(name: str) -> None:
    assert not protection_for(ProfileSet(), name, name).proposed


def test_the_name_of_the_pool_is_enough_and_is_given_as_the_reason() -> None:
    protection = protection_for(ProfileSet(), "shop", "shop-prod")

    assert (protection.proposed, "shop-prod" in protection.why) == (True, True)


def test_an_unprotected_environment_stays_so_and_the_note_says_what_ticking_would_do() -> None:
    protection = protection_for(make_book(make_profile("prod/alice"), make_profile("prod/bob")), "prod")

    assert (protection.proposed, "its 2 profiles" in protection.why) == (False, True)


def test_a_protected_environment_is_reported_as_such() -> None:
    profile_set = ProfileSet(environments=(Environment(name="prod", protected=True),))

    assert protection_for(profile_set, "prod").already
