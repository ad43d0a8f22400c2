"""The index of expiry times: shared by processes, empty if it is not understood."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from cognitui.model.errors import SaveFailed
from cognitui.model.token import Expiries, Lifetime
from cognitui.storage.token_index import ExpiryIndex, MemoryIndex

ALICE = Expiries(access=Lifetime(1000.0, 4600.0), refresh=Lifetime(1000.0, 2_593_000.0, estimated=True))
BOB = Expiries(access=Lifetime(2000.0, 5600.0), id=Lifetime(2000.0, 5600.0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "expiry.json"


def test_nothing_is_known_before_the_first_sign_in(path: Path) -> None:
    assert ExpiryIndex(path).read() == {}
    assert not path.parent.exists()


def test_what_was_put_is_read_by_another_process(path: Path) -> None:
    ExpiryIndex(path).put("alice", ALICE)
    ExpiryIndex(path).put("bob", BOB)
    assert ExpiryIndex(path).read() == {"alice": ALICE, "bob": BOB}


def test_a_change_by_another_process_is_seen(path: Path) -> None:
    index = ExpiryIndex(path)
    index.put("alice", ALICE)
    index.read()
    ExpiryIndex(path).put("alice", BOB)
    assert index.read() == {"alice": BOB}


def test_what_was_forgotten_is_gone(path: Path) -> None:
    index = ExpiryIndex(path)
    index.put("alice", ALICE)
    index.put("bob", BOB)
    index.forget("alice")
    assert index.read() == {"bob": BOB}


def test_forgetting_what_is_not_known_writes_nothing(path: Path) -> None:
    index = ExpiryIndex(path)
    index.put("alice", ALICE)
    before = path.stat()
    index.forget("bob")
    assert path.stat() == before


def test_a_file_that_did_not_change_is_not_read_again(path: Path) -> None:
    index = ExpiryIndex(path)
    index.put("alice", ALICE)
    assert index.read() is index.read()


def test_the_file_holds_times_and_nothing_else(path: Path) -> None:
    ExpiryIndex(path).put("alice", ALICE)
    life = {"issued_at": 1000.0, "expires_at": 4600.0, "estimated": False}
    refresh = {"issued_at": 1000.0, "expires_at": 2_593_000.0, "estimated": True}
    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "tokens": {"alice": {"access": life, "id": None, "refresh": refresh}},
    }


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_file_is_private_to_this_user(path: Path) -> None:
    ExpiryIndex(path).put("alice", ALICE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"version":2,"tokens":{}}',
        b'{"version":1,"tokens":{"alice":{"access":"soon"}}}',
        b'{"version":1,"tokens":{},"more":1}',
        b'{"version":1,"tokens":{"alice":{"access":{"issued_at":1e999,"expires_at":0}}}}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_understood_counts_as_empty_and_is_written_over(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    index = ExpiryIndex(path)
    assert index.read() == {}
    index.put("alice", ALICE)
    assert index.read() == {"alice": ALICE}


def test_an_unreadable_file_counts_as_empty(path: Path) -> None:
    path.mkdir(parents=True)
    assert ExpiryIndex(path).read() == {}


def test_a_save_that_fails_says_so(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SaveFailed):
        ExpiryIndex(path).put("alice", ALICE)


def test_what_is_read_cannot_be_changed_by_the_reader(path: Path) -> None:
    index = ExpiryIndex(path)
    index.put("alice", ALICE)
    with pytest.raises(TypeError):
        index.read()["bob"] = BOB  # type: ignore[index]  # that it is refused is the point


def test_writers_side_by_side_lose_nothing(path: Path) -> None:
    def put_ten(writer: int) -> None:
        for number in range(10):
            ExpiryIndex(path).put(f"{writer}-{number}", ALICE)

    writers = [threading.Thread(target=put_ten, args=(writer,)) for writer in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert len(ExpiryIndex(path).read()) == 40


def test_an_index_in_memory_writes_nothing_and_forgets_with_the_run() -> None:
    index = MemoryIndex()
    index.put("key", Expiries(access=Lifetime(0, 60)))

    assert index.read()["key"].access == Lifetime(0, 60)
    index.forget("key")
    assert not index.read()
