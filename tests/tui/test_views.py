"""The tabs that are no token's: the user's attributes, and AWS credentials."""

from __future__ import annotations

import threading

from cognitui.model import errors
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import UserInfo
from cognitui.tui.state import View, views_of
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fake_sessions import FakeIdentities, FakeSessions, make_credentials
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_book, make_profile, make_tokens, password_challenge

ALICE = make_profile("dev/alice")
CLOUD = make_profile("dev/cloud", identity_pool_id="eu-west-1:5f2c8a10-0000-0000-0000-000000000000")
PROD = make_profile("prod/alice", protected=True, identity_pool_id="eu-west-1:5f2c8a10-0000-0000-0000-000000000000")
TOLD = UserInfo(
    {"sub": "5f2c8a", "email": "alice@example.com", "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]}, "GetUser", NOW
)


def knowing(profile: Profile, *, told: UserInfo = TOLD, fault: errors.CognituiError | None = None) -> FakeServices:
    identities = FakeIdentities(make_credentials(NOW))
    services = desk(profile, sessions=FakeSessions(told, fault), identities=identities)
    return services.holding(profile, make_tokens())


async def go_to(story: Story, view: View) -> None:
    for _ in range(5):
        await story.press("t")
        if story.main.view is view:
            return
    raise AssertionError(f"there is no tab {view.value}")


class TestTheUser:
    async def test_enter_asks_cognito_and_shows_the_attributes_as_claims(self) -> None:
        services = knowing(ALICE)
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.see("not asked yet")
            assert services.sessions.calls == []
            await story.press("enter")

            await story.see("alice@example.com")
            await story.see("SOFTWARE_TOKEN_MFA")
            await story.see("from GetUser")
            assert services.sessions.calls == [("user", "dev/alice", make_tokens().access.value)]

    async def test_each_attribute_is_explained(self) -> None:
        async with opened(knowing(ALICE)) as story:
            await go_to(story, View.USER)
            await story.press("enter")
            await story.see("alice@example.com")
            await story.press("tab")

            await story.see("sub: The user's id")

    async def test_if_the_profile_is_open_the_tab_itself_asks(self) -> None:
        async with opened(knowing(ALICE)) as story:
            await story.press("enter")
            await story.see("alice-sub")
            await go_to(story, View.USER)

            await story.see("alice@example.com")

    async def test_a_refusal_is_explained_in_the_panel(self) -> None:
        fault = errors.ScopeMissing("dev/alice: its access token has no such scope.")
        async with opened(knowing(ALICE, fault=fault)) as story:
            await go_to(story, View.USER)
            await story.press("enter")

            await story.see(fault.title)
            await story.see(fault.cause)

    async def test_esc_leaves_a_question_that_hangs(self) -> None:
        release = threading.Event()

        class Slow(FakeSessions):
            def user(self, profile: Profile, access_token: str) -> UserInfo:
                release.wait(10)
                return TOLD

        services = desk(ALICE, sessions=Slow()).holding(ALICE, make_tokens())
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("enter")
            await story.see("Asking Cognito who alice@example.com is")
            await story.press("escape")
            await story.hear("Asking Cognito")
            release.set()
            await story.until(lambda: not story.main.state_of(ALICE).running)

            assert story.main.state_of(ALICE).user is None

    async def test_a_sign_in_that_is_needed_first_asks_its_questions(self) -> None:
        services = desk(ALICE, sessions=FakeSessions(TOLD), signin=FakeSignIn(start=[password_challenge(ALICE)]))
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("enter")

            await story.see("Password needed")

    async def test_c_copies_the_attributes_as_json_and_says_so(self) -> None:
        services = knowing(ALICE)
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("c")

            await story.hear("attributes of the user of dev/alice as JSON")
            assert '"email": "alice@example.com"' in copied(services)[0]

    async def test_hostile_attributes_are_inert(self) -> None:
        told = UserInfo({"name": "[@click=app.quit]x[/]\x1b[2J\u202e"}, "GetUser", NOW)
        async with opened(knowing(ALICE, told=told)) as story:
            await go_to(story, View.USER)
            await story.press("enter")

            await story.see(r"[@click=app.quit]x[/]\x1b[2J\u202e")

    async def test_it_is_no_token_to_be_verified(self) -> None:
        async with opened(knowing(ALICE)) as story:
            await go_to(story, View.USER)
            await story.press("v")

            await story.hear("Only a token can be verified.")

    async def test_another_profile_has_not_been_asked(self) -> None:
        bob = make_profile("dev/bob")
        services = desk(ALICE, bob, sessions=FakeSessions(TOLD)).holding(ALICE, make_tokens())
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("enter")
            await story.see("alice@example.com")
            await story.press("j")
            await go_to(story, View.USER)

            await story.see("not asked yet")

    async def test_a_click_goes_to_the_tab(self) -> None:
        async with opened(knowing(ALICE)) as story:
            head = story.app.screen.query_one("PanelHead")
            await story.pilot.click(head, offset=(27, 0))

            assert story.main.view is View.USER


class TestAwsCredentials:
    async def test_enter_gets_them_and_shows_no_secret(self) -> None:
        services = knowing(CLOUD)
        async with opened(services) as story:
            await go_to(story, View.AWS)
            await story.press("enter")

            await story.see("ASIAEXAMPLE1")
            assert "secret-key-1" not in story.text
            assert "session-token-1" not in story.text

    async def test_they_count_down_on_their_own(self) -> None:
        services = desk(CLOUD, identities=FakeIdentities(make_credentials(NOW, length=1800)))
        async with opened(services.holding(CLOUD, make_tokens())) as story:
            await go_to(story, View.AWS)
            await story.press("enter")

            await story.see("30:00   until")

    async def test_c_copies_lines_for_a_shell_and_says_that_the_secret_is_among_them(self) -> None:
        services = knowing(CLOUD)
        async with opened(services) as story:
            await go_to(story, View.AWS)
            await story.press("c")

            await story.hear("including the secret key")
            assert "export AWS_SECRET_ACCESS_KEY=secret-key-1" in copied(services)[0]

    async def test_a_refusal_is_explained_in_the_panel(self) -> None:
        fault = errors.IdentityPoolRefused("Token is not from a supported provider of this identity pool.")
        services = desk(CLOUD, identities=FakeIdentities(fault)).holding(CLOUD, make_tokens())
        async with opened(services) as story:
            await go_to(story, View.AWS)
            await story.press("enter")

            await story.see(fault.title)

    async def test_without_an_identity_pool_there_is_no_such_tab(self) -> None:
        assert views_of(ALICE) == (View.USER,)
        assert views_of(make_profile(flow=Flow.CLIENT_CREDENTIALS, identity_pool_id="eu-west-1:x")) == ()


class TestInAProtectedEnvironment:
    async def test_nothing_is_fetched_without_confirmation(self) -> None:
        services = knowing(PROD)
        async with opened(services) as story:
            for view, question in ((View.USER, "Ask Cognito who prod/alice is?"), (View.AWS, "Get AWS credentials of")):
                await go_to(story, view)
                for key in ("enter", "c"):
                    await story.press(key)
                    await story.see("prod is protected")
                    await story.press("n")
                await story.press("enter")
                await story.see(question)
                await story.press("escape")

            assert services.sessions.calls == []
            assert services.identities.asked == []
            assert copied(services) == []
            assert services.vault.calls == []

    async def test_one_yes_is_enough_for_the_credentials(self) -> None:
        services = knowing(PROD)
        async with opened(services) as story:
            await go_to(story, View.AWS)
            await story.press("enter")
            await story.see("Get AWS credentials of prod/alice?")
            await story.press("y")

            await story.see("ASIAEXAMPLE1")

    async def test_what_is_shown_is_copied_only_after_another_yes(self) -> None:
        services = knowing(PROD)
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("enter")
            await story.see("Ask Cognito who")
            await story.press("y")
            await story.see("from GetUser")
            await story.press("c")

            await story.see("Copy the attributes of prod/alice?")
            assert copied(services) == []

    async def test_the_tab_of_an_open_profile_asks_nothing_automatically(self) -> None:
        services = knowing(PROD)
        async with opened(services) as story:
            await story.press("enter")
            await story.see("prod is protected")
            await story.press("y")
            await story.see("alice-sub")
            await go_to(story, View.USER)
            await story.see("not asked yet")

            assert story.app.screen is story.main
            assert services.sessions.calls == []

    async def test_a_token_is_not_copied_if_its_profile_became_protected_in_the_meantime(self) -> None:
        release = threading.Event()

        class Slow(FakeSessions):
            def user(self, profile: Profile, access_token: str) -> UserInfo:
                assert release.wait(10)
                return TOLD

        services = desk(ALICE, sessions=Slow()).holding(ALICE, make_tokens())
        async with opened(services) as story:
            await go_to(story, View.USER)
            await story.press("c")
            await story.see("Asking Cognito who alice@example.com is")
            story.main.files.take_changed(make_book(make_profile("dev/alice", protected=True)))
            release.set()

            await story.hear("dev/alice was changed or removed in the meantime")
            assert copied(services) == []
            assert story.main.state_of(ALICE).user is None
