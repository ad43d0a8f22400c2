"""A file that is cut off: it is reported with its place and stays as it is, and what of it parses is usable."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import Profile, ProfileFields, ProfileSet
from cognitui.profiles.store import ProfileFile

WHOLE = """\
# Ünser Pool
version = 1
include = []
[environments.dev]
label = "Développement"
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57"
[environments.dev.profiles.alice]
username = "alice"
tags = [
  "wéb",
  'b',  # two
]
[environments.dev.profiles]
bob = { username = "bob", client_metadata = { a = "1" } }
[environments.dev.profiles."carol"]
username = "carol"
flow = "USER_AUTH"
notes = \"\"\"
long
\"\"\"
"""
DATA = WHOLE.encode()
ENDS = {
    "dev/alice": DATA.index(b"[environments.dev.profiles]\n"),
    "dev/bob": DATA.index(b'[environments.dev.profiles."carol"]'),
}
"""Ends of lines at which a profile is whole."""
FIELDS = ProfileFields(username="new", user_pool_id="eu-west-1_AbCdEf123", client_id="1h57")


def cut(path: Path, length: int) -> ProfileFile:
    path.write_bytes(DATA[:length])
    path.chmod(0o600)
    return ProfileFile(path)


def outcome(file: ProfileFile) -> ProfileSet | ProfileFileError:
    try:
        return file.load()
    except ProfileFileError as error:
        return error


def test_the_whole_file_is_right(tmp_path: Path) -> None:
    profile_set = cut(tmp_path / "profiles.toml", len(DATA)).load()
    assert profile_set.errors == ()
    assert list(profile_set.by_id) == ["dev/alice", "dev/bob", "dev/carol"]


def test_cut_at_any_byte_it_is_reported_with_a_place_or_usable(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    whole = cut(path, len(DATA)).load()
    seen = {"refused": 0, "with problems": 0, "right": 0}
    for length in range(len(DATA)):
        found = outcome(cut(path, length))
        last_line = DATA[:length].count(b"\n") + 1
        if isinstance(found, ProfileFileError):
            seen["refused"] += 1
            line = re.match(rf"{re.escape(str(path))}:(\d+): ", str(found))
            assert line, str(found)
            assert 1 <= int(line[1]) <= last_line
        else:
            seen["with problems" if found.errors else "right"] += 1
            for problem in found.errors:
                assert problem.source == str(path)
                assert problem.where
                assert 1 <= problem.line <= last_line
            for id_, end in ENDS.items():
                assert length < end or found.by_id[id_] == whole.by_id[id_]
        assert path.read_bytes() == DATA[:length]
    assert all(seen.values()), "the cuts met every kind"


def test_cut_at_any_byte_it_is_never_overwritten_by_a_save(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    for length in range(0, len(DATA), 3):
        file, before = cut(path, length), DATA[:length]
        broken = isinstance(outcome(file), ProfileFileError)
        try:
            file.add("new", "new", FIELDS)
        except ProfileFileError:
            assert path.read_bytes() == before
        else:
            assert not broken
            assert path.read_bytes().startswith(before), "a save into a file that parses takes nothing away"
    assert {entry.name for entry in tmp_path.iterdir()} == {"profiles.toml", "profiles.toml.lock"}


@pytest.mark.parametrize(
    "act",
    [
        lambda file, seen: file.add("dev", "new", FIELDS),
        lambda file, seen: file.change(seen, "dev", "alice", FIELDS),
        lambda file, seen: file.remove(seen),
    ],
    ids=["add", "change", "remove"],
)
def test_no_edit_touches_a_file_that_broke_since_it_was_read(
    tmp_path: Path, act: Callable[[ProfileFile, Profile], object]
) -> None:
    file = cut(tmp_path / "profiles.toml", len(DATA))
    seen = file.load().by_id["dev/alice"]
    broken = cut(file.path, DATA.index(b"'b'"))
    with pytest.raises(ProfileFileError, match=r"profiles\.toml:\d+: is not TOML"):
        act(broken, seen)
    assert file.path.read_bytes() == DATA[: DATA.index(b"'b'")]


@pytest.mark.parametrize("byte", [b"\0", b"\xff", b"\r", b'"', b"[", b"="])
def test_one_wrong_byte_anywhere_is_never_a_crash(tmp_path: Path, byte: bytes) -> None:
    path = tmp_path / "profiles.toml"
    refused = 0
    for place in range(0, len(DATA), 2):
        data = DATA[:place] + byte + DATA[place + 1 :]
        path.write_bytes(data)
        path.chmod(0o600)
        refused += isinstance(outcome(ProfileFile(path)), ProfileFileError)
        assert path.read_bytes() == data
    assert refused > 50
