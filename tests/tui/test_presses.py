"""Keys pressed at once, answers that come late, and work that is left: nothing is done twice, hidden or untrue."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar, cast

import pytest
from textual import events
from textual.widgets import Checkbox, Input

from cognitui.model.challenge import Challenge
from cognitui.model.errors import NoKeyring, Unreachable, UserDisabled
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import TokenKind, Verification
from cognitui.system.clipboard import Cleared, Clipboard
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.inspect import InspectScreen
from cognitui.tui.dialogs.profile_form import ProfileForm
from cognitui.tui.dialogs.secrets import SecretsScreen
from cognitui.tui.dialogs.sign_out import SignOutScreen
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.key_bar import KeyBar
from tests.tui.harness import NARROW, WIDE, ByName, FakeClipboard, Story, copied, desk, opened
from tests.unit.fakes import (
    FakeIndex,
    FakeServices,
    FakeSettings,
    FakeSignIn,
    FakeVerifier,
    make_profile,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)
M2M = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, scopes=("orders/read",))

Result = TypeVar("Result")


class Gate:
    """Holds calls back until it is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.waiting = threading.Event()

    def before(self, call: Callable[..., Result]) -> Callable[..., Result]:
        def held(*args: object, **named: object) -> Result:
            self.waiting.set()
            assert self.open.wait(60)
            return call(*args, **named)

        return held

    def after(self, call: Callable[..., Result]) -> Callable[..., Result]:
        def held(*args: object, **named: object) -> Result:
            result = call(*args, **named)
            self.waiting.set()
            assert self.open.wait(60)
            return result

        return held


class SlowVerifier(FakeVerifier):
    """Answers when the gate opens."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(Verification(verified=True, algorithm="RS256"))
        self._gate = gate

    def verify(self, profile: Profile, token: str) -> Verification:
        return self._gate.before(super().verify)(profile, token)


def press_in_one_breath(story: Story, *keys: str) -> None:
    for key in keys:
        story.app.post_message(events.Key(key, key if len(key) == 1 else None))


def forms(story: Story) -> int:
    return sum(isinstance(screen, ProfileForm) for screen in story.app.screen_stack)


async def fill(story: Story, field: str, text: str) -> None:
    story.app.screen.query_one(f"#field-{field}", Input).value = text
    await story.pilot.pause()


async def open_form(story: Story) -> None:
    await story.press("n")
    await story.until(lambda: isinstance(story.app.screen, ProfileForm) and isinstance(story.app.focused, Input))
    await fill(story, "name", "zoe")
    await fill(story, "username", "zoe@example.com")


async def test_a_verification_shows_that_it_runs_and_esc_leaves_it() -> None:
    gate = Gate()
    async with opened(desk(ALICE, verifier=SlowVerifier(gate)).holding(ALICE, make_tokens())) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")
        await story.see("Verifying the access token")
        await story.press("escape")
        await story.until(lambda: story.main.state_of(ALICE).running is None)
        gate.open.set()
        await story.pilot.pause(0.05)

        assert "✓ verified" not in story.text


async def test_a_second_new_profile_at_once_is_one_form() -> None:
    async with opened(desk(ALICE)) as story:
        press_in_one_breath(story, "n", "n")
        await story.until(lambda: isinstance(story.app.screen, ProfileForm))
        await story.pilot.pause()

        assert forms(story) == 1


async def test_a_second_enter_while_a_profile_is_saved_is_no_second_save() -> None:
    services, gate = desk(ALICE), Gate()
    services.profiles.add = gate.after(services.profiles.add)  # type: ignore[method-assign]
    async with opened(services) as story:
        await open_form(story)
        await story.press("enter")
        await story.see("Saving…")
        await story.press("enter")
        gate.open.set()

        await story.hear("Added dev/zoe.")
        assert story.app.screen is story.main


async def test_esc_while_a_profile_is_saved_says_that_it_may_be() -> None:
    services, gate = desk(ALICE), Gate()
    services.profiles.add = gate.before(services.profiles.add)  # type: ignore[method-assign]
    async with opened(services) as story:
        await open_form(story)
        await story.press("enter")
        await story.until(gate.waiting.is_set)
        await story.press("escape")

        await story.hear("The save was still running")
        gate.open.set()


async def test_esc_while_a_secret_is_stored_says_that_it_may_be() -> None:
    services, gate = desk(ALICE), Gate()
    services.vault.set = gate.before(services.vault.set)  # type: ignore[method-assign]
    async with opened(services) as story:
        await story.press("p")
        await story.until(lambda: isinstance(story.app.screen, SecretsScreen))
        await story.see("not stored")
        await story.type("a password")
        await story.press("enter")
        await story.until(gate.waiting.is_set)
        await story.press("escape")

        await story.hear("the secret may be stored")
        gate.open.set()


async def test_a_reading_that_began_before_a_save_does_not_take_the_profile_away_again() -> None:
    services, gate = desk(ALICE), Gate()
    async with opened(services) as story:
        load = services.profiles.load
        services.profiles.load = gate.after(load)  # type: ignore[method-assign]
        await story.press("f5")
        await story.until(gate.waiting.is_set)
        services.profiles.load = load  # type: ignore[method-assign]
        await open_form(story)
        await story.press("enter")
        await story.hear("Added dev/zoe.")
        gate.open.set()
        await story.pilot.pause(0.05)

        assert story.main.book is not None
        assert "dev/zoe" in story.main.book.by_id


async def test_a_profile_is_deleted_though_the_keyring_fails_and_the_toast_says_both() -> None:
    services = desk(ALICE, BOB)
    async with opened(services) as story:
        services.vault.fault = NoKeyring("No keyring is usable here.")
        await story.press("d")
        await story.until(lambda: isinstance(story.app.screen, Confirm))
        story.app.screen.query_one("#option", Checkbox).value = True
        await story.press("y")

        await story.hear("Deleted dev/alice.")
        await story.hear("may still be stored")
        assert story.main.book is not None
        assert "dev/alice" not in story.main.book.by_id


async def test_a_profile_without_the_shown_token_shows_the_one_that_it_has() -> None:
    services = desk(ALICE, M2M, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("t", "j", "c")
        await story.until(lambda: bool(copied(services)))

        assert story.main.kind is TokenKind.ACCESS


async def test_the_chosen_token_is_shown_again_if_a_profile_has_it() -> None:
    async with opened(desk(ALICE, M2M)) as story:
        await story.press("t", "j", "k")

        assert story.main.kind is TokenKind.ID


async def test_a_new_profile_is_seen_though_a_filter_was_on() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("slash", "b", "o", "b", "enter")
        await open_form(story)
        await story.press("enter")
        await story.hear("Added dev/zoe.")

        filter_input = story.main.query_one(FilterInput)
        assert (filter_input.value, filter_input.display) == ("", False)
        assert story.main.selected is not None
        assert story.main.selected.id == "dev/zoe"


async def test_an_index_that_cannot_be_written_does_not_hide_a_token_of_this_run() -> None:
    services: FakeServices = desk(ALICE, signin=FakeSignIn(start=[signed_in()]), index=Unwritable())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")

        assert ALICE.token_key in services.broker.expiries()


class Unwritable(FakeIndex):
    """Can only be read."""

    def put(self, token_key: str, expiries: object) -> None:
        raise NoKeyring("The folder cannot be written.")


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize(
    ("opens", "then"),
    [("d", "n"), ("d", "escape"), ("x", "h"), ("C", "enter"), ("question_mark", "j"), ("i", "escape")],
)
async def test_a_key_typed_with_the_one_that_opens_a_dialog_confirms_nothing(opens: str, then: str, turns: int) -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        for key in (opens, then):
            story.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        await story.pilot.pause()

        assert story.app.failure is None
        assert story.main.is_attached


async def test_a_dialog_that_is_closed_before_it_is_composed_does_no_harm() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        dialog = InspectScreen(services, ())
        story.app.push_screen(dialog)
        dialog.dismiss(None)
        await story.pilot.pause()

        assert story.app.failure is None
        assert story.app.screen is story.main


async def test_an_error_is_not_replaced_by_the_next_answer() -> None:
    async with opened(desk(ALICE)) as story:
        story.app.notify("The profile could not be deleted.", severity="error")
        await story.hear("could not be deleted")
        story.app.notify("Read again.")

        await story.hear("Read again.")
        await story.hear("could not be deleted")


# A copy that is asked for while a get runs


def held_back() -> ByName:
    """Return a sign-in that waits until its gate is opened."""
    signin = ByName()
    signin.gate.clear()
    return signin


@pytest.mark.parametrize("turns", range(4))
async def test_enter_and_c_at_once_copy_the_token(turns: int) -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        for key in ("enter", "c"):
            press_in_one_breath(story, key)
            for _ in range(turns):
                await asyncio.sleep(0)

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_c_while_a_get_runs_copies_when_the_token_arrives() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("c")
        await story.hear("is copied when it arrives")
        assert copied(services) == []
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_the_footer_offers_c_while_a_get_runs() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")

        assert "copy_token" not in story.main.query_one(KeyBar).disabled_ids
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`


async def test_enter_c_and_esc_at_once_copy_nothing() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c", "escape")
        await story.hear("Cancelled")
        await story.pilot.pause(0.1)

        assert copied(services) == []


async def test_esc_while_a_copy_waits_cancels_the_get_and_the_copy() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("c", "escape")
        await story.hear("Cancelled")
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`
        await story.pilot.pause(0.1)

        assert copied(services) == []
        assert not story.main.requests.is_under_way(ALICE)


async def test_a_copy_that_waits_is_of_the_profile_that_it_was_asked_for() -> None:
    services = desk(ALICE, BOB, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("c", "j")
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.hear("access token of dev/alice, to the clipboard")
        assert [profile.id for profile, _ in services.signin.started] == ["dev/alice"]


async def test_a_copy_that_waits_is_of_the_token_that_was_shown_when_it_was_asked_for() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("c", "t")
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_a_waiting_copy_runs_after_the_answer_to_a_challenge() -> None:
    signin = FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()])
    services = desk(ALICE, signin=signin)
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c")
        await story.until(lambda: isinstance(story.app.screen, ChallengeScreen) and bool(story.app.focused))
        assert copied(services) == []
        await story.type("a password")
        await story.press("enter")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_an_unanswered_challenge_copies_nothing_and_says_so() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c")
        await story.until(lambda: isinstance(story.app.screen, ChallengeScreen) and bool(story.app.focused))
        await story.press("escape")

        await story.hear("Not copied: the access token of dev/alice did not arrive.")
        assert copied(services) == []


async def test_a_get_that_fails_copies_nothing_and_says_so() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[UserDisabled("dev/alice: User is disabled.")]))
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c")

        await story.hear("Not copied: the access token of dev/alice did not arrive.")
        assert "User is disabled" in story.text
        assert copied(services) == []


async def test_a_refresh_that_fails_copies_no_old_token() -> None:
    signin = FakeSignIn(refresh=[Unreachable("dev/alice: no network.")])
    services = desk(ALICE, signin=signin).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        press_in_one_breath(story, "r", "c")

        await story.hear("Not copied")
        assert copied(services) == []


async def test_enter_and_c_on_a_protected_profile_still_ask_for_both() -> None:
    services = desk(PROD).holding(PROD, make_tokens())
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c")
        await story.see("Get the access token of prod/alice?")
        assert copied(services) == []
        await story.press("y")
        await story.see("Copy the access token of prod/alice?")
        assert copied(services) == []
        await story.press("y")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_a_protected_get_that_is_declined_asks_for_no_copy_and_says_nothing() -> None:
    services = desk(PROD).holding(PROD, make_tokens())
    async with opened(services) as story:
        press_in_one_breath(story, "enter", "c")
        await story.see("Get the access token of prod/alice?")
        await story.press("n")

        await story.until(lambda: story.app.screen is story.main and not story.main.requests.is_under_way(PROD))
        assert not any("Not copied" in toast for toast in story.toasts)
        assert copied(services) == []


async def test_two_presses_of_c_at_once_copy_once() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        press_in_one_breath(story, "c", "c")
        await story.until(lambda: not story.main.requests.is_under_way(ALICE))

        assert len(copied(services)) == 1


async def test_a_form_that_is_chosen_while_a_get_runs_is_copied_when_the_token_arrives() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("C")
        await story.see("Copy the access token of dev/alice as")
        await story.press("b")
        assert copied(services) == []
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.until(lambda: copied(services) == [f"Bearer {make_tokens().access.value}"])


async def test_c_while_a_verification_runs_copies_after_it() -> None:
    gate = Gate()
    services = desk(ALICE, verifier=SlowVerifier(gate)).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")
        await story.see("Verifying the access token")
        await story.press("c")
        gate.open.set()

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_c_while_all_are_got_copies_when_the_token_is_there() -> None:
    services = desk(ALICE, BOB, signin=held_back())
    async with opened(services) as story:
        await story.press("A")
        await story.see("Getting the token")
        await story.press("c")
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_esc_while_all_are_got_cancels_the_copy_that_waits() -> None:
    services = desk(ALICE, BOB, signin=held_back())
    async with opened(services) as story:
        await story.press("A")
        await story.see("Getting the token")
        await story.press("c", "escape")
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`
        await story.until(lambda: story.main.progress is None)
        await story.pilot.pause(0.1)

        assert copied(services) == []


async def test_c_while_a_profile_is_signed_out_signs_nobody_in_again() -> None:
    services, gate = desk(ALICE).holding(ALICE, make_tokens()), Gate()
    services.vault.delete = gate.before(services.vault.delete)  # type: ignore[method-assign]
    async with opened(services) as story:
        await story.press("x")
        await story.until(lambda: isinstance(story.app.screen, SignOutScreen))
        await story.press("h")
        await story.until(gate.waiting.is_set)
        await story.until(lambda: story.app.screen is story.main)
        await story.press("c")
        gate.open.set()
        await story.hear("Signed out")

        assert copied(services) == []
        assert services.signin.started == []


async def test_a_waiting_copy_is_reported_as_not_made_once_the_lock_closes() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        await story.press("c")
        story.main.drop_secrets()
        story.main.idle_lock.close(600, in_memory=False)
        await story.until(lambda: story.app.screen is not story.main)
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`
        await story.until(lambda: not story.main.requests.is_under_way(ALICE))
        await story.press("enter")

        await story.hear("Not copied: the access token of dev/alice.")
        assert copied(services) == []


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(
    "keys",
    [(), ("t",), ("right", "right"), ("left",), ("enter", "tab"), ("slash", "a", "enter")],
    ids=["no token", "id", "refresh", "user", "among the claims", "filtered"],
)
async def test_the_footer_offers_c_wherever_it_copies(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services, size) as story:
        await story.press(*keys)
        await story.until(lambda: not story.main.requests.is_under_way(ALICE))

        assert " c Copy " in story.text.splitlines()[-1]
        assert "copy_token" not in story.main.query_one(KeyBar).disabled_ids


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("step", [UserDisabled("dev/alice: User is disabled."), password_challenge(ALICE)])
async def test_the_footer_offers_c_beside_an_error_and_a_question(
    step: UserDisabled | Challenge, size: tuple[int, int]
) -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[step]))
    async with opened(services, size) as story:
        await story.press("enter")
        await story.until(lambda: bool(story.main.state_of(ALICE).error or story.main.state_of(ALICE).challenge))
        if story.app.screen is not story.main:
            await story.until(lambda: bool(story.app.focused))
            await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)

        assert " c Copy " in story.text.splitlines()[-1]
        assert "copy_token" not in story.main.query_one(KeyBar).disabled_ids


async def test_a_claim_that_is_asked_for_while_a_verification_runs_is_copied_after_it() -> None:
    gate = Gate()
    services = desk(ALICE, verifier=SlowVerifier(gate)).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")
        await story.see("Verifying the access token")
        await story.press("tab", "y")
        gate.open.set()

        await story.until(lambda: copied(services) == ["alice-sub"])


async def test_the_form_of_a_copy_typed_ahead_is_that_form_while_a_get_runs() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        press_in_one_breath(story, "C", "c")
        await story.until(lambda: story.app.screen is story.main and bool(story.toasts))
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`

        await story.until(lambda: len(copied(services)) == 1)
        assert copied(services)[0].startswith("curl ")


async def test_text_typed_ahead_of_a_form_fills_it_while_a_get_runs() -> None:
    services = desk(ALICE, signin=held_back())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Getting the token")
        press_in_one_breath(story, "n", "c", "z")
        await story.until(lambda: isinstance(story.app.screen, ProfileForm) and bool(story.app.focused))
        await story.pilot.pause(0.1)

        assert story.app.screen.query_one("#field-name", Input).value == "cz"
        services.signin.gate.set()  # type: ignore[attr-defined]  # it is a `ByName`


# A clipboard that does not answer


class SlowClipboard(FakeClipboard):
    """Answers when the gate opens."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def clear_if_ours(self) -> Cleared:
        return self._gate.before(super().clear_if_ours)()


async def test_keys_are_answered_while_the_clipboard_is_cleared() -> None:
    gate = Gate()
    services = desk(ALICE, BOB, settings=FakeSettings(clear_after=0.01)).holding(ALICE, make_tokens())
    services.clip = cast(Clipboard, SlowClipboard(gate))
    async with opened(services) as story:
        await story.strike("c")
        await story.come_to(gate.waiting.is_set)
        await story.strike("j")

        await story.come_to(lambda: story.main.selected == BOB)
        gate.open.set()


async def test_keys_are_answered_while_changed_settings_clear_the_clipboard() -> None:
    gate = Gate()
    services = desk(ALICE, BOB).holding(ALICE, make_tokens())
    services.clip = cast(Clipboard, SlowClipboard(gate))
    async with opened(services) as story:
        await story.press("c")
        await story.hear("access token of dev/alice")
        await story.press("comma")
        await story.see("Clear clipboard in")
        story.app.screen.query_one("#clear_after", Input).value = "1m"
        await story.pilot.click("#save")
        await story.come_to(gate.waiting.is_set)
        await story.strike("j")

        await story.come_to(lambda: story.main.selected == BOB)
        gate.open.set()
