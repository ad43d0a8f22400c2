"""What another program writes to the profile files is seen on the screen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

from cognitui.model.errors import KeyringLocked
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from cognitui.profiles.store import ProfileFile
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy
from cognitui.tui.background import ProfileReader
from tests.tui.harness import Story, copied, desk, opened
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_book, make_profile, make_tokens
from tests.unit.tokens.brokering import other_process

ALICE, PROD = make_profile("dev/alice"), make_profile("prod/alice", protected=True)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def reader_of(path: Path) -> ProfileReader:
    services = desk()
    services.profiles = ProfileFile(path)  # type: ignore[assignment]  # the real one
    return ProfileReader(cast(Services, services))


def test_a_reading_is_current_until_an_included_file_is_written(tmp_path: Path) -> None:
    team = write(tmp_path / "team.toml", "")
    reader = reader_of(write(tmp_path / "profiles.toml", 'include = ["team.toml"]\n'))
    reading = reader.first()
    assert reader.stamp() == reading.stamp

    write(team, "# ours\n")

    assert reader.stamp() != reading.stamp
    assert reader.again().stamp == reader.stamp()


async def test_if_the_selected_environment_is_renamed_in_the_file_another_is_shown() -> None:
    services = desk(ALICE, PROD)
    async with opened(services, environment="prod") as story:
        services.profiles.profile_set = make_book(ALICE, make_profile("production/alice", protected=True))
        await story.press("f5")
        await story.hear("Reloaded 2 profiles.")

        assert story.main.selected == ALICE
        assert "prod/alice" not in story.text


async def test_the_selected_profile_is_shown_as_the_file_has_it_now() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        services.profiles.profile_set = make_book(make_profile("dev/alice", protected=True))
        await story.press("f5")

        await story.see("dev/alice · protected")


# What another process does to tokens

THEIRS = make_tokens(now=NOW + 10, mark="theirs")


def renew_elsewhere(services: FakeServices, *, consent: bool = False) -> None:
    profile = PROD if consent else ALICE
    other_process(services, FakeSignIn(refresh=[THEIRS])).broker.get(
        profile, policy=TokenPolicy.REFRESH, consent=consent
    )


async def look(story: Story) -> None:
    """Let the next look at the files be now."""
    story.main.files.watch()
    await story.pilot.pause()


async def test_a_token_that_another_process_has_renewed_is_shown_as_it_is_now() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        renew_elsewhere(services)
        await look(story)

        await story.until(lambda: story.main.state_of(ALICE).tokens.get(TokenKind.ACCESS) == THEIRS.access)


async def test_a_token_that_another_process_has_renewed_can_be_compared_with_the_one_before() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        renew_elsewhere(services)
        await look(story)

        await story.until(lambda: story.main.state_of(ALICE).previous.get(TokenKind.ACCESS) == make_tokens().access)


async def test_a_token_that_another_process_has_renewed_is_copied_as_it_is_now_before_the_screen_has_looked() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        renew_elsewhere(services)
        await story.press("c")

        await story.until(lambda: copied(services) == [THEIRS.access.value])
        assert story.main.state_of(ALICE).tokens[TokenKind.ACCESS] == THEIRS.access


async def test_a_token_that_another_process_has_removed_is_no_longer_shown() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        other_process(services).broker.forget(ALICE, ())
        await look(story)

        await story.until(lambda: "alice-sub" not in story.text)
        await story.see("no token yet")


async def test_an_access_token_that_another_process_has_removed_is_no_longer_shown() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens(length=60))
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        services.clock.advance(61)
        other_process(services).broker.forget_expired(ALICE)
        await look(story)

        await story.until(lambda: TokenKind.ACCESS not in story.main.state_of(ALICE).tokens)


async def test_a_protected_token_that_another_process_has_renewed_is_closed_and_not_read_without_asking() -> None:
    services = desk(PROD).holding(PROD, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("is protected")
        await story.press("y")
        await story.see("alice-sub")
        renew_elsewhere(services, consent=True)
        services.vault.calls.clear()
        await look(story)

        await story.until(lambda: not story.main.state_of(PROD).tokens)
        assert services.vault.calls == []


async def test_without_a_change_elsewhere_the_vault_is_not_read() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        services.vault.calls.clear()
        await look(story)
        await story.until(lambda: not any(worker.group == "watch" for worker in story.app.workers))

        assert services.vault.calls == []


async def test_a_keyring_error_while_watching_shows_no_message() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        renew_elsewhere(services)
        services.vault.fault = KeyringLocked("The keyring is locked.")
        await look(story)
        await story.until(
            lambda: any(kind is SecretKind.ACCESS_TOKEN for _, name in services.vault.calls for kind in [name.kind])
        )

        assert story.toasts == []
        assert "alice-sub" in story.text


def test_two_that_wait_at_once_share_the_first_reading(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text("version = 1\n")
    path.chmod(0o600)
    reader = reader_of(path)

    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(lambda _: reader.first(), range(8)))

    assert all(reading is readings[0] for reading in readings)
