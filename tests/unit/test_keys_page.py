"""The page of keys says what the keymap says."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import cast

SCRIPT = Path(__file__).parents[2] / "docs" / "keys.py"


def test_the_page_of_keys_is_what_the_keymap_says() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = cast(Callable[[], str], made["page"])

    assert cast(Path, made["PAGE"]).read_text("utf-8") == page(), "run python docs/keys.py"
