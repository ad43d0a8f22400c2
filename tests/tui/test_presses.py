"""Presses in one breath, answers that come late, and work that is left: nothing is done twice, hidden or untrue."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from textual import events
from textual.widgets import Checkbox, Input

from cognitui.model.errors import NoKeyring
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import TokenKind
from cognitui.model.verification import Verification
from cognitui.tui.screens.confirm import Confirm
from cognitui.tui.screens.inspect import InspectScreen
from cognitui.tui.screens.profile_form import ProfileForm
from cognitui.tui.screens.secrets import SecretsScreen
from cognitui.tui.widgets.filter_input import FilterInput
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fakes import FakeIndex, FakeServices, FakeSignIn, FakeVerifier, make_profile, make_tokens, signed_in

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
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
        await story.until(lambda: story.main.entry_of(ALICE).running is None)
        gate.open.set()
        await story.pilot.pause(0.05)

        assert "✓ verified" not in story.text


async def test_a_second_new_profile_in_one_breath_is_one_form() -> None:
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

        await story.hear("It was being saved")
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

        await story.hear("was being stored, and may be")
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


async def test_a_profile_is_deleted_though_the_keyring_fails_and_the_toast_tells_both() -> None:
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


async def test_the_chosen_token_is_shown_again_where_a_profile_has_it() -> None:
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
    """Can be read alone."""

    def put(self, token_key: str, expiries: object) -> None:
        raise NoKeyring("The folder cannot be written.")


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize(
    ("opens", "then"),
    [("d", "n"), ("d", "escape"), ("x", "h"), ("C", "enter"), ("question_mark", "j"), ("i", "escape")],
)
async def test_a_key_in_one_breath_with_the_one_that_opens_a_dialog_ends_nothing(
    opens: str, then: str, turns: int
) -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        for key in (opens, then):
            story.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        await story.pilot.pause()

        assert story.app.failure is None
        assert story.main.is_attached


async def test_a_dialog_that_is_closed_before_it_is_composed_ends_nothing() -> None:
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
