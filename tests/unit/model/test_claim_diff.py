"""What two tokens say differently."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.claim_diff import Change, ClaimChange, Pair, compare, differences
from cognitui.model.claims import Decoded, decode
from cognitui.model.token import TokenKind
from tests.unit.fakes import NOW, make_token


def compared(left: Mapping[str, object], right: Mapping[str, object]) -> tuple[ClaimChange, ...]:
    return compare(Decoded(header={}, claims=left), Decoded(header={}, claims=right))


def only(left: object, right: object, name: str = "custom:plan") -> ClaimChange:
    (change,) = compared({name: left}, {name: right})
    return change


def test_a_claim_is_added_missing_changed_or_the_same() -> None:
    left = {"sub": "1", "email": "a@x", "custom:old": "x"}
    right = {"sub": "1", "email": "b@x", "custom:new": "y"}

    found = {change.name: change.change for change in compared(left, right)}

    assert found == {
        "sub": Change.SAME,
        "email": Change.CHANGED,
        "custom:old": Change.MISSING,
        "custom:new": Change.ADDED,
    }


def test_the_claims_come_in_the_order_of_the_panel() -> None:
    left = {"jti": "1", "exp": 5, "custom:x": "1", "sub": "a"}

    assert [change.name for change in compared(left, {"email": "e"})] == ["sub", "email", "exp", "custom:x", "jti"]


@pytest.mark.parametrize("name", ["jti", "iat", "exp", "nbf", "auth_time", "event_id", "origin_jti"])
def test_what_differs_in_every_token_is_noise(name: str) -> None:
    assert only(1, 2, name).noise
    assert differences((only(1, 2, name),)) == ()


def test_what_is_the_same_is_no_noise() -> None:
    assert not only(1, 1, "auth_time").noise


def test_a_refreshed_token_differs_only_in_noise() -> None:
    before, after = make_token(mark="1"), make_token(mark="2", now=NOW + 600)

    assert differences(compare(decode(before.value), decode(after.value))) == ()


def test_access_and_id_token_of_one_sign_in_differ_in_what_they_are_for() -> None:
    access, id_token = make_token(), make_token(TokenKind.ID)

    found = {change.name for change in differences(compare(decode(access.value), decode(id_token.value)))}

    assert found == {"token_use", "client_id", "aud", "username"}


def test_groups_are_compared_as_a_set() -> None:
    assert only(["a", "b"], ["b", "a"], "cognito:groups").change is Change.SAME

    change = only(["admins", "editors"], ["viewers", "editors"], "cognito:groups")

    assert (change.change, change.missing, change.added) == (Change.CHANGED, ("admins",), ("viewers",))
    assert change.pairs == (
        Pair("admins", "", Change.MISSING),
        Pair("", "viewers", Change.ADDED),
        Pair("editors", "editors", Change.SAME),
    )


def test_scopes_are_compared_as_a_set_of_words() -> None:
    assert only("a  b", "b a", "scope").change is Change.SAME
    assert only("a b", "a c", "scope").added == ("c",)


def test_the_order_of_another_list_counts() -> None:
    assert only(["a", "b"], ["b", "a"], "custom:list").change is Change.CHANGED


@pytest.mark.parametrize(("left", "right"), [(1, True), ("1", 1), ([], {}), (None, "null"), ({"a": 1}, {"a": True})])
def test_values_of_another_type_are_changed(left: object, right: object) -> None:
    assert only(left, right).change is Change.CHANGED


def test_the_order_of_names_in_an_object_means_nothing() -> None:
    assert only({"a": 1, "b": 2}, {"b": 2, "a": 1}).change is Change.SAME


def test_times_are_shown_as_people_read_them() -> None:
    (pair,) = only(int(NOW), int(NOW) + 60, "exp").pairs

    assert pair.left.startswith("2026-11-2")
    assert pair.left != pair.right


def test_lines_of_unequal_number_are_side_by_side() -> None:
    pairs = only({"a": 1}, "x").pairs

    assert [pair.right for pair in pairs] == ["x", "", ""]


def test_hostile_claims_are_inert() -> None:
    (change,) = compared({"\x1b[2J": "\u202e"}, {"\x1b[2J": ["\x07"]})

    assert change.name == r"\x1b[2J"
    assert change.pairs == (Pair(r"\u202e", r"\x07", Change.CHANGED),)


def test_a_thousand_groups_in_another_order_are_the_same() -> None:
    groups: list[object] = [f"g{number}" for number in range(1000)]

    assert only(groups, groups[::-1], "cognito:groups").change is Change.SAME


VALUES = st.none() | st.booleans() | st.integers() | st.text("ab ", max_size=4) | st.lists(st.text("ab", max_size=2))
CLAIMS = st.dictionaries(st.sampled_from(["sub", "jti", "scope", "cognito:groups", "custom:x"]), VALUES)


@given(CLAIMS)
def test_a_token_compared_with_itself_is_the_same(claims: dict[str, object]) -> None:
    assert {change.change for change in compared(claims, dict(claims))} <= {Change.SAME}


@given(CLAIMS, CLAIMS)
def test_turned_round_what_was_added_is_missing(left: dict[str, object], right: dict[str, object]) -> None:
    turned = {Change.ADDED: Change.MISSING, Change.MISSING: Change.ADDED}
    forth = {change.key: change for change in compared(left, right)}
    back = {change.key: change for change in compared(right, left)}

    assert forth.keys() == back.keys() == left.keys() | right.keys()
    for name, change in forth.items():
        assert back[name].change is turned.get(change.change, change.change)
        assert (back[name].added, back[name].missing) == (change.missing, change.added)
