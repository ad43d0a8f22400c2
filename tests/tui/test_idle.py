"""Promise 6: after ten minutes without a key, what was read from the vault is dropped and nothing is shown."""

from __future__ import annotations

import functools
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from cognitui.model.challenge import GivenSecrets, Step
from cognitui.model.errors import Unreachable
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.dialogs.confirm import Confirm, Locked
from cognitui.tui.dialogs.inspect import InspectScreen
from cognitui.tui.dialogs.profile_form import ProfileForm
from tests.tui.harness import NARROW, WIDE, ByName, Story, copied, desk, opened
from tests.unit.fake_sessions import FakeSessions
from tests.unit.fakes import (
    FakeServices,
    FakeSettings,
    FakeSignIn,
    make_book,
    make_profile,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE = make_profile("dev/alice")


def holding(**parts: object) -> FakeServices:
    return desk(ALICE, make_profile("dev/bob"), **parts).holding(ALICE, make_tokens())


async def be_away(story: Story, services: FakeServices, seconds: float) -> None:
    services.clock.advance(seconds)
    story.app.look_for_idle()
    await story.pilot.pause()


async def open_token(story: Story) -> None:
    await story.press("enter")
    await story.see("alice-sub")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_after_ten_minutes_nothing_of_the_token_is_seen(size: tuple[int, int]) -> None:
    services = holding()
    async with opened(services, size=size) as story:
        await open_token(story)
        await be_away(story, services, 600)

        await story.see("Locked after 10m idle.")
        assert "alice-sub" not in story.text
        assert "dev" not in story.text.splitlines()[0]


async def test_tokens_leave_the_memory_of_the_screen_and_of_the_broker() -> None:
    services = holding()
    async with opened(services) as story:
        await open_token(story)
        await be_away(story, services, 600)

        assert not story.main.state_of(ALICE).tokens
        assert services.broker._cache.tokens_in_memory(ALICE) == {}


async def test_a_waiting_answer_is_dropped_with_its_secrets() -> None:
    services = holding()
    async with opened(services) as story:
        entry = story.main.state_of(ALICE).asked(password_challenge(ALICE))
        story.main.keep_state(ALICE, entry)
        await be_away(story, services, 600)

        assert story.main.state_of(ALICE).challenge is None


async def test_the_key_that_goes_on_does_nothing_else() -> None:
    services = holding()
    async with opened(services) as story:
        await be_away(story, services, 600)
        await story.press("j")

        assert story.app.screen is story.main
        assert story.main.selected == ALICE


async def test_a_click_goes_on_and_does_nothing_else() -> None:
    services = holding()
    async with opened(services) as story:
        await be_away(story, services, 600)
        await story.pilot.click(offset=(5, 3))
        await story.pilot.pause()

        assert story.app.screen is story.main
        assert story.main.selected == ALICE


async def test_enter_gets_the_token_again_from_the_vault() -> None:
    services = holding()
    async with opened(services) as story:
        await open_token(story)
        await be_away(story, services, 600)
        await story.press("space")
        assert "alice-sub" not in story.text

        await open_token(story)


async def test_a_key_starts_the_ten_minutes_again() -> None:
    services = holding()
    async with opened(services) as story:
        await be_away(story, services, 599)
        await story.press("j")
        await be_away(story, services, 599)

        assert story.app.screen is story.main


async def test_it_comes_before_a_dialog_that_is_open() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("question_mark")
        await story.see("Keys")
        await be_away(story, services, 600)
        assert isinstance(story.app.screen, Locked)
        await story.press("space")

        await story.see("Keys")


@pytest.mark.parametrize(
    "keys", [["i"], ["p"], ["m", "t", "equals_sign"]], ids=["inspect", "passwords and secrets", "compare"]
)
async def test_a_dialog_with_claims_or_what_was_typed_is_closed(keys: list[str]) -> None:
    services = holding()
    async with opened(services) as story:
        await open_token(story)
        await story.press(*keys)
        await story.until(lambda: isinstance(story.app.screen, Dialog) and story.app.screen.holds_secrets)
        await be_away(story, services, 600)
        await story.press("space")

        assert story.app.screen is story.main


async def test_a_question_of_a_sign_in_is_closed() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    async with opened(services) as story:
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, ChallengeScreen))
        await story.type("hunter2")
        await be_away(story, services, 600)
        await story.press("space")

        assert story.app.screen is story.main
        assert story.main.state_of(ALICE).challenge is None


async def test_a_qr_code_is_closed_with_the_question_below_it() -> None:
    asked = replace(password_challenge(ALICE), qr="otpauth://totp/pool:alice?secret=ABCDEFGH")
    services = desk(ALICE, signin=FakeSignIn(start=[asked]))
    async with opened(services, size=NARROW) as story:
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, ChallengeScreen))
        await story.press("f2")
        await be_away(story, services, 600)
        await story.press("space")

        assert story.app.screen is story.main


async def test_a_question_is_not_shown_in_front_of_the_lock() -> None:
    answered = threading.Event()

    class Slow(FakeSignIn):
        def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
            assert answered.wait(10)
            return super().start(profile, secrets, fresh=fresh)

    services = desk(ALICE, signin=Slow(start=[password_challenge(ALICE)]))
    async with opened(services) as story:
        await story.press("enter")
        await be_away(story, services, 601)
        assert isinstance(story.app.screen, Locked)
        answered.set()
        await story.until(lambda: story.main.state_of(ALICE).running is None)

        assert isinstance(story.app.screen, Locked)


async def test_the_lock_closes_only_once() -> None:
    services = holding()
    async with opened(services) as story:
        for _ in range(3):
            await be_away(story, services, 600)
        await story.press("space")

        assert story.app.screen is story.main


async def test_with_zero_it_never_locks() -> None:
    services = holding(settings=FakeSettings(idle_lock=0))
    async with opened(services) as story:
        await be_away(story, services, 1e7)

        assert story.app.screen is story.main


async def test_what_is_kept_alive_in_the_meantime_is_not_opened() -> None:
    services = holding()
    services.signin.refresh_steps.append(make_tokens(now=services.clock() + 3350, mark="fresh", refresh=False))
    async with opened(services) as story:
        await open_token(story)
        await story.press("w")
        await be_away(story, services, 3350)
        story.main.tick()
        await story.until(lambda: len(services.signin.refreshed) == 1)
        await be_away(story, services, 1)

        assert not story.main.state_of(ALICE).tokens
        assert services.broker._cache.tokens_in_memory(ALICE) == {}


async def copy_and_be_away(story: Story, services: FakeServices) -> None:
    """The token comes once the screen is locked."""
    signin = services.signin
    assert isinstance(signin, ByName)
    signin.gate.clear()
    await story.press("c")
    await story.until(lambda: bool(signin.started))
    await be_away(story, services, 600)
    signin.gate.set()
    await story.until(lambda: story.main.state_of(ALICE).running is None)


async def test_a_token_that_arrives_while_locked_is_neither_opened_nor_copied() -> None:
    services = desk(ALICE, signin=ByName())
    async with opened(services) as story:
        await copy_and_be_away(story, services)

        assert not story.main.state_of(ALICE).tokens
        assert copied(services) == []


async def test_what_came_behind_the_lock_and_was_not_copied_is_reported() -> None:
    services = desk(ALICE, signin=ByName())
    async with opened(services) as story:
        await copy_and_be_away(story, services)
        assert story.toasts == []
        await story.press("space")

        await story.hear("dev/alice: the result is in the keyring and was not opened.")
        await story.hear("Not copied: access token of dev/alice.")
        await story.press("c")
        await story.until(lambda: copied(services) == [signed_in().tokens.access.value])


async def test_a_question_that_came_while_it_was_locked_is_reported_after_the_lock() -> None:
    signin = ByName(alice=password_challenge(ALICE))
    signin.gate.clear()
    services = desk(ALICE, signin=signin)
    async with opened(services) as story:
        await story.press("enter")
        await story.until(lambda: bool(signin.started))
        await be_away(story, services, 600)
        signin.gate.set()
        await story.until(lambda: story.main.state_of(ALICE).running is None)
        await story.press("space")

        await story.hear("dev/alice: input required.")
        assert story.main.state_of(ALICE).challenge is None


async def test_a_dialog_with_a_token_is_closed_below_another_too() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("i")
        await story.until(lambda: isinstance(story.app.screen, InspectScreen))
        story.app.push_screen(Confirm("A question", "That came by itself?", yes="Yes"))
        await story.pilot.pause()
        await be_away(story, services, 600)

        assert [type(screen).__name__ for screen in story.app.screen_stack] == ["MainScreen", "Locked"]


async def test_a_sign_out_that_fails_while_it_is_locked_asks_nobody_and_says_so_later() -> None:
    gate = threading.Event()

    class Slow(FakeSessions):
        def revoke(
            self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False
        ) -> None:
            assert gate.wait(60)
            super().revoke(profile, refresh_token, client_secret, linked=linked)

    services = holding(sessions=Slow(fault=Unreachable("Nobody answers.")))
    async with opened(services) as story:
        await story.press("x")
        await story.see("Revoke")
        await story.press("r")
        await be_away(story, services, 600)
        gate.set()
        await story.until(lambda: story.main.state_of(ALICE).running is None)

        assert isinstance(story.app.screen, Locked)
        await story.press("space")
        await story.hear("Not answered: Nobody answers. Nothing was forgotten.")


async def test_a_dialog_that_ends_automatically_while_it_is_locked_closes_itself_and_not_the_lock() -> None:
    services = holding()
    async with opened(services) as story:
        form = ProfileForm("New profile", make_book(ALICE), services.profiles.add)
        story.app.push_screen(form)
        await story.pilot.pause()
        await be_away(story, services, 600)
        form.dismiss(None)
        await story.pilot.pause()

        assert isinstance(story.app.screen, Locked)
        await story.press("space")
        await story.until(lambda: story.app.screen is story.main)


async def test_a_wall_clock_that_is_set_back_does_not_put_the_lock_off() -> None:
    services = holding()
    async with opened(services) as story:
        services.uptime.advance(600)
        await be_away(story, services, -7200)

        assert isinstance(story.app.screen, Locked)


async def test_the_first_key_after_a_sleep_locks_and_does_nothing_else() -> None:
    services = holding()
    async with opened(services) as story:
        await open_token(story)
        services.clock.advance(3600)
        await story.press("j")
        assert story.main.is_locked
        assert not story.main.state_of(ALICE).tokens

        await story.press("j")
        assert story.app.screen is story.main
        assert story.main.selected == ALICE


async def test_an_error_is_kept_without_what_it_came_through() -> None:
    secret = "canary-" + "Passw0rd"

    class Refusing(FakeSignIn):
        def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
            held = secret
            try:
                raise ValueError(held)
            except ValueError as error:
                raise Unreachable("Nobody answers.") from error

    services = desk(ALICE, signin=Refusing())
    async with opened(services) as story:
        await story.press("enter")
        await story.until(lambda: story.main.state_of(ALICE).error is not None)

        error = story.main.state_of(ALICE).error
        assert error is not None
        assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


async def test_what_was_cut_or_copied_in_an_input_is_dropped_with_the_rest() -> None:
    services = holding()
    async with opened(services) as story:
        story.app.copy_to_clipboard("canary")
        await be_away(story, services, 600)

        assert story.app.clipboard == ""


@pytest.mark.drawn
async def test_what_was_drawn_is_in_no_cache_behind_the_lock() -> None:
    services = holding()
    async with opened(services) as story:
        await open_token(story)
        assert cached_texts("alice-sub")
        await be_away(story, services, 600)
        story.app._check_each_second()

        assert cached_texts("alice-sub") == []


def cached_texts(words: str) -> list[str]:
    """Return what the caches of drawn text hold with these words in it."""
    gc.unfreeze()
    caches = [found for found in gc.get_objects() if isinstance(found, type(functools.lru_cache(len)))]
    held = [text for cache in caches for key in gc.get_referents(cache) for text in texts_in(key)]
    return [text for text in held if words in text]


def texts_in(found: object, depth: int = 4) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif depth and isinstance(found, tuple | dict | list):
        for inner in gc.get_referents(found):
            yield from texts_in(inner, depth - 1)


async def test_a_call_that_ends_after_the_app_has_closed_is_no_error() -> None:
    async with opened(holding()) as story:
        app = story.app

    app.note_end_of_call()


class Cycle:
    """Garbage that only a collection frees, as a closed dialog is."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_is_freed_some_seconds_after_the_lock_is_overwritten_too() -> None:
    services = holding()
    async with opened(services) as story:
        await be_away(story, services, 600)
        for _ in range(4):
            story.app._check_each_second()
        gone = weakref.ref(Cycle())
        gc.freeze()  # as the cleaning before it does with what is still in use
        for _ in range(8):
            story.app._check_each_second()

        assert gone() is None
