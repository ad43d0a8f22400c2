"""What was freed is not readable in the process any more; seen from outside, as a core image would show it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.memory_image import held_by

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/PID/mem")

PROGRAM = """
import sys
from cognitui.system.free_memory import overwrite_free_memory, overwrite_what_is_freed
overwrite_what_is_freed()
made = [[''.join(map(chr, (99, 97, 110, 97, 114, 121, 45, 65 + at))) * (1 + size // 8) for at, size in enumerate(SIZES)]
        for _ in range(50)]
raw = [text.encode() for text in made[0]]
print("held", flush=True)
sys.stdin.readline()
del made, raw
if OVERWRITES:
    overwrite_free_memory()
print("freed", flush=True)
sys.stdin.readline()
"""

SIZES = [8, 40, 120, 400, 700, 1000, 3000, 20_000, 300_000]
CANARIES = [f"canary-{chr(65 + at)}" for at in range(len(SIZES))]


def left(*, overwrites: bool) -> tuple[dict[str, int], dict[str, int]]:
    """Return what is in memory of texts of all sizes before they are freed and afterwards."""
    program = PROGRAM.replace("SIZES", repr(SIZES)).replace("OVERWRITES", repr(overwrites))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        before = held_by(process.pid, CANARIES)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "freed\n"
        after = held_by(process.pid, CANARIES)
        process.stdin.write("\n")
        process.stdin.flush()
    return before, after


def test_texts_of_every_size_are_overwritten() -> None:
    before, after = left(overwrites=True)

    assert sorted(before) == sorted(CANARIES)
    assert after == {}


def test_without_that_the_small_ones_would_stay() -> None:
    _, after = left(overwrites=False)

    assert after
