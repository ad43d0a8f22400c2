"""Promise 13 on the screen: what a shared profile file holds is drawn and never acts."""

from __future__ import annotations

import pytest

from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.tui.dialogs.confirm import Confirm
from tests.tui.harness import desk, opened
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, make_tokens, password_challenge, signed_in


@pytest.mark.parametrize("label", ["[@click=app.quit]CLICKME[/]", "Prod [/]", "\x1b]0;OWNED\x07", "a‮b"])
async def test_the_label_of_an_environment_is_drawn_as_it_is(label: str) -> None:
    profile = make_profile("prod/alice", protected=True, label=label)
    async with opened(desk(profile)) as story:
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, Confirm))

        title = story.app.screen.query_one(".dialog")._border_title
        assert title is not None
        assert title.plain.startswith(label[:5] if label.isprintable() else "")
        assert "\x1b" not in title.plain
        assert not [span for span in title.spans if "@click" in str(span.style)]


async def test_a_username_reaches_the_toast_as_text() -> None:
    profile = make_profile("dev/alice", username="al\x1b]0;OWNED\x07ice")
    async with opened(desk(profile, signin=FakeSignIn(start=[password_challenge(profile)]))) as story:
        story.main.notify(f"Signing in as {profile.username}", markup=False)

        assert all("\x1b" not in notification.message for notification in story.app._notifications)


class Unmakeable(FakeServices):
    """A machine whose AWS setup is in the way."""

    def warm_up(self, profile: Profile) -> None:
        raise UsageError("No client can be made.")


async def test_a_client_that_cannot_be_made_leaves_the_screen_open() -> None:
    services = Unmakeable(profiles=desk(make_profile()).profiles)
    async with opened(services) as story:
        await story.pilot.pause(0.2)

        assert story.app.return_code is None
        assert "alice" in story.text


async def test_tokens_of_another_user_do_not_stay_after_an_edit() -> None:
    alice = make_profile("dev/alice")
    services = desk(alice, signin=FakeSignIn(start=[signed_in()])).holding(alice, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.until(lambda: bool(story.main.state_of(alice).tokens))
        edited = make_profile("dev/alice", username="mallory@example.com")

        story.main.files.take_book(services.profiles._keep((edited,)))

        assert not story.main.state_of(edited).tokens
        story.main.keep_state(alice, story.main.state_of(alice))
        assert not story.main.state_of(edited).tokens


async def test_two_presses_at_once_are_one_request() -> None:
    alice = make_profile("dev/alice")
    services = desk(alice, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.main.run_action("get_token")
        await story.main.run_action("get_token")
        await story.until(lambda: bool(story.main.state_of(alice).tokens))

        assert len(services.signin.started) == 1
