"""What the process of the playground writes, and what becomes of it."""

from __future__ import annotations

import io
import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import msgspec
import pytest

from cognitui.demo.playground import AdminKey, Letter, Opened, Place
from cognitui.demo.playground_server import Playground
from cognitui.model.errors import Unreachable

OPENED = Opened(
    "http://127.0.0.1:4567", (Place("email-code", "eu-west-1_Pool", "client", "hunter2"),), AdminKey("AKIA", "hunter3")
)


def lines(*written: msgspec.Struct) -> IO[bytes]:
    return io.BytesIO(b"".join(msgspec.json.encode(line) + b"\n" for line in written))


class SlowLines:
    """Lines that come when the gate opens."""

    def __init__(self, first: Opened, *rest: Letter) -> None:
        self._first = msgspec.json.encode(first) + b"\n"
        self._rest = [msgspec.json.encode(letter) + b"\n" for letter in rest]
        self.gate = threading.Event()

    def readline(self) -> bytes:
        return self._first

    def __iter__(self) -> Iterator[bytes]:
        assert self.gate.wait(60)
        return iter(self._rest)


def test_the_first_line_tells_what_there_is(tmp_path: Path) -> None:
    assert Playground(lines(OPENED), tmp_path / "log").opened() == OPENED


def test_a_playground_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Traceback …\nModuleNotFoundError: cryptography\n", "utf-8")

    with pytest.raises(Unreachable, match="cryptography"):
        Playground(lines(), log).opened()


def test_a_playground_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    # What writes is closed first: that ends the thread that reads.
    with (
        os.fdopen(reading, "rb") as silent,
        os.fdopen(writing, "wb"),
        pytest.raises(Unreachable, match="did not start"),
    ):
        Playground(silent, tmp_path / "log").opened(patience=0.01)


@pytest.mark.parametrize(("medium", "words"), [("EMAIL", "by e-mail"), ("SMS", "by text message")])
def test_a_code_is_told_with_where_it_went(medium: str, words: str, tmp_path: Path) -> None:
    slow = SlowLines(OPENED, Letter(medium, "judy@example.com", "482913"))
    playground = Playground(cast(IO[bytes], slow), tmp_path / "log")
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    playground.tell_letters(told.put)
    slow.gate.set()

    assert told.get(timeout=10) == f"Code 482913: the playground sent it {words} to judy@example.com."


@pytest.mark.parametrize("end", [b'{"medium": "EM', b""])
def test_an_end_in_the_middle_of_a_line_is_the_end(end: bytes, tmp_path: Path) -> None:
    cut = io.BytesIO(msgspec.json.encode(OPENED) + b"\n" + end)

    assert Playground(cut, tmp_path / "log").opened() == OPENED


def test_a_pipe_that_is_closed_while_it_is_read_is_the_end(tmp_path: Path) -> None:
    class Closed(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            raise ValueError("read of closed file")

    with pytest.raises(Unreachable):
        Playground(Closed(), tmp_path / "log").opened()


def test_no_secret_is_in_the_repr() -> None:
    assert "hunter" not in repr(OPENED)
