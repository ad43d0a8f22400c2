"""Authentication levels: their order, their names, and what a token says about its sign-in."""

from __future__ import annotations

import pytest

from cognitui.model.authentication_level import (
    Authentication,
    LevelNames,
    WantedLevel,
    authentication_of,
    level_name,
    methods_in_words,
)
from tests.unit.fakes import NOW

ONE, TWO, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (1, 2, 3, 4))
RENAMED = LevelNames(of_pool={"bronze": 1, "gold": 3})


@pytest.mark.parametrize(
    ("found", "wanted", "enough"),
    [
        (THREE, TWO, True),
        (THREE, THREE, True),
        (TWO, THREE, False),
        (FOUR, ONE, True),
        ("silver", ONE, True),  # a level that is not known counts as the lowest
        ("silver", TWO, False),
        ("silver", "silver", True),
        (FOUR, "silver", False),  # Cognito, which knows the name, decides
    ],
)
def test_a_higher_level_satisfies_a_lower_one(found: str, wanted: str, enough: bool) -> None:
    assert LevelNames().satisfies(found, wanted) is enough


@pytest.mark.parametrize(
    ("found", "wanted", "enough"),
    [("gold", TWO, True), ("gold", FOUR, False), ("bronze", "gold", False), (FOUR, "gold", True), (TWO, "gold", False)],
)
def test_a_pools_own_names_have_the_order_of_its_levels(found: str, wanted: str, enough: bool) -> None:
    assert RENAMED.satisfies(found, wanted) is enough


def test_names_of_an_unknown_order_have_the_one_of_the_profile() -> None:
    listed = LevelNames(listed=("gold", "silver"))
    assert listed.satisfies("gold", "silver")
    assert not listed.satisfies("silver", "gold")
    assert WantedLevel(("gold", "silver")).is_reached_by(Authentication("silver"))
    assert not WantedLevel(("gold",)).is_reached_by(Authentication("silver"), listed)


def test_one_of_several_wanted_levels_is_enough() -> None:
    wanted = WantedLevel((FOUR, TWO))
    assert wanted.is_reached_by(Authentication(THREE))
    assert not wanted.is_reached_by(Authentication(ONE))


def test_a_token_without_a_level_counts_as_the_lowest() -> None:
    assert WantedLevel((ONE,)).is_reached_by(Authentication())
    assert not WantedLevel((TWO,)).is_reached_by(Authentication())


def test_nothing_wanted_is_always_reached() -> None:
    assert not WantedLevel()
    assert WantedLevel().shortfall(Authentication()) == ""


def test_an_old_sign_in_is_not_recent() -> None:
    wanted = WantedLevel(max_age=300)
    assert wanted.shortfall(Authentication(THREE, age=300)) == ""
    assert wanted.shortfall(Authentication(THREE, age=301)) == "The sign-in is 5m1s old; at most 5m is wanted."
    assert wanted.shortfall(Authentication(THREE)) == "The sign-in is of unknown age; at most 5m is wanted."


def test_what_is_missing_is_said_in_plain_words() -> None:
    found = Authentication(ONE, ("pwd",), 120)
    assert WantedLevel((THREE,)).shortfall(found) == ("The sign-in is level 1: password, 2 min ago; level 3 is wanted.")
    assert WantedLevel(("gold",)).shortfall(Authentication(), RENAMED) == (
        "The token has no level; level 3 (gold) is wanted."
    )


@pytest.mark.parametrize(
    ("amr", "words"),
    [
        (("pwd",), "password"),
        (("pwd", "email_otp", "mfa"), "password and e-mail code"),
        (("pwd", "otp", "mfa"), "password and one-time code"),
        (("pwd", "otp", "sms", "mfa"), "password and text message code"),
        (("hwk", "pwd", "fed"), "passkey on a security key, password and identity provider"),
        (("new\x1bthing",), "new\\x1bthing"),
        ((), ""),
    ],
)
def test_methods_have_plain_words(amr: tuple[str, ...], words: str) -> None:
    assert methods_in_words(amr) == words


def test_a_sign_in_is_read_from_the_claims() -> None:
    claims = {"acr": THREE, "amr": ["pwd", "email_otp", "mfa"], "auth_time": int(NOW) - 120}
    assert authentication_of(claims, NOW).words() == "level 3: password and e-mail code, 2 min ago"


def test_a_wrong_clock_does_not_change_the_age() -> None:
    # The token says that it was issued 100 s after the sign-in; this machine's clock is an hour behind.
    claims = {"auth_time": int(NOW) + 3500, "iat": int(NOW) + 3600}
    assert authentication_of(claims, NOW + 10, issued_at=NOW).age == 110


@pytest.mark.parametrize(
    "claims",
    [{}, {"acr": 3, "amr": {"pwd": 1}, "auth_time": "now"}, {"acr": None, "amr": [1], "auth_time": True}],
)
def test_claims_of_another_shape_say_nothing(claims: dict[str, object]) -> None:
    found = authentication_of(claims, NOW)
    assert (found, found.words()) == (Authentication(), "")


@pytest.mark.parametrize("text", ["2", "loa:2", TWO])
def test_a_level_may_be_written_short(text: str) -> None:
    assert level_name(text) == TWO


def test_a_pools_own_name_is_a_level() -> None:
    assert level_name("https://example.com/gold") == "https://example.com/gold"


@pytest.mark.parametrize("text", ["0", "5", "loa:9", "", "two words", 'a"b', "a" * 65])
def test_what_is_no_level_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"level"):
        level_name(text)
