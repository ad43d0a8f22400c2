"""Getting, reading, verifying and copying tokens."""

from __future__ import annotations

import threading

import pytest

from cognitui.model import errors
from cognitui.model.challenge import GivenSecrets, Step
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import TokenKind, Verification
from cognitui.tui.state import View
from tests.tui.harness import copied, desk, opened
from tests.unit.fakes import NOW, FakeSignIn, FakeVerifier, make_profile, make_token, make_tokens, signed_in

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")


async def test_enter_gets_a_token_and_shows_its_claims() -> None:
    async with opened(desk(ALICE, signin=FakeSignIn(start=[signed_in()]))) as story:
        await story.press("enter")

        await story.see("alice-sub")
        await story.see("unverified")


async def test_enter_and_c_copy_the_first_token() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("c")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_the_toast_says_what_was_copied_and_which_way() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("c")

        await story.see("access token of dev/alice, to the clipboard (fake)")
        await story.see("Cleared in 30s")


async def test_c_gets_the_token_first_if_there_is_none() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("c")

        await story.until(lambda: len(copied(services)) == 1)


async def test_the_second_enter_asks_nobody() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("enter")
        await story.until(lambda: not story.main.state_of(ALICE).running)

        assert len(services.signin.started) == 1


async def test_t_goes_from_access_to_id_to_refresh_to_the_user_and_back() -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        tabs = []
        for _ in range(4):
            await story.press("t")
            tabs.append(story.main.view or story.main.kind)

        assert tabs == [TokenKind.ID, TokenKind.REFRESH, View.USER, TokenKind.ACCESS]


async def test_the_right_arrow_goes_through_the_tabs_and_the_left_one_back() -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        tabs = []
        for key in ("right", "right", "left", "left", "left"):
            await story.press(key)
            tabs.append(story.main.view or story.main.kind)

        assert tabs == [TokenKind.ID, TokenKind.REFRESH, TokenKind.ID, TokenKind.ACCESS, View.USER]


async def test_the_arrows_switch_tabs_among_the_claims_too() -> None:
    async with opened(desk(ALICE).holding(ALICE, make_tokens())) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("tab", "right")

        assert story.main.kind is TokenKind.ID


async def test_an_arrow_key_says_why_there_is_no_other_tab() -> None:
    m2m = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, scopes=("orders/read",))
    async with opened(desk(m2m)) as story:
        await story.press("left")

        await story.hear("returns only an access token")


async def test_each_profile_has_its_own_tab() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("t", "j")
        kind_of_bob = story.main.kind
        await story.press("k")

        assert (kind_of_bob, story.main.kind) == (TokenKind.ACCESS, TokenKind.ID)


@pytest.mark.parametrize("presses", [2, 3])
async def test_after_the_tab_of_the_refresh_token_or_the_user_a_return_copies_the_access_token(presses: int) -> None:
    services = desk(ALICE, BOB).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press(*"t" * presses, "j", "k", "enter")
        await story.see("alice-sub")
        await story.press("c")

        await story.until(lambda: copied(services) == [make_tokens().access.value])


async def test_the_tab_of_the_refresh_token_stays_while_its_profile_is_read_again() -> None:
    async with opened(desk(ALICE, BOB)) as story:
        await story.press("t", "t", "f5")
        await story.hear("Reloaded")

        assert story.main.kind is TokenKind.REFRESH


async def test_a_copy_of_the_refresh_token_says_so() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("t", "t", "c")

        await story.hear("This is the refresh token")
        assert copied(services) == ["opaque-refresh-1"]


async def test_the_refresh_token_itself_is_never_shown() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        await story.press("t", "t")

        await story.see("opaque")
        assert "opaque-refresh-1" not in story.text


async def test_v_says_that_the_keys_of_the_pool_agree() -> None:
    verifier = FakeVerifier(Verification(verified=True, algorithm="RS256"))
    services = desk(ALICE, verifier=verifier).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")

        await story.see("✓ verified  RS256")


async def test_v_says_why_a_token_does_not_hold() -> None:
    verifier = FakeVerifier(Verification(verified=False, algorithm="RS256", reason="The signature is not the pool's."))
    services = desk(ALICE, verifier=verifier).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")

        await story.see("✕ not verified")
        await story.see("The signature is not the pool's.")


async def test_a_new_token_is_unverified_again() -> None:
    verifier = FakeVerifier(Verification(verified=True, algorithm="RS256"))
    services = desk(ALICE, verifier=verifier, signin=FakeSignIn(refresh=[make_tokens(mark="2")]))
    async with opened(services.holding(ALICE, make_tokens())) as story:
        await story.press("enter")
        await story.see("unverified")
        await story.press("v")
        await story.see("✓ verified")
        await story.press("r")

        await story.see("unverified")


async def test_r_refreshes_though_the_token_would_do() -> None:
    services = desk(ALICE, signin=FakeSignIn(refresh=[make_tokens(mark="2")])).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("r")

        await story.until(lambda: len(services.signin.refreshed) == 1)
        await story.see("alice-sub")


async def test_an_error_has_cause_fix_and_key() -> None:
    fault = errors.ClientSecretWrong("dev/alice: Unable to verify secret hash for client 1h57.")
    async with opened(desk(ALICE, signin=FakeSignIn(start=[fault]))) as story:
        await story.press("enter")

        await story.see(fault.title)
        assert fault.cause in story.text
        assert fault.fix in story.text
        assert "p Passwords" in story.text


async def test_esc_dismisses_an_error() -> None:
    fault = errors.UserDisabled("dev/alice: User is disabled.")
    async with opened(desk(ALICE, signin=FakeSignIn(start=[fault]))) as story:
        await story.press("enter")
        await story.see(fault.title)
        await story.press("escape")

        await story.until(lambda: fault.title not in story.text)


async def test_a_failure_of_one_profile_does_not_hide_the_token_of_another() -> None:
    services = desk(ALICE, BOB, signin=FakeSignIn(start=[errors.UserDisabled("dev/bob: User is disabled.")]))
    async with opened(services.holding(ALICE, make_tokens())) as story:
        await story.press("j", "enter")
        await story.see("User is disabled")
        await story.press("k", "enter")

        await story.see("alice-sub")
        assert "User is disabled" not in story.text


async def test_a_refused_password_is_asked_for_when_signing_in_again() -> None:
    signin = FakeSignIn(start=[errors.WrongCredentials("dev/alice: Incorrect username or password."), signed_in()])
    services = desk(ALICE, signin=signin)
    async with opened(services) as story:
        await story.press("enter")
        await story.see("Wrong username or password")
        await story.press("L")
        await story.until(lambda: len(signin.started) == 2)

        assert signin.started[1][1].password is None


async def test_work_that_runs_is_shown_and_esc_leaves_it() -> None:
    release = threading.Event()

    class Slow(FakeSignIn):
        def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
            release.wait(10)
            return signed_in()

    async with opened(desk(ALICE, signin=Slow())) as story:
        await story.press("enter")
        await story.see("Getting the token of alice@example.com")
        await story.press("escape")
        await story.see("Cancelled")
        release.set()
        await story.pilot.pause(0.05)

        assert "alice-sub" not in story.text
        assert not story.main.state_of(ALICE).running


async def test_without_a_keyring_the_token_is_available_and_the_tui_says_where_secrets_are_kept() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    services.vault.fault = errors.NoKeyring("No keyring is usable here.")
    async with opened(services) as story:
        await story.press("enter")

        await story.see("No keyring is usable here.")
        await story.see("secrets in memory")
        await story.see("alice-sub")


async def test_a_warning_of_the_broker_is_a_toast() -> None:
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    services.index.fault = errors.SaveFailed("The disk is full.")
    async with opened(services) as story:
        await story.press("enter")

        await story.hear("The disk is full.")


async def test_an_expiring_token_says_so_without_colour() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens(now=NOW - 3400))
    async with opened(services) as story:
        assert "◐" in story.text
        assert "1 expiring" in story.text


async def test_the_countdown_follows_the_clock_and_not_a_counter() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.see("1:00:00")
        services.clock.advance(1800)
        story.main.tick()

        await story.see("30:00")


async def test_what_the_keyring_asks_is_shown_while_it_waits() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        services.hear("The keyring asks to be unlocked.")

        await story.see("The keyring asks to be unlocked.")


async def test_what_an_own_server_says_replaces_what_it_said_before() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        services.hear_news("Code 111111")
        await story.see("Code 111111")
        services.hear_news("Code 222222")
        await story.see("Code 222222")

        assert "Code 111111" not in story.text


async def test_a_token_of_another_run_is_listed_without_the_vault() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services):
        assert services.vault.calls == []


async def test_hostile_claims_are_shown_escaped_and_do_nothing() -> None:
    token = make_token(username="[@click=app.quit]x[/]\x1b[2J\u202e")
    services = desk(ALICE, signin=FakeSignIn(start=[signed_in()]))
    services.vault.hold_tokens(ALICE, make_tokens())
    services.vault.entries = {
        name: value.replace(make_tokens().access.value, token.value) for name, value in services.vault.entries.items()
    }
    async with opened(services) as story:
        await story.press("enter")

        await story.see(r"[@click=app.quit]x[/]\x1b[2J\u202e")
