"""What is done with the claims of the shown token: copying one, searching, the raw token, what an API expects."""

from __future__ import annotations

import pytest
from textual.strip import Strip

from cognitui.model.claims import ClaimRow
from cognitui.model.expectations import Expect
from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind, UserInfo
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.inputs import ClaimsFilter
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fake_sessions import FakeSessions
from tests.unit.fakes import NOW, FakeServices, make_profile, make_tokens

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
PROD = make_profile("prod/alice", protected=True)
EXPECTING = make_profile("dev/alice", expect=Expect(token_use="access", scopes=("orders/read",), min_valid="5m"))

CLAIMS: dict[str, object] = {"email": "a@x", "cognito:groups": ["admins", "editors"], "scope": "openid orders/read"}


def holding(*profiles: Profile, **claims: object) -> FakeServices:
    services = desk(*profiles)
    for profile in profiles:
        services.holding(profile, make_tokens(**(claims or CLAIMS)))  # type: ignore[arg-type]  # claims
    return services


async def get(story: Story, profile: Profile = ALICE) -> None:
    await story.press("enter")
    if profile.protected:
        await story.see("is protected")
        await story.press("y")
    await story.until(lambda: bool(story.main.state_of(profile).tokens))


def claims_list(story: Story) -> ClaimsList:
    return story.main.query_one("#claims", ClaimsList)


async def go_to_claim(story: Story, name: str) -> None:
    await story.press("tab")
    for _ in range(40):
        claim = claims_list(story).highlighted
        if claim is not None and claim.name == name:
            return
        await story.press("j")
    raise AssertionError(f"there is no claim {name}")


class TestCopyingOneClaim:
    @pytest.mark.parametrize(
        ("name", "text"),
        [("email", "a@x"), ("cognito:groups", '["admins", "editors"]'), ("exp", str(int(NOW) + 3600))],
    )
    async def test_the_value_under_the_cursor_is_copied(self, name: str, text: str) -> None:
        services = holding(ALICE)
        async with opened(services) as story:
            await get(story)
            await go_to_claim(story, name)
            await story.press("y")

            await story.hear(f"Copied: {name} of dev/alice, to the clipboard (fake).")
            assert copied(services) == [text]

    async def test_it_stays_in_the_clipboard_as_it_opens_nothing(self) -> None:
        services = holding(ALICE)
        async with opened(services) as story:
            await get(story)
            await go_to_claim(story, "email")
            await story.press("y")
            await story.hear("Copied")

            assert not any("Cleared in" in toast for toast in story.toasts)

    async def test_in_the_list_the_key_copies_the_token(self) -> None:
        services = holding(ALICE)
        async with opened(services) as story:
            await story.press("y")

            await story.until(lambda: [text.count(".") for text in copied(services)] == [2])

    async def test_in_the_list_of_a_protected_environment_the_key_asks_as_c_does(self) -> None:
        prod = make_profile("prod/alice", protected=True)
        services = holding(prod)
        async with opened(services) as story:
            await story.press("y")

            await story.see("Copy the access token of prod/alice?")
            assert copied(services) == []

    async def test_what_is_no_claim_is_not_copied(self) -> None:
        services = holding(ALICE)
        async with opened(services) as story:
            await story.press("tab", "y")

            await story.hear("There is no claim under the cursor.")
            assert copied(services) == []

    async def test_a_protected_environment_asks_first(self) -> None:
        services = holding(PROD)
        async with opened(services) as story:
            await get(story, PROD)
            await go_to_claim(story, "email")
            await story.press("y")
            await story.see("Copy the claim email of prod/alice?")
            await story.press("n")
            assert copied(services) == []
            await story.press("y")
            await story.see("Copy the claim email of prod/alice?")
            await story.press("y")

            await story.until(lambda: copied(services) == ["a@x"])

    async def test_a_hostile_value_is_copied_with_its_controls_as_escapes(self) -> None:
        services = holding(ALICE, email="a\nrm -rf ~\x1b]52;c;\x07")
        async with opened(services) as story:
            await get(story)
            await go_to_claim(story, "email")
            await story.press("y")

            await story.until(lambda: copied(services) == [r"a\x0arm -rf ~\x1b]52;c;\x07"])

    async def test_an_attribute_of_the_user_is_copied_too(self) -> None:
        told = UserInfo({"sub": "5f2c", "email": "alice@example.com"}, "GetUser", NOW)
        services = desk(ALICE, sessions=FakeSessions(told)).holding(ALICE, make_tokens())
        async with opened(services) as story:
            await get(story)
            await story.press("t", "t", "t")
            await story.see("from GetUser")
            await go_to_claim(story, "email")
            await story.press("y")

            await story.until(lambda: copied(services) == ["alice@example.com"])

    async def test_the_lines_over_the_claims_do_not_shift_what_is_copied(self) -> None:
        services = holding(EXPECTING)
        async with opened(services) as story:
            await get(story, EXPECTING)
            await story.press("tab", "y")
            await story.hear("There is no claim under the cursor.")
            await story.press("tab")
            await go_to_claim(story, "email")
            await story.press("y")

            await story.until(lambda: copied(services) == ["a@x"])


class TestSearching:
    async def test_slash_among_the_claims_filters_them_by_name_and_by_value(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("tab", "slash", *"admin")
            await story.see("1 of")
            assert [claim.name for claim in shown(story)] == ["cognito:groups"]
            await story.press("escape", "slash", *"EXP")

            assert [claim.name for claim in shown(story)] == ["exp"]

    async def test_matches_are_underlined(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("tab", "slash", *"admin")
            await story.see("1 of")

            row = claims_list(story).render_line(0)
            assert underlined(row) == ["admin"]

    async def test_the_profiles_are_not_filtered_by_it(self) -> None:
        async with opened(holding(ALICE, BOB)) as story:
            await get(story)
            await story.press("tab", "slash", *"admin")

            assert story.main.query_text == ""
            assert story.main.profiles == (ALICE, BOB)

    async def test_its_own_key_is_a_letter_in_it(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("tab", "slash", "o", "slash", "r")

            assert story.main.query_one(ClaimsFilter).value == "o/r"

    async def test_enter_goes_to_the_matches_and_esc_shows_all_again(self) -> None:
        services = holding(ALICE)
        async with opened(services) as story:
            await get(story)
            everything = shown(story)
            await story.press("tab", "slash", *"a@x", "enter")
            assert claims_list(story).has_focus
            await story.press("y")
            await story.until(lambda: copied(services) == ["a@x"])
            await story.press("escape")

            assert shown(story) == everything
            assert not story.main.query_one(ClaimsFilter).display

    async def test_nothing_that_matches_is_said(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("tab", "slash", *"zzz")

            await story.see("No claim matches.")
            await story.see("0 of")

    async def test_another_profile_shows_all_its_claims(self) -> None:
        async with opened(holding(ALICE, BOB)) as story:
            await get(story)
            await story.press("tab", "slash", *"admin", "enter", "tab", "j")
            await get(story, BOB)

            assert "email" in [claim.name for claim in shown(story)]


class TestTheRawToken:
    async def test_its_parts_are_distinguished_by_names_and_by_colours(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("o")
            await story.see("signature")

            claims = claims_list(story)
            header, payload, signature = make_tokens(**CLAIMS).access.value.split(".")  # type: ignore[arg-type]  # claims
            assert [(claim.name, claim.lines) for claim in shown(story)] == [
                ("header", (f"{header}.",)),
                ("payload", (f"{payload}.",)),
                ("signature", (signature,)),
            ]
            drawn = [claims.render_line(line) for line in (0, 2, claims.row_count - 1)]
            assert len({color_of_value(strip) for strip in drawn}) == 3

    async def test_it_is_not_on_the_screen_before_it_is_asked_for_nor_after(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            begun = make_tokens(**CLAIMS).access.value[:30]  # type: ignore[arg-type]  # claims
            assert begun not in story.text
            await story.press("o")
            await story.see(begun)
            await story.press("o")

            assert begun not in story.text

    @pytest.mark.parametrize("key", ["t", "j"])
    async def test_another_tab_or_profile_is_not_shown_raw(self, key: str) -> None:
        async with opened(holding(ALICE, BOB)) as story:
            await get(story)
            await story.press("o")
            await story.see("signature")
            await story.press(key)
            assert "signature" not in story.text
            if key == "j":
                await story.press("k")
                await story.see("a@x")

            assert not story.main.raw

    async def test_after_the_idle_lock_it_is_not_shown_raw_again(self) -> None:
        services = holding(ALICE)
        services.settings.idle_lock = 600
        async with opened(services) as story:
            await get(story)
            await story.press("m", "o")
            await story.see("signature")
            services.clock.advance(600)
            await story.see("Locked after")
            await story.press("space")
            await story.until(lambda: story.app.screen is story.main)
            await get(story)
            await story.see("a@x")

            assert "signature" not in story.text
            assert "◆ marked" not in story.text

    async def test_a_refresh_token_is_never_shown(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("t", "t")
            await story.until(lambda: TokenKind.REFRESH in story.main.state_of(ALICE).tokens)
            await story.press("o")

            await story.hear("is never shown")
            assert "opaque-refresh" not in story.text

    async def test_a_protected_environment_asks_first(self) -> None:
        async with opened(holding(PROD)) as story:
            await get(story, PROD)
            await story.press("o")
            await story.see("Show the raw access token of prod/alice?")
            await story.press("n")
            assert not story.main.raw
            await story.press("o")
            await story.see("Show the raw access token of prod/alice?")
            await story.press("y")

            await story.see("signature")

    async def test_each_part_is_explained(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)
            await story.press("o", "tab", "G")

            await story.see("signature: Made from the other two")


class TestWhatAnApiExpects:
    async def test_each_expectation_passes_or_fails_over_the_claims(self) -> None:
        async with opened(holding(EXPECTING, email="a@x")) as story:
            await get(story, EXPECTING)
            await story.see("✕ would reject it: scopes")

            assert [(claim.name, claim.lines) for claim in shown(story)[1:4]] == [
                ("  token_use", ("✓ access",)),
                ("  scopes", ("✕ orders/read is missing",)),
                ("  valid", ("✓ for 1h",)),
            ]

    async def test_a_token_that_the_api_would_accept_says_so(self) -> None:
        async with opened(holding(EXPECTING)) as story:
            await get(story, EXPECTING)

            await story.see("✓ would accept it")

    async def test_it_counts_down_with_the_token(self) -> None:
        services = holding(EXPECTING)
        async with opened(services) as story:
            await get(story, EXPECTING)
            services.clock.advance(3600 - 240)
            story.main.tick()

            await story.see("✕ for 4m; expected is 5m")

    async def test_each_line_says_what_was_expected(self) -> None:
        async with opened(holding(EXPECTING)) as story:
            await get(story, EXPECTING)
            await story.press("tab", "j", "j")

            await story.see("scopes: expected is orders/read.")

    async def test_without_expectations_no_line_is_lost(self) -> None:
        async with opened(holding(ALICE)) as story:
            await get(story)

            assert shown(story)[0].name == "username"

    async def test_an_id_token_is_checked_as_it_is(self) -> None:
        async with opened(holding(EXPECTING)) as story:
            await get(story, EXPECTING)
            await story.press("t")
            await story.see("✕ id; expected is access")


def shown(story: Story) -> list[ClaimRow]:
    """The claims that are shown, each once."""
    claims = claims_list(story)
    return list(dict.fromkeys(line.claim for line in claims._lines))


def underlined(strip: Strip) -> list[str]:
    return [segment.text for segment in strip if segment.style and segment.style.underline]


def color_of_value(strip: Strip) -> object:
    return next(segment.style.color for segment in reversed(list(strip)) if segment.text.strip() and segment.style)


async def test_a_valid_unopened_token_says_how_to_see_its_claims() -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        await story.see("enter shows the claims")


async def test_if_nothing_is_valid_no_claims_are_promised() -> None:
    async with opened(desk(ALICE)) as story:
        await story.see("tab explains each line")

        assert "shows the claims" not in story.text


async def test_beside_the_raw_token_no_explanation_is_promised() -> None:
    async with opened(holding(ALICE)) as story:
        await get(story)
        await story.press("o")

        await story.see("tab goes to the parts")
