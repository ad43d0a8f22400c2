"""Sign-in in the browser, from a terminal."""

from __future__ import annotations

import pytest

from cognitui.cli.signin import browse, get_token
from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.errors import CognituiError, RedirectUnavailable, UsageError
from cognitui.model.profile import Flow
from cognitui.tokens.request import TokenRequest
from tests.unit.cli.harness import Answering, run
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, services_with, signed_in

ALICE = make_profile("dev/alice", flow=Flow.AUTHORIZATION_CODE, domain="https://shop.auth.eu-west-1.amazoncognito.com")
URL = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize?state=" + "s" * 400
BACK = {"address": "http://localhost:8976/callback?code=c&state=s"}


def challenge(*, waits: bool = True, remark: str = "") -> Challenge:
    return Challenge(
        kind="BROWSER_SIGN_IN",
        profile=ALICE,
        title="Sign in with the browser",
        message="Sign in.",
        prompts=(Prompt("address", "address"),),
        url=URL,
        waits=waits,
        remark=remark,
    )


def services(*start: Challenge, answers: int = 1, arrivals: tuple[object, ...] = ()) -> FakeServices:
    signin = FakeSignIn(start=[start[0]], answer=[*start[1:], signed_in()])
    signin.arrivals = list(arrivals)  # type: ignore[arg-type]  # what a test says
    return services_with(ALICE, signin=signin)


def test_the_browser_brings_the_answer_and_nothing_is_typed() -> None:
    desk, person = services(challenge(), arrivals=(BACK,)), Answering()

    assert get_token(desk, TokenRequest(ALICE), person).profile == ALICE
    assert desk.signin.answered[0][1] == BACK
    assert desk.browsed == [URL]
    assert URL in person.shown


def test_a_pasted_address_ends_the_wait() -> None:
    desk, person = services(challenge()), Answering(BACK["address"])

    get_token(desk, TokenRequest(ALICE), person)

    assert desk.signin.answered[0][1] == BACK
    assert desk.signin.waits_ended.wait(10)


def test_the_browser_is_not_opened_a_second_time_for_the_same_address() -> None:
    desk = services(challenge(), challenge(remark="Another one."))
    person = Answering("http://localhost/wrong", BACK["address"])

    get_token(desk, TokenRequest(ALICE), person)

    assert desk.browsed == [URL]
    assert "Another one." in person.shown


def test_without_a_way_back_the_user_is_asked_for_the_address() -> None:
    desk, person = services(challenge(waits=False)), Answering(BACK["address"])

    get_token(desk, TokenRequest(ALICE), person)

    assert desk.signin.waited == []
    assert person.asked == [("Address", False)]


def test_a_port_in_use_is_reported_and_the_user_asked_for_the_address() -> None:
    desk = services(challenge(), arrivals=(RedirectUnavailable("Port 8976 is taken."),))
    person = Pasting(BACK["address"])

    assert browse(challenge(), desk, person) == BACK
    assert any(line.startswith("Port 8976 is taken. Stop the program") for line in person.shown)


def test_any_other_error_of_the_wait_is_raised() -> None:
    desk = services(challenge(), arrivals=(UsageError("The wait is broken."),))
    with pytest.raises(CognituiError, match="The wait is broken"):
        browse(challenge(), desk, Answering())


def test_ctrl_c_ends_the_wait() -> None:
    desk = services(challenge())
    with pytest.raises(KeyboardInterrupt):
        browse(challenge(), desk, Leaving())
    assert desk.signin.waits_ended.wait(10)


def test_without_input_it_exits_with_3_and_says_what_is_needed() -> None:
    desk = services(challenge())
    result = run(desk, "token", "dev/alice", "--no-input")

    assert result.exit_code == 3
    assert "a browser sign-in is needed" in result.stderr
    assert (desk.browsed, desk.signin.waited) == ([], [])


class Pasting(Answering):
    """Pastes only at the prompt for an address."""

    def answer_unless(self, question: str, over: object) -> None:
        assert over.wait(10)  # type: ignore[attr-defined]  # an event


class Leaving(Answering):
    """Presses ctrl+c."""

    def answer_unless(self, question: str, over: object) -> None:
        raise KeyboardInterrupt
