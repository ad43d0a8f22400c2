"""Promise 17: nothing gets or copies a token of a protected environment without the confirmation."""

from __future__ import annotations

import inspect

from cognitui.model.struct import replace
from cognitui.model.token_formats import TokenFormat
from cognitui.tui.actions.registry import ACTIONS, BY_ID
from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.palette import offers
from tests.tui.harness import ByName, Story, copied, desk, opened
from tests.unit.fakes import FakeServices, make_book, make_profile, make_tokens

PROD = make_profile("prod/alice", protected=True)
OPEN, GUARDED = make_profile("dev/alice"), make_profile("dev/alice", protected=True)
"""The same profile, before and after its environment was protected."""

LEAVES = {"Quit", "Demo", "Leave"}
EVERY_KEY = sorted(
    {key.strip() for action in ACTIONS if action.label not in LEAVES for key in action.keys.split(",")}
    | {"space", "a", "z"}
)


def guarded() -> FakeServices:
    """A token is ready: only the confirmation is before it."""
    return desk(PROD).holding(PROD, make_tokens())


async def stays_shut(story: Story, services: FakeServices, after: str = "") -> None:
    """Look that nothing was handed out, and answers whatever was asked with esc."""
    await story.pilot.pause(0.02)
    await story.come_back()
    assert copied(services) == [], after
    assert services.signin.started == [], after
    assert not any(name.kind.value.endswith("-token") for _, name in services.vault.calls), after
    assert not story.main.state_of(PROD).tokens, after


async def test_no_key_hands_a_token_out_without_asking() -> None:
    services = guarded()
    async with opened(services) as story:
        for key in EVERY_KEY:
            await story.press(key)

            await stays_shut(story, services, key)


async def test_no_palette_entry_copies_a_token_without_confirmation() -> None:
    services = guarded()
    async with opened(services) as story:
        for offer in offers(story.main, {}):
            if offer.name not in LEAVES:
                result = offer.run()
                if inspect.isawaitable(result):
                    await result

                await stays_shut(story, services, offer.name)


async def test_no_click_hands_a_token_out_without_asking() -> None:
    services = guarded()
    async with opened(services) as story:
        for times in (1, 2, 3):
            await story.pilot.click("ProfileList", offset=(5, 0), times=times)

            await stays_shut(story, services, f"{times} clicks")


async def test_no_click_on_the_keys_hands_a_token_out_without_asking() -> None:
    services = guarded()
    async with opened(services) as story:
        keys = story.text.splitlines()[-1]
        for column in range(0, keys.index("Quit") - 4, 6):
            await story.pilot.click("KeyBar", offset=(column, 0))

            await stays_shut(story, services, keys[max(0, column - 8) : column + 8])


async def test_no_form_of_the_menu_hands_a_token_out_without_asking() -> None:
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
        await story.press("enter")
        await story.see("prod is protected")
        await story.press("enter")

        assert not isinstance(story.app.screen, Confirm)
        await stays_shut(story, services)


async def test_y_confirms() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("c")
        await story.see("prod is protected")
        await story.press("y")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_each_copy_is_asked_for_again() -> None:
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


async def test_one_that_became_protected_while_the_menu_was_open_is_asked_about() -> None:
    services = desk(OPEN).holding(OPEN, make_tokens())
    async with opened(services) as story:
        await story.press("C")
        await story.see("Copy")
        story.main.files.take_changed(make_book(GUARDED))
        await story.press("enter")

        await story.see("dev is protected")
        assert copied(services) == []


async def test_what_came_for_one_that_became_protected_in_the_meantime_is_not_handed_out() -> None:
    signin = ByName()
    signin.gate.clear()
    services = desk(OPEN, signin=signin)
    async with opened(services) as story:
        await story.press("c")
        await story.until(lambda: bool(signin.started))
        story.main.files.take_changed(make_book(GUARDED))
        signin.gate.set()

        await story.hear("dev/alice was changed or removed in the meantime")
        assert copied(services) == []
        assert not story.main.state_of(GUARDED).tokens


async def test_a_profile_that_becomes_protected_before_its_turn_is_left_out() -> None:
    many = tuple(make_profile(f"dev/user{number}") for number in range(9))
    last = make_profile("dev/user8", protected=True)
    signin = ByName()
    signin.gate.clear()
    services = desk(*many, signin=signin)
    async with opened(services) as story:
        await story.press("A")
        await story.until(lambda: len(signin.started) == 8)
        story.main.files.take_changed(make_book(*many[:8], last))
        signin.gate.set()

        await story.hear("1 failed: dev/user8. dev is protected")
        assert "dev/user8" not in {profile.id for profile, _ in signin.started}


async def test_confirming_a_question_about_one_that_means_another_user_by_now_does_nothing() -> None:
    services = guarded()
    async with opened(services) as story:
        await story.press("c")
        await story.see("prod is protected")
        story.main.files.take_changed(make_book(make_profile("prod/alice", protected=True, username="mallory")))
        await story.press("y")

        await story.hear("prod/alice was changed or removed in the meantime")
        assert copied(services) == []
        assert services.signin.started == []


async def test_the_question_names_whose_protected_tokens_another_profile_has() -> None:
    alias = replace(OPEN, shares_with="prod/grace")
    services = desk(alias).holding(alias, make_tokens())
    async with opened(services) as story:
        await story.press("c")

        await story.see("prod/grace, which is the same user, is protected")
        assert copied(services) == []
