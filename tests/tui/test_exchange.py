"""Profiles that exchange the token of another: the question for the subject, and the comparison with its token."""

from __future__ import annotations

from textual.widgets import Input

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import ClientSecretWrong
from cognitui.model.profile import Flow
from cognitui.model.token import NO_EXPIRIES, TokenSet
from cognitui.tui.presentation import facts_of_profile
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    make_exchange,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE = make_profile("dev/alice")
FOR_ALICE = make_exchange("dev/for-alice", ALICE)
ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None)
BOSS = make_profile("prod/boss", protected=True)
FOR_BOSS = make_exchange("dev/for-boss", BOSS)

ISSUED = SignedIn(TokenSet(access=make_token(mark="issued", scope="orders/read", act={"sub": "orders-service"})))


def exchanging(*start: object, answer: list[object] | None = None) -> FakeServices:
    signin = FakeSignIn(start=list(start), answer=answer or [])  # type: ignore[arg-type]  # by name
    return desk(FOR_ALICE, ALICE, signin=signin)


async def exchanged(story: Story) -> None:
    await story.until(lambda: bool(story.main.state_of(FOR_ALICE).tokens))


async def test_the_subject_is_asked_for_its_password_and_then_exchanged() -> None:
    services = exchanging(password_challenge(ALICE), ISSUED, answer=[signed_in()])
    async with opened(services) as story:
        await story.press("enter")
        await story.see("dev/for-alice exchanges the token of dev/alice.")
        await story.press(*"Passw0rd!", "enter")
        await exchanged(story)

        await story.see("orders-service acts for the user")


def test_the_facts_of_a_profile_name_who_takes_part() -> None:
    exchange = make_exchange("dev/for-alice", ALICE, ORDERS, audiences=("https://orders.example.com",))
    facts = {row.name: (row.lines, row.note) for row in facts_of_profile(exchange, NO_EXPIRIES, NOW)}

    assert facts["subject"] == (("dev/alice",), "access token")
    assert facts["actor"] == (("dev/orders",), "")
    assert facts["audience"] == (("https://orders.example.com",), "")


async def test_a_question_that_was_left_comes_back_at_the_next_press() -> None:
    services = exchanging(password_challenge(ALICE))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Password needed")
        await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)
        await story.see("Waiting for you: password of dev/alice.")
        await story.press("enter")

        await story.see("The password of alice@example.com.")
        assert len(services.signin.started) == 1


async def test_one_key_compares_the_issued_token_with_the_subjects() -> None:
    services = exchanging(ISSUED).holding(ALICE, make_tokens(scope="orders/read orders/write", now=NOW))
    async with opened(services) as story:
        await story.press("plus")
        await story.see("Compare")

        await story.see("left   subject  dev/alice access")
        await story.see("right  shown    dev/for-alice access")
        await story.see("orders/write")
        await story.see("+ added   act")


async def test_the_key_says_why_there_is_nothing_to_compare() -> None:
    async with opened(exchanging()) as story:
        await story.press("j", "plus")

        await story.see("dev/alice exchanges no token")


async def test_a_protected_subject_is_asked_about_once() -> None:
    services = desk(FOR_BOSS, BOSS, signin=FakeSignIn(start=[ISSUED])).holding(BOSS, make_tokens())
    async with opened(services) as story:
        await story.press("plus")
        await story.see("prod/boss, whose token it exchanges, is protected")
        await story.press("y")

        await story.see("left   subject  prod/boss access")


async def test_signing_out_says_whose_session_it_is_and_only_forgets_the_token() -> None:
    services = exchanging().holding(FOR_ALICE, TokenSet(access=make_token()))
    async with opened(services) as story:
        await story.press("x")
        await story.see("its token comes from the session of dev/alice.")
        await story.press("e", "r", "h")

        await story.hear("It has no session of its own")
        assert services.sessions.calls == []
        assert services.vault.entries == {}


async def test_the_form_suggests_profiles_for_the_subject() -> None:
    async with opened(exchanging()) as story:
        await story.press("e")
        await story.see("more fields")
        field = story.app.screen.query_one("#field-subject", Input)

        assert field.suggester is not None
        assert await field.suggester.get_suggestion("dev/al") == "dev/alice"


async def test_an_error_of_the_subject_offers_no_key_that_would_act_on_the_exchange() -> None:
    async with opened(exchanging(ClientSecretWrong("dev/alice: the secret is wrong."))) as story:
        await story.press("enter")
        await story.see("Select dev/alice in the list to fix it.")

        keys = next(line for line in story.text.splitlines() if "Dismiss" in line)
        assert "Passwords" not in keys
