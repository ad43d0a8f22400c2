"""A user's session: what is shown of it, in which order, and by which id it is found."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.model.duration import local_time
from cognitui.model.user_session import (
    UserSession,
    ended_words,
    eviction_hint,
    find_session,
    linked_with,
    newest_first,
    with_client_names,
)
from tests.unit.fakes import CLIENT, NOW, make_profile

BROWSER = UserSession("sso" + 25 * "b", "SSO", "web0client", last_active_at=NOW - 60, device="Windows, Edge")
WEB = UserSession("tkn" + 25 * "w", "TOKEN", "web0client", last_active_at=NOW - 120, origin_id=BROWSER.id)
PHONE = UserSession("tkn" + 25 * "p", "TOKEN", CLIENT, created_at=NOW - 86_400 * 3)
MINE = UserSession("tkn" + 25 * "m", "TOKEN", CLIENT, last_active_at=NOW - 86_400, is_current=True)
ALL = (BROWSER, WEB, PHONE, MINE)


def test_this_session_comes_first_then_the_most_recently_active() -> None:
    assert newest_first((PHONE, WEB, MINE, BROWSER)) == (MINE, BROWSER, WEB, PHONE)


def test_linked_are_a_browsers_login_and_what_came_through_it() -> None:
    assert linked_with(WEB, ALL) == (BROWSER,)
    assert linked_with(BROWSER, ALL) == (WEB,)
    assert linked_with(MINE, ALL) == ()


@pytest.mark.parametrize(
    ("city", "country", "ip", "place"),
    [
        ("Dublin", "Ireland", "203.0.113.7", "Dublin, Ireland"),
        ("", "Ireland", "203.0.113.7", "Ireland"),
        ("", "unknown", "203.0.113.7", "203.0.113.7"),
        ("", "", "", ""),
        ("\x1b[31mred", "Ireland", "", "\\x1b[31mred, Ireland"),
    ],
)
def test_the_place_is_as_near_as_cognito_knows_it(city: str, country: str, ip: str, place: str) -> None:
    assert replace(MINE, city=city, country=country, ip=ip).place == place


@pytest.mark.parametrize(
    ("device", "name"), [("iOS, Safari", "iOS, Safari"), ("Unknown", "unknown device"), ("", "unknown device")]
)
def test_an_unknown_device_is_called_that(device: str, name: str) -> None:
    assert replace(MINE, device=device).device_name == name


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (MINE, "1 d ago"),
        (PHONE, "3 d ago"),
        (replace(MINE, last_active_at=NOW + 300), "now"),
        (UserSession("tkn" + 25 * "n"), "-"),
    ],
)
def test_the_last_activity_is_never_in_the_future(session: UserSession, words: str) -> None:
    assert session.active_words(NOW) == words


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (MINE.id, MINE),
        ("tknmmm", MINE),
        ("ssobbbb", BROWSER),
        ("tkn", None),
        ("tknmm", None),
        ("tknxxxx", None),
        ("", None),
    ],
)
def test_a_session_is_found_by_its_id_or_a_beginning_that_is_long_enough(given: str, found: UserSession | None) -> None:
    assert find_session(ALL, given) == found


def test_a_beginning_that_several_have_finds_none() -> None:
    other = UserSession("tkn" + 24 * "m" + "2")

    assert find_session((MINE, other), "tknmmmmm") is None
    assert find_session((MINE, other), other.id) == other


def test_an_app_client_is_called_by_its_name_else_after_a_profile_else_by_its_id() -> None:
    alice, bob = make_profile("dev/alice"), make_profile("dev/bob", client_id="bobs0client")
    other_pool = make_profile("prod/eve", client_id="web0client", user_pool_id="eu-west-1_Other0000")
    sessions = (MINE, WEB, UserSession("tkn" + 25 * "x", client_id="bobs0client"))

    named = with_client_names(sessions, {"web0client": "web"}, alice, (bob, alice, other_pool))
    assert [session.app for session in named] == ["client of dev/alice", "web", "client of dev/bob"]
    assert with_client_names((WEB,), {}, alice, (bob, alice, other_pool))[0].app == "web0client"


def test_the_profile_itself_names_its_app_client_before_others_that_share_it() -> None:
    alice, twin = make_profile("dev/alice"), make_profile("dev/twin")

    assert with_client_names((MINE,), {}, alice, (twin, alice))[0].app == "client of dev/alice"


def test_what_ended_is_said_with_what_still_works() -> None:
    assert "accepts its access token until it expires." in ended_words(WEB)
    assert ended_words(WEB, (BROWSER,)).endswith("With it: 1 linked session.")
    assert "asks for the password" in ended_words(BROWSER, (WEB, PHONE))
    assert ended_words(BROWSER, (WEB, PHONE)).endswith("With it: 2 linked sessions.")


def test_the_hint_of_an_eviction_claims_nothing_and_names_the_command() -> None:
    assert eviction_hint("dev/alice") == (
        "The session may have been ended elsewhere, or by the pool's limit of sessions per user (20 by default). "
        "See which are left: cognitui sessions dev/alice."
    )


def test_the_details_name_all_that_a_row_cuts() -> None:
    known = replace(WEB, created_at=NOW, city="Dublin", country="Ireland", ip="203.0.113.7", device="Windows, Edge")

    assert known.details == (
        f"web0client on Windows, Edge (app, by browser); Dublin, Ireland, 203.0.113.7; since {local_time(NOW)}."
    )
    assert replace(MINE, ip="203.0.113.7").details.endswith("on unknown device (app); 203.0.113.7.")


def test_what_a_session_is() -> None:
    assert [session.kind_words for session in (MINE, WEB, BROWSER)] == ["app", "app, by browser", "browser login"]
