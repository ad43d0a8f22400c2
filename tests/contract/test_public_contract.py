"""The public surface is the recorded one: commands, JSON, exit codes, keys, files, keyring entries, variables."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest

from cognitui.demo.strict.server import StrictServer
from tests.contract.surface import RECORDED, Surface, public_surface

_CONTRACT: Surface = json.loads(RECORDED.read_text("utf-8"))


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> Surface:
    home: Path = tmp_path_factory.mktemp("contract")
    with StrictServer() as server, pytest.MonkeyPatch.context() as patch:
        found = public_surface(server, home, patch)
        assert not server.crashes, "\n".join(server.crashes)
    # As JSON has it: tuples are lists there.
    return dict(json.loads(json.dumps(found)))


@pytest.mark.xdist_group("public contract")
@pytest.mark.parametrize("section", sorted(_CONTRACT))
def test_the_public_surface_is_as_recorded(surface: Surface, section: str) -> None:
    before, now = (_lines(whole.get(section)) for whole in (_CONTRACT, surface))

    changed = "\n".join(difflib.unified_diff(before, now, "recorded", "now", n=1, lineterm=""))
    assert not changed, f"The public {section} changed:\n{changed}\nIf that is meant: python -m tests.contract.record"


@pytest.mark.xdist_group("public contract")
def test_every_section_is_recorded(surface: Surface) -> None:
    assert sorted(surface) == sorted(_CONTRACT)


def _lines(section: object) -> list[str]:
    """Return one line for each fact, with its whole path, so that a difference says where it is."""
    if isinstance(section, dict):
        return [f"{key} > {line}" for key, value in sorted(section.items()) for line in _lines(value) or ["{}"]]
    if isinstance(section, list) and all(isinstance(each, str) for each in section):
        return [str(each) for each in section] or ["[]"]
    return [json.dumps(section)]
