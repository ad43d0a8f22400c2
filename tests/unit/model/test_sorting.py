"""In which order profiles are listed."""

from __future__ import annotations

from cognitui.model.sorting import Order, ordered
from cognitui.model.token import Expiries, Lifetime
from tests.unit.fakes import NOW, make_profile

CAROL, alice, BOB = make_profile("dev/Carol"), make_profile("dev/alice"), make_profile("dev/bob")
FILE = (CAROL, alice, BOB)


def living(seconds: float) -> Expiries:
    return Expiries(access=Lifetime(NOW - 3600, NOW + seconds))


def names(order: Order, lives: dict[str, Expiries] | None = None, used: dict[str, float] | None = None) -> list[str]:
    return [profile.name for profile in ordered(FILE, order, expiries=lives or {}, use_scores=used or {}, now=NOW)]


def test_the_order_of_the_file_is_a_persons_own() -> None:
    assert names(Order.FILE) == ["Carol", "alice", "bob"]


def test_by_name_capitals_count_as_small_letters() -> None:
    assert names(Order.NAME) == ["alice", "bob", "Carol"]


def test_what_expires_next_comes_first_then_the_dead_then_what_never_lived() -> None:
    lives = {alice.token_key: living(-60), BOB.token_key: living(500)}
    assert names(Order.EXPIRES_FIRST, lives) == ["bob", "alice", "Carol"]


def test_of_the_dead_the_latest_comes_first() -> None:
    lives = {CAROL.token_key: living(-600), alice.token_key: living(-60), BOB.token_key: living(-6)}
    assert names(Order.EXPIRES_FIRST, lives) == ["bob", "alice", "Carol"]


def test_what_is_used_most_comes_first_and_the_rest_stays_in_place() -> None:
    assert names(Order.RECENT, used={"dev/bob": 2.0}) == ["bob", "Carol", "alice"]
    assert names(Order.RECENT, used={"dev/bob": 2.0, "dev/alice": 3.0}) == ["alice", "bob", "Carol"]


def test_an_order_is_remembered_by_its_key_and_one_of_another_version_is_that_of_the_file() -> None:
    assert [Order.of_key(order.key) for order in Order] == list(Order)
    assert Order.of_key("by moon") is Order.FILE
    assert Order.of_key("") is Order.FILE


def test_the_orders_go_round() -> None:
    seen = [Order.FILE]
    for _ in Order:
        seen.append(seen[-1].following)
    assert seen == [*Order, Order.FILE]
