"""Promise 17: nothing gets or copies a token of a protected environment without the confirmation."""

from __future__ import annotations

import inspect

from cognitui.model.token_formats import TokenFormat
from cognitui.tui.keymap import ACTIONS, BY_ID
from cognitui.tui.palette import offers
from cognitui.tui.screens.confirm import Confirm
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fakes import FakeServices, make_profile, make_tokens

PROD = make_profile("prod/alice", protected=True)

LEAVES = {"Quit", "Demo"}
EVERY_KEY = sorted(
    {key.strip() for action in ACTIONS if action.short not in LEAVES for key in action.keys.split(",")}
    | {"space", "a", "z"}
)


def guarded() -> FakeServices:
    """A token lies ready: only the confirmation stands before it."""
    return desk(PROD).holding(PROD, make_tokens())


async def stays_shut(story: Story, services: FakeServices, after: str = "") -> None:
    """Looks that nothing was handed out, and answers whatever was asked with esc."""
    await story.pilot.pause(0.02)
    await story.come_back()
    assert copied(services) == [], after
    assert services.signin.started == [], after
    assert not any(name.kind.value.endswith("-token") for _, name in services.vault.calls), after
    assert not story.main.entry_of(PROD).tokens, after


async def test_no_key_hands_a_token_out_unasked() -> None:
    services = guarded()
    async with opened(services) as story:
        for key in EVERY_KEY:
            await story.press(key)

            await stays_shut(story, services, key)


async def test_no_palette_entry_hands_a_token_out_unasked() -> None:
    services = guarded()
    async with opened(services) as story:
        for offer in offers(story.main, {}):
            if offer.name not in LEAVES:
                result = offer.run()
                if inspect.isawaitable(result):
                    await result

                await stays_shut(story, services, offer.name)


async def test_no_click_hands_a_token_out_unasked() -> None:
    services = guarded()
    async with opened(services) as story:
        for times in (1, 2, 3):
            await story.pilot.click("ProfileList", offset=(5, 0), times=times)

            await stays_shut(story, services, f"{times} clicks")


async def test_no_click_on_the_keys_hands_a_token_out_unasked() -> None:
    services = guarded()
    async with opened(services) as story:
        keys = story.text.splitlines()[-1]
        for column in range(0, keys.index("Quit") - 4, 6):
            await story.pilot.click("KeyBar", offset=(column, 0))

            await stays_shut(story, services, keys[max(0, column - 8) : column + 8])


async def test_no_form_of_the_menu_hands_a_token_out_unasked() -> None:
    services = guarded()
    async with opened(services) as story:
        for form in TokenFormat:
            await story.press("C", BY_ID[f"form_{form.value}"].keys)
            await story.see("prod is protected")
            assert f"{form.label.split()[-1]}?" in story.text

            await stays_shut(story, services, form.value)


async def test_the_question_names_what_is_handed_out() -> None:
    async with opened(guarded()) as story:
        await story.press("c")

        await story.see("prod is protected")
        await story.see("Copy the access token of prod/alice?")


async def test_a_stray_enter_is_a_no() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("enter", "enter")

        assert not isinstance(story.app.screen, Confirm)
        await stays_shut(story, services)


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
