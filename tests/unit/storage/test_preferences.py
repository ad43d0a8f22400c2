"""What is remembered of how a person uses the program: never in the way, never a loss of what others wrote."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from cognitui.model.errors import SaveFailed
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.sorting import Use
from cognitui.services import Options, Services
from cognitui.storage.preferences import PreferencesFile

PROFILES = Path("/home/me/profiles.toml")
OTHERS = Path("/home/me/team.toml")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "choices.json"


def copied(path: Path, profile_id: str, form: str) -> Preferences:
    return PreferencesFile(path, PROFILES).change(lambda preferences: preferences.with_copied_as(profile_id, form))


def test_nothing_is_remembered_at_first_and_reading_makes_no_file(path: Path) -> None:
    assert PreferencesFile(path, PROFILES).read() == NO_PREFERENCES
    assert not path.parent.exists()


def test_the_next_run_remembers(path: Path) -> None:
    copied(path, "dev/alice", "curl")
    copied(path, "dev/bob", "json")
    copied(path, "dev/alice", "env")

    assert PreferencesFile(path, PROFILES).read().copied_as == {"dev/bob": "json", "dev/alice": "env"}


def test_the_file_holds_names_and_forms_and_nothing_else(path: Path) -> None:
    copied(path, "dev/alice", "curl")

    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "files": {str(PROFILES): {"copied_as": {"dev/alice": "curl"}}},
    }


def test_the_program_keeps_it_in_its_state_folder_and_says_where(tmp_path: Path) -> None:
    services = Services(Options(state=tmp_path / "state"), {"XDG_CONFIG_HOME": str(tmp_path)})
    services.preferences.change(lambda preferences: preferences.with_copied_as("dev/alice", "curl"))

    place = next(place.path for place in services.locations() if place.name == "choices")
    assert place == tmp_path / "state" / "choices.json"
    assert PreferencesFile(place, tmp_path / "cognitui" / "profiles.toml").read().copied_as == {"dev/alice": "curl"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_file_is_private_to_this_user(path: Path) -> None:
    copied(path, "dev/alice", "curl")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_fields_that_this_version_does_not_know_are_kept(path: Path) -> None:
    path.parent.mkdir()
    of_file = {str(PROFILES): {"copied_as": {"dev/bob": "json"}, "pinned": ["dev/bob"]}}
    path.write_text(json.dumps({"version": 1, "layout": {"list": 42}, "sorted": None, "files": of_file}))

    copied(path, "dev/alice", "curl")

    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "layout": {"list": 42},
        "sorted": None,
        "files": {str(PROFILES): {"copied_as": {"dev/bob": "json", "dev/alice": "curl"}, "pinned": ["dev/bob"]}},
    }


def test_all_that_is_remembered_comes_back(path: Path) -> None:
    everything = Preferences(
        copied_as={"dev/alice": "curl"},
        used={"dev/alice": Use(1.5, 1_700_000_000.25)},
        order="dies_first",
        environment="*",
        selected={"dev": "dev/alice", "*": "dev/alice"},
        alone="token",
    )
    PreferencesFile(path, PROFILES).change(lambda _choices: everything)

    assert PreferencesFile(path, PROFILES).read() == everything


def test_what_is_a_default_again_is_taken_out_of_the_file(path: Path) -> None:
    PreferencesFile(path, PROFILES).change(lambda preferences: preferences.with_alone("token"))
    PreferencesFile(path, PROFILES).change(lambda preferences: preferences.with_alone(""))

    assert json.loads(path.read_bytes()) == {"version": 1, "files": {str(PROFILES): {}}}
    assert PreferencesFile(path, PROFILES).read() == NO_PREFERENCES


def test_a_file_of_before_there_was_an_order_or_a_layout_keeps_its_forms(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1,"copied_as":{"dev/alice":"curl"}}')

    PreferencesFile(path, PROFILES).change(lambda preferences: preferences.with_order("name").with_alone("token"))

    assert PreferencesFile(path, PROFILES).read() == Preferences(
        copied_as={"dev/alice": "curl"}, order="name", alone="token"
    )


@pytest.mark.parametrize("tab", ['"refresh"', '"user"', "7", "null"])
def test_a_file_of_a_version_that_kept_the_tab_is_read_without_it(path: Path, tab: str) -> None:
    path.parent.mkdir()
    path.write_text(f'{{"version":1,"order":"name","tab":{tab}}}')

    assert PreferencesFile(path, PROFILES).read() == Preferences(order="name")
    assert PreferencesFile(path, PROFILES).change(lambda preferences: preferences.with_alone("token")).order == "name"
    assert [file.name for file in path.parent.iterdir() if "choices" not in file.name] == []


def test_a_file_without_a_field_lacks_nothing(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1}')

    assert PreferencesFile(path, PROFILES).read() == NO_PREFERENCES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"version":2,"copied_as":{}}',
        b'{"version":"1","copied_as":{}}',
        b'{"version":1,"copied_as":{"dev/alice":7}}',
        b'{"version":1,"copied_as":[]}',
        b'{"version":1,"used":{"dev/alice":{"score":"many","at":1}}}',
        b'{"version":1,"used":{"dev/alice":{"score":1e999,"at":1}}}',
        b'{"version":1,"selected":{"dev":["dev/alice"]}}',
        b'{"version":1,"files":["/home/me/profiles.toml"]}',
        b'{"version":1,"files":{"/home/me/profiles.toml":{"used":7}}}',
        b"[" * 100_000,
        b" " * ((4 << 20) + 1),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_a_file_that_is_not_understood_is_kept_aside_and_begun_again(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert PreferencesFile(path, PROFILES).read() == NO_PREFERENCES
    assert path.read_bytes() == content, "who only reads leaves it where it is"

    copied(path, "dev/alice", "curl")

    assert PreferencesFile(path, PROFILES).read().copied_as == {"dev/alice": "curl"}
    assert path.with_name("choices.json.broken").read_bytes() == content


# Several profile files


def test_two_files_with_the_same_ids_do_not_mix(path: Path) -> None:
    PreferencesFile(path, PROFILES).change(
        lambda preferences: preferences.with_use("dev/alice", 1.0).with_copied_as("dev/bob", "a")
    )
    PreferencesFile(path, OTHERS).change(
        lambda preferences: preferences.with_copied_as("dev/bob", "b").with_place("dev", {})
    )

    assert PreferencesFile(path, PROFILES).read() == Preferences(
        used={"dev/alice": Use(1.0, 1.0)}, copied_as={"dev/bob": "a"}
    )
    assert PreferencesFile(path, OTHERS).read() == Preferences(environment="dev", copied_as={"dev/bob": "b"})


def test_how_the_screen_looks_is_the_same_for_all_files(path: Path) -> None:
    layout = Preferences(order="name", alone="token")
    PreferencesFile(path, PROFILES).change(lambda _choices: layout)

    assert PreferencesFile(path, OTHERS).read() == layout


def test_a_file_is_the_same_by_whichever_of_its_names(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to(tmp_path / "profiles.toml")
    PreferencesFile(path, tmp_path / "link.toml").change(lambda preferences: preferences.with_use("dev/alice", 1.0))

    assert PreferencesFile(path, tmp_path / "x" / ".." / "profiles.toml").read().used


def test_what_a_version_noted_that_did_not_distinguish_files_is_lost_for_none(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1,"order":"name","copied_as":{"dev/alice":"curl"},"environment":"dev"}')
    before = Preferences(order="name", copied_as={"dev/alice": "curl"}, environment="dev")
    assert PreferencesFile(path, PROFILES).read() == before

    after = PreferencesFile(path, PROFILES).change(
        lambda preferences: preferences.without("dev/alice").with_order("recent")
    )

    assert after == PreferencesFile(path, PROFILES).read() == Preferences(order="recent", environment="dev")
    assert PreferencesFile(path, OTHERS).read() == before.with_order("recent")


def test_the_file_that_was_used_longest_ago_is_forgotten_first(path: Path) -> None:
    files = [PreferencesFile(path, Path(f"/home/me/{number}.toml")) for number in range(21)]
    for file in files[:20]:
        file.change(lambda preferences: preferences.with_use("dev/alice", 1.0))
    files[0].change(lambda preferences: preferences.with_use("dev/alice", 2.0))
    files[20].change(lambda preferences: preferences.with_use("dev/alice", 1.0))

    assert [number for number, file in enumerate(files) if not file.read().used] == [1]


def test_a_file_of_very_many_profiles_makes_no_file_that_is_too_large_to_be_read(path: Path) -> None:
    for number in range(8):
        many = {f"{number}/{'p' * 1000}{profile}": "curl" for profile in range(1000)}
        PreferencesFile(path, Path(f"/home/me/{number}.toml")).change(lambda _choices, many=many: Preferences(many))  # type: ignore[misc]  # bound now

    assert path.stat().st_size <= 4 << 20
    assert len(PreferencesFile(path, Path("/home/me/7.toml")).read().copied_as) == 1000


# A profile that is gone


def test_of_a_profile_that_is_gone_nothing_is_remembered() -> None:
    known = Preferences({"dev/alice": "curl", "dev/bob": "json"}, selected={"dev": "dev/alice", "*": "dev/bob"})

    assert known.with_use("dev/alice", 1.0).without("dev/alice") == Preferences(
        {"dev/bob": "json"}, selected={"*": "dev/bob"}
    )


def test_a_save_that_fails_says_so_and_changes_nothing(path: Path) -> None:
    path.parent.write_text("a file in the place of the folder")

    with pytest.raises(SaveFailed):
        copied(path, "dev/alice", "curl")


def test_a_choice_that_is_the_same_again_writes_nothing(path: Path) -> None:
    copied(path, "dev/alice", "curl")
    before = path.stat()
    copied(path, "dev/alice", "curl")

    assert path.stat() == before


def test_writers_side_by_side_lose_nothing(path: Path) -> None:
    def choose_ten(writer: int) -> None:
        for number in range(10):
            copied(path, f"dev/{writer}-{number}", "curl")

    writers = [threading.Thread(target=choose_ten, args=(writer,)) for writer in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()

    assert len(PreferencesFile(path, PROFILES).read().copied_as) == 40


def test_the_profiles_that_were_copied_longest_ago_are_forgotten_first() -> None:
    choices = NO_PREFERENCES
    for number in range(1001):
        choices = choices.with_copied_as(f"dev/{number}", "curl")
        choices = choices.with_copied_as("dev/0", "json")

    assert len(choices.copied_as) == 1000
    assert "dev/0" in choices.copied_as
    assert "dev/1" not in choices.copied_as
    assert "dev/1000" in choices.copied_as
