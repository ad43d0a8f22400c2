"""A new password typed in a dialog: what the keyring holds after it, and what the next start asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from cognitui.clipboard import Clipboard
from cognitui.cognito.api import CognitoApi
from cognitui.demo.strict.server import StrictServer
from cognitui.model.secret import SecretKind
from cognitui.tui.screens.challenge import ChallengeScreen
from tests.integration.flow_cases import CASES, Case, one_column
from tests.integration.flow_cells import stored
from tests.integration.flow_world import NEW_PASSWORD, a_server, a_world, api_of, sign_in_of
from tests.tui.harness import FakeClipboard, Story, opened
from tests.unit.fakes import FakeServices, services_with

Offered = tuple[StrictServer, CognitoApi]

ROWS = ("USER_SRP_AUTH · NEW_PASSWORD_REQUIRED", "USER_PASSWORD_AUTH · NEW_PASSWORD_REQUIRED")
TEMPORARY = [case for case in CASES if case.row in ROWS]


@pytest.fixture(scope="module")
def offered() -> Iterator[Offered]:
    with a_server() as server:
        yield server, api_of(server)
    assert not server.crashes, "\n".join(server.crashes)


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "not kept"])
@pytest.mark.parametrize("case", TEMPORARY, ids=lambda case: case.row)
async def test_a_new_password_is_kept_or_the_old_one_removed(offered: Offered, case: Case, keep: bool) -> None:
    server, api = offered
    world = a_world(server, case, *one_column(case))
    services = stored(world, sign_in_of(server, api), clip=cast(Clipboard, FakeClipboard()))
    name = world.profile.secret_name(SecretKind.PASSWORD)

    async with opened(services) as story:
        await story.press("enter")
        await the_question(story, "New password needed")
        if not keep:
            await story.pilot.click("#keep")
            story.app.screen.query("Input").first().focus()
        for _ in range(2):
            await story.type(NEW_PASSWORD)
            await story.press("enter")
        await story.see("unverified")

    assert services.vault.entries.get(name) == (NEW_PASSWORD if keep else None)
    async with opened(next_run(services)) as story:
        await story.press("L")
        if not keep:
            await the_question(story, "Password needed")
            await story.type(NEW_PASSWORD)
            await story.press("enter")
        await story.see("unverified")


async def the_question(story: Story, title: str) -> None:
    await story.until(lambda: isinstance(story.app.screen, ChallengeScreen), "nothing is asked")
    await story.see(title)


def next_run(before: FakeServices) -> FakeServices:
    return services_with(
        *before.profiles.book.profiles,
        signin=before.signin,
        vault=before.vault,
        index=before.index,
        clock=before.clock,
        clip=before.clip,
    )
