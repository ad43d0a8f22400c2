"""What another program writes to the profile files is seen on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cognitui.services import Services
from cognitui.store.profile_file import ProfileFile
from cognitui.tui.profile_reader import ProfileReader
from tests.tui.harness import desk


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
