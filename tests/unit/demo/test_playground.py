"""Output of the demo's process, as its parent reads it."""

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

from cognitui.demo.accounts import AccountIds, AdminKey, Contents, StageIds, StoredSecret
from cognitui.demo.playground import Playground, SentCode
from cognitui.model.errors import Unreachable
from cognitui.model.secret import SecretKind

READY = Contents(
    "http://127.0.0.1:4567",
    {"dev": StageIds("eu-west-1_Pool", {"shop-web": "client"}, "eu-west-1:7f1c0f3a")},
    {"email-code": AccountIds("eu-west-1_Other", "client")},
    AdminKey("AKIA", "hunter3"),
    (StoredSecret("dev/alice", SecretKind.PASSWORD, "hunter2"),),
)


def lines(*written: msgspec.Struct) -> IO[bytes]:
    return io.BytesIO(b"".join(msgspec.json.encode(line) + b"\n" for line in written))


class SlowLines:
    """Output whose lines after the first wait for the gate."""

    def __init__(self, first: Contents, *rest: SentCode) -> None:
        self._first = msgspec.json.encode(first) + b"\n"
        self._rest = [msgspec.json.encode(sent) + b"\n" for sent in rest]
        self.gate = threading.Event()

    def readline(self) -> bytes:
        return self._first

    def __iter__(self) -> Iterator[bytes]:
        assert self.gate.wait(60)
        return iter(self._rest)


def test_the_first_line_lists_what_the_server_holds(tmp_path: Path) -> None:
    assert Playground(lines(READY), tmp_path / "log").wait_until_ready() == READY


def test_a_playground_that_ends_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Traceback …\nModuleNotFoundError: cryptography\n", "utf-8")

    with pytest.raises(Unreachable, match="cryptography"):
        Playground(lines(), log).wait_until_ready()


def test_a_playground_without_output_times_out(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    # The writing end is closed first, which ends the reading thread.
    with (
        os.fdopen(reading, "rb") as silent,
        os.fdopen(writing, "wb"),
        pytest.raises(Unreachable, match="did not start"),
    ):
        Playground(silent, tmp_path / "log").wait_until_ready(timeout=0.01)


@pytest.mark.parametrize(("medium", "words"), [("EMAIL", "by e-mail"), ("SMS", "by text message")])
def test_a_code_is_reported_with_its_destination(medium: str, words: str, tmp_path: Path) -> None:
    slow = SlowLines(READY, SentCode(medium, "judy@example.com", "482913"))
    running = Playground(cast(IO[bytes], slow), tmp_path / "log")
    reported: queue.SimpleQueue[str] = queue.SimpleQueue()
    running.on_code(reported.put)
    slow.gate.set()

    assert reported.get(timeout=10) == f"Code 482913: the playground sent it {words} to judy@example.com."


@pytest.mark.parametrize("end", [b'{"medium": "EM', b""])
def test_output_that_ends_in_the_middle_of_a_line_is_accepted(end: bytes, tmp_path: Path) -> None:
    cut = io.BytesIO(msgspec.json.encode(READY) + b"\n" + end)

    assert Playground(cut, tmp_path / "log").wait_until_ready() == READY


def test_a_pipe_that_closes_during_a_read_is_reported(tmp_path: Path) -> None:
    class Closed(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            raise ValueError("read of closed file")

    with pytest.raises(Unreachable):
        Playground(Closed(), tmp_path / "log").wait_until_ready()


def test_no_secret_is_in_the_repr() -> None:
    assert "hunter" not in repr(READY)
