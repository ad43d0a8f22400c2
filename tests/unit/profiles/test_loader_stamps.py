"""Whether a book is still what its files say: the profile file, and all that it includes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import ProfileFields
from cognitui.profiles.store import ProfileFile

TEAM = '[environments.dev.profiles.bob]\nusername = "bob"\nuser_pool_id = "eu-west-1_Ab"\nclient_id = "c1h57"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "profiles.toml", 'include = ["team.toml", "later.toml"]\n')


@pytest.fixture
def team(tmp_path: Path) -> Path:
    return write(tmp_path / "team.toml", TEAM)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_book_is_current_as_long_as_no_file_is_written(path: Path, team: Path) -> None:
    store = ProfileFile(path)
    profile_set = store.load()

    assert store.stamps(profile_set) == profile_set.stamps
    assert [stamp.path for stamp in profile_set.stamps] == [str(path), str(team), str(team.with_name("later.toml"))]


@pytest.mark.parametrize("name", ["profiles.toml", "team.toml", "later.toml"])
def test_a_book_is_not_current_once_one_of_its_files_is_written(path: Path, team: Path, name: str) -> None:
    store = ProfileFile(path)
    profile_set = store.load()

    write(path.with_name(name), f"# changed\n{TEAM}")

    assert store.stamps(profile_set) != profile_set.stamps


def test_a_file_that_an_included_one_includes_is_watched_too(path: Path, team: Path) -> None:
    deeper = write(team.with_name("deeper.toml"), "")
    write(team, f'include = ["deeper.toml"]\n{TEAM}')
    profile_set = ProfileFile(path).load()

    assert str(deeper) in [stamp.path for stamp in profile_set.stamps]


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    store = ProfileFile(tmp_path / "profiles.toml")
    profile_set = store.load()
    assert store.stamps(profile_set) == profile_set.stamps

    store.add("dev", "bob", ProfileFields(username="bob", user_pool_id="eu-west-1_Ab", client_id="c1h57"))

    assert store.stamps(profile_set) != profile_set.stamps


def test_a_book_that_a_change_returns_is_current(path: Path, team: Path) -> None:
    store = ProfileFile(path)
    store.load()

    profile_set = store.add(
        "dev", "carol", ProfileFields(username="carol", user_pool_id="eu-west-1_Ab", client_id="c1h57")
    )

    assert store.stamps(profile_set) == profile_set.stamps


def test_without_a_book_only_the_file_is_looked_at(path: Path) -> None:
    write(path, "version = ")
    store = ProfileFile(path)
    with pytest.raises(ProfileFileError):
        store.load()

    assert [stamp.path for stamp in store.stamps(None)] == [str(path)]
