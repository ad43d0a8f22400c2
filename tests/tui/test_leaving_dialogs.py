"""What ctrl+c does: in a dialog what esc does, in a field with a selection a copy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Button, Input

from cognitui.tui.dialogs.confirm import Confirm
from cognitui.tui.dialogs.profile_form import ProfileForm
from cognitui.tui.widgets.inputs import FilterInput, SecretInput
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fakes import FakeServices, FakeSettings, FakeSignIn, make_profile, make_tokens, password_challenge

ALICE = make_profile("dev/alice")
PROD = make_profile("prod/bob", protected=True)


def holding(**parts: object) -> FakeServices:
    return desk(ALICE, **parts).holding(ALICE, make_tokens())


def asking() -> FakeServices:
    return desk(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))


def protected() -> FakeServices:
    return desk(PROD).holding(PROD, make_tokens())


async def come_into(story: Story, key: str) -> None:
    """Open a dialog by its key."""
    await story.press(key)
    await story.until(lambda: story.app.screen is not story.main)
    if isinstance(field := story.app.focused, Input):
        # A field that is not empty is selected when it gets the focus.
        field.cursor_position = len(field.value)


DIALOGS: dict[str, tuple[Callable[[], FakeServices], str]] = {
    "a yes or no": (holding, "d"),
    "the question of a protected profile": (protected, "enter"),
    "a password": (asking, "enter"),
    "a new profile": (holding, "n"),
    "a changed profile": (holding, "e"),
    "secrets": (holding, "p"),
    "settings": (holding, "comma"),
    "the help": (holding, "question_mark"),
    "the forms of a copy": (holding, "C"),
    "a jump": (holding, "ctrl+o"),
    "an import": (holding, "I"),
    "a token to inspect": (holding, "i"),
    "the doctor": (holding, "H"),
    "a sign-out": (holding, "x"),
    "the palette": (holding, "ctrl+p"),
}


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_ctrl_c_leaves_a_dialog_as_esc_does(dialog: str) -> None:
    make_services, key = DIALOGS[dialog]
    async with opened(make_services()) as story:
        await story.press("enter" if make_services is holding else "j")
        await come_into(story, key)
        await story.press("ctrl+c")

        await story.until(lambda: story.app.screen is story.main)
        assert story.app.is_running
        assert not story.app._exit


@pytest.mark.parametrize(("key", "masked"), [("n", False), ("e", False), ("I", False), ("p", True), ("i", True)])
@pytest.mark.parametrize("typed", ["", "hunter2"])
async def test_ctrl_c_in_a_field_without_a_selection_does_what_esc_does(key: str, masked: bool, typed: str) -> None:
    services = holding()
    async with opened(services) as story:
        await come_into(story, key)
        field = story.app.focused
        assert isinstance(field, Input)
        assert isinstance(field, SecretInput) is masked
        field.insert_text_at_cursor(typed)
        await story.press("ctrl+c")
        if isinstance(story.app.screen, Confirm):
            await story.see("(y)")  # typed before it is painted, y is no answer
            await story.press("y")
        elif story.app.screen is not story.main and typed:
            await story.press("ctrl+c")  # it has cleared the letters

        await story.until(lambda: story.app.screen is story.main)
        assert copied(services) == []
        assert not story.toasts


async def test_ctrl_c_copies_what_is_selected_in_a_field_and_stays() -> None:
    services = holding()
    async with opened(services) as story:
        await come_into(story, "e")
        field = story.app.screen.query_one("#field-username", Input)
        field.focus()
        field.selection = type(field.selection)(0, len(field.value))
        await story.press("ctrl+c")

        await story.until(lambda: copied(services) == ["alice@example.com"])
        assert isinstance(story.app.screen, ProfileForm)


async def test_ctrl_c_in_a_masked_field_says_that_a_selection_is_not_copied_and_stays() -> None:
    services = asking()
    async with opened(services) as story:
        await come_into(story, "enter")
        await story.type("hunter2")
        field = story.app.focused
        assert isinstance(field, SecretInput)
        field.selection = type(field.selection)(0, len(field.value))
        await story.press("ctrl+c")

        await story.hear("Masked text is not copied.")
        assert story.app.focused is field
        assert copied(services) == []


async def test_ctrl_c_in_a_form_with_changes_asks_and_there_means_no() -> None:
    async with opened(holding()) as story:
        await come_into(story, "e")
        field = story.app.screen.query_one("#field-username", Input)
        field.value = "carol@example.com"
        await story.press("ctrl+c")
        await story.until(lambda: isinstance(story.app.screen, Confirm))
        await story.press("ctrl+c")

        await story.until(lambda: isinstance(story.app.screen, ProfileForm))
        assert field.value == "carol@example.com"


async def test_ctrl_c_in_the_line_that_searches_the_help_clears_it_first() -> None:
    async with opened(holding()) as story:
        await come_into(story, "question_mark")
        await story.press("slash", "q", "ctrl+c")
        line = story.app.screen.query_one(FilterInput)
        assert line.value == ""

        await story.press("ctrl+c")
        await story.until(lambda: story.app.screen is story.main)


async def test_ctrl_c_on_a_button_is_no_press_of_it() -> None:
    services = holding()
    async with opened(services) as story:
        await come_into(story, "d")
        story.app.screen.query_one("#yes", Button).focus()
        await story.press("ctrl+c")

        await story.until(lambda: story.app.screen is story.main)
        assert list(services.profiles.profile_set.by_id) == [ALICE.id]


async def test_ctrl_c_leaves_where_esc_has_another_key() -> None:
    async with opened(holding(settings=FakeSettings(keymap={"cancel": "f8"}))) as story:
        await come_into(story, "e")
        await story.press("ctrl+c")

        await story.until(lambda: story.app.screen is story.main)
