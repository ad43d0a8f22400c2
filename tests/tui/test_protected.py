"""Promise 17: nothing gets or copies a token of a protected environment without the confirmation."""

from __future__ import annotations

import pytest
from textual.app import SystemCommand

from cognitui.tui.keymap import ACTIONS
from cognitui.tui.screens.confirm import Confirm
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fakes import FakeServices, make_profile, make_tokens

PROD = make_profile("prod/alice", protected=True)

EVERY_KEY = sorted({key.strip() for action in ACTIONS for key in action.keys.split(",")} | {"space", "y", "a", "z"})


def guarded() -> FakeServices:
    """A token lies ready: only the confirmation stands before it."""
    return desk(PROD).holding(PROD, make_tokens())


async def stays_shut(story: Story, services: FakeServices) -> None:
    await story.pilot.pause(0.05)
    assert copied(services) == []
    assert services.signin.started == []
    assert not any(name.kind.value.endswith("-token") for _, name in services.vault.calls)
    assert not story.main.entry_of(PROD).tokens


@pytest.mark.parametrize("key", [key for key in EVERY_KEY if key not in ("q", "ctrl+c")])
async def test_no_key_hands_a_token_out_unasked(key: str) -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press(key)

        await stays_shut(story, services)


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.palette and action.id != "quit"])
async def test_no_palette_entry_hands_a_token_out_unasked(action: object) -> None:
    services = guarded()
    async with opened(services) as story:
        entries: dict[str, SystemCommand] = {
            command.title: command for command in story.app.get_system_commands(story.main)
        }
        result = entries[getattr(action, "short")].callback()  # noqa: B009 (the parametrization is untyped)
        if hasattr(result, "__await__"):
            await result

        await stays_shut(story, services)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_no_click_hands_a_token_out_unasked(times: int) -> None:
    services = guarded()
    async with opened(services) as story:
        await story.pilot.click("ProfileList", offset=(5, 0), times=times)

        await stays_shut(story, services)


async def test_no_click_on_the_keys_hands_a_token_out_unasked() -> None:
    for column in range(0, 120, 3):
        services = guarded()
        async with opened(services) as story:
            if "Quit" in story.text.splitlines()[-1][max(0, column - 6) : column + 7]:
                continue
            await story.pilot.click("KeyBar", offset=(column, 0))

            await stays_shut(story, services)


async def test_the_question_names_what_is_handed_out() -> None:
    async with opened(guarded()) as story:
        await story.press("c")

        await story.see("prod is protected")
        await story.see("Copy the access token of prod/alice?")


async def test_a_stray_enter_is_a_no() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("enter", "enter")

        await stays_shut(story, services)
        assert not isinstance(story.app.screen, Confirm)


async def test_y_is_a_yes() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("c")
        await story.see("prod is protected")
        await story.press("y")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_each_copy_is_asked_for_anew() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("c")
        await story.see("prod is protected")
        await story.press("y")
        await story.until(lambda: len(copied(services)) == 1)
        await story.press("c")

        await story.see("Copy the access token of prod/alice?")
        assert len(copied(services)) == 1


async def test_the_frame_says_so_in_words() -> None:
    async with opened(guarded()) as story:
        assert "prod/alice · protected" in story.text
