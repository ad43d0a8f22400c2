"""What the filter finds, and which letters it marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.profile import Profile
from cognitui.tui.profile_filter import ProfileFilter, marks, reason_of
from tests.unit.fakes import make_profile

PROFILES = (
    make_profile("dev/alice"),
    make_profile("prod/alice"),
    make_profile("prod/bob", tags=("nightly",), notes="for the load test"),
)


def found(query: str) -> list[str]:
    return [profile.id for profile in ProfileFilter(PROFILES).matching(query)]


def test_a_word_is_found_in_its_place() -> None:
    assert found("nightly") == ["prod/bob"]


def test_letters_in_their_order_find_where_no_word_does() -> None:
    assert found("pdal") == ["prod/alice"]


def test_a_word_that_is_somewhere_is_not_looked_for_by_letters() -> None:
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


def test_a_word_is_marked_in_its_first_place() -> None:
    assert marks("orders-service", "ser") == {7, 8, 9}


def test_letters_are_marked_one_by_one() -> None:
    assert marks("orders-service", "osv") == {0, 5, 10}


def test_what_is_not_there_marks_nothing() -> None:
    assert marks("alice", "xyz") == frozenset()


@given(st.text(), st.text())
def test_marks_are_places_of_the_text_whatever_was_typed(text: str, query: str) -> None:
    assert all(0 <= place < len(text) for place in marks(text, query))


# What comes first

TEAM = (
    make_profile("dev/zoe", notes="asks alice"),
    make_profile("dev/yves", tags=("of alice", "alice-team")),
    make_profile("dev/xena", client_id="1alice7kf5cpq17m0eml12example"),
    make_profile("dev/will", username="alice@example.com"),
    make_profile("alice/vera"),
    make_profile("dev/malice"),
    make_profile("dev/alice-2"),
    make_profile("dev/alice"),
)


def in_order(query: str, *profiles: Profile) -> list[str]:
    return [profile.name for profile in ProfileFilter(profiles or TEAM).matching(query)]


def test_a_name_comes_before_an_id_a_username_a_client_a_tag_and_a_note_and_its_beginning_first() -> None:
    assert in_order("alice") == ["alice", "alice-2", "malice", "vera", "will", "xena", "yves", "zoe"]


def test_case_makes_no_difference_to_what_comes_first() -> None:
    assert in_order("ALICE")[:2] == ["alice", "alice-2"]


def test_a_whole_id_comes_first() -> None:
    assert in_order("dev/alice")[:2] == ["alice", "alice-2"]


def test_what_was_found_by_a_shorter_query_is_put_in_order_for_the_longer_one() -> None:
    shared = ProfileFilter(TEAM)
    for length in range(1, 6):
        shared.matching("alice"[:length])

    assert [profile.name for profile in shared.matching("alice-")] == ["alice-2", "yves"]


def test_the_beginning_of_a_field_comes_before_the_rest_of_it() -> None:
    late, early = make_profile("dev/a", notes="a nightly run"), make_profile("dev/b", notes="nightly")

    assert in_order("nightl", late, early) == ["b", "a"]


def test_the_beginning_of_another_tag_counts_as_that_of_the_first() -> None:
    inside, second = make_profile("dev/a", tags=("midnight",)), make_profile("dev/b", tags=("web", "night"))

    assert in_order("nig", inside, second) == ["b", "a"]


def test_with_several_words_the_likeliest_for_all_comes_first() -> None:
    note = make_profile("dev/alice", notes="for orders")
    name = make_profile("dev/alice-orders")

    assert in_order("ali ord", note, name) == ["alice-orders", "alice"]


def test_equals_stay_in_their_order() -> None:
    assert in_order("team", *(make_profile(f"dev/team-{letter}") for letter in "cab")) == ["team-c", "team-a", "team-b"]


def test_letters_in_a_name_come_before_letters_in_a_note() -> None:
    note, name = make_profile("dev/bob", notes="a big run"), make_profile("dev/abrun")

    assert in_order("abrn", note, name) == ["abrun", "bob"]


def test_of_letters_the_most_used_come_first_among_equals_only() -> None:
    note, name = make_profile("dev/bob", notes="a big run"), make_profile("dev/abrun")
    used = ProfileFilter((note, name), lambda: {"dev/bob": 5.0})

    assert used.matching("abrn") == (name, note)


def test_a_query_that_changes_nothing_of_the_order_returns_the_very_list() -> None:
    profiles = tuple(make_profile(f"dev/user{number}") for number in range(3))

    assert ProfileFilter(profiles).matching("user") is profiles


# Why something was found


@pytest.mark.parametrize(
    ("profile", "query", "reason"),
    [
        (make_profile("dev/a", username="Alice@example.com"), "alice", ("user", "Alice@example.com")),
        (
            make_profile("dev/a", client_id="1h57kf5cpq17m0eml12example"),
            "0eml",
            ("client", "1h57kf5cpq17m0eml12example"),
        ),
        (make_profile("dev/a", tags=("web", "Billing")), "bill", ("tag", "Billing")),
        (make_profile("dev/a", notes="First line.\nThe billing run."), "bill", ("notes", "The billing run.")),
        (make_profile("dev/a", notes="the load test"), "lodtst", ("notes", "the load test")),
        (make_profile("dev/alice", notes="billing"), "alice bill", ("notes", "billing")),
    ],
    ids=["username", "client", "second tag", "line of a note", "letters", "second word"],
)
def test_the_field_that_has_what_a_row_does_not_show_is_named(
    profile: Profile, query: str, reason: tuple[str, str]
) -> None:
    found = reason_of(profile, query)

    assert found is not None
    assert found[:2] == reason


@pytest.mark.parametrize("query", ["ali", "dev/al", "dvl", "web", "1h57kf"])
def test_what_a_row_shows_needs_no_reason(query: str) -> None:
    tags = ("web",) if query == "web" else ()

    assert reason_of(make_profile("dev/alice", tags=tags, notes="alice of the web"), query) is None
