"""Copying in another form: the menu, what is copied, what is remembered."""

from __future__ import annotations

import pytest
from textual import events

from cognitui.model.errors import SaveFailed
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.profile import Flow
from cognitui.model.token import Token, TokenKind
from cognitui.model.token_formats import TokenFormat, formatted
from cognitui.tui.actions.registry import BY_ID
from cognitui.tui.dialogs.copy_as import CopyAsScreen, FormatList
from cognitui.tui.main_screen import MainScreen
from tests.tui.harness import NARROW, WIDE, FakeClipboard, Story, copied, desk, opened
from tests.unit.fakes import (
    NOW,
    FakePreferences,
    FakeServices,
    FakeSettings,
    FakeSignIn,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)

ALICE = make_profile("dev/alice", api_url="https://api.example.com")
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True, label="Production")
TOKENS = make_tokens()
CURL = formatted(ALICE, TOKENS.access, TokenFormat.CURL)


def holding(**parts: object) -> FakeServices:
    return desk(ALICE, BOB, **parts).holding(ALICE, TOKENS)


async def open_menu(story: Story) -> None:
    await story.press("C")
    await story.see("Copy the access token of")


def rows(story: Story) -> list[str]:
    """The names of the forms, from the top."""
    return [row.form.label for row in story.app.screen.query_one(FormatList)._rows]


@pytest.mark.parametrize("form", list(TokenFormat))
async def test_a_letter_copies_in_its_form(form: TokenFormat) -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.press(BY_ID[f"form_{form.value}"].keys)

        await story.until(lambda: copied(services) == [formatted(ALICE, TOKENS.access, form)])
        assert story.app.screen is story.main


async def test_each_row_shows_its_letter_and_no_token() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("enter")
        await story.see("unverified")
        await open_menu(story)

        for form in TokenFormat:
            assert f"{BY_ID[f'form_{form.value}'].keys}  {form.label}" in story.text
        assert "curl -H 'Authorization: Bearer eyJ…' https://api.example.com" in story.text
        assert TOKENS.access.value[:20] not in story.text


async def test_the_toast_names_profile_environment_kind_form_and_way() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("t")
        await story.press("C")
        await story.see("Copy the id token of dev/alice as")
        await story.press("c")

        await story.hear("Copied: id token of dev/alice as curl, to the clipboard (fake). Cleared in 30s.")


async def test_the_toast_says_that_an_address_is_for_the_api_if_none_is_known() -> None:
    nameless = make_profile("dev/nameless")
    async with opened(desk(nameless).holding(nameless, TOKENS)) as story:
        await open_menu(story)
        await story.press("c")

        await story.hear(
            "Replace https://your-api.invalid with your API, or set api_url in the profile or its environment."
        )


async def test_what_only_went_to_the_terminal_is_not_said_to_be_copied() -> None:
    services = holding()
    services.clip = FakeClipboard("over OSC 52", confirmed=False)  # type: ignore[assignment]  # it is used like one
    async with opened(services) as story:
        await open_menu(story)
        await story.press("c")

        await story.hear("Sent to the terminal (unconfirmed): access token of dev/alice as curl, over OSC 52.")
        assert not any("Cleared" in toast for toast in story.toasts)


async def test_a_form_typed_in_the_same_breath_is_meant_for_the_menu() -> None:
    services = holding()
    async with opened(services) as story:
        for key in ("C", "c"):
            story.app.post_message(events.Key(key, key))

        await story.until(lambda: copied(services) == [CURL])


async def test_the_key_of_the_menu_is_a_letter_in_the_filter() -> None:
    async with opened(holding()) as story:
        await story.press("slash", "C")

        assert story.main.query_text == "C"
        assert story.app.screen is story.main


async def test_j_k_and_enter_pick_a_row() -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.press("j", "j", "j", "j", "k", "enter")

        await story.until(lambda: copied(services) == [CURL])


async def test_a_click_picks_a_row() -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.pilot.click(FormatList, offset=(8, 3))

        await story.until(lambda: copied(services) == [CURL])


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_the_menu_is_left_without_a_copy(key: str) -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.press(key)

        await story.until(lambda: story.app.screen is story.main)
        assert copied(services) == []
        assert services.preferences.known == NO_PREFERENCES


async def test_a_click_on_cancel_leaves_the_menu() -> None:
    async with opened(holding()) as story:
        await open_menu(story)
        await story.pilot.click("#cancel")

        await story.until(lambda: story.app.screen is story.main)


async def test_a_changed_key_is_at_its_row_and_picks_it() -> None:
    services = holding(settings=FakeSettings(keymap={"form_curl": "x"}))
    async with opened(services) as story:
        await open_menu(story)
        assert "x  curl" in story.text
        await story.press("x")

        await story.until(lambda: copied(services) == [CURL])


# Remembered


async def test_the_last_form_of_a_profile_is_first_the_next_time_and_the_order_is_else_the_same() -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.press("s")
        await story.until(lambda: len(copied(services)) == 1)
        await open_menu(story)

        assert rows(story)[:3] == ["JSON", "raw token", "Bearer value"]
        await story.press("enter")
        await story.until(lambda: copied(services) == [formatted(ALICE, TOKENS.access, TokenFormat.JSON)] * 2)
    assert services.preferences.known.copied_as == {"dev/alice": "json"}


async def test_a_format_is_not_remembered_if_the_copy_was_declined() -> None:
    services = desk(PROD).holding(PROD, TOKENS)
    async with opened(services) as story:
        await open_menu(story)
        await story.press("s")
        await story.see("Production is protected")
        await story.press("n")

        assert story.main.remembered.preferences.copied_as == {}


async def test_another_run_remembers_each_profile_separately() -> None:
    services = holding(preferences=FakePreferences(Preferences(copied_as={"dev/alice": "fish", "dev/bob": "gone"})))
    async with opened(services) as story:
        await story.until(lambda: story.main.remembered.preferences != NO_PREFERENCES)
        await open_menu(story)
        assert rows(story)[0] == "fish export"
        await story.press("escape", "j")
        await open_menu(story)

        assert rows(story)[0] == "raw token"


async def test_a_choice_that_cannot_be_kept_stops_no_copy() -> None:
    services = holding(preferences=FakePreferences(fault=SaveFailed("The disk is full.")))
    async with opened(services) as story:
        await open_menu(story)
        await story.press("c")

        await story.until(lambda: copied(services) == [CURL])
        await open_menu(story)
        assert rows(story)[0] == "curl"


# How long it must last


async def test_a_token_that_expires_too_soon_is_refreshed_first() -> None:
    services = holding(signin=FakeSignIn(refresh=[make_tokens(now=NOW + 3000, mark="2")]))
    services.clock.advance(3000)
    async with opened(services) as story:
        await open_menu(story)
        await story.press("v", "v")
        await story.see("● 15m")
        await story.press("r")

        await story.until(lambda: copied(services) == [make_token(now=NOW + 3000, mark="2").value])


async def test_a_token_that_lasts_long_enough_is_copied_as_it_is() -> None:
    services = holding()
    async with opened(services) as story:
        await open_menu(story)
        await story.press("left")
        await story.see("● 30m")
        await story.press("r")

        await story.until(lambda: copied(services) == [TOKENS.access.value])
        assert services.signin.refreshed == []


async def test_a_click_chooses_how_long_it_must_last() -> None:
    services = holding(signin=FakeSignIn(refresh=[make_tokens(now=NOW + 3000, mark="2")]))
    services.clock.advance(3000)
    async with opened(services) as story:
        await open_menu(story)
        line = next(line for line in story.text.splitlines() if "Valid for" in line)
        await story.pilot.click(offset=(line.index("30m"), story.text.splitlines().index(line)))
        await story.see("● 30m")
        await story.press("r")

        await story.until(lambda: len(copied(services)) == 1)
        assert len(services.signin.refreshed) == 1


async def test_a_token_that_is_not_there_yet_is_got_first_and_a_question_on_the_way_keeps_the_form() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()]))
    async with opened(services) as story:
        await open_menu(story)
        await story.press("c")
        await story.see("Password needed")
        await story.type("hunter2")
        await story.press("enter")

        await story.until(lambda: copied(services) == [CURL])


async def test_a_refresh_token_has_no_choice_of_validity() -> None:
    services = holding()
    async with opened(services) as story:
        await story.press("t", "t")
        await story.press("C")
        await story.see("Copy the refresh token of dev/alice as")

        assert "Valid for" not in story.text
        await story.press("r")
        await story.until(lambda: copied(services) == ["opaque-refresh-1"])


# When it must not


async def test_a_protected_environment_is_asked_at_the_moment_of_copying() -> None:
    services = desk(PROD).holding(PROD, TOKENS)
    async with opened(services) as story:
        await open_menu(story)
        assert "Production is protected: you will be asked" in story.text
        await story.press("c")
        await story.see("Copy the access token of prod/alice as curl?")
        assert copied(services) == []
        await story.press("y")

        await story.until(lambda: copied(services) == [formatted(PROD, TOKENS.access, TokenFormat.CURL)])


async def test_a_refusal_copies_nothing() -> None:
    services = desk(PROD).holding(PROD, TOKENS)
    async with opened(services) as story:
        await open_menu(story)
        await story.press("c")
        await story.see("Copy the access token of prod/alice as curl?")
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, MainScreen))

        assert copied(services) == []


async def test_a_tab_that_is_no_token_has_no_other_forms() -> None:
    async with opened(holding()) as story:
        await story.press("t", "t", "t")
        await story.press("C")

        await story.hear("Only tokens have other formats: t shows one.")
        assert not isinstance(story.app.screen, CopyAsScreen)


@pytest.mark.parametrize("key", ["c", "C"])
async def test_a_token_that_no_header_can_carry_is_reported_and_not_copied(key: str) -> None:
    hostile = Token(TokenKind.ACCESS, "eyJ\x1b[2J", TOKENS.access.lifetime)
    services = desk(make_profile("dev/m2m", flow=Flow.CLIENT_CREDENTIALS, username=None))
    profile = services.profiles.profile_set.profiles[0]
    services.holding(profile, type(TOKENS)(access=hostile))
    async with opened(services) as story:
        await story.press(key, *("r" if key == "C" else ""))

        await story.see("contains characters that no token")
        assert copied(services) == []


@pytest.mark.parametrize("size", [WIDE, NARROW, (60, 20)], ids=["wide", "narrow", "small"])
async def test_the_menu_fits(size: tuple[int, int]) -> None:
    async with opened(holding(), size=size) as story:
        await open_menu(story)
        shown = story.text
        if size[1] == 20 and len(TokenFormat) > 13:
            await story.press(*["j"] * len(TokenFormat))
            shown += story.text

        for form in TokenFormat:
            assert form.label in shown
        for words in (
            "Valid for at least",
            "30m",
            "refreshed first.",
            "Cancel (esc)",
        ):
            assert words in story.text


async def test_every_validity_of_a_long_life_fits_into_a_small_screen() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens(length=86400))
    async with opened(services, size=(60, 20)) as story:
        await open_menu(story)

        assert "Valid for  ● 1m  ○ 5m  ○ 15m  ○ 30m  ○ 1h  ○ 4h" in story.text


async def test_if_no_longer_lifetime_can_be_asked_for_it_says_so() -> None:
    short = make_tokens(length=300)
    async with opened(desk(ALICE).holding(ALICE, short)) as story:
        await open_menu(story)

        await story.see("This app client's tokens are valid for 5m: there is no longer validity to ask for.")


async def test_of_a_refresh_token_it_says_why_no_life_can_be_asked_for() -> None:
    async with opened(holding()) as story:
        await story.press("t", "t", "C")

        await story.see("A refresh token is copied as it is")


async def test_what_is_copied_out_of_an_input_goes_the_way_of_a_token() -> None:
    services = holding()
    async with opened(services) as story:
        story.app.copy_to_clipboard("bob")

        await story.until(lambda: copied(services) == ["bob"])
        await story.hear("the selected text")
