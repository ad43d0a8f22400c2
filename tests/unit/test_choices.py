"""What is remembered of how a person uses the program: never in the way, never a loss of what others wrote."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from cognitui.model.choices import NO_CHOICES, Choices
from cognitui.model.errors import SaveFailed
from cognitui.model.recent_use import Use
from cognitui.services import Options
from cognitui.store.choices import ChoicesFile
from cognitui.wiring import Wiring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "choices.json"


def copied(path: Path, profile_id: str, form: str) -> Choices:
    return ChoicesFile(path).change(lambda choices: choices.with_copied_as(profile_id, form))


def test_nothing_is_remembered_at_first_and_reading_makes_no_file(path: Path) -> None:
    assert ChoicesFile(path).read() == NO_CHOICES
    assert not path.parent.exists()


def test_the_next_run_remembers(path: Path) -> None:
    copied(path, "dev/alice", "curl")
    copied(path, "dev/bob", "json")
    copied(path, "dev/alice", "env")

    assert ChoicesFile(path).read().copied_as == {"dev/bob": "json", "dev/alice": "env"}


def test_the_file_holds_names_and_forms_and_nothing_else(path: Path) -> None:
    copied(path, "dev/alice", "curl")

    assert json.loads(path.read_bytes()) == {"version": 1, "copied_as": {"dev/alice": "curl"}}


def test_the_program_keeps_it_in_its_state_folder_and_tells_where(tmp_path: Path) -> None:
    services = Wiring(Options(state=tmp_path / "state"), {"XDG_CONFIG_HOME": str(tmp_path)})
    services.choices.change(lambda choices: choices.with_copied_as("dev/alice", "curl"))

    place = next(place.path for place in services.locations() if place.name == "choices")
    assert place == tmp_path / "state" / "choices.json"
    assert ChoicesFile(place).read().copied_as == {"dev/alice": "curl"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_file_is_this_users_alone(path: Path) -> None:
    copied(path, "dev/alice", "curl")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_fields_that_this_version_does_not_know_are_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1,"layout":{"list":42},"copied_as":{"dev/bob":"json"},"sorted":null}')

    copied(path, "dev/alice", "curl")

    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "layout": {"list": 42},
        "sorted": None,
        "copied_as": {"dev/bob": "json", "dev/alice": "curl"},
    }


def test_all_that_is_remembered_comes_back(path: Path) -> None:
    everything = Choices(
        copied_as={"dev/alice": "curl"},
        used={"dev/alice": Use(1.5, 1_700_000_000.25)},
        order="dies_first",
        environment="*",
        selected={"dev": "dev/alice", "*": "dev/alice"},
        alone="token",
        tab="aws",
    )
    ChoicesFile(path).change(lambda _choices: everything)

    assert ChoicesFile(path).read() == everything


def test_what_is_a_default_again_is_taken_out_of_the_file(path: Path) -> None:
    ChoicesFile(path).change(lambda choices: choices.with_alone("token"))
    ChoicesFile(path).change(lambda choices: choices.with_alone(""))

    assert json.loads(path.read_bytes()) == {"version": 1}
    assert ChoicesFile(path).read() == NO_CHOICES


def test_a_file_of_before_there_was_an_order_or_a_layout_keeps_its_forms(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1,"copied_as":{"dev/alice":"curl"}}')

    ChoicesFile(path).change(lambda choices: choices.with_order("name").with_tab("id"))

    assert ChoicesFile(path).read() == Choices(copied_as={"dev/alice": "curl"}, order="name", tab="id")


def test_a_file_without_a_field_lacks_nothing(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version":1}')

    assert ChoicesFile(path).read() == NO_CHOICES


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
        b"[" * 100_000,
        b" " * ((4 << 20) + 1),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_a_file_that_is_not_understood_is_kept_aside_and_begun_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert ChoicesFile(path).read() == NO_CHOICES
    assert path.read_bytes() == content, "who only reads leaves it where it is"

    copied(path, "dev/alice", "curl")

    assert ChoicesFile(path).read().copied_as == {"dev/alice": "curl"}
    assert path.with_name("choices.json.broken").read_bytes() == content


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

    assert len(ChoicesFile(path).read().copied_as) == 40


def test_the_profiles_that_were_copied_longest_ago_are_forgotten_first() -> None:
    choices = NO_CHOICES
    for number in range(1001):
        choices = choices.with_copied_as(f"dev/{number}", "curl")
        choices = choices.with_copied_as("dev/0", "json")

    assert len(choices.copied_as) == 1000
    assert "dev/0" in choices.copied_as
    assert "dev/1" not in choices.copied_as
    assert "dev/1000" in choices.copied_as
