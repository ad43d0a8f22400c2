"""Tests of choosing from a list in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognitui.cli.prompt import choose, choose_several, items_of, searching
from cognitui.model.aws import Page
from cognitui.model.errors import PersonNeeded
from tests.unit.cli.harness import Answering


class Pages:
    """Names in pages of ten, counting the fetched pages."""

    def __init__(self, count: int) -> None:
        self.names = [f"user{number:05}" for number in range(count)]
        self.fetched = 0

    def __call__(self, after: str) -> Page[str]:
        self.fetched += 1
        start = int(after or 0)
        return Page(tuple(self.names[start : start + 10]), str(start + 10) if start + 10 < len(self.names) else "")


def test_a_page_is_fetched_when_it_is_needed() -> None:
    pages = Pages(10_000)

    items = items_of(pages)
    for _ in range(11):
        next(items)

    assert pages.fetched == 2


def test_a_number_chooses_and_no_more_is_fetched_than_is_shown() -> None:
    pages, person = Pages(10_000), Answering("3")

    assert choose(person, "User", searching(pages, str), str) == "user00002"
    assert pages.fetched == 2
    assert "   1) user00000" in person.shown


def test_enter_shows_more_under_further_numbers() -> None:
    person = Answering("", "16")

    assert choose(person, "User", searching(Pages(40), str), str) == "user00015"


def test_letters_narrow_the_list() -> None:
    person = Answering("USER0003", "2")

    assert choose(person, "User", searching(Pages(40), str), str) == "user00031"


def test_letters_that_match_one_item_choose_it_and_say_so() -> None:
    person = Answering("39x", "r00039")

    assert choose(person, "User", searching(Pages(40), str), str) == "user00039"
    assert person.shown[-1] == "User: user00039"


def test_a_full_name_wins_over_others_that_begin_with_it() -> None:
    names = Page(("shop", "shop-dev", "shop-prod"))

    assert choose(Answering("SHOP"), "Pool", searching(lambda _after: names, str), str) == "shop"


def test_letters_choose_nothing_if_several_may_be_chosen() -> None:
    person = Answering("user00039", "1")

    assert choose_several(person, "User", searching(Pages(40), str), str) == ["user00039"]


def test_no_match_is_reported_and_the_prompt_repeated() -> None:
    person = Answering("nobody", "user00007")

    assert choose(person, "User", searching(Pages(40), str), str) == "user00007"
    assert any("No matches" in line for line in person.shown)


def test_the_only_item_is_chosen_and_named() -> None:
    person = Answering()

    assert choose(person, "Pool", searching(Pages(1), str), str) == "user00000"
    assert person.shown == ["Pool: user00000"]


def test_an_empty_list_is_an_error() -> None:
    with pytest.raises(PersonNeeded, match="No pool found"):
        choose(Answering(), "Pool", searching(Pages(0), str), str)


def test_several_items_are_chosen_by_number() -> None:
    person = Answering("2, 4 2")

    assert choose_several(person, "Users", searching(Pages(5), str), str) == ["user00001", "user00003"]


def test_a_single_choice_rejects_several_numbers() -> None:
    def search(letters: str) -> Iterator[str]:
        return iter(["a", "b"] if not letters else [])

    with pytest.raises(AssertionError, match="unexpected prompt"):
        choose(Answering("1 2"), "Pool", search, str)


def test_text_from_a_server_is_shown_inert() -> None:
    person = Answering()

    choose(person, "Pool", lambda _letters: iter(["\x1b[2J"]), str)

    assert "\x1b" not in person.shown[0]
