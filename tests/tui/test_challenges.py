"""What a sign-in asks, as a dialog that knows no challenge by name."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from textual.widgets import Input

from cognitui.model.challenge import FORGOT, INSTEAD, Challenge, Choice, GivenSecrets, Prompt, Rule, Step
from cognitui.model.errors import ServiceFault
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.dialogs.confirm import Locked
from cognitui.tui.widgets.inputs import TickBox
from tests.tui.harness import NARROW, Story, desk, opened
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_book, make_profile, password_challenge, signed_in

CAROL = make_profile("dev/carol")
BOB = make_profile("dev/bob")

NEW_PASSWORD = Challenge(
    kind="NEW_PASSWORD_REQUIRED",
    profile=CAROL,
    title="New password needed",
    message="carol@example.com has a temporary password. Choose one of your own.",
    prompts=(
        Prompt(
            "NEW_PASSWORD",
            "new password",
            masked=True,
            confirm=True,
            keeps=SecretKind.PASSWORD,
            rules=(Rule("8 characters", ".{8}", binding=False), Rule("a digit", r"\d", binding=False)),
        ),
        Prompt("userAttributes.name", "name"),
    ),
    session_ends=NOW + 180,
)


def asking(*more: object) -> FakeServices:
    signin = FakeSignIn(start=[NEW_PASSWORD], answer=list(more) or [signed_in()])  # type: ignore[arg-type]
    return desk(CAROL, BOB, signin=signin)


async def asked(story: Story) -> None:
    await story.press("enter")
    await story.until(lambda: isinstance(story.app.screen, ChallengeScreen))


async def given(story: Story) -> None:
    await story.type("Str0ngpass")
    await story.press("enter")
    await story.type("Str0ngpass")
    await story.press("enter")
    await story.type("Carol")
    await story.press("enter")


async def test_the_new_password_leads_to_a_token() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await given(story)

        await story.see("alice-sub")
        assert services.signin.answered[0][1] == {"NEW_PASSWORD": "Str0ngpass", "userAttributes.name": "Carol"}


async def test_the_new_password_is_kept_if_the_box_is_ticked() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await given(story)
        await story.see("alice-sub")

        assert services.vault.entries[CAROL.secret_name(SecretKind.PASSWORD)] == "Str0ngpass"


async def test_it_is_not_kept_if_the_box_is_not_ticked() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await story.pilot.click("#keep")
        await story.pilot.click("#prompt-NEW-PASSWORD")
        await given(story)
        await story.see("alice-sub")

        assert CAROL.secret_name(SecretKind.PASSWORD) not in services.vault.entries


async def test_if_secrets_are_in_memory_nobody_is_asked_whether_to_keep_one() -> None:
    services = asking()
    services.secrets_in_memory = True
    async with opened(services) as story:
        await asked(story)
        assert not story.app.screen.query(TickBox)
        await given(story)
        await story.see("alice-sub")

        assert services.vault.entries[CAROL.secret_name(SecretKind.PASSWORD)] == "Str0ngpass"


async def test_what_is_typed_is_never_in_clear_on_the_screen() -> None:
    async with opened(asking()) as story:
        await asked(story)
        await story.type("Str0ngpass")

        assert "Str0ng" not in story.text
        assert "•" in story.text or "*" in story.text


async def test_rules_are_ticked_as_they_are_met() -> None:
    async with opened(asking()) as story:
        await asked(story)
        await story.see("· a digit")
        await story.type("1")

        await story.see("✓ a digit")
        await story.see("· 8 characters")


async def test_two_that_differ_are_not_sent() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        for words in ("Str0ngpass", "Str0ngpaws", "Carol"):
            await story.type(words)
            await story.press("enter")

        await story.see("the two do not match")
        assert services.signin.answered == []


async def test_an_empty_field_is_not_sent() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await story.press("enter", "enter", "enter")

        await story.see("New password is empty.")
        assert services.signin.answered == []


async def test_a_refused_answer_is_asked_for_again_with_cognitos_words() -> None:
    again = Challenge(
        kind=NEW_PASSWORD.kind,
        profile=CAROL,
        title=NEW_PASSWORD.title,
        message=NEW_PASSWORD.message,
        prompts=NEW_PASSWORD.prompts,
        remark="Password did not conform with policy.",
    )
    async with opened(asking(again, signed_in())) as story:
        await asked(story)
        await given(story)
        await story.see("Password did not conform with policy.")
        await given(story)

        await story.see("alice-sub")


async def test_after_an_outage_the_question_comes_back_with_what_was_typed_and_enter_sends_it_again() -> None:
    outage = ServiceFault("The connection was lost.")
    signin = FakeSignIn(start=[password_challenge(BOB)], answer=[outage, signed_in()])
    services = desk(BOB, signin=signin)
    async with opened(services) as story:
        await asked(story)
        await story.type("hunter2")
        await story.press("enter")
        await story.see("The connection was lost.")
        assert isinstance(story.app.screen, ChallengeScreen)
        assert "hunter2" not in story.text
        await story.press("enter")

        await story.see("alice-sub")
        assert [answers for _, answers in services.signin.answered] == [{"password": "hunter2"}] * 2
        assert len(services.signin.started) == 1
        assert story.main.state_of(BOB).unsent is None


async def left_after_outage(story: Story, services: FakeServices) -> None:
    await asked(story)
    await given(story)
    await story.see("The connection was lost.")
    assert isinstance(story.app.screen, ChallengeScreen)


async def test_esc_after_an_outage_drops_what_was_typed_and_the_question_waits() -> None:
    services = asking(ServiceFault("The connection was lost."), signed_in())
    async with opened(services) as story:
        await left_after_outage(story, services)
        await story.press("escape")
        await story.see("Waiting for you: new password and name.")
        assert any("? " in line and "answer" in line for line in story.text.splitlines())
        assert "The connection was lost." not in story.text
        await asked(story)

        assert [field.value for field in story.app.screen.query(Input)] == ["", "", ""]


async def test_the_lock_after_an_outage_drops_what_was_typed() -> None:
    services = asking(ServiceFault("The connection was lost."), signed_in())
    async with opened(services) as story:
        await left_after_outage(story, services)
        services.clock.advance(601)
        await story.press("x")
        await story.until(lambda: isinstance(story.app.screen, Locked))

        entry = story.main.state_of(CAROL)
        assert (entry.challenge, entry.unsent) == (None, None)


async def test_input_waits_for_a_user_who_moved_on_during_an_outage() -> None:
    lost, gate = ServiceFault("The connection was lost."), threading.Event()

    class Slow(FakeSignIn):
        def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
            assert gate.wait(10)
            return super().answer(challenge, answers)

    services = desk(BOB, CAROL, signin=Slow(start=[password_challenge(BOB)], answer=[lost, signed_in()]))
    async with opened(services) as story:
        await asked(story)
        await story.type("hunter2")
        await story.press("enter", "j")
        gate.set()
        await story.until(lambda: story.main.state_of(BOB).unsent is not None)
        assert story.app.screen is story.main
        assert "hunter2" not in repr(story.main.state_of(BOB))
        await story.press("k")
        await story.see("The connection was lost.")
        await asked(story)
        await story.press("enter")

        await story.see("alice-sub")
        assert services.signin.answered[1][1] == {"password": "hunter2"}


async def test_esc_leaves_the_question_open_and_enter_comes_back_to_it() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await story.press("escape")
        await story.see("Waiting for you: new password and name.")
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, ChallengeScreen))

        assert len(services.signin.started) == 1


async def test_what_is_left_of_the_session_is_shown() -> None:
    async with opened(asking()) as story:
        await asked(story)

        await story.see("This step expires in 3:00.")


async def test_a_user_who_moved_on_is_not_interrupted() -> None:
    went_on = threading.Event()

    class Slow(FakeSignIn):
        def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
            went_on.wait(10)
            return super().start(profile, secrets, fresh=fresh)

    async with opened(desk(CAROL, BOB, signin=Slow(start=[NEW_PASSWORD]))) as story:
        await story.press("enter", "j")
        went_on.set()
        await story.until(lambda: story.main.state_of(CAROL).challenge is not None)

        assert not isinstance(story.app.screen, ChallengeScreen)
        await story.see("answer")


async def test_a_choice_that_is_all_that_is_asked_is_given_at_once() -> None:
    prompt = Prompt("ANSWER", "factor", choices=(Choice("SMS", "a text message"), Choice("TOTP", "an app")))
    challenge = Challenge(kind="SELECT", profile=CAROL, title="Choose", message="How?", prompts=(prompt,))
    services = desk(CAROL, signin=FakeSignIn(start=[challenge], answer=[signed_in()]))
    async with opened(services) as story:
        await asked(story)
        await story.press("down", "space")
        await story.see("alice-sub")

        assert services.signin.answered[0][1] == {"ANSWER": "TOTP"}


async def test_a_choice_is_reported_by_its_sign() -> None:
    choices = Prompt("ANSWER", "factor", choices=(Choice("SMS", "a text message"), Choice("TOTP", "an app")))
    several = Challenge(
        kind="SELECT", profile=CAROL, title="Choose", message="How?", prompts=(choices, Prompt("code", "code"))
    )
    async with opened(desk(CAROL, signin=FakeSignIn(start=[several]))) as story:
        await asked(story)
        assert (story.text.count("●"), story.text.count("○")) == (0, 2)

        await story.press("down", "space")

        assert any("●" in line and "an app" in line for line in story.text.splitlines())
        assert any("○" in line and "a text message" in line for line in story.text.splitlines())


async def test_everything_of_it_is_in_view_at_80_by_24() -> None:
    async with opened(asking(), size=NARROW) as story:
        await asked(story)

        tick = "Keep it in the keyring, not only until you quit"
        for words in ("New password", "Repeat new password", "Name", tick, "Continue", "Later"):
            assert words in story.text, words


async def test_the_tick_of_a_new_seed_is_whole_at_80_by_24() -> None:
    async with opened(desk(CAROL, signin=FakeSignIn(start=[SETUP])), size=NARROW) as story:
        await asked(story)

        await story.see("Keep the TOTP seed in the keyring, not only until you quit")


async def test_an_outage_while_a_question_waits_is_an_error_in_the_row_as_in_the_panel() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        await story.press("escape")
        entry = story.main.state_of(CAROL)
        story.main.keep_state(CAROL, entry.failed(ServiceFault("The connection was lost.")))
        await story.see("The connection was lost.")

        row = next(line for line in story.text.splitlines() if "carol" in line and "dev/" not in line)
        assert "failed" in row
        assert "answer" not in row


async def test_a_code_that_is_reported_leaves_the_buttons_of_a_tall_dialog_in_view_at_80_by_24() -> None:
    tall = Challenge(
        kind="RESET",
        profile=CAROL,
        title="Set a new password",
        message="The password must be set anew. Enter the code that Cognito sent, and a new password.",
        prompts=(Prompt("code", "code"), *NEW_PASSWORD.prompts),
        instead=(Choice("resend", "Send another code"),),
        sent_to="j***@e***",
        session_ends=NOW + 180,
    )
    services = desk(CAROL, signin=FakeSignIn(start=[tall]))
    async with opened(services, size=NARROW) as story:
        await asked(story)
        services.hear_news("Code 482913: the playground sent it by e-mail to judy@example.com.")
        await story.see("Code 482913")

        for words in ("Send another code", "Continue", "Later"):
            assert words in story.text, words


async def test_a_toast_is_seen_once_when_a_dialog_opens() -> None:
    services = asking()
    async with opened(services, size=NARROW) as story:
        services.hear_news("Code 482913")
        await story.see("Code 482913")
        await asked(story)
        await story.see("Code 482913")

        assert story.text.count("Code 482913") == 1


async def test_a_missing_password_is_asked_for_and_kept() -> None:
    services = desk(BOB, signin=FakeSignIn(start=[password_challenge(BOB)], answer=[signed_in()]))
    async with opened(services) as story:
        await asked(story)
        await story.type("hunter2")
        await story.press("enter")
        await story.see("alice-sub")

        assert services.vault.entries[BOB.secret_name(SecretKind.PASSWORD)] == "hunter2"


SETUP = Challenge(
    kind="MFA_SETUP",
    profile=CAROL,
    title="Set up a second factor",
    message="Scan the picture with an authenticator app, or type the seed into it.",
    prompts=(Prompt("code", "code", hint="123456"),),
    shown=(("seed", "ABCDEFGHIJKLMNOP"),),
    qr="otpauth://totp/pool:carol?secret=ABCDEFGHIJKLMNOP",
    offered={SecretKind.TOTP: "ABCDEFGHIJKLMNOP"},
)
CODE = Challenge(
    kind="EMAIL_OTP",
    profile=CAROL,
    title="Code by e-mail",
    message="Cognito sent a code.",
    prompts=(Prompt("code", "code"),),
    instead=(Choice("resend", "Send another code"),),
)
YES = Challenge(kind="SURE", profile=CAROL, title="Sure?", message="carol in the pool p.", prompts=())


async def test_a_new_authenticator_app_gets_a_picture_and_a_seed_that_may_be_kept() -> None:
    services = desk(CAROL, signin=FakeSignIn(start=[SETUP], answer=[signed_in()]))
    async with opened(services, size=(120, 44)) as story:
        await asked(story)
        assert "ABCDEFGHIJKLMNOP" in story.text
        assert "▀▀▀▀▀" in story.text

        await story.type("123456")
        await story.press("enter")

        await story.until(lambda: CAROL.secret_name(SecretKind.TOTP) in services.vault.entries)


async def test_in_a_low_window_the_picture_is_a_key_away_and_a_key_leads_back() -> None:
    async with opened(desk(CAROL, signin=FakeSignIn(start=[SETUP])), size=NARROW) as story:
        await asked(story)
        assert "ABCDEFGHIJKLMNOP" in story.text
        assert "▀▀▀▀▀" not in story.text

        await story.press("f2")
        await story.see("▀▀▀▀▀")
        assert "Any key goes back." in story.text
        await story.press("space")

        await story.see("ABCDEFGHIJKLMNOP")


async def test_the_picture_is_a_click_away_too() -> None:
    async with opened(desk(CAROL, signin=FakeSignIn(start=[SETUP])), size=NARROW) as story:
        await asked(story)

        await story.pilot.click("#show-qr")

        await story.see("▀▀▀▀▀")


async def test_what_was_right_is_in_its_field_again_and_the_focus_is_on_what_was_not() -> None:
    prompts = (Prompt("code", "code"), NEW_PASSWORD.prompts[0])
    again = Challenge(
        "RESET", CAROL, "Set a new password", "", prompts, given={NEW_PASSWORD.prompts[0].name: "Str0ngpass"}
    )
    signin = FakeSignIn(start=[again], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)
        await story.type("482913")
        await story.press("enter", "enter", "enter")

        await story.until(lambda: bool(signin.answered))
        assert signin.answered[0][1] == {"code": "482913", NEW_PASSWORD.prompts[0].name: "Str0ngpass"}


@pytest.mark.parametrize(("key", "answered"), [("y", 1), ("n", 0)])
async def test_if_confirmation_is_all_that_is_asked_its_letter_is_enough(key: str, answered: int) -> None:
    signin = FakeSignIn(start=[YES], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)

        await story.press(key)

        await story.until(lambda: not isinstance(story.app.screen, ChallengeScreen))
        await story.until(lambda: len(signin.answered) == answered)


async def test_another_code_is_one_button_away() -> None:
    signin = FakeSignIn(start=[CODE], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)

        await story.pilot.click("#instead-resend")

        await story.until(lambda: bool(signin.answered))
        assert signin.answered[0][1] == {"instead": "resend"}


async def test_another_code_is_one_key_away() -> None:
    signin = FakeSignIn(start=[CODE], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)
        assert "Send another code (^o)" in story.text

        await story.press("ctrl+o")

        await story.until(lambda: bool(signin.answered))
        assert signin.answered[0][1] == {"instead": "resend"}


async def test_the_key_for_the_other_way_does_nothing_if_there_is_none() -> None:
    signin = FakeSignIn(start=[YES], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)

        await story.press("ctrl+o")

        assert isinstance(story.app.screen, ChallengeScreen)


async def test_enter_does_not_confirm() -> None:
    signin = FakeSignIn(start=[YES], answer=[signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await asked(story)

        await story.press("enter")

        await story.until(lambda: not isinstance(story.app.screen, ChallengeScreen))
        assert signin.answered == []


FORGETFUL = Challenge(
    kind="PASSWORD_NEEDED",
    profile=CAROL,
    title="Password needed",
    message="",
    prompts=(Prompt("password", "password", masked=True),),
    instead=(FORGOT,),
)
RESET = Challenge("RESET", CAROL, "Set a new password", "", (Prompt("code", "code"),))


async def test_a_forgotten_password_is_set_again_by_one_key_and_confirmation() -> None:
    signin = FakeSignIn(start=[FORGETFUL], answer=[RESET, signed_in()])
    async with opened(desk(CAROL, signin=signin)) as story:
        await story.press("F")
        await story.see("Send a code to reset the password of dev/carol?")
        await story.press("y")
        await story.see("Set a new password")
        await story.type("482913")
        await story.press("enter")

        await story.see("alice-sub")
        assert [answers for _, answers in signin.answered] == [{"instead": "forgot"}, {"code": "482913"}]


async def test_no_code_is_sent_after_a_no() -> None:
    signin = FakeSignIn(start=[FORGETFUL])
    async with opened(desk(CAROL, signin=signin)) as story:
        await story.press("F")
        await story.see("Send a code to reset")
        await story.press("n")

        assert signin.started == []


async def test_a_profile_that_does_not_begin_with_a_password_cannot_reset_one() -> None:
    async with opened(desk(make_profile("dev/carol", flow=Flow.USER_AUTH))) as story:
        await story.press("F")

        await story.hear("USER_AUTH does not begin with a password here.")


async def test_a_question_whose_time_is_up_starts_again_automatically_once() -> None:
    timed = replace(CODE, session_ends=NOW + 180)
    signin = FakeSignIn(start=[timed], answer=[replace(CODE, session_ends=NOW + 361, remark="It began anew.")])
    services = desk(CAROL, signin=signin)
    async with opened(services) as story:
        await asked(story)
        services.clock.advance(181)
        await story.see("It began anew.")
        services.clock.advance(181)
        await story.see("Time is up")

        assert [answers for _, answers in signin.answered] == [{"instead": "again"}]


async def test_what_is_being_typed_is_not_taken_away_when_the_time_is_up() -> None:
    signin = FakeSignIn(start=[replace(CODE, session_ends=NOW + 180)])
    services = desk(CAROL, signin=signin)
    async with opened(services) as story:
        await asked(story)
        await story.type("4829")
        services.clock.advance(181)
        await story.see("Time is up")

        assert signin.answered == []


async def test_the_time_of_a_new_app_runs_out_without_another_seed() -> None:
    signin = FakeSignIn(start=[replace(SETUP, session_ends=NOW + 180)])
    services = desk(CAROL, signin=signin)
    async with opened(services, size=NARROW) as story:
        await asked(story)
        await story.press("f2")
        services.clock.advance(181)
        await story.pilot.pause(1.2)
        await story.see("Any key goes back.")
        await story.press("space")

        await story.see("Time is up")
        assert signin.answered == []


async def test_a_new_password_that_was_typed_goes_along_with_the_wish_for_another_code() -> None:
    services = asking()
    services.signin.start_steps = [replace(NEW_PASSWORD, instead=(Choice("resend", "Send another code"),))]
    async with opened(services) as story:
        await asked(story)
        await story.type("Str0ngpass")
        await story.press("ctrl+o")

        await story.until(lambda: len(services.signin.answered) == 1)
        assert services.signin.answered[0][1] == {"NEW_PASSWORD": "Str0ngpass", INSTEAD: "resend"}


async def test_an_answer_is_not_sent_if_the_profile_means_another_user() -> None:
    services = asking()
    async with opened(services) as story:
        await asked(story)
        story.main.files.take_changed(make_book(make_profile("dev/carol", username="mallory"), BOB))
        await given(story)

        await story.hear("dev/carol was changed or removed in the meantime")
        assert services.signin.answered == []


async def test_a_question_for_another_user_is_not_put() -> None:
    mallory = make_profile("dev/carol", username="mallory")
    services = desk(mallory, signin=FakeSignIn(start=[NEW_PASSWORD]))
    async with opened(services) as story:
        await story.press("enter")

        await story.hear("dev/carol was changed or removed in the meantime")
        assert story.app.screen is story.main
        assert story.main.state_of(mallory).challenge is None
