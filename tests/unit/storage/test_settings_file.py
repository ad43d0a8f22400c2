"""Changes to `config.toml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.model.errors import UsageError
from cognitui.storage.settings import change_settings, load_settings

WRITTEN = """\
# mine
theme = "nord"             # at night

[keymap]
# the hand knows it
copy_token = "y"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "cognitui" / "config.toml"


def written(config: Path) -> Path:
    config.parent.mkdir()
    config.write_text(WRITTEN, "utf-8")
    return config


def test_a_setting_is_changed_in_its_place_and_the_comments_stay(config: Path) -> None:
    change_settings(written(config), {"theme": "gruvbox"})

    assert config.read_text("utf-8") == WRITTEN.replace("nord", "gruvbox")


def test_a_new_setting_comes_before_the_tables(config: Path) -> None:
    change_settings(written(config), {"idle_lock": "1h", "auto_refresh": True})

    assert config.read_text("utf-8") == WRITTEN.replace(
        "# at night\n", '# at night\nidle_lock = "1h"\nauto_refresh = true\n'
    )


def test_a_file_with_only_tables_gets_its_first_setting_on_top(config: Path) -> None:
    config.parent.mkdir()
    config.write_text('[keymap]\ncopy_token = "y"\n', "utf-8")
    change_settings(config, {"theme": "nord"})

    assert config.read_text("utf-8") == 'theme = "nord"\n[keymap]\ncopy_token = "y"\n'


def test_without_a_file_one_is_made_for_its_owner_only(config: Path) -> None:
    settings = change_settings(config, {"reduced_motion": True})

    assert settings.reduced_motion
    assert load_settings(config) == settings
    assert config.stat().st_mode & 0o777 == 0o600


def test_a_value_that_is_none_changes_nothing(config: Path) -> None:
    with pytest.raises(UsageError, match="idle_lock is not a duration"):
        change_settings(written(config), {"idle_lock": "soon"})

    assert config.read_text("utf-8") == WRITTEN


def test_an_invalid_file_is_reported_and_not_touched(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("theme = nord\n", "utf-8")
    with pytest.raises(UsageError, match="is not TOML"):
        change_settings(config, {"theme": "nord"})

    assert config.read_text("utf-8") == "theme = nord\n"
