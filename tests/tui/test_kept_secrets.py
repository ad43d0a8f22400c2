"""A new password typed in a dialog: what the keyring holds after it, and what the next start asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.secret import SecretKind
from cognitui.system.clipboard import Clipboard
from cognitui.tui.dialogs.challenge import ChallengeScreen
from cognitui.tui.widgets.inputs import TickBox
from tests.integration.flow_cases import CASES, Case, one_column
from tests.integration.flow_cells import stored
from tests.integration.flow_world import NEW_PASSWORD, a_server, a_world, api_of, sign_in_of
from tests.tui.harness import FakeClipboard, Story, desk, opened
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, password_challenge, services_with, signed_in

Offered = tuple[StrictServer, UserPoolApi]

ALICE = make_profile("dev/alice")
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
    services = stored(world, sign_in_of(server, api, world.profile), clip=cast(Clipboard, FakeClipboard()))
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
        assert ("no longer works and was removed" in " ".join(story.text.split())) is not keep

    assert services.vault.entries.get(name) == (NEW_PASSWORD if keep else None)
    async with opened(next_run(services)) as story:
        await story.press("L")
        if not keep:
            await the_question(story, "Password needed")
            await story.type(NEW_PASSWORD)
            await story.press("enter")
        await story.see("unverified")


async def test_a_box_that_was_cleared_stays_so_when_the_same_is_asked_again() -> None:
    signin = FakeSignIn(
        start=[password_challenge(ALICE)], answer=[password_challenge(ALICE, remark="Once more."), signed_in()]
    )
    services = desk(ALICE, signin=signin)
    async with opened(services) as story:
        await story.press("enter")
        await the_question(story, "Password needed")
        await story.pilot.click("#keep")
        await answer(story, "with a slip")
        await story.see("Once more.")

        assert not story.app.screen.query_one("#keep", TickBox).value
        await answer(story, "typed")
        await story.see("unverified")

    assert "typed" not in services.vault.entries.values()


async def test_a_box_is_ticked_if_the_question_before_had_none() -> None:
    method = Challenge("MFA_SETUP", ALICE, "Set up a second factor", "", (Prompt("method", "second factor"),))
    code = Challenge("MFA_SETUP", ALICE, "Scan it", "", (Prompt("code", "code"),), offered={SecretKind.TOTP: "SEED"})
    services = desk(ALICE, signin=FakeSignIn(start=[method], answer=[code]))
    async with opened(services) as story:
        await story.press("enter")
        await the_question(story, "Set up a second factor")
        await answer(story, "app")
        await story.see("Scan it")

        assert story.app.screen.query_one("#keep", TickBox).value


async def answer(story: Story, text: str) -> None:
    story.app.screen.query("Input").first().focus()
    await story.type(text)
    await story.press("enter")


async def the_question(story: Story, title: str) -> None:
    await story.until(lambda: isinstance(story.app.screen, ChallengeScreen), "nothing is asked")
    await story.see(title)


def next_run(before: FakeServices) -> FakeServices:
    return services_with(
        *before.profiles.profile_set.profiles,
        signin=before.signin,
        vault=before.vault,
        index=before.index,
        clock=before.clock,
        clip=before.clip,
    )
