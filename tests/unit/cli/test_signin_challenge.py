from __future__ import annotations

import pytest

from cognitui.cli.signin import ask, pending
from cognitui.model.challenge import Challenge, Choice, Prompt, Rule
from cognitui.model.errors import Declined
from cognitui.model.secret import SecretKind
from tests.unit.cli.harness import Answering
from tests.unit.fakes import NOW, make_profile, password_challenge

ALICE = make_profile("dev/alice")
LONG_ENOUGH = Rule("8 characters", r".{8}")


def challenge(*prompts: Prompt, **more: str | float) -> Challenge:
    words = {"title": "One more step", "message": "", **more}
    return Challenge(kind="ANY", profile=ALICE, prompts=prompts, **words)  # type: ignore[arg-type]  # by name


def test_what_is_asked_is_explained_first() -> None:
    person = Answering("123456")

    given = ask(
        challenge(Prompt("code", "code"), message="Enter the code.", sent_to="a***@e***", session_ends=NOW + 180),
        person,
        NOW,
    )

    assert given == {"code": "123456"}
    assert person.heard == [
        "dev/alice: One more step",
        "Enter the code.",
        "Sent to a***@e***",
        "Time left for this step: 3m.",
    ]


def test_a_masked_prompt_is_asked_masked_and_another_is_not() -> None:
    person = Answering("a secret", "a name")

    ask(challenge(Prompt("password", "password", masked=True), Prompt("name", "full name")), person, NOW)

    assert person.asked == [("Password", True), ("Full name", False)]


def test_a_new_password_is_typed_twice_and_asked_again_where_the_two_differ() -> None:
    person = Answering("correct", "corect", "correct", "correct")

    given = ask(challenge(Prompt("new", "new password", masked=True, confirm=True)), person, NOW)

    assert given == {"new": "correct"}
    assert [masked for _, masked in person.asked] == [True] * 4
    assert "New password: the two are not the same." in person.heard


def test_the_rules_are_told_and_an_answer_that_breaks_one_is_asked_again() -> None:
    person = Answering("short", "long enough")

    given = ask(challenge(Prompt("new", "new password", rules=(LONG_ENOUGH,))), person, NOW)

    assert given == {"new": "long enough"}
    assert "It needs 8 characters." in person.heard
    assert "New password needs 8 characters." in person.heard


def test_a_rule_that_is_a_guess_holds_nothing_back() -> None:
    guess = Rule("8 characters", r".{8}", binding=False)
    person = Answering("short")

    assert ask(challenge(Prompt("new", "new password", rules=(guess,))), person, NOW) == {"new": "short"}
    assert any("the pool's own may differ" in line for line in person.heard)


def test_choices_are_numbered_and_chosen_by_number_or_value() -> None:
    factors = (Choice("SMS", "a text message"), Choice("TOTP", "an authenticator app"))
    prompt = Prompt("factor", "second factor", choices=factors)
    person = Answering("3", "2")

    assert ask(challenge(prompt), person, NOW) == {"factor": "TOTP"}
    assert "  1) a text message" in person.heard
    assert "Answer with a number from 1 to 2." in person.heard
    assert ask(challenge(prompt), Answering("SMS"), NOW) == {"factor": "SMS"}


def test_an_empty_answer_is_asked_again() -> None:
    assert ask(challenge(Prompt("code", "code")), Answering("", "1"), NOW) == {"code": "1"}


def test_the_words_of_a_server_are_told_inert() -> None:
    person = Answering("1")

    ask(challenge(Prompt("code", "co\x1b[2Jde"), title="\u202etitle", message="\x07bell"), person, NOW)

    said = "".join([*person.heard, person.asked[0][0]])
    assert not any(character in said for character in "\x1b\u202e\x07")


def test_a_stored_secret_would_answer_a_password_challenge() -> None:
    fix = pending(password_challenge(ALICE)).fix

    assert fix == ("Store it: cognitui secret set dev/alice password. Or run the command in a terminal.")


def test_no_input_is_named_where_it_was_given() -> None:
    assert "without --no-input" in pending(password_challenge(ALICE), no_input=True).fix


def test_a_secret_that_could_not_be_kept_is_not_to_be_stored() -> None:
    fix = pending(password_challenge(ALICE), can_store=False).fix

    assert fix == "Run the command in a terminal."


def test_what_is_needed_is_said_once() -> None:
    assert pending(password_challenge(ALICE)).cause == "dev/alice: password is needed."


def test_no_stored_secret_would_answer_a_new_password_challenge() -> None:
    prompt = Prompt("new", "new password", masked=True, confirm=True, keeps=SecretKind.PASSWORD)

    assert "secret set" not in pending(challenge(prompt)).fix


def test_what_the_pool_shows_and_a_qr_code_stand_before_the_question() -> None:
    person = Answering("123456")

    ask(challenge(Prompt("code", "code"), qr="otpauth://totp/x?secret=ABC", shown=(("seed", "ABC"),)), person, NOW)  # type: ignore[arg-type]  # by name

    assert "seed: ABC" in person.heard
    assert any("▀▀▀▀▀" in line for line in person.heard)


def test_something_else_is_chosen_by_a_slash() -> None:
    person = Answering("/resend")
    instead = (Choice("resend", "Send another code"),)

    given = ask(challenge(Prompt("code", "code"), instead=instead), person, NOW)  # type: ignore[arg-type]  # by name

    assert given == {"instead": "resend"}
    assert "Instead: /resend  Send another code" in person.heard


@pytest.mark.parametrize(("said", "agreed"), [("y", True), ("n", False), ("", False)])
def test_a_question_without_prompts_wants_a_yes(said: str, agreed: bool) -> None:
    if agreed:
        assert ask(challenge(), Answering(said), NOW) == {}
    else:
        with pytest.raises(Declined, match=r"Not signed in\. To start again: cognitui login dev/alice"):
            ask(challenge(), Answering(said), NOW)


def test_what_was_right_before_is_not_asked_again() -> None:
    prompts = (Prompt("code", "code"), Prompt("new-password", "new password", masked=True, confirm=True))
    again = Challenge("RESET", ALICE, "Set a new password", "", prompts, given={"new-password": "Str0nger!pass"})
    person = Answering("482913")

    assert ask(again, person, NOW) == {"code": "482913", "new-password": "Str0nger!pass"}
