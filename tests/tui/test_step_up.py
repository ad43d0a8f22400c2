"""Stepping up from the screen: `u`, a level, and what the panel says of it."""

from __future__ import annotations

from cognitui.model.challenge import Challenge, Prompt, SignedIn
from cognitui.model.expectations import Expect
from cognitui.model.profile import Flow, Profile
from tests.tui.harness import desk, opened
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_profile, make_tokens

ONE, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (1, 3, 4))
ALICE = make_profile("dev/alice", flow=Flow.USER_AUTH, expect=Expect(acr=(FOUR, THREE)))
BOB = make_profile("dev/bob", flow=Flow.USER_SRP_AUTH)
LOW = make_tokens(acr=ONE, amr=["pwd"], auth_time=int(NOW))
HIGH = make_tokens(mark="new", acr=THREE, amr=["pwd", "email_otp", "mfa"], auth_time=int(NOW))


def code_question(profile: Profile) -> Challenge:
    return Challenge("EMAIL_OTP", profile, "Code by e-mail", "", (Prompt("code", "code"),))


def holding() -> FakeServices:
    signin = FakeSignIn(start=[code_question(ALICE.wanting(THREE))], answer=[SignedIn(HIGH)])
    return desk(ALICE, BOB, signin=signin).holding(ALICE, LOW).holding(BOB, LOW)


async def test_u_raises_the_level_with_only_what_is_missing() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("✕ would reject it: acr; u steps up")
        await story.press("u")
        await story.see("The token has level 1: password")
        assert "Level 4 (1)" in story.text
        assert "The API wants it." in story.text
        await story.press("2")
        await story.see("Code by e-mail")
        await story.press(*"123456", "enter")
        await story.see("✓ would accept it")
        await story.see("level 3: password and e-mail code")

    ((profile, given),) = services.signin.started
    assert profile.wanted_level.target_values == THREE
    assert given.access_token == LOW.access.value


async def test_a_flow_without_levels_says_why() -> None:
    async with opened(holding()) as story:
        await story.press("j", "u")
        await story.hear("USER_SRP_AUTH cannot ask for a level: USER_AUTH and authorization_code can.")


async def test_esc_leaves_the_level_as_it_is() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("u")
        await story.see("The level of the token is not known.")
        await story.press("escape")
    assert services.signin.started == []
