"""One thing for many profiles: a bounded number at a time, and one failure does not stop the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen

AT_A_TIME = 8
"""Cognito allows some 120 sign-ins a second to an account; eight at a time stay far below, whatever the latency."""

Result = TypeVar("Result")

Outcome: TypeAlias = Result | CognituiError


class Progress(Frozen, frozen=True):
    """How far it has come."""

    done: int
    of: int


async def for_each(
    profiles: Sequence[Profile],
    call: Callable[[Profile], Awaitable[Result]],
    *,
    begun: Callable[[Profile], None],
    ended: Callable[[Profile, Outcome[Result]], None],
    at_a_time: int = AT_A_TIME,
) -> Mapping[str, Outcome[Result]]:
    """Returns what a call brought for each profile, or the error that it raised, by the profile's id.

    Args:
        profiles: Whose.
        call: What is done for one of them.
        begun: Is told when it begins for a profile.
        ended: Is told what came of it.
        at_a_time: How many calls run at once.

    Raises:
        asyncio.CancelledError: It was cancelled; what had not begun by then never will.
    """
    outcomes: dict[str, Outcome[Result]] = {}
    waiting = iter(profiles)

    async def work() -> None:
        for profile in waiting:
            begun(profile)
            outcome: Outcome[Result]
            try:
                outcome = await call(profile)
            except CognituiError as error:
                outcome = error
            outcomes[profile.id] = outcome
            ended(profile, outcome)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_a_time, len(profiles))):
            group.create_task(work())
    return outcomes
