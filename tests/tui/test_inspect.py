"""Reading a token that was pasted from anywhere."""

from __future__ import annotations

import gc
import json
import threading

import pytest
from textual import events
from textual.widgets import Input

from cognitui.model.errors import Unreachable
from cognitui.model.expectations import Expect
from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind, Verification
from cognitui.tui.dialogs.confirm import Locked
from cognitui.tui.dialogs.inspect import InspectScreen
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.inputs import FilterInput, PasteInput
from tests.tui.harness import Story, desk, opened
from tests.unit.fakes import FakeServices, FakeVerifier, make_jwt, make_profile, make_token, make_tokens

ALICE = make_profile("dev/alice")
GOOD = Verification(verified=True, algorithm="RS256", key_id="key-1")
BAD = Verification(verified=False, algorithm="HS256", reason="Its algorithm is not RS256.")
TOKEN = make_token(email="a@x").value
REFRESH_TOKEN = ".".join(("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0", "a2V5", "aXY", "Y2lwaGVy", "dGFn"))


def knowing(answer: Verification | Unreachable = GOOD, profile: Profile = ALICE) -> FakeServices:
    return desk(profile, verifier=FakeVerifier(answer))


async def paste(story: Story, text: str) -> None:
    """Open the screen and pastes."""
    await story.press("i")
    await story.until(lambda: isinstance(story.app.screen, InspectScreen))
    await story.type(text)


def asked(services: FakeServices) -> list[tuple[Profile, str]]:
    assert services.verifier is not None
    return services.verifier.asked


@pytest.mark.parametrize("before", ["", "Bearer ", "Authorization: Bearer ", "\n  authorization: bearer\t"])
async def test_a_pasted_token_is_shown_with_human_times_and_verified(before: str) -> None:
    services = knowing()
    async with opened(services) as story:
        await paste(story, f"{before}{TOKEN}\n")

        await story.see("a@x")
        await story.see("in 1 h")
        await story.see("✓ verified: RS256, with a key of the pool of dev/alice")
        assert asked(services) == [(ALICE, TOKEN)]


async def test_a_token_that_a_terminal_has_wrapped_is_read_whole() -> None:
    services = knowing()
    async with opened(services) as story:
        await paste(story, "\r\n".join(TOKEN[at : at + 40] for at in range(0, len(TOKEN), 40)))

        await story.see("✓ verified")
        assert asked(services) == [(ALICE, TOKEN)]


async def test_the_token_is_neither_shown_nor_kept_in_the_line() -> None:
    async with opened(knowing()) as story:
        await paste(story, TOKEN)
        await story.see("✓ verified")

        assert TOKEN[:20] not in story.text
        line = story.app.screen.query_one(Input)
        assert (line.value, line.password) == ("", True)
        kept = [value for value in vars(story.app.screen).values() if isinstance(value, str)]
        assert not any(TOKEN[:20] in value for value in kept)


async def test_what_is_typed_is_read_at_enter_and_gone_too() -> None:
    async with opened(knowing()) as story:
        await story.press("i")
        await story.until(lambda: isinstance(story.app.screen, InspectScreen))
        line = story.app.screen.query_one(Input)
        line.value = TOKEN
        await story.press("enter")

        await story.see("a@x")
        assert line.value == ""


async def test_a_token_that_is_not_genuine_says_why() -> None:
    async with opened(knowing(BAD)) as story:
        await paste(story, TOKEN)

        await story.see("✕ not verified with the keys of the pool of dev/alice: Its algorithm is not RS256.")
        assert "a@x" in story.text


async def test_a_token_of_an_unknown_pool_is_shown_without_asking_cognito() -> None:
    services = knowing()
    stranger = make_jwt({"sub": "1", "client_id": "x", "iss": "https://evil.example.com", "email": "a@x"})
    async with opened(services) as story:
        await paste(story, stranger)

        await story.see("○ unverified: no profile has its pool and client")
        assert "a@x" in story.text
        assert asked(services) == []


async def test_keys_that_are_not_available_are_no_verdict() -> None:
    async with opened(knowing(Unreachable("No network."))) as story:
        await paste(story, TOKEN)

        await story.see("○ unverified: No network.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (REFRESH_TOKEN, "encrypted token (five parts), such as a Cognito refresh token"),
        ("rubbish", "This is not a JWT: it has no dots."),
        (" \n", "No token found."),
        ("x" * 13_000_000, "This is longer than 64 KB"),
        ("e30.bm90IGpzb24.c2ln", "The second part, the payload, is not a JSON object"),
    ],
)
async def test_what_is_no_token_is_reported_in_a_sentence(text: str, words: str) -> None:
    services = knowing()
    async with opened(services) as story:
        await paste(story, text)

        await story.see(words)
        assert asked(services) == []


async def test_a_paste_among_the_claims_is_the_next_token() -> None:
    services = knowing()
    second = make_token(TokenKind.ID, email="b@x").value
    async with opened(services) as story:
        await paste(story, TOKEN)
        await story.see("a@x")
        story.app.screen.focused.post_message(events.Paste(second))  # type: ignore[union-attr]  # the claims
        await story.see("b@x")

        assert "a@x" not in story.text
        assert asked(services)[-1] == (ALICE, second)


async def test_a_late_answer_about_the_previous_token_is_not_shown() -> None:
    release = threading.Event()

    class Slow(FakeVerifier):
        def verify(self, profile: Profile, token: str) -> Verification:
            release.wait(10)
            return super().verify(profile, token)

    async with opened(desk(ALICE, verifier=Slow(GOOD))) as story:
        await paste(story, TOKEN)
        await story.see("… verifying it with the keys of the pool of dev/alice")
        await story.type("rubbish")
        await story.see("This is not a JWT")
        release.set()
        await story.pilot.pause(0.05)

        assert "✓ verified" not in story.text


async def test_expectations_are_checked_if_a_profile_matches() -> None:
    expecting = make_profile("dev/alice", expect=Expect(token_use="id", min_valid="5m"))
    async with opened(knowing(profile=expecting)) as story:
        await paste(story, TOKEN)

        await story.see("✕ would reject it: token_use")
        await story.see("✕ access; expected is id")


async def test_each_claim_is_explained() -> None:
    async with opened(knowing()) as story:
        await paste(story, TOKEN)
        await story.press("j")

        await story.see("email: The user's e-mail address.")


async def test_hostile_claims_are_inert() -> None:
    hostile = make_jwt({"[@click=app.quit]x[/]\x1b[2J": "\u202e[bold]y[/bold]", "exp": 10**400})
    async with opened(knowing()) as story:
        await paste(story, hostile)

        await story.see(r"\u202e[bold]y[/bold]")
        assert "\x1b" not in story.text


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_it_is_closed_by_a_key_and_begins_empty_again(key: str) -> None:
    async with opened(knowing()) as story:
        await paste(story, TOKEN)
        await story.see("a@x")
        await story.press(key)
        await story.until(lambda: story.app.screen is story.main)
        await story.press("i")
        await story.see("paste it here")

        assert "a@x" not in story.text


async def test_the_button_closes_it() -> None:
    async with opened(knowing(), size=(60, 20)) as story:
        await paste(story, TOKEN)
        await story.see("Close (esc)")
        await story.pilot.click("#close")

        await story.until(lambda: story.app.screen is story.main)


async def test_it_needs_no_profile() -> None:
    async with opened(desk()) as story:
        await paste(story, TOKEN)

        await story.see("a@x")
        await story.see("no profile has its pool and client")


# Enter behind a paste


async def test_enter_behind_a_paste_stays_with_the_claims() -> None:
    async with opened(knowing()) as story:
        await paste(story, f"{TOKEN}\n")
        await story.press("enter")

        await story.see("a@x")
        assert isinstance(story.app.focused, ClaimsList)
        await story.press("escape")
        assert story.app.screen is story.main


async def test_enter_from_the_line_goes_to_the_claims_that_are_there() -> None:
    async with opened(knowing()) as story:
        await paste(story, TOKEN)
        await story.press("enter", "enter", "down")

        claims = story.app.screen.query_one(ClaimsList)
        assert (story.app.focused, claims.cursor) == (claims, 1)


# A paste anywhere


async def paste_anywhere(story: Story, text: str) -> None:
    """As a terminal does it, whatever has the focus."""
    story.app.post_message(events.Paste(text))
    await story.pilot.pause()


SIGNED_IN = json.dumps({"AuthenticationResult": {"RefreshToken": REFRESH_TOKEN, "AccessToken": TOKEN}})


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f'"{TOKEN}"',
        f"\n  {TOKEN}\r\n",
        f"curl -H 'Authorization: Bearer {TOKEN}' https://api.example.com/orders",
        f"http://localhost:3000/callback#access_token={TOKEN}&expires_in=3600",
        f"export COGNITO_ACCESS_TOKEN={TOKEN}",
        SIGNED_IN,
    ],
)
async def test_a_token_pasted_on_the_main_screen_is_inspected(text: str) -> None:
    services = knowing()
    async with opened(services) as story:
        await paste_anywhere(story, text)

        await story.see("✓ verified")
        assert isinstance(story.app.screen, InspectScreen)
        assert asked(services) == [(ALICE, TOKEN)]


@pytest.mark.parametrize("keys", [("slash",), ("tab", "slash"), ("question_mark", "slash")])
@pytest.mark.parametrize("text", [TOKEN, f"Bearer {TOKEN}", SIGNED_IN])
async def test_a_token_pasted_into_a_filter_is_inspected_and_not_shown_there(keys: tuple[str, ...], text: str) -> None:
    services = knowing().holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter", *keys)
        line = story.app.focused
        assert isinstance(line, FilterInput)
        await paste_anywhere(story, text)

        await story.see("✓ verified")
        assert line.value == ""


async def test_a_refresh_token_pasted_into_a_filter_is_refused_and_not_shown() -> None:
    async with opened(knowing()) as story:
        await story.press("slash")
        await paste_anywhere(story, REFRESH_TOKEN)

        await story.hear("Nothing was done with what you pasted.")
        assert REFRESH_TOKEN[:20] not in story.text


@pytest.mark.parametrize("text", ["ali", "a.b.c", "https://example.com/?page=2", '{"name": "alice"}'])
async def test_other_text_pasted_into_a_filter_is_searched_for(text: str) -> None:
    async with opened(knowing()) as story:
        await story.press("slash")
        await paste_anywhere(story, text)

        await story.until(lambda: story.main.query_text == text)
        assert story.app.screen is story.main


@pytest.mark.parametrize("key", ["tab", "question_mark", "d", "x", "comma"])
async def test_a_token_pasted_among_claims_and_in_a_dialog_without_a_field_is_inspected(key: str) -> None:
    services = knowing().holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press(key)
        await paste_anywhere(story, TOKEN)

        await story.see("✓ verified")
        assert isinstance(story.app.screen, InspectScreen)


async def test_a_paste_into_a_field_of_a_form_stays_a_paste() -> None:
    async with opened(knowing()) as story:
        await story.press("n")
        field = story.app.focused
        assert isinstance(field, Input)
        field.value = ""
        await paste_anywhere(story, TOKEN)

        assert story.app.focused is field
        assert field.value == TOKEN


@pytest.mark.parametrize("text", ["dx", "d\nq\n", "eyJ.not.one", "a" * 70_000, ""])
async def test_what_is_no_token_is_refused_in_a_sentence_and_runs_no_key(text: str) -> None:
    async with opened(knowing()) as story:
        await paste_anywhere(story, text)

        await story.hear("Nothing was done with what you pasted.")
        assert story.app.screen is story.main
        assert not text or text not in " ".join(story.toasts)


async def test_a_token_pasted_over_the_lock_is_not_read() -> None:
    services = knowing()
    async with opened(services) as story:
        services.clock.advance(601)
        story.app.look_for_idle()
        await story.until(lambda: isinstance(story.app.screen, Locked))
        await paste_anywhere(story, TOKEN)

        await story.until(lambda: story.app.screen is story.main)
        assert story.toasts == []


async def test_a_token_pasted_anywhere_is_kept_nowhere() -> None:
    async with opened(knowing()) as story:
        await paste_anywhere(story, TOKEN)
        await story.see("✓ verified")

        for screen in story.app.screen_stack:
            kept = [value for value in vars(screen).values() if isinstance(value, str)]
            assert not any(TOKEN[:20] in value for value in kept)
        await story.press("escape")
        gc.collect()
        assert not any(TOKEN[:20] in message.text for message in gc.get_objects() if isinstance(message, events.Paste))


async def test_a_closed_field_forgets_what_was_typed() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("i")
        field = story.app.screen.query_one(PasteInput)
        field.value = "typed and never entered"
        await story.press("escape")
        await story.until(lambda: not field.is_attached)

        assert field.value == ""
