"""A crash of the interpreter writes no memory to the disk: it would hold every secret of the run."""

from __future__ import annotations

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource", reason="Windows has no core dumps of this kind")

SHOWS = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
PROGRAM = """
import resource
from cognitui.services import Options
from cognitui.services import wire
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
wire(Options())
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


def test_the_program_forbids_core_dumps() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], text=True, capture_output=True, check=True)

    assert said.stdout.strip() == "0"


def test_a_command_that_takes_the_programs_place_has_its_limit_back() -> None:
    become = f"wire(Options()).become([{sys.executable!r}, '-c', {SHOWS!r}], os.environ)"
    program = PROGRAM.replace("wire(Options())\n", f"import os\n{become}\n")
    said = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)

    soft, hard = said.stdout.split()
    assert soft == hard
