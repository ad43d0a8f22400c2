"""The places of files, if the environment says little."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from cognitui.storage.paths import Paths


def test_without_xdg_variables_the_folders_are_those_of_platformdirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)

    paths = Paths.find({"HOME": str(tmp_path)})

    assert paths.config == platformdirs.user_config_path("cognitui", appauthor=False)
    assert paths.state == platformdirs.user_state_path("cognitui", appauthor=False)


@pytest.mark.parametrize("home", ["", "relative"])
def test_without_a_home_to_rely_on_the_system_is_asked(home: str) -> None:
    assert Paths.find({"HOME": home}).config == platformdirs.user_config_path("cognitui", appauthor=False)
