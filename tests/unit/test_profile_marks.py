"""What the filter finds, and which letters it marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cognitui.tui.profile_filter import ProfileFilter, marks
from tests.unit.fakes import make_profile

PROFILES = (
    make_profile("dev/alice"),
    make_profile("prod/alice"),
    make_profile("prod/bob", tags=("nightly",), notes="for the load test"),
)


def found(query: str) -> list[str]:
    return [profile.id for profile in ProfileFilter(PROFILES).matching(query)]


def test_a_word_is_found_where_it_stands() -> None:
    assert found("nightly") == ["prod/bob"]


def test_letters_in_their_order_find_where_no_word_does() -> None:
    assert found("pdal") == ["prod/alice"]


def test_a_word_that_stands_somewhere_is_not_looked_for_by_letters() -> None:
    assert found("ali") == ["dev/alice", "prod/alice"]


def test_each_word_is_looked_for_on_its_own() -> None:
    assert found("prod aic") == ["prod/alice"]


def test_letters_of_two_fields_are_no_match() -> None:
    assert found("bobnightlyfor") == []


def test_a_longer_query_finds_what_a_shorter_one_had_not() -> None:
    shared = ProfileFilter(PROFILES)
    shared.matching("pr")
    shared.matching("prd")

    assert [profile.id for profile in shared.matching("prdal")] == ["prod/alice"]


def test_a_word_is_marked_where_it_stands_first() -> None:
    assert marks("orders-service", "ser") == {7, 8, 9}


def test_letters_are_marked_one_by_one() -> None:
    assert marks("orders-service", "osv") == {0, 5, 10}


def test_what_is_not_there_marks_nothing() -> None:
    assert marks("alice", "xyz") == frozenset()


@given(st.text(), st.text())
def test_marks_are_places_of_the_text_whatever_was_typed(text: str, query: str) -> None:
    assert all(0 <= place < len(text) for place in marks(text, query))
