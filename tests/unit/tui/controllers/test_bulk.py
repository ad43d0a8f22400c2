"""One thing for many profiles."""

from __future__ import annotations

import asyncio

import pytest

from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.profile import Profile
from cognitui.tui.controllers.bulk import Outcome, for_each
from tests.unit.fakes import make_profile

PROFILES = tuple(make_profile(f"dev/user{number}") for number in range(20))


class Log:
    """Remembers what ran, and how many at once."""

    def __init__(self, failing: str = "") -> None:
        self.running = 0
        self.most = 0
        self.ended: list[str] = []
        self._failing = failing

    async def call(self, profile: Profile) -> str:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if profile.name == self._failing:
            raise Unreachable("The network is gone.")
        return profile.name

    def begun(self, profile: Profile) -> None:
        assert profile.id not in self.ended

    def end(self, profile: Profile, outcome: Outcome[str]) -> None:
        self.ended.append(profile.id)

    async def run(self, at_a_time: int = 8) -> dict[str, str | CognituiError]:
        return dict(await for_each(PROFILES, self.call, begun=self.begun, ended=self.end, at_a_time=at_a_time))


async def test_each_profile_has_its_outcome() -> None:
    assert await Log().run() == {profile.id: profile.name for profile in PROFILES}


@pytest.mark.parametrize("bound", [1, 3, 8])
async def test_never_more_run_at_once_than_was_said(bound: int) -> None:
    log = Log()
    await log.run(bound)

    assert log.most == bound


async def test_one_failure_does_not_stop_the_rest() -> None:
    log = Log(failing="user3")
    outcomes = await log.run()

    assert isinstance(outcomes["dev/user3"], Unreachable)
    assert len(log.ended) == len(PROFILES)


async def test_what_had_not_begun_when_it_was_cancelled_never_begins() -> None:
    begun: list[str] = []
    gate = asyncio.Event()

    async def hang(profile: Profile) -> None:
        await gate.wait()

    task = asyncio.create_task(
        for_each(PROFILES, hang, begun=lambda profile: begun.append(profile.id), ended=lambda *_: None, at_a_time=2)
    )
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert begun == ["dev/user0", "dev/user1"]
