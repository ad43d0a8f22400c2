"""A sign-in that goes on in the browser, as a dialog."""

from __future__ import annotations

from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.errors import RedirectUnavailable
from cognitui.model.profile import Flow
from cognitui.tui.dialogs.challenge import BrowserScreen
from tests.tui.harness import NARROW, Story, copied, desk, opened
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, signed_in

DOMAIN = "https://shop-dev.auth.eu-west-1.amazoncognito.com"
ALICE = make_profile("dev/alice", flow=Flow.AUTHORIZATION_CODE, domain=DOMAIN)
URL = f"{DOMAIN}/oauth2/authorize?response_type=code&client_id=1h57kf5cpq17m0eml12example&state=" + "s" * 300
BACK = {"address": "http://localhost:8976/callback?code=c&state=s"}


def challenge(*, waits: bool = True, remark: str = "") -> Challenge:
    return Challenge(
        kind="BROWSER_SIGN_IN",
        profile=ALICE,
        title="Sign in with the browser",
        message="Sign in as alice@example.com. The browser returns to http://localhost:8976/callback; this exact URL "
        "must be registered with the app client. If the browser is on another machine, paste the address that it "
        "ends on.",
        prompts=(Prompt("address", "address", hint="http://localhost:8976/callback?code=…"),),
        url=URL,
        waits=waits,
        remark=remark,
    )


def browsing(*asked: Challenge, has_browser: bool = True) -> FakeServices:
    first, *more = asked or (challenge(),)
    signin = FakeSignIn(start=[first], answer=[*more, signed_in()])
    return desk(ALICE, signin=signin, has_browser=has_browser)


async def asked(story: Story) -> None:
    await story.press("enter")
    await story.until(lambda: isinstance(story.app.screen, BrowserScreen))


async def test_the_browser_comes_back_and_the_dialog_is_gone() -> None:
    services = browsing()
    async with opened(services) as story:
        await asked(story)
        await story.see("Asked a browser to open it.")
        assert services.browsed == [URL]

        services.signin.arrivals.append(BACK)

        await story.see("alice-sub")
        assert services.signin.answered[0][1] == BACK


async def test_the_address_is_shown_in_full_and_copied() -> None:
    services = browsing(has_browser=False)
    async with opened(services) as story:
        await asked(story)
        await story.see("Open it in a browser, on any machine.")
        place = story.app.screen.query_one("#address").region
        lines = story.text.splitlines()[place.y : place.bottom]
        assert "".join(line[place.x : place.right].rstrip() for line in lines) == URL

        await story.pilot.click("#copy")

        await story.hear("sign-in address, to the clipboard (fake).")
        assert copied(services) == [URL]
        assert not any("Cleared" in toast for toast in story.toasts)


async def test_the_browser_is_opened_again_only_by_a_button() -> None:
    services = browsing()
    async with opened(services) as story:
        await asked(story)
        await story.press("escape")
        await story.see("Waiting for you: a browser sign-in.")
        await asked(story)
        assert services.browsed == [URL]

        await story.pilot.click("#open")

        assert services.browsed == [URL, URL]


async def test_esc_ends_the_wait() -> None:
    services = browsing()
    async with opened(services) as story:
        await asked(story)
        await story.until(lambda: bool(services.signin.waited))
        await story.press("escape")

        await story.until(services.signin.waits_ended.is_set)
        assert services.signin.answered == []


async def test_leaving_the_program_ends_the_wait() -> None:
    services = browsing()
    async with opened(services) as story:
        await asked(story)
        await story.until(lambda: bool(services.signin.waited))
        story.app.exit(0)

    assert services.signin.waits_ended.wait(10)


async def test_a_pasted_address_signs_in_and_ends_the_wait() -> None:
    services = browsing(challenge(), challenge(remark="That is not an answer to this sign-in."))
    async with opened(services) as story:
        await asked(story)
        await story.type("http://localhost/wrong")
        await story.press("enter")
        await story.see("That is not an answer to this sign-in.")
        await story.type(BACK["address"])
        await story.press("enter")

        await story.see("alice-sub")
        assert services.signin.answered[1][1] == BACK
        assert services.signin.waits_ended.is_set()


async def test_a_taken_port_is_reported_and_the_address_can_be_pasted() -> None:
    services = browsing()
    services.signin.arrivals.append(RedirectUnavailable("Nobody can wait on port 8976."))
    async with opened(services) as story:
        await asked(story)
        await story.see("Nobody can wait on port 8976. Stop the program")
        await story.type(BACK["address"])
        await story.press("enter")

        await story.see("alice-sub")


async def test_without_a_redirect_nothing_waits_for_the_browser() -> None:
    services = browsing(challenge(waits=False))
    async with opened(services) as story:
        await asked(story)
        await story.see("Asked a browser to open it.")

        assert "Waiting" not in story.text
        assert services.signin.waited == []


async def test_everything_of_it_is_in_view_at_80_by_24() -> None:
    async with opened(browsing(), size=NARROW) as story:
        await asked(story)

        for words in (
            "this exact URL",
            "oauth2/authorize",
            "Copy the address",
            "Open the browser",
            "Waiting",
            "Continue",
            "Later",
        ):
            assert words in story.text, words
