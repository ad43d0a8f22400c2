"""The same user in another environment."""

from __future__ import annotations

from cognitui.model.profile_matching import at_other_replica, in_next_environment
from tests.unit.fakes import make_book, make_profile

ALICE = make_profile("dev/alice")


def test_a_person_is_found_by_the_username_whatever_the_profile_is_named() -> None:
    admin = make_profile("staging/admin", username="Alice@Example.com")
    assert in_next_environment(make_book(ALICE, admin), ALICE) == admin


def test_of_two_profiles_of_a_person_the_one_that_is_named_alike_comes_first() -> None:
    admin, same = make_profile("staging/admin", username=ALICE.username), make_profile("staging/alice")
    assert in_next_environment(make_book(ALICE, admin, same), ALICE) == same


def test_without_a_username_the_name_says() -> None:
    here = make_profile("dev/orders", username=None)
    there = make_profile("prod/orders", username=None)
    assert in_next_environment(make_book(here, there), here) == there


def test_an_environment_without_the_person_is_passed_over() -> None:
    zoe, prod = make_profile("staging/zoe"), make_profile("prod/alice")
    assert in_next_environment(make_book(ALICE, zoe, prod), ALICE) == prod


def test_after_the_last_environment_comes_the_first() -> None:
    prod = make_profile("prod/alice")
    assert in_next_environment(make_book(ALICE, prod), prod) == ALICE


def test_nobody_is_found_if_there_is_nobody() -> None:
    assert in_next_environment(make_book(ALICE, make_profile("dev/bob"), make_profile("prod/zoe")), ALICE) is None


def test_nobody_is_found_from_an_environment_that_no_longer_exists() -> None:
    assert in_next_environment(make_book(ALICE), make_profile("qa/alice")) is None


AT_HOME = make_profile("dev/alice")
AT_REPLICA = make_profile("dev/alice-eu", region="eu-central-1", username=AT_HOME.username)


def test_the_other_replica_has_the_same_user_at_another_region() -> None:
    book = make_book(AT_HOME, AT_REPLICA)

    assert at_other_replica(book, AT_HOME) == AT_REPLICA
    assert at_other_replica(book, AT_REPLICA) == AT_HOME


def test_another_user_client_or_pool_is_no_replica() -> None:
    others = (
        make_profile("dev/bob", region="eu-central-1", username="bob"),
        make_profile("dev/mobile", region="eu-central-1", client_id="mobile", username=AT_HOME.username),
        make_profile("dev/pool", user_pool_id="eu-central-1_Other", username=AT_HOME.username),
        make_profile("dev/same", username=AT_HOME.username),
    )

    assert at_other_replica(make_book(AT_HOME, *others), AT_HOME) is None


def test_a_replica_in_the_same_environment_comes_first() -> None:
    far = make_profile("abc/alice", region="eu-central-1")

    assert at_other_replica(make_book(far, AT_HOME, AT_REPLICA), AT_HOME) == AT_REPLICA
