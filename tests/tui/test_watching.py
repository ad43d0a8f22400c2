"""What another program writes to the profile files is seen on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cognitui.services import Services
from cognitui.store.profile_file import ProfileFile
from cognitui.tui.profile_reader import ProfileReader
from tests.tui.harness import desk, opened
from tests.unit.fakes import make_book, make_profile, make_tokens

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


async def test_where_the_selected_environment_is_renamed_in_the_file_another_is_shown() -> None:
    services = desk(ALICE, PROD)
    async with opened(services, environment="prod") as story:
        services.profiles.book = make_book(ALICE, make_profile("production/alice", protected=True))
        await story.press("f5")
        await story.hear("Read again: 2 profiles.")

        assert story.main.selected == ALICE
        assert "prod/alice" not in story.text


async def test_the_selected_profile_is_shown_as_the_file_has_it_now() -> None:
    services = desk(ALICE).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await story.press("enter")
        await story.see("alice-sub")
        services.profiles.book = make_book(make_profile("dev/alice", protected=True))
        await story.press("f5")

        await story.see("dev/alice · protected")
