import asyncio

import pytest
from textual import events

from tests.tui.harness import desk, opened
from tests.unit.fakes import make_profile, make_tokens

ALICE = make_profile("dev/alice")


@pytest.mark.parametrize("n", range(25))
@pytest.mark.parametrize("turns", [1, 2, 5])
async def test_x(n, turns):
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        for key in ("C", "enter"):
            story.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        await story.pilot.pause()
        assert story.app.failure is None
