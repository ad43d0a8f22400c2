"""Each kind of row of `docs/flows.md` in the TUI: from `enter`, dialog by dialog, to the token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest
import urllib3
from textual import events
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label, RadioButton, RadioSet, Static

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from cognitui.model.token import TokenKind
from cognitui.system.clipboard import Clipboard
from cognitui.tui.dialogs.challenge import BrowserScreen, ChallengeScreen
from tests.integration.flow_cases import SAMPLES, Case, one_column
from tests.integration.flow_cells import BY_ITSELF, iam_credentials, stored
from tests.integration.flow_world import PASSWORD, WORDS, World, a_server, a_world, api_of, sign_in_of
from tests.integration.flows_page import asked_in
from tests.strict.browser import log_in
from tests.tui.harness import NARROW, FakeClipboard, Story, opened

Offered = tuple[StrictServer, UserPoolApi]

_AGAIN = "repeat new password"


@pytest.fixture(scope="module")
def offered() -> Iterator[Offered]:
    """One server for all rows, each of which makes a pool of its own: another client would cost each 100 ms."""
    with a_server() as server:
        yield server, api_of(server)
    assert not server.crashes, "\n".join(server.crashes)


_MOST_DIALOGS = 12


@pytest.mark.parametrize("case", SAMPLES, ids=lambda case: case.row)
async def test_the_dialogs_ask_what_the_page_says_and_lead_to_a_token(offered: Offered, case: Case) -> None:
    server, api = offered
    world = a_world(server, case, *one_column(case))
    services = stored(
        world,
        sign_in_of(server, api, world.profile),
        clip=cast(Clipboard, FakeClipboard()),
        has_browser=False,
    )
    with iam_credentials():
        async with opened(services, NARROW) as story:
            asked = await Visitor(story, world).sign_in("enter")
            if case.twice:
                asked = await Visitor(story, world).sign_in("L")
            await story.come_to(lambda: "unverified" in story.text)

    assert asked == asked_in(case)


class Visitor:
    """A person who reads what the screen shows and types what they know."""

    def __init__(self, story: Story, world: World) -> None:
        self._story, self._world = story, world
        self._asked: list[str] = []
        world.begin()

    async def sign_in(self, key: str) -> str:
        """Press a key, answers each dialog until there is another token, and return what was asked."""
        before = self._token()
        await self._story.strike(key)
        for _ in range(_MOST_DIALOGS):
            await self._story.come_to(lambda: self._dialog() is not None or self._token() != before)
            dialog = self._dialog()
            if dialog is None:
                return ", then ".join(self._asked) or BY_ITSELF
            await self._story.pilot.pause()
            await self._answer(dialog)
            await self._story.come_to(lambda dialog=dialog: self._dialog() is not dialog)  # type: ignore[misc]
        raise AssertionError(f"it is asked without end: {self._asked}")

    def _token(self) -> str:
        token = self._story.main.state_of(self._world.profile).tokens.get(TokenKind.ACCESS)
        return token.value if token else ""

    def _dialog(self) -> ChallengeScreen | None:
        screen = self._story.app.screen
        return screen if isinstance(screen, ChallengeScreen) else None

    async def _answer(self, dialog: ChallengeScreen) -> None:
        if isinstance(dialog, BrowserScreen):
            await self._log_in(dialog)
            return
        other = dialog.query("#instead-resend")
        if self._world.case.instead and other and "Sent to" not in self._story.text:
            other.first(Button).press()
            return
        # A line of the dialog may be broken, and a person reads on.
        shown = " ".join(str(text.render()) for text in dialog.query(Static))
        fields = [field for field in dialog.query(Horizontal).filter(".field") if field.query("Input, RadioSet")]
        labels = [str(field.query_one(Label).render()).lower() for field in fields]
        self._asked.append(" and ".join(label for label in labels if label != _AGAIN))
        last = ""
        for field, label in zip(fields, labels, strict=True):
            last = last if label == _AGAIN else self._world.answer(label, shown)
            await self._fill(field, last)

    async def _fill(self, field: Horizontal, answer: str) -> None:
        await self._story.come_to(lambda: self._story.app.focused in set(field.query("Input, RadioSet")))
        widget = self._story.app.focused
        if isinstance(widget, RadioSet):
            await self._choose(widget, WORDS[answer])
        else:
            assert isinstance(widget, Input)
            widget.post_message(events.Paste(answer))
        await self._story.strike("enter")

    async def _choose(self, choices: RadioSet, words: str) -> None:
        offered = [str(button.label) for button in choices.query(RadioButton)]
        assert words in offered, self._story.text
        while str(choices.query_one("RadioButton.-selected", RadioButton).label) != words:
            await self._story.press("down")

    async def _log_in(self, dialog: BrowserScreen) -> None:
        self._asked.append("a browser sign-in")
        address = str(dialog.query_one("#address", Static).render())
        await asyncio.to_thread(self._browse, address)

    def _browse(self, address: str) -> None:
        patient = urllib3.Retry(connect=100, backoff_factor=0.02, backoff_max=0.02)
        urllib3.request("GET", log_in(address, self._world.user.username, PASSWORD), retries=patient)
