"""Records the public surface again: `python -m tests.contract.record`.

Run it only for a change of the contract that is meant, and say so in CHANGELOG.md.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from tests.contract.program import StrictServer
from tests.contract.surface import RECORDED, public_surface


def record() -> None:
    """Write what the surface is now."""
    with tempfile.TemporaryDirectory() as home, StrictServer() as server, pytest.MonkeyPatch.context() as patch:
        surface = public_surface(server, Path(home), patch)
    RECORDED.write_text(json.dumps(surface, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    record()
