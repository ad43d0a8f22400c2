"""The page of keys is generated from the action registry."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import cast

SCRIPT = Path(__file__).parents[2] / "docs" / "keys.py"


def test_the_page_of_keys_is_up_to_date() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = cast(Callable[[], str], made["page"])

    assert cast(Path, made["PAGE"]).read_text("utf-8") == page(), "run python docs/keys.py"
