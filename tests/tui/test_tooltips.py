"""Tooltips: all that does not fit on the screen, and never a secret."""

from __future__ import annotations

import pytest
from rich.text import Text
from textual.widget import Widget

from cognitui.model.duration import local_time
from cognitui.model.errors import UserDisabled
from cognitui.model.profile import Flow
from cognitui.model.token import TokenKind
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.environment_bar import EnvironmentBar
from cognitui.tui.widgets.key_bar import KeyBar
from cognitui.tui.widgets.panel_head import PanelHead
from cognitui.tui.widgets.profile_list import ProfileList
from tests.tui.harness import Story, desk, opened
from tests.unit.fake_sessions import FakeIdentities, make_credentials
from tests.unit.fakes import NOW, FakeSignIn, make_profile, make_tokens, password_challenge

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True, label="Production")
HOSTILE = "[@click=app.quit]x[/]\x1b[2J\u202e"


async def pointed_at(story: Story, widget: Widget, column: int, line: int = 0) -> str:
    """Points at a cell of a widget, and returns what the tooltip says there; it is text and no markup."""
    await story.pilot.hover(widget, offset=(column, line))
    words = widget.tooltip
    if words is None:
        return ""
    assert isinstance(words, Text)
    assert words.spans == []
    return words.plain


async def pointed_at_words(story: Story, widget: Widget, words: str) -> str:
    """Points at words that a widget shows."""
    lines = story.text.splitlines()
    region = widget.region
    for line in range(region.height):
        at = lines[region.y + line][region.x :].find(words)
        if at >= 0:
            return await pointed_at(story, widget, at, line)
    raise AssertionError(f"{words!r} is not shown")


class TestTheFooter:
    async def test_it_says_what_a_key_does_and_which_it_is(self) -> None:
        async with opened(desk(ALICE)) as story:
            words = await pointed_at_words(story, story.main.query_one(KeyBar), "C Copy as")

            assert "Copy the shown token as a header" in words
            assert "Key: C" in words

    async def test_it_says_why_a_key_does_nothing_now(self) -> None:
        async with opened(desk(ALICE)) as story:
            words = await pointed_at_words(story, story.main.query_one(KeyBar), "v Verify")

            assert "Not now: Get the token first." in words

    async def test_beside_the_keys_it_says_nothing(self) -> None:
        async with opened(desk(ALICE), size=(200, 36)) as story:
            assert await pointed_at(story, story.main.query_one(KeyBar), 199) == ""


class TestTheEnvironments:
    async def test_a_protected_one_says_its_label_that_it_asks_and_its_key(self) -> None:
        async with opened(desk(ALICE, PROD)) as story:
            words = await pointed_at_words(story, story.main.query_one(EnvironmentBar), "PROD")

            assert "prod: Production" in words
            assert "Protected: asks before" in words
            assert "Key: 2" in words

    async def test_all_of_them_say_their_key(self) -> None:
        async with opened(desk(ALICE, PROD)) as story:
            assert "Key: 0" in await pointed_at_words(story, story.main.query_one(EnvironmentBar), "all")

    async def test_on_the_right_is_the_whole_pool(self) -> None:
        async with opened(desk(ALICE)) as story:
            words = await pointed_at(story, story.main.query_one(EnvironmentBar), 115)

            assert ALICE.user_pool_id in words


class TestTheTabs:
    async def test_each_token_says_what_it_is_for_and_when_it_expires(self) -> None:
        tokens = make_tokens()
        async with opened(desk(ALICE).holding(ALICE, tokens)) as story:
            head = story.main.query_one(PanelHead)
            said = {kind: await pointed_at_words(story, head, kind.value) for kind in TokenKind}

        assert "for APIs" in said[TokenKind.ACCESS]
        assert "identifies the user" in said[TokenKind.ID]
        assert "not for APIs" in said[TokenKind.REFRESH]
        for kind, words in said.items():
            token = tokens.of(kind)
            assert token is not None
            assert local_time(token.lifetime.expires_at) in words

    async def test_a_missing_token_is_reported(self) -> None:
        async with opened(desk(ALICE)) as story:
            assert "None is stored." in await pointed_at_words(story, story.main.query_one(PanelHead), "access")

    async def test_the_bar_says_both_its_ends(self) -> None:
        tokens = make_tokens()
        async with opened(desk(ALICE).holding(ALICE, tokens)) as story:
            words = await pointed_at(story, story.main.query_one(PanelHead), 5, 1)

            assert local_time(tokens.access.lifetime.issued_at) in words
            assert local_time(tokens.access.lifetime.expires_at) in words


class TestTheRows:
    async def test_a_row_says_id_user_pool_and_when_the_token_expires(self) -> None:
        tokens = make_tokens()
        async with opened(desk(ALICE).holding(ALICE, tokens)) as story:
            words = await pointed_at(story, story.main.query_one(ProfileList), 5)

            for part in (ALICE.id, ALICE.username, ALICE.user_pool_id, local_time(tokens.access.lifetime.expires_at)):
                assert part in words

    async def test_a_row_of_an_expired_token_says_since_when(self) -> None:
        tokens = make_tokens(now=NOW - 7200)
        async with opened(desk(ALICE).holding(ALICE, tokens)) as story:
            words = await pointed_at(story, story.main.query_one(ProfileList), 5)

            assert f"Expired {local_time(tokens.access.lifetime.expires_at)}" in words

    async def test_a_row_says_what_its_sign_means(self) -> None:
        signin = FakeSignIn(start=[UserDisabled("dev/alice: User is disabled."), password_challenge(BOB)])
        kept = make_profile("dev/carol")
        async with opened(desk(ALICE, BOB, kept, signin=signin).holding(kept, make_tokens())) as story:
            await story.press("enter")
            await story.see("User is disabled")
            await story.press("j", "enter")
            await story.see("Password needed")
            await story.press("escape", "j", "w")
            rows = story.main.query_one(ProfileList)

            assert "! " in await pointed_at(story, rows, 5, 0)
            assert "User is disabled." in await pointed_at(story, rows, 5, 0)
            assert "? It waits for you" in await pointed_at(story, rows, 5, 1)
            assert "↻ Keep-alive: refreshed before it expires" in await pointed_at(story, rows, 5, 2)

    async def test_a_row_of_a_protected_environment_says_that_it_asks(self) -> None:
        async with opened(desk(PROD)) as story:
            assert "it asks first" in await pointed_at(story, story.main.query_one(ProfileList), 5)

    async def test_a_row_that_was_found_says_where(self) -> None:
        async with opened(desk(make_profile("dev/zoe", notes="for the billing run"), BOB)) as story:
            await story.press("slash")
            await story.type("billing")
            await story.until(lambda: len(story.main.profiles) == 1)

            words = await pointed_at(story, story.main.query_one(ProfileList), 5)
            assert "Found in notes: for the billing run" in words

    async def test_a_heading_says_what_its_environment_is(self) -> None:
        async with opened(desk(ALICE, PROD), environment="*") as story:
            assert "prod: Production" in await pointed_at(story, story.main.query_one(ProfileList), 5, 2)

    async def test_below_the_last_row_there_is_nothing_to_say(self) -> None:
        async with opened(desk(ALICE)) as story:
            assert await pointed_at(story, story.main.query_one(ProfileList), 5, 10) == ""

    async def test_text_from_a_file_is_inert(self) -> None:
        hostile = make_profile("dev/alice", username=HOSTILE, notes=HOSTILE)
        async with opened(desk(hostile)) as story:
            words = await pointed_at(story, story.main.query_one(ProfileList), 5)

            assert r"User [@click=app.quit]x[/]\x1b[2J\u202e" in words


class TestTheClaims:
    async def test_a_claim_says_what_it_means_and_all_of_its_value(self) -> None:
        groups = tuple(f"group-{number}-of-the-administrators" for number in range(3))
        services = desk(ALICE).holding(ALICE, make_tokens(**{"cognito:groups": list(groups)}))  # type: ignore[arg-type]  # claims
        async with opened(services) as story:
            await story.press("enter")
            await story.see("alice-sub")
            claims = story.main.query_one(ClaimsList)

            assert "username: " in await pointed_at_words(story, claims, "alice-sub")
            assert "alice-sub" in await pointed_at_words(story, claims, "alice-sub")
            said = await pointed_at_words(story, claims, "cognito:groups")
            assert all(group in said for group in groups)

    @pytest.mark.parametrize("part", ["header", "payload", "signature"])
    async def test_of_a_token_that_is_shown_as_it_is_sent_no_part_is_repeated(self, part: str) -> None:
        tokens = make_tokens()
        async with opened(desk(ALICE).holding(ALICE, tokens)) as story:
            await story.press("enter")
            await story.see("alice-sub")
            await story.press("o")
            await story.see("payload")
            words = await pointed_at_words(story, story.main.query_one(ClaimsList), part)

            assert words.startswith(f"{part}: ")
            assert not any(piece in words for piece in tokens.access.value.split("."))

    async def test_no_row_of_a_refresh_token_says_it(self) -> None:
        async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
            await story.press("t", "t", "enter")
            await story.see("opaque")
            claims = story.main.query_one(ClaimsList)
            said = [await pointed_at(story, claims, 3, line) for line in range(claims.row_count)]

            assert said[0]
            assert not any("opaque-refresh" in words for words in said)

    async def test_no_row_of_aws_credentials_says_their_secrets(self) -> None:
        cloud = make_profile("dev/cloud", identity_pool_id="eu-west-1:11111111-2222-3333-4444-555555555555")
        credentials = make_credentials(NOW)
        services = desk(cloud, identities=FakeIdentities(credentials)).holding(cloud, make_tokens())
        async with opened(services) as story:
            await story.press("left", "enter")
            await story.see("ASIAEXAMPLE")
            claims = story.main.query_one(ClaimsList)
            said = "".join([await pointed_at(story, claims, 3, line) for line in range(claims.row_count)])

            assert "ASIAEXAMPLE" in said
            assert credentials.secret_access_key not in said
            assert credentials.session_token not in said

    async def test_text_in_a_token_is_inert(self) -> None:
        services = desk(ALICE).holding(ALICE, make_tokens(username=HOSTILE))
        async with opened(services) as story:
            await story.press("enter")
            await story.see("[@click=app.quit]x[/]")
            words = await pointed_at_words(story, story.main.query_one(ClaimsList), "[@click")

            assert r"[@click=app.quit]x[/]\x1b[2J\u202e" in words


async def test_a_profile_of_its_own_client_has_no_user_to_name() -> None:
    m2m = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username="", scopes=("orders/read",))
    async with opened(desk(m2m)) as story:
        assert "User" not in await pointed_at(story, story.main.query_one(ProfileList), 5)
