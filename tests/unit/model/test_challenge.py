"""What a sign-in asks of a person, as data."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.model.challenge import Challenge, GivenSecrets, Prompt, Rule, SignedIn
from cognitui.model.secret import SecretKind
from tests.unit.fakes import make_profile, make_tokens, password_challenge


@pytest.mark.parametrize(("answer", "holds"), [("Abc1", True), ("abc", False), ("", False), ("line\n1", True)])
def test_a_rule_is_searched_for_in_the_answer(answer: str, holds: bool) -> None:
    assert Rule("a digit", r"\d").holds(answer) is holds


def test_a_rule_about_length_counts_newlines_too() -> None:
    assert Rule("at least 3 characters", r"^.{3,}$").holds("a\nb")


@pytest.mark.parametrize(
    ("answer", "again", "fault"),
    [
        ("", None, "New password is empty."),
        ("abc", None, "New password needs a digit."),
        ("abc1", "abc2", "New password: the two do not match."),
        ("abc1", "abc1", ""),
        ("abc1", None, ""),
    ],
)
def test_what_is_wrong_with_an_answer_is_one_sentence(answer: str, again: str | None, fault: str) -> None:
    rules = (Rule("a digit", r"\d"), Rule("a symbol", r"\W", binding=False))

    assert Prompt("new", "new password", confirm=True, rules=rules).error(answer, again) == fault


def test_a_label_from_outside_is_inert_in_the_sentence() -> None:
    assert Prompt("x", "\x1b[2Jcode").error("").isprintable()


def test_a_challenge_says_in_words_what_it_needs() -> None:
    prompts = (Prompt("new", "a new password"), Prompt("name", "a name"))
    challenge = Challenge("NEW_PASSWORD_REQUIRED", make_profile(), "New password", "", prompts)

    assert challenge.needs == "a new password and a name"


def test_a_challenge_carries_secrets_and_stays_the_same_otherwise() -> None:
    challenge = password_challenge(make_profile())

    carrying = challenge.carrying({SecretKind.PASSWORD: "typed"}, {})

    assert replace(carrying, accepted={}) == challenge
    assert carrying.accepted == {SecretKind.PASSWORD: "typed"}
    assert carrying.kept == {}


def test_a_seed_that_was_replaced_is_no_longer_kept() -> None:
    first = password_challenge(make_profile(), offered={SecretKind.TOTP: "dead seed"}).with_answers({}, keep=True)
    again = password_challenge(make_profile(), offered={SecretKind.TOTP: "new seed"})

    told = again.carrying(first.accepted, first.kept).with_answers({}, keep=False)

    assert "dead seed" not in (*told.accepted.values(), *told.kept.values())


def test_no_secret_is_in_a_repr() -> None:
    canary = "canary-7f3a"
    challenge = password_challenge(make_profile(), state=canary, shown=(("seed", canary),))
    carrying = challenge.carrying({SecretKind.PASSWORD: canary}, {SecretKind.PASSWORD: canary})
    tokens = make_tokens(mark=canary)

    shown = f"{carrying!r} {GivenSecrets(canary, canary)!r} {SignedIn(tokens)!r}"

    assert canary not in shown
    assert tokens.access.value not in shown
