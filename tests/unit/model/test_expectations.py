"""Would an API take a token, by what the profile says that it expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.claims import decode
from cognitui.model.expectations import Expect, Outcome, check
from cognitui.model.token import TokenKind
from tests.unit.fakes import CLIENT, NOW, make_token

SMS = "level 3: password and text message code"


def outcome(expect: Expect, claims: dict[str, object], left: float | None = 3600) -> Outcome:
    """Return the one outcome beside that of the token's end."""
    first, _valid = check(expect, claims, None if left is None else NOW + left, NOW)
    return first


@pytest.mark.parametrize(
    ("expect", "claims", "words"),
    [
        (Expect(token_use="access"), {"token_use": "access"}, "access"),
        (Expect(audience="shop"), {"aud": "shop"}, "shop"),
        (Expect(audience="shop"), {"aud": ["other", "shop"]}, "shop"),
        (Expect(audience=("web", "app")), {"aud": "app"}, "app"),
        (Expect(client_id="c1"), {"client_id": "c1", "token_use": "access"}, "c1"),
        (Expect(client_id="c1"), {"aud": "c1", "token_use": "id"}, "c1"),
        (Expect(scopes=("a", "b")), {"scope": "b c a"}, "a, b"),
        (Expect(groups=("admins",)), {"cognito:groups": ["editors", "admins"]}, "admins"),
        (Expect(acr="loa:2"), {"acr": "urn:cognito:loa:3", "amr": ["pwd", "sms"]}, SMS),
        (Expect(acr=("gold", "silver")), {"acr": "silver"}, "level silver"),
        (Expect(max_age="5m"), {"auth_time": NOW - 120}, "signed in 2m ago"),
    ],
)
def test_what_is_expected_and_there_passes(expect: Expect, claims: dict[str, object], words: str) -> None:
    found = outcome(expect, claims)

    assert (found.passed, found.words) == (True, words)


@pytest.mark.parametrize(
    ("expect", "claims", "words"),
    [
        (Expect(token_use="access"), {"token_use": "id"}, "id; expected is access"),
        (Expect(token_use="access"), {}, "none; expected is access"),
        (Expect(audience=("web", "app")), {"aud": "x"}, "x; expected is web or app"),
        (Expect(audience="shop"), {"client_id": "shop"}, "none; expected is shop"),
        (Expect(client_id="c1"), {"client_id": "c1", "aud": "c2", "token_use": "id"}, "c2; expected is c1"),
        (Expect(client_id="c1"), {"aud": "c1", "token_use": "access"}, "none; expected is c1"),
        (Expect(scopes=("a", "b", "c")), {"scope": "a"}, "b, c are missing"),
        (Expect(scopes=("a",)), {"scope": "ab a/b"}, "a is missing"),
        (Expect(groups=("admins",)), {"cognito:groups": "admins-not"}, "admins is missing"),
        (Expect(groups=("admins",)), {"cognito:groups": {"admins": 1}}, "admins is missing"),
        (Expect(acr="3"), {"acr": "urn:cognito:loa:2"}, "level 2; expected is level 3"),
        (Expect(acr=("4", "3")), {}, "no level in the token; expected is level 4 or level 3"),
        (Expect(max_age="5m"), {"auth_time": NOW - 600}, "signed in 10m ago; expected is at most 5m"),
        (Expect(max_age="5m"), {}, "no time of the sign-in; expected is at most 5m"),
    ],
)
def test_what_is_missing_or_different_fails_and_says_what(
    expect: Expect, claims: dict[str, object], words: str
) -> None:
    found = outcome(expect, claims)

    assert (found.passed, found.words) == (False, words)


@pytest.mark.parametrize(
    ("min_valid", "left", "passed", "words"),
    [
        (None, 1, True, "for 1s"),
        (None, 0, False, "expired now"),
        (None, -180, False, "expired 3m ago"),
        ("5m", 300, True, "for 5m"),
        ("5m", 299, False, "for 4m59s; expected is 5m"),
        ("5m", None, False, "it has no expiry"),
    ],
)
def test_a_token_must_live_long_enough_whatever_else_is_expected(
    min_valid: str | None, left: float | None, passed: bool, words: str
) -> None:
    (found,) = check(Expect(min_valid=min_valid), {}, None if left is None else NOW + left, NOW)

    assert (found.key, found.passed, found.words) == ("valid", passed, words)


def test_the_outcomes_come_in_the_order_of_the_keys() -> None:
    expect = Expect(token_use="id", audience=CLIENT, client_id=CLIENT, scopes=("a",), groups=("b",), min_valid="5m")
    claims = decode(make_token(TokenKind.ID).value).claims

    keys = [found.key for found in check(expect, claims, NOW, NOW)]

    assert keys == ["token_use", "audience", "client_id", "scopes", "groups", "valid"]


def test_hostile_claims_are_reported_inert() -> None:
    assert outcome(Expect(token_use="id"), {"token_use": "\x1b[2J\u202e"}).words.startswith("\\x1b[2J\\u202e;")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("ab \x1b\u202e", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=3),
)
NAMES = st.sampled_from(["token_use", "aud", "client_id", "scope", "cognito:groups"])


@given(st.dictionaries(NAMES, ANYTHING))
def test_claims_of_any_shape_pass_only_if_they_hold_what_is_expected(claims: dict[str, object]) -> None:
    expect = Expect(token_use="id", audience="a long name", client_id="a", scopes=("a long name",), groups=("b",))

    by_key = {found.key: found.passed for found in check(expect, claims, NOW + 1, NOW)}

    assert by_key["valid"]
    assert not by_key["audience"]
    assert not by_key["scopes"]


def test_the_age_of_a_sign_in_goes_by_cognitos_clock() -> None:
    # This machine is an hour behind: the token expires in an hour, and both say so by their own clock.
    claims: dict[str, object] = {"auth_time": NOW + 3540, "exp": NOW + 7200}
    found = outcome(Expect(max_age="5m"), claims, left=3600)
    assert (found.passed, found.words) == (True, "signed in 1m ago")
