"""The example file: it loads, and it explains every key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cognitui.model.profile import FIELD_NAMES
from cognitui.profiles.store import ProfileFile

EXAMPLE = Path(__file__).parents[2] / "profiles.example.toml"


def test_it_loads_without_an_error(tmp_path: Path) -> None:
    copy = Path(shutil.copy(EXAMPLE, tmp_path / "profiles.toml"))
    copy.chmod(0o600)

    book = ProfileFile(copy).load()

    assert book.errors == ()
    assert [environment.name for environment in book.environments] == ["dev", "local", "prod"]
    assert set(book.by_id) >= {"dev/alice", "dev/bob", "dev/orders-service", "dev/browser", "prod/alice"}


@pytest.mark.parametrize("key", ["version", "include", "label", "color", "protected", *FIELD_NAMES])
def test_every_key_is_in_it(key: str) -> None:
    assert re.search(rf"^{key} = ", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
