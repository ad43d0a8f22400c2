"""Keys of one breath: each does what it was meant for, in order, and answers no question that nobody has seen."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import cast

import pytest
from textual import events
from textual.command import CommandPalette
from textual.geometry import Offset
from textual.widgets import Input

from cognitui.model.profile import Profile, ProfileSet
from cognitui.services import Services
from cognitui.tui.app import CognituiApp
from cognitui.tui.dialogs.confirm import Confirm, Locked
from cognitui.tui.dialogs.help import Help
from cognitui.tui.dialogs.inspect import InspectScreen
from cognitui.tui.dialogs.profile_form import ProfileForm
from cognitui.tui.dialogs.sign_out import SignOutScreen
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.widgets.inputs import FilterInput
from tests.tui.harness import WIDE, Story, copied, desk, opened
from tests.unit.fakes import FakeServices, FakeSignIn, make_book, make_profile, make_token, make_tokens, signed_in

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)


def type_at_once(story: Story, *keys: str) -> None:
    """Type keys and words at once: all are there before the first one does anything."""
    for key in keys:
        for one in (key,) if key in _NAMED else key:
            story.app.post_message(events.Key(one, one if len(one) == 1 else None))


_NAMED = {"ctrl+j", "enter", "escape", "tab", "ctrl+p", "ctrl+c", "slash", "question_mark", "f1"}


def value(story: Story, selector: str) -> str:
    """What a field of the screen on top contains; empty while it is not there yet."""
    return next((field.value for field in story.app.screen.query(selector).results(Input)), "")


async def test_the_filter_takes_what_is_typed_behind_its_key() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        type_at_once(story, "slash", "bob")

        await story.until(lambda: story.main.selected == BOB)
        assert story.main.query_text == "bob"


async def test_a_key_behind_the_enter_that_keeps_the_filter_acts_on_what_it_found() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        type_at_once(story, "slash", "bob", "enter", "e")

        await story.see("Edit dev/bob")


async def test_text_behind_the_key_of_a_new_profile_fills_the_form() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "n", "zoe", "tab", "zoe@x")

        await story.until(lambda: value(story, "#field-username") == "zoe@x")
        assert value(story, "#field-name") == "zoe"


async def test_esc_behind_the_key_of_a_form_leaves_no_form() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "e", "escape", "slash", "ali")

        await story.until(lambda: story.main.query_text == "ali")
        assert story.app.screen is story.main


async def test_keys_typed_after_esc_reach_the_list() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        type_at_once(story, "f1", "escape", "j")

        await story.until(lambda: story.main.selected == BOB)
        assert story.app.screen is story.main


async def test_a_secret_is_typed_behind_its_key() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "p", "Dcqx7!")

        await story.until(lambda: value(story, "#password") == "Dcqx7!")


async def test_the_help_is_searched_behind_its_key() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "f1", "slash", "palette")

        await story.until(lambda: value(story, "FilterInput") == "palette")
        assert isinstance(story.app.screen, Help)


async def test_the_palette_is_searched_behind_its_key() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "ctrl+p", "duplicate")

        await story.until(lambda: value(story, "Input") == "duplicate")
        assert isinstance(story.app.screen, CommandPalette)


async def test_a_paste_behind_the_key_of_inspect_is_read_there() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "i")
        story.app.post_message(events.Paste(make_token().value))

        await story.see("○ unverified")
        assert isinstance(story.app.screen, InspectScreen)


async def test_a_paste_keeps_its_place_among_keys() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "n", "a")
        story.app.post_message(events.Paste("bc"))
        type_at_once(story, "d", "tab", "who")

        await story.until(lambda: value(story, "#field-username") == "who")
        assert value(story, "#field-name") == "abcd"


async def test_ctrl_c_passes_whatever_waits_and_drops_it() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "n", "zoe", "ctrl+c")

        await story.come_to(lambda: story.app._exit)


@pytest.mark.parametrize("action", ["new_profile", "get_token", "copy_token", "get_all"])
async def test_work_that_is_cancelled_before_it_begins_leaves_no_coroutine_that_python_warns_of(action: str) -> None:
    async with opened(desk(ALICE, signin=FakeSignIn(start=[signed_in()]))) as story:
        await story.main.run_action(action)

        begun = list(story.main.workers)
        assert begun
        assert not any(inspect.iscoroutine(worker._work) for worker in begun)


async def test_a_form_that_cannot_be_opened_gives_the_keys_back() -> None:
    services = desk(PROD)
    async with opened(services) as story:
        # There is no other environment: the key says so and opens nothing.
        type_at_once(story, "]", "]", "slash", "ali")

        await story.until(lambda: story.main.query_text == "ali")


def click_at_once(story: Story, at: Offset) -> None:
    for kind in (events.MouseDown, events.MouseUp):
        story.app.post_message(kind(None, at.x, at.y, 0, 0, 1, False, False, False, at.x, at.y))


async def test_a_click_hits_nothing_that_was_not_there_when_it_was_made() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("i")
        await story.until(lambda: isinstance(story.app.screen, InspectScreen))
        close = story.app.screen.query_one("#close").region.offset
        await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)
        type_at_once(story, "i")
        click_at_once(story, close)
        type_at_once(story, "x")
        await story.until(lambda: value(story, "#token") == "x")

        click_at_once(story, close)
        await story.until(lambda: story.app.screen is story.main)


# Before the first list


@asynccontextmanager
async def reading(*profiles: Profile) -> AsyncIterator[tuple[Story, Event]]:
    """Open the screen while the profiles are still being read; they are there once the event is set."""
    services, may_read = desk(*profiles), Event()
    load = services.profiles.load

    def slow() -> ProfileSet:
        assert may_read.wait(60)
        return load()

    services.profiles.load = slow  # type: ignore[method-assign]
    app = CognituiApp(cast(Services, services))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        story = Story(app, pilot)
        await story.until(lambda: isinstance(app.screen, MainScreen) and app.screen.is_mounted)
        yield story, may_read
        may_read.set()


async def test_keys_typed_before_the_first_list_wait_for_it() -> None:
    async with reading(ALICE, BOB) as (story, may_read):
        type_at_once(story, "slash", "bob")
        await story.pilot.pause(0.05)
        may_read.set()

        await story.until(lambda: story.main.query_text == "bob")
        assert story.toasts == []


async def test_a_line_end_from_the_terminal_counts_as_enter() -> None:
    async with reading(ALICE, BOB) as (story, may_read):
        type_at_once(story, "slash", "bob", "ctrl+j", "e")
        await story.pilot.pause(0.05)
        may_read.set()

        await story.see("Edit dev/bob")


async def test_ctrl_c_leaves_while_the_profiles_cannot_be_read() -> None:
    async with reading(ALICE) as (story, _):
        type_at_once(story, "j", "ctrl+c")

        await story.come_to(lambda: story.app._exit)


# Questions that nobody has seen


def guarded() -> FakeServices:
    return desk(PROD).holding(PROD, make_tokens())


@pytest.mark.parametrize("answer", ["y", "enter"])
async def test_a_key_typed_before_a_question_is_painted_does_not_answer_it(answer: str) -> None:
    services = guarded()
    async with opened(services) as story:
        type_at_once(story, "c", answer)

        await story.until(lambda: isinstance(story.app.screen, Confirm))
        await story.pilot.pause(0.1)
        assert isinstance(story.app.screen, Confirm)
        assert copied(services) == []

        await story.press("y")
        await story.until(lambda: len(copied(services)) == 1)


async def test_no_can_be_typed_ahead() -> None:
    services = guarded()
    async with opened(services) as story:
        type_at_once(story, "c", "n", "slash", "ali")

        await story.until(lambda: story.main.query_text == "ali")
        assert copied(services) == []


async def test_an_unseen_question_does_not_discard_the_input() -> None:
    async with opened(desk(ALICE)) as story:
        type_at_once(story, "n", "zoe", "escape", "y")

        await story.until(lambda: isinstance(story.app.screen, Confirm))
        await story.pilot.pause(0.1)
        assert any(isinstance(screen, ProfileForm) for screen in story.app.screen_stack)


async def test_no_session_is_ended_by_a_key_typed_before_the_choice_is_painted() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        type_at_once(story, "x", "h")

        await story.until(lambda: isinstance(story.app.screen, SignOutScreen))
        await story.pilot.pause(0.1)
        assert isinstance(story.app.screen, SignOutScreen)

        await story.press("h")
        await story.until(lambda: story.app.screen is story.main)


# What moves the focus without a key


async def test_a_file_that_is_read_again_leaves_the_keys_with_the_filter() -> None:
    services = desk(ALICE, BOB)
    async with opened(services) as story:
        await story.press("slash", "a")
        assert isinstance(story.app.focused, FilterInput)
        story.main.files.take_book(make_book(ALICE, BOB, make_profile("dev/adam")))
        await story.pilot.pause()

        assert isinstance(story.app.focused, FilterInput)
        await story.press("d")
        assert story.main.query_text == "ad"


# The lock


async def test_keys_that_waited_when_the_lock_closed_do_not_open_it() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        type_at_once(story, "n", "zoe", "tab", "zoe@x")
        await story.come_to(lambda: len(story.app.screen_stack) > 1)
        services.clock.advance(600)
        story.app.look_for_idle()
        await story.pilot.pause(0.2)

        assert isinstance(story.app.screen, Locked)
