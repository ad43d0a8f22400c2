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
def test_others_are_not(name: str) -> None:
    assert not protection_for(ProfileSet(), name, name).proposed


def test_the_name_of_the_pool_is_enough_and_it_is_said() -> None:
    protection = protection_for(ProfileSet(), "shop", "shop-prod")

    assert (protection.proposed, "shop-prod" in protection.why) == (True, True)


def test_an_environment_that_was_left_open_stays_so_and_it_says_whom_a_tick_would_concern() -> None:
    protection = protection_for(make_book(make_profile("prod/alice"), make_profile("prod/bob")), "prod")

    assert (protection.proposed, "its 2 profiles" in protection.why) == (False, True)


def test_one_that_is_protected_is_told_as_such() -> None:
    book = ProfileSet(environments=(Environment(name="prod", protected=True),))

    assert protection_for(book, "prod").already
