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


def test_the_challenge_is_explained_before_the_prompts() -> None:
    person = Answering("123456")

    given = ask(
        challenge(Prompt("code", "code"), message="Enter the code.", sent_to="a***@e***", session_ends=NOW + 180),
        person,
        NOW,
    )

    assert given == {"code": "123456"}
    assert person.shown == [
        "dev/alice: One more step",
        "Enter the code.",
        "Sent to a***@e***",
        "Time left for this step: 3m.",
    ]


def test_only_a_masked_prompt_hides_its_answer() -> None:
    person = Answering("a secret", "a name")

    ask(challenge(Prompt("password", "password", masked=True), Prompt("name", "full name")), person, NOW)

    assert person.asked == [("Password", True), ("Full name", False)]


def test_a_new_password_is_typed_twice_and_prompted_for_again_if_they_differ() -> None:
    person = Answering("correct", "corect", "correct", "correct")

    given = ask(challenge(Prompt("new", "new password", masked=True, confirm=True)), person, NOW)

    assert given == {"new": "correct"}
    assert [masked for _, masked in person.asked] == [True] * 4
    assert "New password: the two do not match." in person.shown


def test_the_rules_are_shown_and_an_answer_that_breaks_one_is_rejected() -> None:
    person = Answering("short", "long enough")

    given = ask(challenge(Prompt("new", "new password", rules=(LONG_ENOUGH,))), person, NOW)

    assert given == {"new": "long enough"}
    assert "It needs 8 characters." in person.shown
    assert "New password needs 8 characters." in person.shown


def test_a_guessed_rule_rejects_nothing() -> None:
    guess = Rule("8 characters", r".{8}", binding=False)
    person = Answering("short")

    assert ask(challenge(Prompt("new", "new password", rules=(guess,))), person, NOW) == {"new": "short"}
    assert any("the pool's own may differ" in line for line in person.shown)


def test_choices_are_numbered_and_chosen_by_number_or_value() -> None:
    factors = (Choice("SMS", "a text message"), Choice("TOTP", "an authenticator app"))
    prompt = Prompt("factor", "second factor", choices=factors)
    person = Answering("3", "2")

    assert ask(challenge(prompt), person, NOW) == {"factor": "TOTP"}
    assert "  1) a text message" in person.shown
    assert "Answer with a number from 1 to 2." in person.shown
    assert ask(challenge(prompt), Answering("SMS"), NOW) == {"factor": "SMS"}


def test_an_empty_answer_is_rejected() -> None:
    assert ask(challenge(Prompt("code", "code")), Answering("", "1"), NOW) == {"code": "1"}


def test_text_from_a_server_is_shown_inert() -> None:
    person = Answering("1")

    ask(challenge(Prompt("code", "co\x1b[2Jde"), title="\u202etitle", message="\x07bell"), person, NOW)

    message = "".join([*person.shown, person.asked[0][0]])
    assert not any(character in message for character in "\x1b\u202e\x07")


def test_a_password_challenge_suggests_to_store_the_secret() -> None:
    fix = pending(password_challenge(ALICE)).fix

    assert fix == ("Store it: cognitui secret set dev/alice password. Or run the command in a terminal.")


def test_the_fix_names_no_input_if_it_was_given() -> None:
    assert "without --no-input" in pending(password_challenge(ALICE), no_input=True).fix


def test_without_a_keyring_the_fix_does_not_suggest_to_store_the_secret() -> None:
    fix = pending(password_challenge(ALICE), can_store=False).fix

    assert fix == "Run the command in a terminal."


def test_the_error_says_once_what_is_needed() -> None:
    assert pending(password_challenge(ALICE)).cause == "dev/alice: password is needed."


def test_a_new_password_challenge_does_not_suggest_to_store_a_secret() -> None:
    prompt = Prompt("new", "new password", masked=True, confirm=True, keeps=SecretKind.PASSWORD)

    assert "secret set" not in pending(challenge(prompt)).fix


def test_the_values_of_the_pool_and_a_qr_code_come_before_the_prompt() -> None:
    person = Answering("123456")

    ask(challenge(Prompt("code", "code"), qr="otpauth://totp/x?secret=ABC", shown=(("seed", "ABC"),)), person, NOW)  # type: ignore[arg-type]  # by name

    assert "seed: ABC" in person.shown
    assert any("▀▀▀▀▀" in line for line in person.shown)


def test_a_slash_chooses_another_way() -> None:
    person = Answering("/resend")
    instead = (Choice("resend", "Send another code"),)

    given = ask(challenge(Prompt("code", "code"), instead=instead), person, NOW)  # type: ignore[arg-type]  # by name

    assert given == {"instead": "resend"}
    assert "Instead: /resend  Send another code" in person.shown


@pytest.mark.parametrize(("message", "agreed"), [("y", True), ("n", False), ("", False)])
def test_a_challenge_without_prompts_asks_for_confirmation(message: str, agreed: bool) -> None:
    if agreed:
        assert ask(challenge(), Answering(message), NOW) == {}
    else:
        with pytest.raises(Declined, match=r"Not signed in\. To start again: cognitui login dev/alice"):
            ask(challenge(), Answering(message), NOW)


def test_accepted_answers_are_not_asked_for_again() -> None:
    prompts = (Prompt("code", "code"), Prompt("new-password", "new password", masked=True, confirm=True))
    again = Challenge("RESET", ALICE, "Set a new password", "", prompts, given={"new-password": "Str0nger!pass"})
    person = Answering("482913")

    assert ask(again, person, NOW) == {"code": "482913", "new-password": "Str0nger!pass"}
