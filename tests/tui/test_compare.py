"""Comparing the claims of two tokens."""

from __future__ import annotations

from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind
from cognitui.tui.dialogs.compare import CompareScreen
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_profile, make_tokens

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True, user_pool_id="eu-west-1_Prod")

GROUPS = "cognito:groups"


def holding(*more: Profile) -> FakeServices:
    services = desk(ALICE, BOB, *more, signin=FakeSignIn(refresh=[make_tokens(mark="9", now=NOW, email="new@x")]))
    services.holding(ALICE, make_tokens(mark="1", email="a@x", **{GROUPS: ["admins", "editors"]}))  # type: ignore[arg-type]  # claims
    return services.holding(BOB, make_tokens(mark="2", email="b@x", **{GROUPS: ["editors", "viewers"]}))  # type: ignore[arg-type]  # claims


async def get(story: Story, profile: Profile) -> None:
    await story.press("enter")
    await story.until(lambda: bool(story.main.state_of(profile).tokens))


async def mark_alice_and_show_bob(story: Story) -> None:
    await get(story, ALICE)
    await story.press("m", "j")
    await get(story, BOB)


def lines(story: Story) -> list[str]:
    """The lines of the dialog, without what is around it."""
    return [" ".join(line.replace("│", " ").split()) for line in story.text.splitlines()]


class TestTwoProfiles:
    async def test_the_marked_token_is_compared_with_the_shown_one(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("Compare")

            assert "≠ changed email a@x b@x" in lines(story)

    async def test_what_is_the_same_is_folded_until_it_is_asked_for(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("Folded: the same username, token_use")
            assert "= same username alice-sub alice-sub" not in lines(story)
            await story.press("n")

            assert "= same username alice-sub alice-sub" in lines(story)

    async def test_groups_are_compared_name_by_name(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("Compare")

            told = lines(story)
            at = told.index("− missing cognito:groups admins")  # noqa: RUF001 (the sign of the screen)
            assert told[at + 1 : at + 3] == ["+ added viewers", "= same editors editors"]

    async def test_it_says_which_two_they_are(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")

            await story.see("left   marked  dev/alice access · issued ")
            await story.see("right  shown   dev/bob access")
            await story.see("expires in 1 h")

    async def test_what_differs_in_every_token_is_folded_until_it_is_asked_for(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("different in every token jti")
            assert "≠ changed jti 1 2" not in lines(story)
            await story.press("n")
            assert "≠ changed jti 1 2" in lines(story)
            await story.press("n")

            assert "≠ changed jti 1 2" not in lines(story)

    async def test_the_buttons_do_what_the_keys_do(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("Show folded (n)")
            await story.pilot.click("#fold")
            assert "≠ changed jti 1 2" in lines(story)
            await story.pilot.click("#close")

            await story.until(lambda: story.app.screen is story.main)

    async def test_the_moving_keys_move_and_q_closes(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign", "j", "j", "k")
            assert story.app.screen.query_one("ComparisonList").cursor == 1  # type: ignore[attr-defined]  # of the list
            await story.press("q")

            await story.until(lambda: story.app.screen is story.main)

    async def test_it_fits_a_small_terminal(self) -> None:
        async with opened(holding(), size=(60, 20)) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")
            await story.see("Close (esc)")

            told = lines(story)
            at = told.index("≠ changed email left a@x")
            assert told[at + 1] == "right b@x"

    async def test_hostile_claims_are_inert(self) -> None:
        services = desk(ALICE, BOB).holding(ALICE, make_tokens())
        hostile = {"[@click=app.quit]x[/]\x1b[2J": "[@click=app.quit]x[/]\u202e"}
        services.holding(BOB, make_tokens(**hostile))  # type: ignore[arg-type]  # claims
        async with opened(services, size=(160, 40)) as story:
            await mark_alice_and_show_bob(story)
            await story.press("equals_sign")

            await story.see(r"[@click=app.quit]x[/]\u202e")
            assert "\x1b" not in story.text


class TestTheMark:
    async def test_it_is_shown_on_the_frame_and_taken_away_by_the_same_key(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("m")
            await story.see("◆ marked: dev/alice access · = compares")
            await story.press("m")

            assert "◆ marked" not in story.text

    async def test_there_is_one_mark_at_a_time(self) -> None:
        async with opened(holding()) as story:
            await mark_alice_and_show_bob(story)
            await story.press("m")

            await story.see("◆ marked: dev/bob access")
            assert story.main.state_of(ALICE).marked is None

    async def test_access_and_id_token_of_one_profile_are_compared(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("m", "t")
            await story.until(lambda: TokenKind.ID in story.main.state_of(ALICE).tokens)
            await story.press("equals_sign")
            await story.see("Compare")

            assert "≠ changed token_use access id" in lines(story)

    async def test_it_ends_with_the_sign_out(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("m", "x")
            await story.see("Forget")
            await story.press("h")
            await story.until(lambda: not story.main.state_of(ALICE).tokens)

            assert "◆ marked" not in story.text
            await story.press("equals_sign")
            await story.hear("Get the token first.")

    async def test_a_token_that_is_not_open_cannot_be_marked(self) -> None:
        async with opened(holding()) as story:
            await story.press("m")
            await story.hear("Get the token first.")
            await get(story, ALICE)
            await story.press("equals_sign")
            await story.hear("Mark a token with m first")
            await story.press("m", "equals_sign")

            await story.hear("This is the marked token")

    async def test_a_refresh_token_cannot_be_compared(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("t", "t", "m")

            await story.hear("A refresh token has no claims")

    async def test_no_repr_says_what_is_marked_or_was_before(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("m", "r")
            await story.until(lambda: bool(story.main.state_of(ALICE).previous))

            secret = make_tokens(mark="1", email="a@x").access.value[:40]
            assert secret not in repr(story.main.state_of(ALICE))
            assert secret not in repr(story.main.context())


class TestBeforeAndAfterARefresh:
    async def test_the_previous_token_is_compared_with_the_new_one(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("r")
            await story.until(lambda: bool(story.main.state_of(ALICE).previous))
            await story.press("minus")
            await story.see("left   before  dev/alice access")

            assert "≠ changed email a@x new@x" in lines(story)
            assert "− missing cognito:groups admins" in lines(story)  # noqa: RUF001 (the sign of the screen)

    async def test_a_marked_token_outlives_its_refresh(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("m", "r")
            await story.until(lambda: bool(story.main.state_of(ALICE).previous))
            await story.press("equals_sign")
            await story.see("left   marked  dev/alice access")

            assert "≠ changed email a@x new@x" in lines(story)

    async def test_a_token_that_was_not_renewed_says_so(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("minus")

            await story.hear("The token was not refreshed since it was opened")

    async def test_no_previous_refresh_token_is_kept(self) -> None:
        async with opened(holding()) as story:
            await get(story, ALICE)
            await story.press("t", "t")
            await story.until(lambda: TokenKind.REFRESH in story.main.state_of(ALICE).tokens)
            await story.press("r")
            await story.until(lambda: bool(story.main.state_of(ALICE).previous))

            assert TokenKind.REFRESH not in story.main.state_of(ALICE).previous


class TestInAProtectedEnvironment:
    async def test_only_what_is_open_already_is_compared(self) -> None:
        services = holding(PROD).holding(PROD, make_tokens(mark="3"))
        async with opened(services) as story:
            await get(story, ALICE)
            await story.press("m", "right_square_bracket", "equals_sign")
            await story.hear("Get the token first.")
            assert story.app.screen is story.main
            await story.press("enter")
            await story.see("prod is protected")
            await story.press("y")
            await story.until(lambda: bool(story.main.state_of(PROD).tokens))
            await story.press("equals_sign")

            await story.see("right  shown   prod/alice access")
            assert isinstance(story.app.screen, CompareScreen)
