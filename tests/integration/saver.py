"""The processes of `test_saves_survive`: they save, and are killed while they do.

`python -m tests.integration.saver FILE kills N` kills N of its children at random moments of their saves, and
`… FILE calls` one before each system call of a save; after every death the file is looked at. `… FILE edits NAME N`
adds N profiles.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cognitui.model.profile import ProfileFields
from cognitui.profiles.store import ProfileFile
from tests.system_calls import before_system_call

FIELDS = ProfileFields(user_pool_id="eu-west-1_AbCdEf123", client_id="1h57", username="alice", notes="old")
CHANGED = ProfileFields(user_pool_id="eu-west-1_AbCdEf123", client_id="1h57", username="alice", notes="new, and longer")
PROFILES = 30
"""How many are in the file."""
LONGEST = 0.01
"""Seconds that a child lives after its first save: several saves long."""


def main(path: Path, task: str, *rest: str) -> None:
    if task in ("kills", "calls"):
        save(path)  # imports what a save needs, once for all children
    match task, rest:
        case "kills", (count,):
            kill_at_random(path, int(count))
        case "calls", ():
            kill_before_each_call(path)
        case "edits", (name, count):
            for number in range(int(count)):
                ProfileFile(path).add("dev", f"{name}{number}", FIELDS)


def kill_at_random(path: Path, count: int) -> None:
    chance = random.Random(count)
    interrupted = 0
    for _ in range(count):
        told, tell = os.pipe()
        child = forked(partial(save_for_ever, path, tell))
        os.close(tell)
        os.read(told, 1)
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        interrupted += bool(list(path.parent.glob(".*.tmp")))
        look_at(path)
    sys.stdout.write(str(interrupted))


def kill_before_each_call(path: Path) -> None:
    """Print how many calls a save makes; the last child reaches none of that number, and saves."""
    call = killed = 0
    while True:
        child = forked(partial(save_until, path, call))
        status = os.waitpid(child, 0)[1]
        look_at(path)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            sys.stdout.write(str(killed))
            return
        killed += 1
        call += 1


def save_for_ever(path: Path, tell: int) -> None:
    while True:
        save(path)
        os.write(tell, b".")


def save_until(path: Path, call: int) -> None:
    with before_system_call(call, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        save(path)


def save(path: Path) -> None:
    file = ProfileFile(path)
    seen = file.load().by_id["dev/alice"]
    file.change(seen, "dev", "alice", CHANGED if seen.own == FIELDS else FIELDS)


def look_at(path: Path) -> None:
    """The file is whole: the old one or the new one."""
    book = ProfileFile(path).load()
    assert book.by_id["dev/alice"].own in (FIELDS, CHANGED)
    assert len(book.profiles) == PROFILES


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
