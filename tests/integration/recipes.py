"""The code of `docs/recipes.md`, by heading and language: what a person copies is what a test runs."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"


def recipe(heading: str, language: str) -> str:
    """Return the first block of a language below a heading; an AssertionError if there is none."""
    section = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert section, f"no heading {heading}"
    block = re.search(rf"^```{language}\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL)
    assert block, f"no block of {language} below {heading}"
    return block[1]
