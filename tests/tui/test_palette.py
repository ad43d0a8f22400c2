"""The palette: actions by name, sentence and search terms, with their key and the reason if unavailable."""

from __future__ import annotations

import pytest

from cognitui.tui.actions.registry import ACTIONS
from cognitui.tui.palette import likelihood, offers
from tests.tui.harness import NARROW, WIDE, desk, opened
from tests.unit.fakes import FakeSignIn, make_profile, signed_in

ALICE = make_profile("dev/alice")
PROD = make_profile("prod/alice", protected=True)


async def test_the_palette_offers_the_actions_and_no_screenshot() -> None:
    async with opened(desk(ALICE)) as story:
        sentences = [offer.sentence.removeprefix("Not now: ") for offer in offers(story.main, {})]

        context = story.main.context()
        on_main = [action for action in ACTIONS if action.in_palette and action.id != "try_demo"]
        expected = [*(a.unavailable_reason(context) or a.help for a in on_main), "Go to the environment dev."]
        assert sorted(sentences) == sorted(expected)


async def test_the_palette_begins_with_what_is_wanted_most() -> None:
    async with opened(desk(ALICE)) as story:
        names = [offer.name for offer in offers(story.main, {})]

        assert names[:4] == ["Copy", "Get token", "Copy as…", "Filter"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("doctor", "Doctor"),
        ("settings", "Settings"),
        ("theme", "Settings"),
        ("overview", "All"),
        ("jump", "Jump"),
        ("zoom", "Maximise"),
        ("maximise", "Maximise"),
        ("quit", "Quit"),
        ("exit", "Quit"),
        ("inspect", "Inspect"),
        ("decode", "Inspect"),
        ("curl", "Copy as…"),
        ("keep", "Keep alive"),
        ("logout", "Sign out"),
        ("copy", "Copy"),
        ("get tok", "Get token"),
        ("prod", "prod"),
    ],
)
async def test_the_palette_has_first_what_is_meant(typed: str, name: str) -> None:
    async with opened(desk(ALICE, PROD)) as story:
        best = max(offers(story.main, {}), key=lambda offer: likelihood(offer, typed))

        assert (best.name, likelihood(best, typed) > 0) == (name, True)


async def test_the_palette_finds_nothing_by_letters_that_happen_to_be_in_order() -> None:
    async with opened(desk(ALICE)) as story:
        assert not any(likelihood(offer, "qt") for offer in offers(story.main, {}))


async def test_the_palette_finds_an_action_by_its_name() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("ctrl+p")
        await story.type("Get token")
        await story.see("Get a token: cached, refreshed")
        await story.press("enter")

        await story.until(lambda: len(services.signin.started) == 1)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_palette_has_a_line_for_each_action_with_its_key(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size=size) as story:
        await story.press("ctrl+p")

        await story.see("Get token      enter  Get a token:")
        await story.see("Copy               c  Copy the shown token")


async def test_the_palette_says_why_something_cannot_be_done() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("ctrl+p")
        await story.type("verify")

        await story.see("Not now: ")


async def test_the_palette_goes_to_an_environment() -> None:
    async with opened(desk(ALICE, PROD)) as story:
        await story.press("ctrl+p")
        await story.type("prod")
        await story.see("Go to the environment prod.")
        await story.press("enter")

        await story.until(lambda: story.main.environment == "prod")
