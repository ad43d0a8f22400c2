"""A crash of the app fails its test at once, what cannot be drawn fails every test, and shortcuts change nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.harness import NARROW, WIDE, Story, desk, opened
from tests.tui.quick import compute_styles_as_textual_does
from tests.unit.fakes import make_profile, make_tokens

ALICE = make_profile("dev/alice")


class Crashed(Exception):
    """What a test raises in the app."""


def crash(*_arguments: object) -> None:
    raise Crashed


def in_a_handler(story: Story) -> None:
    story.app.call_later(crash)


def in_a_worker(story: Story) -> None:
    story.app.run_worker(crash, thread=True)


class Never:
    """A condition that never holds; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return False


@pytest.mark.parametrize("crash_somewhere", [in_a_handler, in_a_worker])
@pytest.mark.parametrize("wait", ["until", "come_to"])
async def test_a_crash_ends_the_wait_with_its_error(wait: str, crash_somewhere: Callable[[Story], None]) -> None:
    never = Never()

    async def use() -> None:
        async with opened(desk(ALICE)) as story:
            crash_somewhere(story)
            await getattr(story, wait)(never)

    with pytest.raises(Crashed):
        await use()

    assert never.asked < 100, "it waited"


async def test_a_crash_while_a_key_is_pressed_fails_there() -> None:
    went_on = False

    async def use() -> None:
        nonlocal went_on
        async with opened(desk(ALICE)) as story:
            story.app.call_later(crash)
            await story.press("j")
            went_on = True

    with pytest.raises(Crashed):
        await use()

    assert not went_on


async def test_a_crash_while_the_app_starts_is_its_error() -> None:
    services = desk(ALICE)
    services.profiles.load = crash  # type: ignore[method-assign,assignment]  # of this one

    async def use() -> None:
        async with opened(services):
            pass

    with pytest.raises(Crashed):
        await use()


async def test_a_screen_that_cannot_be_drawn_fails_a_test_that_never_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use() -> None:
        async with opened(desk(ALICE)) as story:
            monkeypatch.setattr(type(story.main), "render_lines", crash)

    with pytest.raises(Crashed):
        await use()


async def styles_of(key: str, size: tuple[int, int]) -> list[str]:
    """Open what the key opens, and return the styles of each node and of its components."""
    async with opened(desk(ALICE).holding(ALICE, make_tokens()), size=size) as story:
        await story.press("j", key, "tab")
        return [
            f"{node.css_path_nodes[1:]} {component}: {styles.rich_style} {sorted(map(str, styles.get_rules().items()))}"
            for screen in story.app.screen_stack
            for node in screen.walk_children(with_self=True)
            for component, styles in {"": node.styles, **node._component_styles}.items()
        ]


@pytest.mark.parametrize("key", ["comma", "question_mark", "n"])
async def test_styles_found_once_are_those_that_textual_finds(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [await styles_of(key, size) for size in (WIDE, NARROW, WIDE)]
    compute_styles_as_textual_does(monkeypatch)

    assert quick == [await styles_of(key, size) for size in (WIDE, NARROW, WIDE)]
