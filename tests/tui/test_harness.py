"""A crash of the app fails its test at once."""

from __future__ import annotations

import pytest

from tests.tui.harness import desk, opened
from tests.unit.fakes import make_profile


class Crashed(Exception):
    """What a test raises in the app."""


def crash() -> None:
    raise Crashed


class Never:
    """A condition that never holds; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return False


@pytest.mark.parametrize("in_thread", [False, True], ids=["in a handler", "in a worker"])
@pytest.mark.parametrize("wait", ["until", "come_to"])
async def test_a_crash_ends_the_wait_with_its_error(wait: str, in_thread: bool) -> None:
    never = Never()
    with pytest.raises(Crashed):
        async with opened(desk(make_profile("dev/alice"))) as story:
            if in_thread:
                story.app.run_worker(crash, thread=True)
            else:
                story.app.call_later(crash)
            await getattr(story, wait)(never)

    assert never.asked < 100, "it waited"


async def test_a_crash_while_a_key_is_pressed_fails_there() -> None:
    with pytest.raises(Crashed):
        async with opened(desk(make_profile("dev/alice"))) as story:
            story.app.call_later(crash)
            await story.press("j")
            pytest.fail("the test went on")


async def test_a_crash_while_the_app_starts_is_its_error() -> None:
    services = desk(make_profile("dev/alice"))
    services.profiles.load = crash  # type: ignore[method-assign,assignment]  # one test only

    with pytest.raises(Crashed):
        async with opened(services):
            pytest.fail("it opened")


async def test_a_screen_that_cannot_be_drawn_fails_a_test_that_never_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Crashed):
        async with opened(desk(make_profile("dev/alice"))) as story:
            monkeypatch.setattr(type(story.main), "render_line", lambda _self, _y: crash())
            monkeypatch.setattr(type(story.main), "render_lines", lambda _self, _crop: crash())
